//! Approval, hold, and what is done after sending, as people meet them: in a browser without scripts.

use std::time::Duration;

use crate::harness::browser::{Browser, Page};
use crate::harness::flows::{On, PASSWORD};
use crate::harness::server::Server;
use kakitome::model::{Role, Scope, TransferId};
use kakitome::staff::policy;
use kakitome::staff::registrar::Registrar;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const CONTENT: &[u8] = b"what was entrusted";
const SUZUKI: &str = "suzuki@aozora.example";

async fn set(server: &Server, name: &str, value: u64) {
    let changes = [(name.to_owned(), Some(value))].into();
    policy::change(&server.running.gateway, &Registrar::console(), changes).await.unwrap();
}

async fn person(server: &Server, email: &str, roles: &[Role]) -> Browser {
    let issued = server.account(email, roles).await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in(email, issued.one_time_password.as_str(), PASSWORD).await;
    browser
}

/// A sender at a browser, whose token the server has from now on.
async fn sender(server: &mut Server) -> Browser {
    let email = "hanako@office.example";
    let issued = server.account(email, &[Role::Sender]).await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in(email, issued.one_time_password.as_str(), PASSWORD).await;
    server.token = server.token_of(&issued, Scope::Send).await;
    browser
}

/// A transfer that was sent by the interface: its id and the reference of its one recipient.
async fn sent(server: &Server) -> (String, String) {
    let transfer = server.post("/transfers", json!({"message": "決算書をお送りします。"})).await;
    let transfer = transfer["id"].as_str().unwrap().to_owned();
    server.upload(&transfer, "決算書.pdf", CONTENT.to_vec()).await;
    let recipient = json!({"email": SUZUKI, "name": "鈴木 一郎", "language": "ja"});
    server.post(&format!("/transfers/{transfer}/recipients"), recipient).await;
    let sent = server.post(&format!("/transfers/{transfer}/send"), json!({"confirmed": []})).await;
    (transfer, sent["deliveries"][0]["reference"].as_str().unwrap().to_owned())
}

fn mails(server: &Server) -> Vec<String> {
    let new = server.directory.path().join("data/mail/new");
    let entries = std::fs::read_dir(new).unwrap().flatten();
    entries.map(|entry| crate::harness::decode_mail(&std::fs::read(entry.path()).unwrap())).collect()
}

fn links(server: &Server) -> usize {
    mails(server).iter().filter(|mail| mail.contains("/r/") && mail.contains('#')).count()
}

#[track_caller]
fn says(page: &Page, words: &[&str]) {
    for word in words {
        assert!(page.html.contains(word), "{word}: {}", page.html);
    }
}

#[track_caller]
fn went(page: &Page, to: &str) {
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, to), "{}", page.html);
}

#[actix_web::test]
async fn a_second_person_reads_opens_and_decides() {
    let mut server = Server::start(On::Sqlite).await;
    let mut tanaka = person(&server, "tanaka@office.example", &[Role::Approver]).await;
    let mut hanako = sender(&mut server).await;
    set(&server, "approve_always", 1).await;
    says(&tanaka.get("/approvals").await, &["いま承認を待っている送付はありません", ">承認</a>"]);
    assert_eq!(hanako.get("/approvals").await.status, StatusCode::FORBIDDEN);

    let (id, _) = sent(&server).await;
    let own = hanako.get(&format!("/transfers/{id}")).await;
    says(&own, &["承認待ち", "承認を待っています", "受取番号は、承認後のメールが届いてから使えます"]);
    assert!(!own.html.contains("いますぐ送る"), "what waits for an approver is not released");
    says(&hanako.get("/transfers?state=asked").await, &["承認待ち", &id]);
    let list = tanaka.get("/approvals").await;
    says(&list, &["承認（1件）", &format!("/approvals/{id}"), "鈴木 一郎"]);

    let page = tanaka.get(&format!("/approvals/{id}")).await;
    says(&page, &[SUZUKI, "決算書.pdf", "決算書をお送りします。", "初めての宛先です", "すべての送付に承認が必要です"]);
    for act in ["approve", "refuse"] {
        let by_link = tanaka.get(&format!("/approvals/{id}/{act}")).await;
        assert_eq!(by_link.status, StatusCode::METHOD_NOT_ALLOWED, "no link decides");
    }
    let file = server.client.get(format!("{}/approvals/{id}/files/1", server.base));
    let file = file.header("Cookie", tanaka.cookies()).send().await.unwrap();
    assert!(file.headers()["Content-Disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(file.headers()["Cache-Control"], "no-store");
    assert_eq!(file.bytes().await.unwrap(), CONTENT);
    says(&hanako.get(&format!("/transfers/{id}")).await, &["承認者がファイルを開きました"]);

    let refuse = format!("/approvals/{id}/refuse");
    let without = tanaka.post(&page, &refuse, &[("reason", "  ")]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&without, &["理由を入力してください"]);
    went(&tanaka.post(&without, &refuse, &[("reason", "会社が違います")]).await, "/approvals?done=refused");
    says(&hanako.get(&format!("/transfers/{id}")).await, &["承認されず", "承認者からの理由", "会社が違います"]);
    says(&tanaka.get("/approvals").await, &["差し戻し", SUZUKI]);
    went(&tanaka.get(&format!("/approvals/{id}")).await, "/approvals?done=nothing_asked");
    assert_eq!(links(&server), 0);

    let (id, reference) = sent(&server).await;
    let page = tanaka.get(&format!("/approvals/{id}")).await;
    let approve = format!("/approvals/{id}/approve");
    went(&tanaka.post(&page, &approve, &[]).await, "/approvals?done=approved");
    server.link(&reference).await;
    went(&tanaka.post(&page, &approve, &[]).await, "/approvals?done=nothing_asked");
    assert_eq!(links(&server), 1);
    let told = mails(&server).into_iter().filter(|mail| mail.contains("承認をお願いしたい送付"));
    assert!(told.clone().count() > 0 && told.into_iter().all(|mail| !mail.contains(&id)), "no link in a mail decides");
    server.check_invariants().await;
}

#[actix_web::test]
async fn a_deputy_decides_for_a_time_and_never_about_the_own() {
    let mut server = Server::start(On::Sqlite).await;
    let mut tanaka = person(&server, "tanaka@office.example", &[Role::Approver]).await;
    let mut kimura = person(&server, "kimura@office.example", &[Role::Auditor]).await;
    let _hanako = sender(&mut server).await;
    set(&server, "approve_always", 1).await;
    let (before, _) = sent(&server).await;
    assert_eq!(kimura.get("/approvals").await.status, StatusCode::FORBIDDEN);

    let form = tanaka.get("/me/deputy").await;
    let days = |from: &'static str, until: &'static str| [("from", from), ("until", until)];
    let name = async |tanaka: &mut Browser, email: &str, [from, until]: [(&str, &str); 2]| {
        tanaka.post(&form, "/me/deputy", &[("deputy", email), from, until]).await
    };
    let period = || days("2020-01-01", "2099-01-01");
    let too_long = name(&mut tanaka, "kimura@office.example", period()).await;
    says(&too_long, &["92日以内"]);
    let today = kakitome::http::days::date_of(server.running.gateway.now(), server.running.gateway.office().time_zone);
    let (from, until) = (today.to_string(), (today + chrono::Days::new(7)).to_string());
    for wrong in ["tanaka@office.example", "nobody@office.example", ""] {
        let typed = [("deputy", wrong), ("from", &from), ("until", &until)];
        let refused = tanaka.post(&form, "/me/deputy", &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let typed = [("deputy", "kimura@office.example"), ("from", from.as_str()), ("until", until.as_str())];
    went(&tanaka.post(&form, "/me/deputy", &typed).await, "/me/deputy?done=deputy_named");

    says(
        &kimura.get(&format!("/approvals/{before}")).await,
        &["代理として判断します", "ファイルを開く鍵をお持ちでない"],
    );
    let (after, reference) = sent(&server).await;
    let page = kimura.get(&format!("/approvals/{after}")).await;
    says(&page, &["代理として判断します", "開いて確かめる"]);
    went(&kimura.post(&page, &format!("/approvals/{after}/approve"), &[]).await, "/approvals?done=approved");
    server.link(&reference).await;
    says(&kimura.get("/approvals").await, &["の代理として"]);
    let id: TransferId = after.parse().unwrap();
    let events =
        server.running.gateway.store.read(move |tx| kakitome::store::events::of_transfer(tx, id)).await.unwrap();
    let given = events.iter().find(|entry| entry.event == "approval_given").unwrap();
    let leaf: Value = serde_json::from_slice(&given.leaf).unwrap();
    assert!(leaf["on_behalf_of"].is_string(), "{leaf}");

    // Who may send too decides neither about the own nor, as deputy, about those of the approver.
    let issued = server.account("both@office.example", &[Role::Sender, Role::Approver]).await;
    let mut both = Browser::new(&server.client, &server.base);
    both.first_sign_in("both@office.example", issued.one_time_password.as_str(), PASSWORD).await;
    let form = both.get("/me/deputy").await;
    let typed = [("deputy", "kimura@office.example"), ("from", from.as_str()), ("until", until.as_str())];
    went(&both.post(&form, "/me/deputy", &typed).await, "/me/deputy?done=deputy_named");
    let page = tanaka.get("/me/deputy").await;
    went(&tanaka.post(&page, "/me/deputy/withdraw", &[]).await, "/me/deputy?done=deputy_withdrawn");
    server.token = server.token_of(&issued, Scope::Send).await;
    let (of_both, _) = sent(&server).await;
    went(&kimura.get(&format!("/approvals/{of_both}")).await, "/approvals?done=nothing_asked");
    went(&both.get(&format!("/approvals/{of_both}")).await, "/approvals?done=nothing_asked");
    assert_eq!(tanaka.get(&format!("/approvals/{of_both}")).await.status, StatusCode::OK);
    server.check_invariants().await;
}

#[actix_web::test]
async fn what_is_held_is_taken_back_without_a_trace_or_sent_at_once() {
    let mut server = Server::start(On::Sqlite).await;
    let mut hanako = sender(&mut server).await;
    set(&server, "hold_minutes", 10).await;
    let (id, _) = sent(&server).await;
    let page = hanako.get(&format!("/transfers/{id}")).await;
    says(&page, &["送信前", "に送ります", "kk-countdown", "いま取り消せば、外部には何も届きません"]);
    let back = hanako.post(&page, &format!("/transfers/{id}/recall"), &[]).await;
    went(&back, &format!("/transfers/{id}?done=recalled"));
    went(&hanako.post(&page, &format!("/transfers/{id}/release"), &[]).await, &format!("/transfers/{id}?done=stale"));
    assert!(mails(&server).is_empty(), "nobody outside was told");

    let (id, reference) = sent(&server).await;
    let page = hanako.get(&format!("/transfers/{id}")).await;
    let now = hanako.post(&page, &format!("/transfers/{id}/release"), &[]).await;
    went(&now, &format!("/transfers/{id}?done=released"));
    server.link(&reference).await;
    says(&hanako.get(&format!("/transfers/{id}")).await, &["待ち時間の終わりを待たずに送りました"]);
    let again = server.request(Method::POST, &format!("/transfers/{id}/release")).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::CONFLICT, "nothing is held any more");
    server.check_invariants().await;
}

#[actix_web::test]
async fn after_sending_one_is_added_one_corrected_and_one_gets_another_link() {
    let mut server = Server::start(On::Sqlite).await;
    let mut tanaka = person(&server, "tanaka@office.example", &[Role::Approver]).await;
    let mut hanako = sender(&mut server).await;
    let (id, reference) = sent(&server).await;
    server.link(&reference).await;
    set(&server, "approve_new_domains", 1).await;

    let path = format!("/transfers/{id}/recipients");
    let form = hanako.get(&path).await;
    let oka = [("email", "oka@gmail.com"), ("name", "岡"), ("channel", "phone"), ("language", "ja")];
    let unticked = hanako.post(&form, &path, &oka).await;
    assert_eq!(unticked.status, StatusCode::CONFLICT);
    says(&unticked, &["初めての宛先です", "フリーメール", "チェックしてください", "value=\"oka@gmail.com\""]);
    // The page carries what stood beside the tick.
    let ticked = |who: &[(&'static str, &'static str)]| [who, &[("confirmed", "yes")]].concat();
    let other = [("email", "other@gmail.com"), ("name", "岡"), ("channel", "phone"), ("language", "ja")];
    let other_ticked = hanako.post(&unticked, &path, &ticked(&other)).await;
    assert_eq!(other_ticked.status, StatusCode::CONFLICT, "a tick is for one address");
    let added = hanako.post(&unticked, &path, &ticked(&oka)).await;
    assert_eq!((added.status, added.headers["Cache-Control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
    says(&added, &["宛先を加えました", "class=\"number\"", "承認を待っています"]);
    let shown = hanako.get(&format!("/send/{id}/sent")).await;
    says(&shown, &["class=\"number\""]);
    assert_eq!(links(&server), 1, "the one who was added waits for an approver");
    let page = tanaka.get(&format!("/approvals/{id}")).await;
    says(&page, &["oka@gmail.com", "この組織から初めて送るドメインです"]);
    went(&tanaka.post(&page, &format!("/approvals/{id}/approve"), &[]).await, "/approvals?done=approved");
    crate::harness::flows::until("the second link leaves", || async { (links(&server) == 2).then_some(()) }).await;

    let page = hanako.get(&format!("/transfers/{id}")).await;
    says(&page, &["宛先を加えました：岡", &format!("/deliveries/{reference}/resend")]);
    let resent = hanako.post(&page, &format!("/deliveries/{reference}/resend"), &[]).await;
    says(&resent, &["送り直しました", "class=\"number\""]);
    crate::harness::flows::until("the third link leaves", || async { (links(&server) == 3).then_some(()) }).await;

    let path = format!("/deliveries/{reference}/address");
    let form = hanako.get(&path).await;
    says(&form, &["前の宛先にはメールが送られています", SUZUKI]);
    let right = [("email", "suzuki2@aozora.example"), ("channel", "phone")];
    let asked = hanako.post(&form, &path, &right).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    let corrected = hanako.post(&asked, &path, &ticked(&right)).await;
    says(&corrected, &["宛先を直しました", "suzuki2@aozora.example", "class=\"number\""]);
    went(&hanako.get(&path).await, &format!("/transfers/{id}?done=stale"));
    says(&hanako.get(&format!("/transfers/{id}")).await, &["宛先を直すために終わらせました"]);

    // Making a number takes the account key, which a session carries.
    let page = hanako.get(&format!("/transfers/{id}")).await;
    let csrf = page.html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let body = json!({"recipient": {"email": "hayashi@midori.example"}, "confirmed": ["first_time"]});
    let url = format!("{}/api/v1/transfers/{id}/widen", server.base);
    let ask = |body| {
        let asked = server.client.post(&url).header("Cookie", hanako.cookies()).header("X-CSRF-Token", &csrf);
        asked.json(&body).send()
    };
    let refused = ask(json!({"recipient": {"email": "hayashi@gmail.com"}, "confirmed": []})).await.unwrap();
    assert_eq!(refused.status(), StatusCode::CONFLICT, "free mail is to be confirmed");
    let made = ask(body).await.unwrap();
    assert_eq!((made.status(), made.headers()["Cache-Control"].to_str().unwrap()), (StatusCode::CREATED, "no-store"));
    let made: Value = made.json().await.unwrap();
    assert_eq!(made["number"].as_str().unwrap().len(), 12);
    tokio::time::timeout(Duration::from_secs(60), server.check_invariants()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_waits_and_an_approver_decides_in_a_real_browser() {
    let server = Server::start(On::Sqlite).await;
    let sender = server.account("hanako@office.example", &[Role::Sender]).await;
    let approver = server.account("tanaka@office.example", &[Role::Approver]).await;
    set(&server, "approve_always", 1).await;
    set(&server, "hold_minutes", 10).await;
    let environment = [
        ("KAKITOME_URL", server.base.clone()),
        ("KAKITOME_MAILDIR", server.directory.path().join("data/mail").display().to_string()),
        ("KAKITOME_EMAIL", "hanako@office.example".into()),
        ("KAKITOME_PASSWORD", sender.one_time_password.as_str().to_owned()),
        ("KAKITOME_APPROVER", "tanaka@office.example".into()),
        ("KAKITOME_APPROVER_PASSWORD", approver.one_time_password.as_str().to_owned()),
    ];
    crate::harness::story::play("approval.mjs", &environment).await;
    server.check_invariants().await;
}
