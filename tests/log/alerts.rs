//! What somebody has to look at is told to administrators and webhooks, of the same thing once a day, and says nothing that is
//! secret.

use std::net::IpAddr;
use std::time::Duration;

use crate::harness::bucket::BucketServer;
use crate::harness::called::{Answers, Called};
use crate::harness::flows::{Office, On};
use crate::harness::rows;
use kakitome::config::Webhook;
use kakitome::model::{
    AccountId, Actor, AlertCount, AlertRule, CopyFailure, DeliveryId, Destination, Event, EventKind, Factor, LogReason,
    Time,
};
use kakitome::port::Clock;
use kakitome::staff::alerts::sweep;
use kakitome::staff::log::sequence;
use kakitome::staff::webhooks;
use kakitome::store::{alerts, copies, tree};
use serde_json::Value;

on_both! {
    what_happens_is_told_once_a_day_and_counted
    two_nodes_tell_it_once
    an_event_that_comes_late_is_not_missed_and_none_is_counted_twice
    a_rule_that_is_off_tells_nothing
    an_administrator_from_a_new_network
    locks_bans_and_a_log_that_began_anew
    a_log_that_does_not_grow
    transfers_that_the_clock_did_not_end
    places_that_the_log_does_not_reach
    a_log_that_ended_and_is_not_whole_elsewhere
    a_clock_that_jumps_loses_nothing
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

async fn note(office: &Office, event: Event) {
    office.gateway().store.write(move |tx| tx.record(&event)).await.unwrap();
}

fn event(office: &Office, kind: EventKind) -> Event {
    Event::new(kind, office.clock.now(), Actor::System)
}

async fn pause(office: &Office, delivery: DeliveryId) {
    note(office, event(office, EventKind::Paused).delivery(delivery)).await;
}

/// An office that was looked at once, and a delivery of it.
async fn office(on: On) -> (Office, DeliveryId, DeliveryId) {
    let office = Office::new(on).await;
    let (_, sent) = office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example", "ito@aozora.example"]).await;
    while sequence(office.gateway()).await.unwrap() {}
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0);
    let [one, two] = sent.iter().map(|sent| sent.issued.delivery.id).collect::<Vec<_>>().try_into().unwrap();
    (office, one, two)
}

async fn told(office: &Office) -> Vec<AlertCount> {
    let all = (Time::from_millis(0), Time::from_millis(i64::MAX));
    office.gateway().store.read(move |tx| alerts::told(tx, all)).await.unwrap()
}

async fn rules(office: &Office) -> Vec<AlertRule> {
    told(office).await.iter().map(|told| told.rule).collect()
}

async fn what_happens_is_told_once_a_day_and_counted(on: On) {
    let (office, one, two) = office(on).await;
    for _ in 0..3 {
        pause(&office, one).await;
    }
    pause(&office, two).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 2, "two deliveries");
    pause(&office, one).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0);
    let counted =
        office.gateway().store.read(|tx| alerts::of_day(tx, AlertRule::PausedDelivery, "2026-11-23")).await.unwrap();
    assert_eq!(counted, (2, 5), "four of one, one of the other");
    office.deliver_mails().await;
    let about = |office: &Office| office.mails().into_iter().filter(|mail| mail.contains("警告")).collect::<Vec<_>>();
    let mails = about(&office);
    assert_eq!(mails.len(), 1, "told together");
    assert!(mails[0].contains("受け取りが停止された送付（2件）"), "{}", mails[0]);
    assert!(!mails[0].contains("a.pdf") && !mails[0].contains("suzuki"), "{}", mails[0]);
    assert_eq!(rows::events(&office, "alert_raised"), 2);
    office.clock.forward(24 * HOUR);
    while sequence(office.gateway()).await.unwrap() {}
    pause(&office, one).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1, "another day");
}

async fn two_nodes_tell_it_once(on: On) {
    let (office, one, _) = office(on).await;
    let other = office.again().await;
    pause(&office, one).await;
    let (first, second) = futures_util::join!(sweep(office.gateway()), sweep(&other.gateway));
    assert_eq!(first.unwrap() + second.unwrap(), 1);
    assert_eq!(rows::count(&office, "letters", "kind = 'alert'"), 1);
}

async fn an_event_that_comes_late_is_not_missed_and_none_is_counted_twice(on: On) {
    let (office, one, two) = office(on).await;
    let before = office.clock.now();
    office.clock.forward(5 * MINUTE);
    pause(&office, one).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1);
    // A transaction that began five minutes ago ends now.
    note(&office, Event::new(EventKind::Paused, before, Actor::System).delivery(two)).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1);
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0);
    let counted =
        office.gateway().store.read(|tx| alerts::of_day(tx, AlertRule::PausedDelivery, "2026-11-23")).await.unwrap();
    assert_eq!(counted, (2, 2));
    office.clock.forward(HOUR);
    sweep(office.gateway()).await.unwrap();
    office.clock.forward(HOUR);
    sweep(office.gateway()).await.unwrap();
    assert_eq!(rows::count(&office, "alert_events", "at > 0"), 0, "what is not met again is forgotten");
}

async fn a_rule_that_is_off_tells_nothing(on: On) {
    let office = Office::with(on, |config| config.audit.alerts.tamper_suspected = false).await;
    sweep(office.gateway()).await.unwrap();
    note(&office, event(&office, EventKind::TamperSuspected)).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0);
    assert_eq!(rows::count(&office, "letters", "kind = 'alert'"), 0);
}

fn signed_in(office: &Office, account: AccountId, from: &str) -> Event {
    let source: IpAddr = from.parse().unwrap();
    event(office, EventKind::SignedIn { by: Factor::Password }).account(account).source(Some(source))
}

async fn an_administrator_from_a_new_network(on: On) {
    let (office, ..) = office(on).await;
    let account = office.sender.account().id;
    for (from, raised) in [("192.0.2.7", 0), ("192.0.2.8", 0), ("198.51.100.3", 1), ("198.51.100.4", 0)] {
        note(&office, signed_in(&office, account, from)).await;
        assert_eq!(sweep(office.gateway()).await.unwrap(), raised, "{from}");
    }
    note(&office, signed_in(&office, account, "203.0.113.9").failed()).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0, "who did not get in was not there");
    let sender = Office::add_sender(office.gateway(), "ito@office.example", "伊藤").await;
    for from in ["192.0.2.7", "203.0.113.9"] {
        note(&office, signed_in(&office, sender.account().id, from)).await;
    }
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0, "only administrators");
}

async fn locks_bans_and_a_log_that_began_anew(on: On) {
    let (office, ..) = office(on).await;
    let account = office.sender.account().id;
    note(&office, event(&office, EventKind::PasswordLocked { seconds: 60 }).account(account)).await;
    note(&office, event(&office, EventKind::CodesStopped).account(account)).await;
    note(&office, event(&office, EventKind::SourceBanned { seconds: 60 })).await;
    let began = |why| EventKind::LogBegan { origin: "o".into(), why, previous: None };
    note(&office, event(&office, began(LogReason::Year))).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 2);
    note(&office, event(&office, began(LogReason::Restored))).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1);
    assert_eq!(rules(&office).await, [AlertRule::AccountLocked, AlertRule::SourceBanned, AlertRule::LogInconsistent]);
    let found = EventKind::LogInconsistent { origin: "o".into(), size: 9, flaw: "entry", entry: Some(3) };
    for kind in [began(LogReason::Key), found] {
        // The log grows meanwhile.
        while sequence(office.gateway()).await.unwrap() {}
        office.clock.forward(25 * HOUR);
        note(&office, event(&office, kind)).await;
        assert_eq!(sweep(office.gateway()).await.unwrap(), 1);
    }
}

async fn a_log_that_does_not_grow(on: On) {
    let (office, one, _) = office(on).await;
    note(&office, event(&office, EventKind::LinkOpened).delivery(one)).await;
    office.clock.forward(14 * MINUTE);
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0);
    office.clock.forward(2 * MINUTE);
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1);
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0);
    assert_eq!(rules(&office).await, [AlertRule::LogStalled]);
    let counted =
        office.gateway().store.read(|tx| alerts::of_day(tx, AlertRule::LogStalled, "2026-11-23")).await.unwrap();
    assert_eq!(counted, (1, 1), "that it lasts is not counted by looks");
}

async fn transfers_that_the_clock_did_not_end(on: On) {
    let (office, ..) = office(on).await;
    office.clock.forward(Duration::from_hours(7 * 24) + 20 * MINUTE);
    while sequence(office.gateway()).await.unwrap() {}
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0);
    office.clock.forward(20 * MINUTE);
    while sequence(office.gateway()).await.unwrap() {}
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1);
    assert_eq!(rules(&office).await, [AlertRule::SweepOverdue]);
}

async fn places_that_the_log_does_not_reach(on: On) {
    let (office, ..) = office(on).await;
    let log = office.gateway().store.read(tree::current).await.unwrap().unwrap();
    let fail_of = async |destination: Destination, why: CopyFailure| {
        let (number, now) = (log.number, office.clock.now());
        let write = office.gateway().store.write(move |tx| copies::failed(tx, &destination, number, why, now));
        write.await.unwrap();
    };
    let fail = async |why: CopyFailure| fail_of(Destination::Mail, why).await;
    // A place that is not configured any more.
    fail_of(Destination::Bucket, CopyFailure::Inconsistent).await;
    fail(CopyFailure::Silent).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0);
    office.clock.forward(6 * HOUR + MINUTE);
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1);
    fail(CopyFailure::Inconsistent).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1, "at once");
    assert_eq!(rules(&office).await, [AlertRule::LogInconsistent, AlertRule::CopyFailing]);
}

/// What a bucket lacks of a log that has ended is told as well.
async fn a_log_that_ended_and_is_not_whole_elsewhere(on: On) {
    let bucket = BucketServer::start().await;
    let office = Office::with(on, |config| config.audit.bucket = bucket.configuration()).await;
    while sequence(office.gateway()).await.unwrap() {}
    office.clock.forward(60 * 24 * HOUR);
    for _ in 0..3 {
        sequence(office.gateway()).await.unwrap();
    }
    sweep(office.gateway()).await.unwrap();
    let failed = |why: CopyFailure| {
        let now = office.clock.now();
        office.gateway().store.write(move |tx| copies::failed(tx, &Destination::Bucket, 1, why, now))
    };
    failed(CopyFailure::Silent).await.unwrap();
    office.clock.forward(5 * HOUR);
    while sequence(office.gateway()).await.unwrap() {}
    assert_eq!(sweep(office.gateway()).await.unwrap(), 0, "not yet");
    office.clock.forward(2 * HOUR);
    while sequence(office.gateway()).await.unwrap() {}
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1);
    assert_eq!(rules(&office).await, [AlertRule::CopyFailing]);
    failed(CopyFailure::Inconsistent).await.unwrap();
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1, "at once");
}

async fn a_clock_that_jumps_loses_nothing(on: On) {
    let (office, one, two) = office(on).await;
    office.clock.forward(30 * 24 * HOUR);
    sweep(office.gateway()).await.unwrap();
    office.clock.back(30 * 24 * HOUR);
    pause(&office, one).await;
    let raised = sweep(office.gateway()).await.unwrap();
    assert_eq!(raised, 1, "after the clock was put right");
    pause(&office, two).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 1);
}

#[actix_web::test]
async fn a_webhook_is_told_the_rule_and_a_reference() {
    let receiver = Called::answering(&[Answers::Status(204, "")]).await;
    let office = Office::with(On::Sqlite, |config| {
        std::fs::write(receiver.authority.file("webhook"), "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
        config.webhooks = vec![Webhook {
            name: "crm".into(),
            url: receiver.url(),
            secret_file: receiver.authority.file("webhook"),
            events: vec!["alert.raised".into()],
            ca_file: Some(receiver.authority.authority_file()),
            allow_private: true,
            timeout_seconds: 5,
        }];
    })
    .await;
    let (_, sent) = office.send(&[("秘密.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    sweep(office.gateway()).await.unwrap();
    pause(&office, sent[0].issued.delivery.id).await;
    note(&office, event(&office, EventKind::SourceBanned { seconds: 60 })).await;
    assert_eq!(sweep(office.gateway()).await.unwrap(), 2);
    while webhooks::deliver_next(office.gateway()).await.unwrap() {}
    let asked = receiver.asked();
    let said: Vec<Value> = asked.iter().map(|asked| serde_json::from_str(&asked.body).unwrap()).collect();
    let data: Vec<&Value> = said.iter().map(|said| &said["data"]).collect();
    let reference = sent[0].issued.delivery.reference.clone();
    assert!(data.iter().any(|data| data["rule"] == "paused_delivery" && data["reference"] == reference.as_str()));
    assert!(data.iter().any(|data| data["rule"] == "source_banned" && data["reference"].is_null()), "{data:?}");
    assert!(said.iter().all(|said| said["type"] == "alert.raised"));
    let whole = format!("{asked:?}");
    for never in [sent[0].issued.number.expose(), "秘密", "suzuki", &sent[0].issued.delivery.public_id] {
        assert!(!whole.contains(never), "{never}");
    }
}
