//! Reminders: by the clock once, by hand once a day, and never to whom nothing waits for. They hold neither link nor number.

use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::flows::{Office, On, PASSWORD, Sent, until};
use crate::harness::problem;
use crate::harness::server::Server;
use kakitome::error::Problem;
use kakitome::model::{DeliveryState, Role, Scope};
use kakitome::staff::policy;
use kakitome::staff::registrar::Registrar;
use kakitome::transfer::retrieve::{self, Asked};
use kakitome::transfer::{dispatch, draft, extend, recall, remind, resend, seal};
use reqwest::Method;
use serde_json::json;

const SUZUKI: &str = "suzuki@aozora.example";
const OKA: &str = "oka@kitayama.example";

on_both! {
    the_clock_reminds_once_and_only_whom_something_waits_for
    a_reminder_holds_no_way_in_and_says_where_it_is
    who_has_little_time_is_reminded_in_the_middle_of_it_or_not_at_all
    a_later_end_moves_the_reminder
    a_new_link_that_has_not_left_is_not_pointed_to
    the_policy_turns_it_off
    a_hand_reminds_once_a_day
    what_comes_true_before_the_mail_leaves_takes_it_back
    two_nodes_remind_once
    a_sender_who_wants_no_receipts_gets_none
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}

/// Mails that remind, each with whom it is to.
fn reminders(office: &Office) -> Vec<String> {
    office.mails().into_iter().filter(|mail| mail.contains("お受け取り期限は")).collect()
}

/// A turn of the sweeper; how many were reminded.
async fn sweep(office: &Office) -> usize {
    let queued = remind::sweep(office.gateway()).await.unwrap();
    office.deliver_mails().await;
    queued
}

async fn collect(office: &Office, sent: &Sent) {
    let opened = office.open(sent).await.unwrap();
    let delivery = office.opened(sent, &opened).await.unwrap();
    office.fetch(&delivery, Asked::File(0)).await.unwrap();
    until("everything is counted", || async {
        (office.delivery(sent).await.state == DeliveryState::Retrieved).then_some(())
    })
    .await;
    retrieve::confirm(office.gateway(), office.opened(sent, &opened).await.unwrap()).await.unwrap();
}

async fn kept_for(office: &Office, keep_hours: u32) -> kakitome::model::TransferId {
    let id = office.draft().await;
    office.add_file(id, "a.pdf", b"%PDF").await;
    office.add_recipient(id, SUZUKI).await;
    let options = draft::Options { message: None, keep_hours: Some(keep_hours) };
    draft::set_options(office.gateway(), &office.sender, id, options).await.unwrap();
    seal::send(office.gateway(), &office.sender, id).await.unwrap();
    office.deliver_mails().await;
    id
}

async fn the_clock_reminds_once_and_only_whom_something_waits_for(on: On) {
    let office = Office::new(on).await;
    let (_, sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI, OKA, "ito@minami.example"]).await;
    collect(&office, &sent[1]).await;
    for _ in 0..10 {
        office.open_with(&sent[2], &sent[2].wrong_number(), false).await.unwrap_err();
        office.clock.forward(Duration::from_secs(600));
    }
    office.clock.forward(hours(118));
    assert_eq!(sweep(&office).await, 0, "more than two days remain");
    office.clock.forward(hours(2));
    assert_eq!(sweep(&office).await, 1, "who has everything, and who is stopped, is not reminded");
    assert!(reminders(&office)[0].contains(SUZUKI));
    office.clock.forward(hours(30));
    assert_eq!(sweep(&office).await, 0, "once");
    office.clock.forward(hours(30));
    assert_eq!(sweep(&office).await, 0, "what has ended is past reminding");
    assert_eq!(crate::harness::rows::events(&office, "reminded"), 1);
    office.check_invariants().await;
}

async fn a_reminder_holds_no_way_in_and_says_where_it_is(on: On) {
    let office = Office::new(on).await;
    let (_, sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    let first = office.mails().remove(0);
    office.clock.forward(hours(130));
    assert_eq!(sweep(&office).await, 1);
    let mail = reminders(&office).remove(0);
    assert!(!mail.contains('#') && !mail.contains(&sent[0].issued.delivery.public_id), "{mail}");
    assert!(!mail.replace([' ', '-'], "").contains(sent[0].issued.number.expose()));
    assert!(mail.contains(&sent[0].issued.delivery.reference) && mail.contains("/r を"), "{mail}");
    assert!(mail.contains("2026年11月23日（月）12時30分（日本時間）にお届け"), "{mail}");
    assert!(mail.contains("Reply-To") && mail.contains("sato@office.example") && mail.contains("03-1234-5678"));
    assert!(first.contains("ファイルお受け取りのご案内"), "the name by which it is looked for");
}

async fn who_has_little_time_is_reminded_in_the_middle_of_it_or_not_at_all(on: On) {
    let office = Office::new(on).await;
    kept_for(&office, 24).await;
    kept_for(&office, 11).await;
    office.clock.forward(hours(9));
    assert_eq!(sweep(&office).await, 0);
    office.clock.forward(hours(4));
    assert_eq!(sweep(&office).await, 1, "the one with a day");
    office.clock.forward(hours(1));
    assert_eq!(sweep(&office).await, 0);
}

async fn a_later_end_moves_the_reminder(on: On) {
    let office = Office::new(on).await;
    let id = kept_for(&office, 72).await;
    office.clock.forward(hours(20));
    extend::extend(office.gateway(), &office.sender, id, 168).await.unwrap();
    office.clock.forward(hours(30));
    assert_eq!(sweep(&office).await, 0);
    office.clock.forward(hours(100));
    assert_eq!(sweep(&office).await, 1);
}

async fn a_new_link_that_has_not_left_is_not_pointed_to(on: On) {
    let office = Office::new(on).await;
    let (_, sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    office.clock.forward(hours(130));
    let sender = office.sign_in().await;
    resend::resend(office.gateway(), &sender, &sent[0].issued.delivery).await.unwrap();
    assert_eq!(remind::sweep(office.gateway()).await.unwrap(), 0, "the old mail is void, the new one waits");
    office.deliver_mails().await;
    assert_eq!(sweep(&office).await, 0, "the new mail is fresh");
    office.clock.forward(hours(20));
    assert_eq!(sweep(&office).await, 1);
    assert!(reminders(&office)[0].contains("11月28日"), "the date of the mail that counts: {}", reminders(&office)[0]);
}

async fn the_policy_turns_it_off(on: On) {
    let office = Office::new(on).await;
    office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    let set = async |value| {
        let changes = [("remind_hours".to_owned(), Some(value))].into();
        policy::change(office.gateway(), &Registrar::console(), changes).await.unwrap();
    };
    set(0).await;
    office.clock.forward(hours(140));
    assert_eq!(sweep(&office).await, 0);
    set(24).await;
    assert_eq!(sweep(&office).await, 0);
    office.clock.forward(hours(5));
    assert_eq!(sweep(&office).await, 1);
}

async fn a_hand_reminds_once_a_day(on: On) {
    let office = Office::new(on).await;
    let (id, sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI, OKA]).await;
    let gateway = office.gateway();
    collect(&office, &sent[1]).await;
    let reminded = remind::remind(gateway, &office.sender, id).await.unwrap();
    assert_eq!(reminded.len(), 1);
    assert_eq!(reminded[0].recipient.email, SUZUKI);
    assert_eq!(problem(remind::remind(gateway, &office.sender, id).await), Problem::RemindedLately);
    let one = &sent[0].issued.delivery;
    assert_eq!(problem(remind::remind_delivery(gateway, &office.sender, one).await), Problem::RemindedLately);
    let ended = remind::remind_delivery(gateway, &office.sender, &sent[1].issued.delivery).await;
    assert_eq!(problem(ended), Problem::DeliveryEnded { state: "closed" });
    office.clock.forward(hours(24));
    let sender = office.sign_in().await;
    remind::remind_delivery(gateway, &sender, one).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(reminders(&office).len(), 2);

    let other = Office::add_sender(gateway, "ito@office.example", "伊藤 進").await;
    assert_eq!(problem(remind::remind(gateway, &other, id).await), Problem::NotFound, "not one's own");
    recall::recall_delivery(gateway, &sender, one, "").await.unwrap();
    assert_eq!(problem(remind::remind(gateway, &sender, id).await), Problem::NobodyWaits);
    let draft = office.draft().await;
    assert_eq!(problem(remind::remind(gateway, &sender, draft).await), Problem::NobodyWaits);
}

async fn what_comes_true_before_the_mail_leaves_takes_it_back(on: On) {
    let office = Office::new(on).await;
    let (_, sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    office.clock.forward(hours(130));
    assert_eq!(remind::sweep(office.gateway()).await.unwrap(), 1);
    collect(&office, &sent[0]).await;
    office.deliver_mails().await;
    assert!(reminders(&office).is_empty(), "everything was collected meanwhile");
    assert!(office.mails().iter().any(|mail| mail.contains("受け取り完了")));
}

async fn a_sender_who_wants_no_receipts_gets_none(on: On) {
    let office = Office::new(on).await;
    let id = office.sender.account().id;
    let receipts =
        |office: &Office| office.mails().iter().filter(|mail| mail.contains("Subject: 受け取り完了")).count();
    let (_, sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI, OKA]).await;
    collect(&office, &sent[0]).await;
    office.deliver_mails().await;
    assert_eq!(receipts(&office), 1, "on, unless somebody says otherwise");
    office.gateway().store.write(move |tx| kakitome::store::receipts::set(tx, id, false)).await.unwrap();
    collect(&office, &sent[1]).await;
    office.deliver_mails().await;
    assert_eq!(receipts(&office), 1);
    assert!(office.events(sent[1].issued.delivery.transfer).await.contains(&"retrieved".to_owned()));
}

async fn two_nodes_remind_once(on: On) {
    let office = Office::new(on).await;
    let (_, sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    office.clock.forward(hours(130));
    let (a, b) = tokio::join!(remind::sweep(office.gateway()), remind::sweep(office.gateway()));
    assert_eq!(a.unwrap() + b.unwrap(), 1);
    let one = &sent[0].issued.delivery;
    let sender = office.sign_in().await;
    assert_eq!(
        problem(remind::remind_delivery(office.gateway(), &sender, one).await),
        Problem::RemindedLately,
        "the clock's reminder counts"
    );
    office.clock.forward(hours(24));
    let sender = office.sign_in().await;
    let (a, b) = tokio::join!(
        remind::remind_delivery(office.gateway(), &sender, one),
        remind::remind_delivery(office.gateway(), &sender, one)
    );
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1);
    while dispatch::deliver_next(office.gateway(), &*office.app.mailer).await.unwrap() {}
    assert_eq!(reminders(&office).len(), 2);
}

/// Waits until the mail has left.
async fn mailed(server: &Server, path: &str) {
    until("the mail has left", || async {
        (server.get(path).await["deliveries"][0]["mail"]["state"] == "accepted").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_button_and_the_interface_remind_once_a_day() {
    let mut server = Server::start(On::Sqlite).await;
    let mut browser = Browser::new(&server.client, &server.base);
    let issued = server.account("hanako@office.example", &[Role::Sender]).await;
    browser.first_sign_in("hanako@office.example", issued.one_time_password.as_str(), PASSWORD).await;
    server.token = server.token_of(&issued, Scope::Send).await;
    let sent = server.send(&[("memo.txt", b"memo".to_vec())]).await;
    let path = format!("/transfers/{}", sent.transfer);
    mailed(&server, &path).await;
    let page = browser.get(&path).await;
    let done = browser.post(&page, &format!("/deliveries/{}/remind", sent.reference), &[]).await;
    assert!(done.location.ends_with("done=reminded"), "{}", done.location);
    let after = browser.get(&done.location).await;
    assert!(after.html.contains("お知らせのメールを送ります") && !after.html.contains("/remind\""), "{}", after.html);
    assert!(after.html.contains("お知らせを送りました"));
    let late = browser.post(&page, &format!("/deliveries/{}/remind", sent.reference), &[]).await;
    assert!(late.location.ends_with("done=stale"), "{}", late.location);

    for path in [format!("/transfers/{}/remind", sent.transfer), format!("/deliveries/{}/remind", sent.reference)] {
        let again = server.request(Method::POST, &path).json(&json!({})).send().await.unwrap();
        assert_eq!(again.status(), 409, "{path}");
        assert_eq!(again.json::<serde_json::Value>().await.unwrap()["code"], "reminded-lately");
    }
    let other = server.send(&[("memo.txt", b"memo".to_vec())]).await;
    mailed(&server, &format!("/transfers/{}", other.transfer)).await;
    let told = server.post(&format!("/transfers/{}/remind", other.transfer), json!({})).await;
    assert_eq!(told["reminded"], json!([other.reference]));

    let mut off = browser.get("/me").await;
    assert!(off.html.contains("name=\"collected\" value=\"1\" checked"), "{}", off.html);
    browser.post(&off, "/me/receipts", &[]).await;
    off = browser.get("/me").await;
    assert!(off.html.contains("name=\"collected\" value=\"1\" aria"), "{}", off.html);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_reminds() {
    let server = Server::start(On::Sqlite).await;
    let sent = server.send(&[("memo.txt", b"memo".to_vec())]).await;
    mailed(&server, &format!("/transfers/{}", sent.transfer)).await;
    let home = tempfile::tempdir().unwrap();
    let token = home.path().join("token");
    std::fs::write(&token, &server.token).unwrap();
    let remind = |named: &str| {
        let mut kakitome = std::process::Command::new(env!("CARGO_BIN_EXE_kakitome"));
        kakitome.args(["--json", "remind", named]).env("LC_ALL", "en_US.UTF-8").env("XDG_STATE_HOME", home.path());
        kakitome.env("KAKITOME_SERVER", &server.base).env("KAKITOME_TOKEN_FILE", &token);
        kakitome.env("KAKITOME_CA_FILE", server.running.authority_file.as_deref().unwrap());
        tokio::task::spawn_blocking(move || {
            let out = kakitome.output().unwrap();
            let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (said(&out.stdout), said(&out.stderr), out.status.success())
        })
    };
    let (told, said, well) = remind(&sent.transfer).await.unwrap();
    assert!(well && said.contains("One recipient is reminded."), "{said}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&told).unwrap(), json!({ "reminded": [sent.reference] }));
    let (_, said, well) = remind(&sent.reference.to_lowercase()).await.unwrap();
    assert!(!well && said.contains("within the last 24 hours"), "{said}");
}
