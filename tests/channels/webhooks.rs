//! What happens is told to the office's own systems: signed, at least once, with nothing secret in it.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::harness::called::{Answers, Asked, Called};
use crate::harness::flows::{Office, On};
use kakitome::config::{Config, Webhook};
use kakitome::model::Passphrase;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::webhooks;
use kakitome::staff::{session, sign_in};
use kakitome::store::webhooks::{PostState, Posted, newest};
use kakitome::transfer::recall;
use serde_json::{Value, json};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

on_both! {
    everything_is_told_once_signed_and_with_nothing_secret
    what_is_not_taken_is_tried_again_with_the_same_id
    what_is_never_taken_is_given_up_after_three_days
    a_receiver_that_is_gone_is_left_alone_until_a_test_arrives
    what_waited_for_a_receiver_that_was_removed_ends_at_the_start
    who_comes_back_under_another_address_gets_nothing_that_was_meant_for_the_other
}

fn configure(config: &mut Config, receiver: &Called, change: impl FnOnce(&mut Webhook)) {
    std::fs::write(receiver.authority.file("webhook"), SECRET).unwrap();
    let mut webhook = Webhook {
        name: "crm".into(),
        url: receiver.url(),
        secret_file: receiver.authority.file("webhook"),
        ca_file: Some(receiver.authority.authority_file()),
        allow_private: true,
        timeout_seconds: 1,
        ..Webhook::default()
    };
    change(&mut webhook);
    config.webhooks = vec![webhook];
}

pub(super) async fn office(on: On, receiver: &Called) -> Office {
    Office::with(on, |config| configure(config, receiver, |_| {})).await
}

pub(super) async fn deliver(office: &Office) {
    while webhooks::deliver_next(office.gateway()).await.unwrap() {}
}

pub(super) async fn posts(office: &Office) -> Vec<Posted> {
    office.gateway().store.read(|tx| newest(tx, "crm", 100)).await.unwrap()
}

fn body(asked: &Asked) -> Value {
    serde_json::from_str(&asked.body).unwrap()
}

/// What the specification's own library says.
fn verify(asked: &Asked, secret: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/webhook.mjs");
    let mut node = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let input = json!({ "secret": secret, "headers": asked.headers, "body": asked.body }).to_string();
    node.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    String::from_utf8(node.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
}

async fn everything_is_told_once_signed_and_with_nothing_secret(on: On) {
    let receiver = Called::answering(&[Answers::Status(204, "")]).await;
    let office = office(on, &receiver).await;
    let (transfer, sent) = office.send(&[("秘密の決算書.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    recall::recall(office.gateway(), &office.sender, transfer, "wrong").await.unwrap();
    deliver(&office).await;
    let asked = receiver.asked();
    let mut told: Vec<String> = asked.iter().map(|asked| body(asked)["type"].as_str().unwrap().to_owned()).collect();
    told.sort();
    assert_eq!(told, ["delivery.recalled", "number.issued", "transfer.dispatched", "transfer.recalled"]);
    let delivery = &sent[0].issued.delivery;
    let link = office.mails().iter().find_map(|mail| {
        let marker = format!("/r/{}#", delivery.public_id);
        Some(mail.split(&marker).nth(1)?[..34].to_owned())
    });
    for one in &asked {
        assert_eq!(verify(one, SECRET), "verified");
        assert_ne!(verify(&Asked { body: format!("{} ", one.body), ..one.clone() }, SECRET), "verified");
        assert_ne!(verify(one, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "verified");
        let whole = format!("{one:?}");
        let never = [
            sent[0].issued.number.expose(),
            link.as_deref().unwrap(),
            &delivery.public_id,
            "決算書",
            "鈴木",
            "suzuki@",
            "03-9876",
        ];
        for secret in never {
            assert!(!whole.contains(secret), "{secret} in {whole}");
        }
        let data = &body(one)["data"];
        assert_eq!(data["transfer"].as_str().unwrap(), transfer.to_string());
        let reference = data["reference"].as_str().or(data["deliveries"][0]["reference"].as_str());
        assert_eq!(reference, Some(delivery.reference.as_str()));
    }
    let ids: std::collections::BTreeSet<_> = asked.iter().map(|one| one.headers["webhook-id"].clone()).collect();
    assert_eq!(ids.len(), asked.len());
    assert!(posts(&office).await.iter().all(|post| post.state == PostState::Taken && post.answer == "204"));
}

async fn what_is_not_taken_is_tried_again_with_the_same_id(on: On) {
    let answers = [Answers::Status(500, ""), Answers::Nothing, Answers::Broken, Answers::Status(200, "")];
    let receiver = Called::answering(&answers).await;
    let office = Office::with(on, |config| {
        configure(config, &receiver, |webhook| webhook.events = vec!["transfer.dispatched".into()]);
    })
    .await;
    office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    for (tries, answer) in [(1, "500"), (2, "timed_out"), (3, "silent"), (4, "200")] {
        deliver(&office).await;
        let [post] = posts(&office).await.try_into().unwrap();
        assert_eq!((post.attempts, post.answer.as_str()), (tries, answer));
        let due = webhooks::next_due(office.gateway()).await.unwrap();
        assert_eq!(due.is_none(), tries == 4);
        office.clock.forward(due.map_or(Duration::ZERO, |due| due.since(kakitome::port::Clock::now(&*office.clock))));
    }
    let asked = receiver.asked();
    assert_eq!(asked.len(), 4);
    for one in &asked {
        assert_eq!((&one.headers["webhook-id"], &one.body), (&asked[0].headers["webhook-id"], &asked[0].body));
        assert_eq!(verify(one, SECRET), "verified");
    }
    let times: Vec<u64> = asked.iter().map(|one| one.headers["webhook-timestamp"].parse().unwrap()).collect();
    assert!(times.is_sorted_by(|one, next| one < next), "each try is of its own time: {times:?}");
}

async fn what_is_never_taken_is_given_up_after_three_days(on: On) {
    let receiver = Called::answering(&[Answers::Status(302, "location: https://localhost/\r\n")]).await;
    let office = Office::with(on, |config| {
        configure(config, &receiver, |webhook| webhook.events = vec!["transfer.dispatched".into()]);
    })
    .await;
    office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    let began = kakitome::port::Clock::now(&*office.clock);
    deliver(&office).await;
    while let Some(due) = webhooks::next_due(office.gateway()).await.unwrap() {
        office.clock.forward(due.since(kakitome::port::Clock::now(&*office.clock)));
        deliver(&office).await;
    }
    let days = kakitome::port::Clock::now(&*office.clock).since(began).as_secs_f64() / 86_400.0;
    assert!((2.9..=3.1).contains(&days), "{days}");
    let [post] = posts(&office).await.try_into().unwrap();
    assert_eq!((post.state, post.answer.as_str()), (PostState::GivenUp, "302"));
    let said = office.gateway().store.read(|tx| kakitome::store::events::of_words(tx, &["webhook_given_up"], 10)).await;
    assert_eq!(said.unwrap().len(), 1);
}

async fn a_receiver_that_is_gone_is_left_alone_until_a_test_arrives(on: On) {
    let receiver = Called::answering(&[Answers::Status(410, ""), Answers::Status(200, "")]).await;
    let office = office(on, &receiver).await;
    office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    deliver(&office).await;
    assert_eq!(receiver.asked().len(), 1);
    office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    deliver(&office).await;
    assert_eq!(receiver.asked().len(), 1, "nothing is queued any more");
    let email = office.sender.account().email.clone();
    let password = Passphrase::new(crate::harness::flows::PASSWORD.into());
    let began = sign_in::sign_in(office.gateway(), &email, password, &Visitor::default()).await.unwrap();
    let signed_in = session::by_cookie(office.gateway(), &began.cookie, &Visitor::default()).await.unwrap();
    let administrator = signed_in.administrator().unwrap();
    let standing = webhooks::list(office.gateway(), &administrator).await.unwrap();
    assert!(standing[0].stopped_at.is_some());
    let tested = webhooks::test(office.gateway(), &administrator, "crm").await.unwrap();
    assert_eq!(tested, (true, "200".into()));
    office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    deliver(&office).await;
    let told: Vec<Value> = receiver.asked().iter().skip(1).map(|asked| body(asked)["type"].clone()).collect();
    assert_eq!(told, ["webhook.test", "number.issued", "transfer.dispatched"]);
}

#[actix_web::test]
async fn no_private_address_is_called() {
    let receiver = Called::answering(&[Answers::Status(200, "")]).await;
    for host in ["localhost", "127.0.0.1", "169.254.169.254", "[fe80::1]"] {
        let office = Office::with(On::Sqlite, |config| {
            configure(config, &receiver, |webhook| {
                webhook.url = format!("https://{host}:{}/", receiver.port);
                webhook.allow_private = false;
            });
        })
        .await;
        office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
        deliver(&office).await;
        assert!(posts(&office).await.iter().all(|post| post.answer == "forbidden"), "{host}");
    }
    assert!(receiver.asked().is_empty());
}

/// The same installation, started with other words in its configuration.
async fn started_with(office: &Office, webhooks: Vec<Webhook>) -> kakitome::app::App {
    let config = Config { webhooks, ..office.config.clone() };
    let places = Office::places_in(office.directory.path());
    let app = kakitome::app::open(config, places, office.clock.clone()).await.unwrap();
    webhooks::drop_left_over(&app.gateway).await.unwrap();
    app
}

async fn dropped(office: &Office) -> usize {
    let said = office.gateway().store.read(|tx| kakitome::store::events::of_words(tx, &["webhook_dropped"], 10)).await;
    said.unwrap().len()
}

async fn what_waited_for_a_receiver_that_was_removed_ends_at_the_start(on: On) {
    let receiver = Called::answering(&[Answers::Status(500, ""), Answers::Status(200, "")]).await;
    let office = office(on, &receiver).await;
    office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    deliver(&office).await;
    let waits = async || posts(&office).await.iter().filter(|post| post.state == PostState::Queued).count();
    let before = waits().await;
    assert!(before > 0);
    // With the receiver still in its place nothing ends.
    let same = started_with(&office, office.config.webhooks.clone()).await;
    assert_eq!((waits().await, dropped(&office).await), (before, 0));
    drop(same);
    let without = started_with(&office, Vec::new()).await;
    assert_eq!((waits().await, dropped(&office).await), (0, 1));
    assert!(posts(&office).await.iter().any(|post| post.state == PostState::Dropped && post.ended_at.is_some()));
    drop(without);
    // Back again: what was dropped stays so, and the event is not told twice.
    let asked = receiver.asked().len();
    office.clock.forward(Duration::from_secs(24 * 3600));
    let back = started_with(&office, office.config.webhooks.clone()).await;
    while webhooks::deliver_next(&back.gateway).await.unwrap() {}
    assert_eq!((receiver.asked().len(), dropped(&office).await), (asked, 1));
}

async fn who_comes_back_under_another_address_gets_nothing_that_was_meant_for_the_other(on: On) {
    let first = Called::answering(&[Answers::Status(500, "")]).await;
    let second = Called::answering(&[Answers::Status(200, "")]).await;
    let office = office(on, &first).await;
    office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    deliver(&office).await;
    let mut moved = Config::default();
    configure(&mut moved, &second, |_| {});
    // Another node with the new address, before anything was dropped.
    let config = Config { webhooks: moved.webhooks.clone(), ..office.config.clone() };
    let places = Office::places_in(office.directory.path());
    let other = kakitome::app::open(config, places, office.clock.clone()).await.unwrap();
    office.clock.forward(Duration::from_secs(3600));
    assert!(!webhooks::deliver_next(&other.gateway).await.unwrap());
    assert_eq!(webhooks::next_due(&other.gateway).await.unwrap(), None);
    drop(other);
    let app = started_with(&office, moved.webhooks).await;
    while webhooks::deliver_next(&app.gateway).await.unwrap() {}
    assert!(second.asked().is_empty(), "{:?}", second.asked());
    assert_eq!(dropped(&office).await, 1);
    // What happens from now on is told there.
    let again = Office { app, ..office };
    again.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    deliver(&again).await;
    assert!(!second.asked().is_empty());
}
