//! Asking for the files again: by who holds the link of what is gone, told to the sender once a day.

use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::flows::{Office, On, Sent};
use crate::harness::server::Server;
use crate::harness::{HandClock, problem};
use kakitome::error::Problem;
use kakitome::model::{LinkSecret, TransferState};
use kakitome::store::transfers;
use kakitome::transfer::again::{self, Asking};
use kakitome::transfer::confirm::Confirmation;
use kakitome::transfer::{expire, look, recall, resend, widen};
use reqwest::Method;
use serde_json::json;

const SUZUKI: &str = "suzuki@aozora.example";

on_both! {
    who_comes_too_late_asks_once_a_day
    two_who_ask_at_once_are_one_mail
    the_holder_of_a_replaced_link_can_ask
    what_can_be_opened_is_not_asked_for
    who_got_it_by_a_wrong_address_cannot_ask
}

fn asked(office: &Office) -> Vec<String> {
    office.mails().into_iter().filter(|mail| mail.contains("Subject: 再送の依頼")).collect()
}

async fn ask(office: &Office, sent: &Sent) -> kakitome::error::Result<()> {
    let id = &sent.issued.delivery.public_id;
    again::ask(office.gateway(), &sent.secret, Some(id), None).await.map(drop)
}

async fn expired(office: &Office) -> Sent {
    let (id, mut sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    office.clock.forward(Duration::from_secs(169 * 3600));
    expire::sweep(office.gateway(), office.gateway().clock.now()).await.unwrap();
    office.deliver_mails().await;
    let state = office.gateway().store.read(move |tx| transfers::get(tx, id)).await.unwrap().state;
    assert_eq!(state, TransferState::Shredded, "keys and bytes are gone");
    sent.remove(0)
}

async fn who_comes_too_late_asks_once_a_day(on: On) {
    let office = Office::new(on).await;
    let sent = expired(&office).await;
    let seen = look::look(office.gateway(), &sent.secret, None, None).await.unwrap();
    assert_eq!(seen.asking, Asking::May);
    ask(&office, &sent).await.unwrap();
    office.deliver_mails().await;
    let mail = asked(&office).remove(0);
    assert!(mail.contains("sato@office.example") && mail.contains(&sent.issued.delivery.reference), "{mail}");
    assert!(mail.contains("期限までに受け取られず") && !mail.contains('#'), "{mail}");

    let seen = look::look(office.gateway(), &sent.secret, None, None).await.unwrap();
    assert!(matches!(seen.asking, Asking::Asked(_)));
    office.clock.forward(Duration::from_secs(23 * 3600));
    ask(&office, &sent).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(asked(&office).len(), 1, "within a day the sender is told once");
    office.clock.forward(Duration::from_secs(3600));
    ask(&office, &sent).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(asked(&office).len(), 2, "the next day again");
    assert_eq!(crate::harness::rows::events(&office, "asked_again"), 2);
    let stranger = again::ask(office.gateway(), &LinkSecret::new([9; 20]), None, None).await;
    assert_eq!(problem(stranger.map(drop)), Problem::NotFound);
    office.check_invariants().await;
}

async fn two_who_ask_at_once_are_one_mail(on: On) {
    let office = Office::new(on).await;
    let sent = expired(&office).await;
    let (a, b) = tokio::join!(ask(&office, &sent), ask(&office, &sent));
    a.unwrap();
    b.unwrap();
    office.deliver_mails().await;
    assert_eq!((asked(&office).len(), crate::harness::rows::events(&office, "asked_again")), (1, 1));
}

async fn the_holder_of_a_replaced_link_can_ask(on: On) {
    let office = Office::new(on).await;
    let (_, mut sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    let old = sent.remove(0);
    office.open(&old).await.unwrap();
    resend::resend(office.gateway(), &office.sender, &old.issued.delivery).await.unwrap();
    let seen = again::former(office.gateway(), &old.secret).await.unwrap();
    assert_eq!((seen.asking, seen.accepted.len()), (Asking::May, 0), "openings are not told");
    ask(&office, &old).await.unwrap();
    office.deliver_mails().await;
    assert!(asked(&office)[0].contains("以前のリンク"));
    office.clock.forward(Duration::from_secs(200 * 3600));
    ask(&office, &old).await.unwrap();
    office.deliver_mails().await;
    let late = asked(&office).into_iter().find(|mail| mail.contains("期限までに受け取られず"));
    assert!(late.is_some(), "by the clock it has ended, before the sweeper comes");
}

async fn what_can_be_opened_is_not_asked_for(on: On) {
    let office = Office::new(on).await;
    let (_, sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    assert_eq!(problem(ask(&office, &sent[0]).await), Problem::AskingInVain);
    recall::recall_delivery(office.gateway(), &office.sender, &sent[0].issued.delivery, "").await.unwrap();
    ask(&office, &sent[0]).await.unwrap();
    office.deliver_mails().await;
    assert!(asked(&office)[0].contains("取り消されていて"));
}

async fn who_got_it_by_a_wrong_address_cannot_ask(on: On) {
    let office = Office::new(on).await;
    let (_, sent) = office.send(&[("a.pdf", b"%PDF")], &["suzuki@aozora-inc.example"]).await;
    let right = Office::recipient(SUZUKI);
    widen::correct(office.gateway(), &office.sender, &sent[0].issued.delivery, right, Confirmation::NOTHING)
        .await
        .unwrap();
    assert_eq!(problem(ask(&office, &sent[0]).await), Problem::AskingInVain);
    office.deliver_mails().await;
    assert!(asked(&office).is_empty());
}

#[tokio::test]
async fn a_dead_page_has_a_button_and_says_who_was_told() {
    let clock = HandClock::new();
    let server = Server::at(On::Sqlite, clock.clone(), |_| {}).await;
    let sent = server.send(&[("memo.txt", b"memo".to_vec())]).await;
    let mut browser = Browser::new(&server.client, &server.base);
    let path = format!("/r/{}/look", sent.public_id);
    let entrance = browser.get(&format!("/r/{}", sent.public_id)).await;
    let page = browser.post(&entrance, &path, &[("secret", &sent.code)]).await;
    assert!(!page.html.contains("/r/ask"), "it waits");
    clock.forward(Duration::from_secs(169 * 3600));
    let page = browser.post(&entrance, &path, &[("secret", &sent.code)]).await;
    assert!(page.html.contains("保管期間が終わりました") && page.html.contains("再送を依頼する"), "{}", page.html);
    let page = browser.post(&page, "/r/ask", &[]).await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("依頼をお知らせしました") && !page.html.contains("再送を依頼する"), "{}", page.html);
    assert!(page.html.contains("03-1234-5678"));
    let page = browser.post(&entrance, &path, &[("secret", &sent.code)]).await;
    assert_eq!(page.status, 410);
    assert!(page.html.contains("依頼をお知らせしました"), "{}", page.html);
    let by = async |origin: &str, secret: &str| {
        let asked = server.client.post(format!("{}/r/ask", server.base)).header("Origin", origin);
        asked
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(format!("secret={secret}"))
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(by("https://evil.example", &sent.code).await, 403, "forms of other sites");

    let api = format!("/r/{}/ask", sent.public_id);
    let answer = server.request(Method::POST, &api).json(&json!({ "secret": sent.code })).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let at = answer.json::<serde_json::Value>().await.unwrap()["asked_at"].as_str().unwrap().to_owned();
    let again = server.request(Method::POST, &api).json(&json!({ "secret": sent.code })).send().await.unwrap();
    assert_eq!(again.json::<serde_json::Value>().await.unwrap()["asked_at"], at, "told once");
    let foreign = server.request(Method::POST, &api).header("Origin", "https://evil.example");
    let foreign = foreign.json(&json!({ "secret": sent.code })).send().await.unwrap();
    assert_eq!(foreign.status(), 403, "forms of other sites");
}
