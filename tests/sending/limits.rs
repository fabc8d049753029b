//! What an account may send: the tightest of policy, department and account, at every step and again at sealing.

use crate::harness::flows::{Office, On, until};
use crate::harness::problem;
use crate::harness::server::Server;
use kakitome::error::{FieldFlaw, Problem};
use kakitome::model::{Limits, TransferId, TransferState};
use kakitome::staff::register::{Change, change};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::{departments, policy};
use kakitome::transfer::upload::{NewFile, Piece};
use kakitome::transfer::{draft, extend, recipients, seal, upload};
use reqwest::{Method, StatusCode};
use serde_json::json;

const AOZORA: &str = "suzuki@aozora.example";

on_both! {
    every_step_holds_to_the_limits
    the_tightest_of_policy_department_and_account_counts
    what_was_allowed_when_the_draft_was_made_counts_for_nothing
    a_limit_lowered_while_it_is_being_sent_is_in_time
    the_values_of_the_policy_are_those_of_the_sending
    files_of_unknown_length_stop_at_the_limit
}

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// Sets the limits of the sender's account.
async fn limit(office: &Office, limits: Limits) {
    let wanted = Change { limits: Some(limits), ..Change::default() };
    change(office.gateway(), &Registrar::console(), office.sender.account().id, wanted).await.unwrap();
}

async fn limit_department(office: &Office, limits: Limits) {
    departments::limit(office.gateway(), &Registrar::console(), "経理部", limits).await.unwrap();
}

async fn set(office: &Office, name: &str, value: u64) {
    let changes = [(name.to_owned(), Some(value))].into();
    policy::change(office.gateway(), &Registrar::console(), changes).await.unwrap();
}

async fn join_department(office: &Office) {
    let wanted = Change { department: Some("経理部".into()), ..Change::default() };
    change(office.gateway(), &Registrar::console(), office.sender.account().id, wanted).await.unwrap();
}

async fn add(office: &Office, id: TransferId, email: &str) -> kakitome::error::Result<kakitome::model::DeliveryId> {
    recipients::add(office.gateway(), &office.sender, id, Office::recipient(email), None).await
}

async fn begin(office: &Office, id: TransferId, size: u64) -> kakitome::error::Result<kakitome::model::FileId> {
    let new = NewFile { name: "a.bin".into(), media_type: String::new(), size };
    upload::begin(office.gateway(), &office.sender, id, new).await
}

fn keep(least: i64, most: i64) -> Problem {
    Problem::Field { field: "keep_hours", flaw: FieldFlaw::OutOfBounds { least, most } }
}

fn hours(hours: u32) -> draft::Options {
    draft::Options { keep_hours: Some(hours), ..draft::Options::default() }
}

async fn every_step_holds_to_the_limits(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    limit(
        &office,
        limits(|l| {
            (l.most_bytes, l.most_recipients, l.most_keep_hours) = (Some(1000), Some(2), Some(48));
            l.domains = vec!["aozora.example".into(), "b.example".into()];
        }),
    )
    .await;
    let begun = draft::begin(gateway, &office.sender, hours(49), None).await;
    assert_eq!(problem(begun), keep(1, 48));
    let id = office.draft().await;
    let kept = draft::overview(gateway, &office.sender.watcher(), id).await.unwrap().transfer.keep_seconds;
    assert_eq!(kept, 48 * 3600, "the usual time is beyond the longest");
    assert_eq!(problem(draft::set_options(gateway, &office.sender, id, hours(49)).await), keep(1, 48));
    draft::set_options(gateway, &office.sender, id, hours(24)).await.unwrap();

    assert_eq!(problem(begin(&office, id, 1001).await), Problem::TooLarge { limit: 1000 });
    office.add_file(id, "a.bin", &[1; 600]).await;
    assert_eq!(problem(begin(&office, id, 401).await), Problem::TooLarge { limit: 1000 });

    let evil = Problem::DomainRefused { domain: "evil.example".into() };
    for email in ["x@evil.example", "X@EVIL.EXAMPLE"] {
        assert_eq!(problem(add(&office, id, email).await), evil);
    }
    let below = Problem::DomainRefused { domain: "sub.aozora.example".into() };
    assert_eq!(problem(add(&office, id, "x@sub.aozora.example").await), below, "a subdomain is another domain");
    let first = add(&office, id, "Suzuki@Aozora.Example").await.unwrap();
    add(&office, id, "x@b.example").await.unwrap();
    assert_eq!(problem(add(&office, id, "y@b.example").await), Problem::TooManyRecipients { limit: 2 });
    let other = Office::recipient("x@evil.example");
    assert_eq!(problem(recipients::change(gateway, &office.sender, id, first, other).await), evil);

    seal::send(gateway, &office.sender, id).await.unwrap();
    assert_eq!(problem(extend::extend(gateway, &office.sender, id, 49).await), keep(1, 48));
    extend::extend(gateway, &office.sender, id, 47).await.unwrap();
    office.check_invariants().await;
}

async fn the_tightest_of_policy_department_and_account_counts(on: On) {
    let office = Office::new(on).await;
    let id = office.draft().await;
    limit_department(&office, limits(|l| (l.most_bytes, l.domains) = (Some(10), vec!["b.example".into()]))).await;
    office.add_file(id, "a.bin", &[1; 20]).await;
    join_department(&office).await;
    assert_eq!(problem(begin(&office, id, 1).await), Problem::TooLarge { limit: 10 }, "the department's");
    limit(&office, limits(|l| (l.most_bytes, l.domains) = (Some(30), vec![]))).await;
    assert_eq!(problem(begin(&office, id, 1).await), Problem::TooLarge { limit: 10 }, "an account widens nothing");
    limit(&office, limits(|l| (l.most_bytes, l.domains) = (Some(9), vec!["aozora.example".into()]))).await;
    assert_eq!(problem(begin(&office, id, 1).await), Problem::TooLarge { limit: 9 });
    for email in [AOZORA, "x@b.example"] {
        assert!(matches!(problem(add(&office, id, email).await), Problem::DomainRefused { .. }), "in one list only");
    }
    limit_department(&office, Limits::default()).await;
    limit(&office, Limits::default()).await;
    set(&office, "bytes_per_transfer", 25).await;
    assert_eq!(problem(begin(&office, id, 6).await), Problem::TooLarge { limit: 25 });
    begin(&office, id, 5).await.unwrap();
    add(&office, id, AOZORA).await.unwrap();
}

/// A draft that could be sent.
async fn ready(office: &Office) -> TransferId {
    let id = office.draft().await;
    office.add_file(id, "memo.txt", b"hello").await;
    office.add_recipient(id, AOZORA).await;
    office.add_recipient(id, "x@b.example").await;
    id
}

#[track_caller]
fn words_of_sending(events: &[String]) -> usize {
    events.iter().filter(|word| ["sealed", "mail_queued", "number_shown"].contains(&word.as_str())).count()
}

async fn is_an_unsent_draft(office: &Office, id: TransferId) {
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), id).await.unwrap();
    assert_eq!(
        (overview.transfer.state, overview.files.len(), overview.deliveries.len()),
        (TransferState::Draft, 1, 2)
    );
    assert_eq!(words_of_sending(&office.events(id).await), 0);
    office.deliver_mails().await;
    assert_eq!(office.mails().len(), 0, "nothing left");
    office.check_invariants().await;
}

async fn what_was_allowed_when_the_draft_was_made_counts_for_nothing(on: On) {
    let office = Office::new(on).await;
    join_department(&office).await;
    let id = ready(&office).await;
    let refused = async |what: Problem| {
        assert_eq!(problem(seal::send(office.gateway(), &office.sender, id).await.map(drop)), what);
        is_an_unsent_draft(&office, id).await;
    };
    let narrow: [(Limits, Problem); 5] = [
        (limits(|l| l.most_bytes = Some(4)), Problem::TooLarge { limit: 4 }),
        (limits(|l| l.most_recipients = Some(1)), Problem::TooManyRecipients { limit: 1 }),
        (limits(|l| l.most_keep_hours = Some(24)), keep(1, 24)),
        (limits(|l| l.domains = vec!["aozora.example".into()]), Problem::DomainRefused { domain: "b.example".into() }),
        (limits(|l| l.needs_approval = true), Problem::ApprovalNeeded),
    ];
    for (limits, what) in narrow {
        limit(&office, limits.clone()).await;
        refused(what.clone()).await;
        limit(&office, Limits::default()).await;
        limit_department(&office, limits).await;
        refused(what).await;
        limit_department(&office, Limits::default()).await;
    }
    set(&office, "keep_default_hours", 24).await;
    for (name, value, what) in [
        ("bytes_per_transfer", 4, Problem::TooLarge { limit: 4 }),
        ("recipients_per_transfer", 1, Problem::TooManyRecipients { limit: 1 }),
        ("keep_most_hours", 100, keep(1, 100)),
    ] {
        set(&office, name, value).await;
        refused(what).await;
        policy::reset(office.gateway(), &Registrar::console(), vec![name.into()]).await.unwrap();
    }
    assert_eq!(seal::send(office.gateway(), &office.sender, id).await.unwrap().len(), 2, "and then it goes");
    office.check_invariants().await;
}

/// The first look at the limits is over, the numbers are being sealed, and then the limit is lowered.
async fn a_limit_lowered_while_it_is_being_sent_is_in_time(on: On) {
    for by_policy in [false, true] {
        let office = Office::new(on).await;
        let id = ready(&office).await;
        let before = office.gateway().openings.derivations();
        let (gateway, sender) = (office.gateway().clone(), office.sender.clone());
        let sent = actix_web::rt::spawn(async move { seal::send(&gateway, &sender, id).await });
        until("a number is being sealed", || async {
            (office.gateway().openings.derivations() > before).then_some(())
        })
        .await;
        match by_policy {
            true => set(&office, "recipients_per_transfer", 1).await,
            false => limit(&office, limits(|l| l.most_recipients = Some(1))).await,
        }
        assert_eq!(problem(sent.await.unwrap().map(drop)), Problem::TooManyRecipients { limit: 1 });
        is_an_unsent_draft(&office, id).await;
    }
}

async fn the_values_of_the_policy_are_those_of_the_sending(on: On) {
    let office = Office::new(on).await;
    let id = ready(&office).await;
    set(&office, "number_digits", 16).await;
    set(&office, "grace_minutes", 5).await;
    set(&office, "sender_slot", 1).await;
    let issued = seal::send(office.gateway(), &office.sender, id).await.unwrap();
    assert!(issued.iter().all(|issued| issued.number.expose().len() == 16), "digits");
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), id).await.unwrap();
    assert_eq!((overview.transfer.grace_seconds, overview.transfer.number_digits), (300, 16));
    assert!(overview.deliveries.iter().all(|delivery| delivery.number_digits == 16));
    assert_eq!(overview.transfer.sender_slot, kakitome::model::SenderSlot::Never);
    office.deliver_mails().await;
    office.check_invariants().await;
}

async fn files_of_unknown_length_stop_at_the_limit(on: On) {
    let office = Office::new(on).await;
    let id = office.draft().await;
    office.add_file(id, "a.bin", &[1; 600]).await;
    limit(&office, limits(|l| l.most_bytes = Some(1000))).await;
    for (length, fits) in [(401, false), (400, true)] {
        let new = NewFile { name: "b.bin".into(), media_type: String::new(), size: 0 };
        let file = upload::begin_open_ended(office.gateway(), &office.sender, id, new).await.unwrap();
        let (give, take) = tokio::sync::mpsc::channel(4);
        tokio::spawn(async move {
            let _sent = give.send(Piece::Bytes(bytes::Bytes::from(vec![1; length]))).await;
            let _end = give.send(Piece::End).await;
        });
        let done = upload::append_to_end(office.gateway().clone(), office.sender.clone(), file, take).await;
        match fits {
            true => assert_eq!(done.unwrap().size, 400),
            false => assert_eq!(problem(done), Problem::TooLarge { limit: 1000 }),
        }
    }
}

/// The interface says before sending what sending would say.
#[actix_web::test]
async fn the_check_names_what_hinders() {
    let server = Server::start(On::Sqlite).await;
    let gateway = &server.running.gateway;
    let id = server.post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
    server.upload(&id, "memo.txt", b"hello".to_vec()).await;
    let recipient = json!({"email": AOZORA, "name": "鈴木 一郎", "language": "ja"});
    server.post(&format!("/transfers/{id}/recipients"), recipient).await;
    let account = kakitome::staff::register::find(gateway, "sato@office.example").await.unwrap();
    let narrow = limits(|l| (l.needs_approval, l.domains) = (true, vec!["b.example".into()]));
    let wanted = Change { limits: Some(narrow), ..Change::default() };
    change(gateway, &Registrar::console(), account.id, wanted).await.unwrap();
    let check = server.get(&format!("/transfers/{id}/check")).await;
    assert_eq!(check["ready"], false);
    assert_eq!(check["missing"], json!(["approval-needed", "domain-refused"]));
    let sent = server.request(Method::POST, &format!("/transfers/{id}/send")).json(&json!({"confirmed": []}));
    let sent = sent.send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::UNPROCESSABLE_ENTITY, "what the sender can mend comes first");
    assert_eq!(sent.json::<serde_json::Value>().await.unwrap()["code"], "domain-refused");
    server.check_invariants().await;
}
