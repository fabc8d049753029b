//! What pages say is so: nothing is called sent that waits, no button acts that was only looked at, every address answers, and
//! what was typed stays in either language.

use std::sync::Arc;
use std::time::Duration;

use crate::harness::HandClock;
use crate::harness::browser::{Browser, Page};
use crate::harness::called::{Answers, Called};
use crate::harness::flows::{On, PASSWORD};
use crate::harness::server::{Sent, Server};
use kakitome::http::surface::{Kind, table};
use kakitome::model::{Role, Scope};
use kakitome::staff::policy;
use kakitome::staff::registrar::Registrar;
use kakitome::store::{deliveries, nudges};
use reqwest::{Method, StatusCode};
use serde_json::json;

const SUZUKI: &str = "suzuki@aozora.example";
const SMITH: &str = "smith@northwind.example";

/// A server with a sender at a browser, whose token the server has.
struct House {
    server: Server,
    clock: Arc<HandClock>,
    hanako: Browser,
}

impl House {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut kakitome::config::Config)) -> Self {
        let clock = HandClock::new();
        let mut server = Server::at(On::Sqlite, clock.clone(), change).await;
        let issued = server.account("hanako@office.example", &[Role::Sender]).await;
        let hanako = browser(&server, "hanako@office.example", issued.one_time_password.as_str()).await;
        server.token = server.token_of(&issued, Scope::Send).await;
        Self { server, clock, hanako }
    }

    async fn approver(&self) -> Browser {
        let issued = self.server.account("tanaka@office.example", &[Role::Approver]).await;
        browser(&self.server, "tanaka@office.example", issued.one_time_password.as_str()).await
    }

    async fn set(&self, name: &str, value: u64) {
        let changes = [(name.to_owned(), Some(value))].into();
        policy::change(&self.server.running.gateway, &Registrar::console(), changes).await.unwrap();
    }

    /// A draft to these addresses.
    async fn draft(&self, emails: &[&str]) -> String {
        let transfer = self.server.post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
        self.server.upload(&transfer, "決算書.pdf", b"what was entrusted".to_vec()).await;
        for email in emails {
            let recipient = json!({"email": email, "name": "鈴木 一郎", "language": "ja"});
            self.server.post(&format!("/transfers/{transfer}/recipients"), recipient).await;
        }
        transfer
    }

    /// The same, sent: the id, and reference and number of each delivery.
    async fn sent(&self, emails: &[&str]) -> (String, Vec<(String, String)>) {
        let transfer = self.draft(emails).await;
        let flags = json!({"confirmed": ["first_time", "look_alike", "other_company", "free_mail"]});
        let sent = self.server.request(Method::POST, &format!("/transfers/{transfer}/send")).json(&flags).send().await;
        let sent: serde_json::Value = sent.unwrap().json().await.unwrap();
        let word = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
        let rows = sent["deliveries"].as_array().unwrap_or_else(|| panic!("{sent}"));
        (transfer, rows.iter().map(|row| (word(row, "reference"), word(row, "number"))).collect())
    }
}

async fn browser(server: &Server, email: &str, one_time: &str) -> Browser {
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in(email, one_time, PASSWORD).await;
    browser
}

#[track_caller]
fn says(page: &Page, words: &[&str]) {
    for word in words {
        assert!(page.html.contains(word), "{word}: {}", page.html);
    }
}

#[track_caller]
fn keeps_silent(page: &Page, words: &[&str]) {
    for word in words {
        assert!(!page.html.contains(word), "{word}: {}", page.html);
    }
}

/// A page with nothing but the csrf value of `page`, in a form to `action`.
fn bare(page: &Page, action: &str) -> Page {
    let csrf = page.html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let html = format!("<form action=\"{action}\"><input type=\"hidden\" name=\"csrf\" value=\"{csrf}\"></form>");
    Page { html, status: page.status, location: String::new(), headers: page.headers.clone() }
}

/// Whether a form stands within what has to be opened first.
fn is_asked_first(page: &Page, action: &str) -> bool {
    let before = page.html.split(&format!("action=\"{action}\"")).next().unwrap();
    before.rfind("<details") > before.rfind("</details>")
}

#[actix_web::test]
async fn what_waits_is_not_called_sent() {
    let mut house = House::new().await;
    house.approver().await;
    house.set("approve_always", 1).await;
    house.set("hold_minutes", 10).await;
    let id = house.draft(&[SUZUKI]).await;
    let check = house.hanako.get(&format!("/send/{id}/check")).await;
    says(&check, &["承認を依頼する", "1名への送付には、承認が必要です", "10分たってからメールを送ります"]);
    keeps_silent(&check, &["名に送信する"]);
    let english = house.hanako.get(&format!("/send/{id}/check?lang=en")).await;
    says(&english, &["Ask for approval", "One recipient needs approval"]);
    let check = house.hanako.get(&format!("/send/{id}/check?lang=ja")).await;
    let asked = house.hanako.post(&check, &format!("/send/{id}/send"), &[]).await;
    says(&asked, &["承認を依頼しました", "中村 進さんの承認を待っています", "社内の承認が済みしだい", "送ります。"]);
    keeps_silent(&asked, &["送信しました", "お手元のメール", "1〜2分で届きます"]);

    house.set("approve_always", 0).await;
    let id = house.draft(&[SUZUKI]).await;
    let check = house.hanako.get(&format!("/send/{id}/check")).await;
    says(&check, &["1名に送信する", "メールは、送信の操作から10分後に送られます"]);
    let held = house.hanako.post(&check, &format!("/send/{id}/send"), &[]).await;
    says(&held, &["メールはまだ送られていません", "ごろに受け取りのご案内をメールでお送りします", "いますぐ送る"]);
    keeps_silent(&held, &["送信しました", "お手元のメール"]);
    let recall = format!("/transfers/{id}/recall");
    assert!(is_asked_first(&held, &recall), "taking back is asked about first");
    let page = house.hanako.get(&format!("/transfers/{id}")).await;
    assert!(is_asked_first(&page, &recall), "here, too");
    says(&page, &["宛先を直す"]);
    keeps_silent(&page, &["新しいリンクと番号で送り直す"]);

    house.server.check_invariants().await;
    house.set("hold_minutes", 0).await;
    let id = house.draft(&[SUZUKI]).await;
    let check = house.hanako.get(&format!("/send/{id}/check")).await;
    let sent = house.hanako.post(&check, &format!("/send/{id}/send"), &[]).await;
    says(&sent, &["送信しました", "お手元のメール", "電話番号が登録されていません"]);
}

#[actix_web::test]
async fn a_time_limit_is_extended_by_what_the_form_says() {
    let mut house = House::new().await;
    let mut tanaka = house.approver().await;
    house.set("approve_always", 1).await;
    let (id, rows) = house.sent(&[SUZUKI]).await;
    let path = format!("/transfers/{id}/extend");
    let waiting = house.hanako.get(&path).await;
    says(&waiting, &["承認を待っているため、いまは期限を変えられません"]);
    let page = tanaka.get(&format!("/approvals/{id}")).await;
    tanaka.post(&page, &format!("/approvals/{id}/approve"), &[]).await;
    house.server.link(&rows[0].0).await;

    let form = house.hanako.get(&path).await;
    says(
        &form,
        &[
            "1日から23日まで",
            "id=\"days\" name=\"days\" class=\"short\" type=\"text\" inputmode=\"numeric\" autocomplete=\"off\" value=\"7\"",
        ],
    );
    house.clock.forward(Duration::from_secs(150));
    let again = house.hanako.get(&path).await;
    assert_eq!(form.hidden(&path), again.hidden(&path), "the same at each look");
    let too_long = house.hanako.post(&form, &path, &[("days", "24")]).await;
    assert_eq!(too_long.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&too_long, &["1日から23日までの数で入力してください", "value=\"24\""]);
    for wrong in ["0", "", "a week", "4294967295"] {
        let refused = house.hanako.post(&form, &path, &[("days", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let asked = house.hanako.post(&form, &path, &[("days", "23")]).await;
    assert_eq!(asked.location, format!("/transfers/{id}?done=extension_asked"), "{}", asked.html);
    let refused = house.hanako.post(&form, &path, &[("days", "2")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    says(&refused, &["承認を待っているため、いまは期限を変えられません", "いまの期限も、そのままです"]);
    let page = tanaka.get(&format!("/approvals/{id}")).await;
    tanaka.post(&page, &format!("/approvals/{id}/approve"), &[]).await;
    let stale = house.hanako.post(&form, &path, &[("days", "2")]).await;
    assert_eq!(stale.location, format!("/transfers/{id}?done=stale"), "what was reckoned from another limit");
    let used_up = house.hanako.get(&path).await;
    says(&used_up, &["これ以上は延ばせません"]);
    house.server.check_invariants().await;
}

#[actix_web::test]
async fn an_address_that_only_takes_a_form_says_so() {
    let mut house = House::new().await;
    let entries = table(Kind::Public { with_staff: true });
    let takes = |path: &str, method: &str| entries.iter().any(|entry| entry.path == path && entry.method == method);
    let mut asked = 0;
    for entry in entries.iter().filter(|entry| entry.is_page && entry.method == "POST") {
        if takes(&entry.path, "GET") {
            continue;
        }
        let path = entry.path.replace("{id}", "x1").replace("{reference}", "K-7K2M-90QF");
        let path = path.split(['{', '}']).collect::<String>();
        let page = house.hanako.get(&format!("{path}?lang=ja")).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(page.headers["Allow"].to_str().unwrap().contains("POST"), "{path}");
        says(&page, &["このアドレスは直接開けません", "何も変わっていません"]);
        let english = house.hanako.get(&format!("{path}?lang=en")).await;
        says(&english, &["This address cannot be opened by itself"]);
        asked += 1;
    }
    assert!(asked > 40, "{asked}");
    for (path, page) in [
        ("/transfers/x1/release", "/transfers/x1"),
        ("/contacts/x1/remove", "/contacts/x1"),
        ("/approvals/x1/approve", "/approvals/x1"),
        ("/deliveries/K-7K2M-90QF/reissue", "/transfers/K-7K2M-90QF"),
        ("/fax/x1/confirmed", "/fax/x1"),
    ] {
        let answer = house.hanako.get(path).await;
        says(&answer, &[&format!("href=\"{page}\"")]);
    }
    let (id, rows) = house.sent(&[SUZUKI]).await;
    let by_reference = house.hanako.get(&format!("/transfers/{}?lang=ja", rows[0].0)).await;
    assert_eq!(by_reference.status, StatusCode::OK, "{id}");
    let stranger = Browser::new(&house.server.client, &house.server.base).get("/transfers/x1/release").await;
    assert_eq!(stranger.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[actix_web::test]
async fn what_some_have_and_others_lost_is_told_as_that() {
    let mut house = House::new().await;
    let (id, rows) = house.sent(&[SUZUKI, SMITH, "mori@hayashi.example"]).await;
    let (reference, number) = rows[0].clone();
    let (public_id, code) = house.server.link(&reference).await;
    let first = Sent { transfer: id.clone(), reference, number, public_id, code };
    let (cookie, _) = house.server.open(&first).await;
    let file = house.server.download(&first, &cookie, "files/1").send().await.unwrap();
    assert_eq!(file.bytes().await.unwrap(), &b"what was entrusted"[..]);
    let page = house.hanako.get(&format!("/transfers/{id}")).await;
    // Two of them are called the same.
    says(&page, &["鈴木 一郎 様（suzuki@aozora.example）", "鈴木 一郎 様（smith@northwind.example）"]);
    for (reference, _) in &rows[1..] {
        house.server.link(reference).await;
        let back = house.hanako.post(&page, &format!("/deliveries/{reference}/recall"), &[]).await;
        assert_eq!(back.location, format!("/transfers/{id}?done=recalled"));
    }
    let page = house.hanako.get(&format!("/transfers/{id}")).await;
    says(&page, &["一部の宛先のみ受け取り済み"]);
    says(&house.hanako.get("/transfers").await, &["一部の宛先のみ受け取り済み"]);
    house.server.check_invariants().await;
}

#[actix_web::test]
async fn who_asks_again_stands_on_top_with_what_to_do() {
    let mut house = House::new().await;
    let (id, rows) = house.sent(&[SUZUKI]).await;
    let reference = rows[0].0.clone();
    house.server.link(&reference).await;
    let gateway = house.server.running.gateway.clone();
    let (of, now) = (reference.clone(), gateway.now());
    let asks = move |tx: &mut kakitome::store::Tx| {
        let delivery = deliveries::by_reference(tx, &of)?.unwrap();
        nudges::ask_again(tx, delivery.id, now)
    };
    gateway.store.write(asks).await.unwrap();
    let page = house.hanako.get(&format!("/transfers/{id}")).await;
    says(
        &page,
        &["鈴木 一郎 様から、もう一度送ってほしいという依頼がありました", &format!("href=\"#resend-{reference}\"")],
    );
    house.hanako.post(&page, &format!("/deliveries/{reference}/recall"), &[]).await;
    let page = house.hanako.get(&format!("/transfers/{id}")).await;
    says(&page, &["依頼がありました", "href=\"#again\"", "id=\"again\""]);
}

#[actix_web::test]
async fn a_number_is_sent_again_by_sms_from_the_transfers_page() {
    let provider = Called::answering(&[Answers::Status(200, "")]).await;
    let mut house = House::with(|config| {
        let sms = &mut config.channels.sms;
        sms.url = provider.url();
        sms.ca_file = Some(provider.authority.authority_file());
        sms.allow_private = true;
        sms.fields = serde_json::from_str(r#"{"to": "{{ to }}", "text": "{{ text }}"}"#).unwrap();
    })
    .await;
    let (id, rows) = house.sent(&[SUZUKI]).await;
    let reference = rows[0].0.clone();
    house.server.link(&reference).await;
    let page = house.hanako.get(&format!("/transfers/{id}")).await;
    says(&page, &["新しい番号をSMSで送る", &format!("/fax/new?delivery={reference}")]);
    let path = format!("/deliveries/{reference}/reissue");
    let by_sms = |phone: &'static str| [("channel", "sms"), ("phone", phone)];
    let refused = house.hanako.post(&page, &path, &by_sms("03-9876-5432")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&refused, &["SMSを受け取れる携帯電話の番号ではない", "value=\"03-9876-5432\"", "経過"]);
    let sent = house.hanako.post(&page, &path, &by_sms("090-1234-5678")).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.location);
    says(&sent, &["SMSを送りました（末尾5678）"]);
    let fax = house.hanako.get(&format!("/fax/new?delivery={reference}")).await;
    says(&fax, &[&reference, "鈴木 一郎"]);
    let book = house.hanako.get(&format!("/contacts/new?delivery={reference}")).await;
    says(&book, &[SUZUKI, "090-1234-5678"]);
    let typed = [
        ("email", SUZUKI),
        ("name", "鈴木 一郎"),
        ("phone", "090-1234-5678"),
        ("language", "ja"),
        ("channel", "phone"),
    ];
    let kept = house.hanako.post(&book, "/contacts/new", &typed).await;
    let entry = kept.location.split('?').next().unwrap().to_owned();
    let verify = house.hanako.get(&format!("/contacts/new?delivery={reference}")).await;
    assert_eq!(verify.location, entry, "who stands in the book is verified there: {}", kept.html);
    let page = house.hanako.get(&format!("/transfers/{id}")).await;
    says(&page, &["この番号を確認する"]);
    let form = house.hanako.get(&entry).await;
    house.hanako.post(&form, &format!("{entry}/verified"), &[]).await;
    let page = house.hanako.get(&format!("/transfers/{id}")).await;
    keeps_silent(&page, &["この番号を確認する"]);
}

#[actix_web::test]
async fn an_approver_reads_of_the_sender_and_mails_count_transfers() {
    let mut house = House::new().await;
    let mut tanaka = house.approver().await;
    house.set("approve_always", 1).await;
    house.set("hold_minutes", 10).await;
    let (id, _) = house.sent(&[SUZUKI, SMITH]).await;
    let page = tanaka.get(&format!("/approvals/{id}")).await;
    says(&page, &["この送信者にとって初めての宛先です"]);
    says(
        &tanaka.get(&format!("/approvals/{id}?lang=en")).await,
        &["First time that this sender sends to this address"],
    );
    let asked = mail_with(&house.server, "承認のお願い").await;
    assert!(asked.contains("1件の送付が承認を待っています"), "two recipients are one transfer: {asked}");
    tanaka.post(&page, &format!("/approvals/{id}/approve"), &[]).await;
    let approved = mail_with(&house.server, "承認されました").await.replace(['\r', '\n'], "");
    assert!(approved.contains("に送られます。それまでは"), "{approved}");
    assert!(!approved.contains("まもなく"), "{approved}");
    assert!(approved.contains("/transfers/K-"), "it leads to the transfer's page: {approved}");
    let waits = house.hanako.get(&format!("/transfers/{id}")).await;
    says(&waits, &["メールは", "に送ります"]);
}

async fn mail_with(server: &Server, words: &str) -> String {
    let new = server.directory.path().join("data/mail/new");
    crate::harness::flows::until("the mail arrives", || async {
        let mails = std::fs::read_dir(&new).ok()?.flatten().filter_map(|entry| std::fs::read(entry.path()).ok());
        mails.map(|mail| crate::harness::decode_mail(&mail)).find(|mail| mail.contains(words))
    })
    .await
}

#[actix_web::test]
async fn what_was_typed_stays_in_the_other_language() {
    let mut house = House::new().await;
    let id = house.draft(&[SUZUKI]).await;
    house.set("confirm_first_time", 1).await;
    let path = format!("/send/{id}");
    let page = house.hanako.get(&path).await;
    let typed = [("email", "no address"), ("name", "高橋 実"), ("message", "見積書です。"), ("keep_hours", "48")];
    let add = format!("{path}/recipients");
    let refused = house.hanako.post(&bare(&page, &add), &add, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let english = house.hanako.post(&refused, &format!("{path}/typed"), &[("lang", "en")]).await;
    says(&english, &["Add recipient", "value=\"no address\"", "value=\"高橋 実\"", "見積書です。"]);
    let japanese = house.hanako.post(&english, &format!("{path}/typed"), &[("lang", "ja")]).await;
    says(&japanese, &["宛先を追加", "value=\"no address\""]);

    let check = house.hanako.get(&format!("{path}/check")).await;
    let send = format!("{path}/send");
    let refused = house.hanako.post(&bare(&check, &send), &send, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.html);
    let english = house.hanako.post(&refused, &format!("{path}/check"), &[("lang", "en")]).await;
    assert_eq!(english.status, StatusCode::OK);
    says(&english, &["Check recipients and send", "Nothing has been sent yet."]);
    let japanese = house.hanako.get(&format!("{path}/check?lang=ja")).await;
    says(&japanese, &["まだ送信していません"]);
    house.server.check_invariants().await;
}
