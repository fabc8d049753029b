//! The address book, several recipients at once, sending again and templates, as people meet them: in a browser without
//! scripts.

use crate::harness::browser::{Browser, Page};
use crate::harness::flows::{On, PASSWORD};
use crate::harness::server::Server;
use kakitome::model::{Role, Scope};
use kakitome::staff::policy;
use kakitome::staff::registrar::Registrar;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const SUZUKI: &str = "suzuki@aozora.example";

/// A sender at a browser, whose token the server has from now on.
async fn sender(server: &mut Server, email: &str, roles: &[Role]) -> Browser {
    let issued = server.account(email, roles).await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in(email, issued.one_time_password.as_str(), PASSWORD).await;
    server.token = server.token_of(&issued, Scope::Send).await;
    browser
}

async fn set(server: &Server, name: &str, value: u64) {
    let changes = [(name.to_owned(), Some(value))].into();
    policy::change(&server.running.gateway, &Registrar::console(), changes).await.unwrap();
}

#[track_caller]
fn says(page: &Page, words: &[&str]) {
    for word in words {
        assert!(page.html.contains(word), "{word}: {}", page.html);
    }
}

#[track_caller]
fn says_not(page: &Page, words: &[&str]) {
    for word in words {
        assert!(!page.html.contains(word), "{word}: {}", page.html);
    }
}

#[track_caller]
fn went(page: &Page, to: &str) {
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, to), "{}", page.html);
}

#[track_caller]
fn refused(page: &Page, words: &[&str]) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.html);
    says(page, words);
}

fn entry<'a>(email: &'a str, phone: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("email", email),
        ("name", "鈴木 一郎"),
        ("company", "株式会社青空商事"),
        ("phone", phone),
        ("language", "ja"),
        ("channel", "sheet"),
        ("phrase", "九月の総会の件"),
        ("note", "名刺\r\n二行目"),
    ]
}

async fn added(browser: &mut Browser, email: &str) -> String {
    let page = browser.get("/contacts/new").await;
    let done = browser.post(&page, "/contacts/new", &entry(email, "03-9876-5432")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    done.location.strip_suffix("?done=contact_saved").unwrap().to_owned()
}

#[actix_web::test]
async fn an_entry_is_added_changed_verified_and_removed() {
    let mut server = Server::start(On::Sqlite).await;
    let mut browser = sender(&mut server, "hanako@office.example", &[Role::Sender]).await;
    says(&browser.get("/contacts").await, &["まだ登録がありません"]);
    let blank = browser.get("/contacts/new").await;
    says_not(&blank, &["name=\"office\""]);
    let wrong = browser.post(&blank, "/contacts/new", &entry("suzuki@aozora", "03-9876-5432")).await;
    refused(&wrong, &["value=\"suzuki@aozora\"", "鈴木 一郎"]);
    says(&wrong, &["株式会社青空商事", "03-9876-5432", "九月の総会の件", "名刺\n二行目", "value=\"sheet\" checked"]);
    let secret = browser.post(&wrong, "/contacts/new", &[("email", SUZUKI), ("phrase", "4708 1925 6330")]).await;
    refused(&secret, &["id=\"phrase-error\"", "4708 1925 6330"]);

    let path = added(&mut browser, SUZUKI).await;
    let twice = browser.post(&wrong, "/contacts/new", &entry("SUZUKI@aozora.example", "")).await;
    refused(&twice, &["id=\"email-error\"", "SUZUKI@aozora.example"]);
    let page = browser.get(&path).await;
    says(&page, &["自分用", "番号未確認", "送付はまだありません"]);
    let verified = format!("{path}/verified");
    went(&browser.post(&page, &verified, &[]).await, &format!("{path}?done=phone_verified"));
    says(&browser.get(&path).await, &["が確認しました"]);
    // The page still shows the number of before.
    let changed = browser.post(&page, &path, &entry(SUZUKI, "03-1111-2222")).await;
    went(&changed, &format!("{path}?done=contact_saved"));
    let late = browser.post(&page, &verified, &[]).await;
    refused(&late, &["確認の記録は残していません"]);
    says(&browser.get("/contacts?q=%E9%88%B4%E6%9C%A8").await, &["03-1111-2222", "番号未確認"]);
    says(&browser.get("/contacts?q=nobody").await, &["条件に合う登録はありません"]);
    let refusal = browser.post(&page, &path, &entry("", "x")).await;
    refused(&refusal, &["id=\"email-error\"", "value=\"x\""]);

    let mut other = sender(&mut server, "tanaka@office.example", &[Role::Sender]).await;
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
    let remove = format!("{path}/remove");
    went(&browser.post(&page, &remove, &[]).await, "/contacts?done=contact_removed");
    went(&browser.post(&page, &remove, &[]).await, "/contacts?done=contact_removed");
    says(&browser.get("/contacts?done=contact_removed").await, &["アドレス帳から削除しました", "まだ登録がありません"]);
}

#[actix_web::test]
async fn what_everybody_uses_is_changed_by_administrators() {
    let mut server = Server::start(On::Sqlite).await;
    let mut chief = sender(&mut server, "chief@office.example", &[Role::Sender, Role::Administrator]).await;
    let page = chief.get("/contacts/new").await;
    let fields = [&entry(SUZUKI, "03-9876-5432")[..], &[("office", "1")]].concat();
    let done = chief.post(&page, "/contacts/new", &fields).await;
    let path = done.location.strip_suffix("?done=contact_saved").unwrap().to_owned();
    let mut browser = sender(&mut server, "hanako@office.example", &[Role::Sender]).await;
    let shown = browser.get(&path).await;
    says(&shown, &["変更は管理者が行います", SUZUKI]);
    says_not(&shown, &[&format!("action=\"{path}\"")]);
    let blank = browser.get("/contacts/new").await;
    let tried = browser.post(&blank, "/contacts/new", &fields).await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN);
}

const FILE: &str =
    "メールアドレス,名前,電話番号\nsuzuki@aozora.example,鈴木 二郎,03-1111-2222\noka@kitayama.example,岡,\n";

#[actix_web::test]
async fn a_file_is_looked_at_first() {
    let mut server = Server::start(On::Sqlite).await;
    let mut browser = sender(&mut server, "hanako@office.example", &[Role::Sender]).await;
    let path = added(&mut browser, SUZUKI).await;
    let form = browser.get("/contacts/import").await;
    let preview = browser.post_file(&form, "/contacts/import", &[], FILE.as_bytes()).await;
    assert_eq!(preview.status, StatusCode::OK);
    says(&preview, &["新しく登録：1 件、書き換え：1 件", "鈴木 一郎 → 鈴木 二郎", "03-9876-5432 → 03-1111-2222"]);
    says(&preview, &["oka@kitayama.example", "2 件を取り込む"]);
    says_not(&preview, &["九月の総会の件"]);
    says(&browser.get(&path).await, &["03-9876-5432"]);
    // Written anew in another window.
    let page = browser.get(&path).await;
    browser.post(&page, &path, &entry(SUZUKI, "03-5555-5555")).await;
    let late = browser.post(&preview, "/contacts/import/carry-out", &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    says(&late, &["確かめたあとでアドレス帳が変わりました", "03-5555-5555 → 03-1111-2222"]);
    let done = browser.post(&late, "/contacts/import/carry-out", &[]).await;
    went(&done, "/contacts?done=contacts_imported");
    says(&browser.get(&path).await, &["鈴木 二郎", "03-1111-2222", "九月の総会の件"]);
    let again = browser.post_file(&form, "/contacts/import", &[], FILE.as_bytes()).await;
    says(&again, &["取り込むものはありません", "変更なし：2 件"]);
    says_not(&again, &["/contacts/import/carry-out"]);

    let pasted = [("text", "email,name\nsuzuki,鈴木\n")];
    let wrong = browser.post_file(&form, "/contacts/import", &pasted, b"").await;
    refused(&wrong, &["2 行目：", "アドレス帳は何も変わっていません", "email,name\nsuzuki,鈴木"]);
    let cards = b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nEMAIL:nobody\nEND:VCARD\n";
    refused(&browser.post_file(&form, "/contacts/import", &[], cards).await, &["1 件目の連絡先："]);
    refused(&browser.post_file(&form, "/contacts/import", &[], b"\0\x01").await, &["文字として読めません"]);
    let cut = &b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nEMAIL:a@b.example\n"[..];
    refused(&browser.post_file(&form, "/contacts/import", &[], cut).await, &["vCard として読めません"]);
    let forged = browser.post(&late, "/contacts/import/carry-out", &[("data", "x")]).await;
    assert_ne!(forged.status, StatusCode::OK);
}

#[actix_web::test]
async fn the_book_is_written_as_cards_and_read_by_programs() {
    let mut server = Server::start(On::Sqlite).await;
    let mut browser = sender(&mut server, "hanako@office.example", &[Role::Sender]).await;
    added(&mut browser, SUZUKI).await;
    says(&browser.get("/contacts").await, &["/contacts/export.vcf", "/contacts/export.csv", "合言葉は含みません"]);
    let cards = browser.get("/contacts/export.vcf").await;
    assert_eq!(cards.headers["Content-Type"], "text/vcard; charset=utf-8");
    assert_eq!(cards.headers["Cache-Control"], "no-store");
    assert!(cards.headers["Content-Disposition"].to_str().unwrap().ends_with("\"contacts.vcf\""));
    says(&cards, &["VERSION:4.0", "EMAIL:suzuki@aozora.example"]);
    says_not(&cards, &["総会"]);
    says(&browser.get("/contacts/export.csv").await, &["九月の総会の件"]);

    let by_program = server.request(Method::GET, "/contacts.vcf").send().await.unwrap().text().await.unwrap();
    assert_eq!(by_program, cards.html);
    let table = server.request(Method::GET, "/contacts.csv").send().await.unwrap().text().await.unwrap();
    assert!(table.contains(SUZUKI) && table.contains("九月の総会の件"));
    let file = cards.html.replace("03-9876-5432", "03-1111-2222");
    let plan = server.post("/contacts/import", json!({"file": file, "check": true})).await;
    assert_eq!((&plan["done"], &plan["changed"], &plan["added"]), (&json!(false), &json!(1), &json!(0)));
    let change = json!([{"field": "phone", "before": "03-9876-5432", "after": "03-1111-2222"}]);
    assert_eq!(plan["entries"][0]["changes"], change);
    let done = server.post("/contacts/import", json!({"file": file, "mark": plan["mark"]})).await;
    assert_eq!((&done["done"], &done["mark"]), (&json!(true), &plan["mark"]));
    let status = async |body: Value| {
        let answer = server.request(Method::POST, "/contacts/import").json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (code, _) = status(json!({"file": file, "mark": plan["mark"]})).await;
    assert_eq!(code, 422, "the book is another one by now");
    let (code, problem) = status(json!({"file": "email\nnobody\n"})).await;
    assert_eq!(code, 400, "{problem}");
    assert!(problem["detail"].as_str().unwrap_or_default().contains("row 2") || problem.to_string().contains("row 2"));
    let (code, _) = status(json!({"file": "x".repeat(5 * 1024 * 1024)})).await;
    assert_eq!(code, 413);
    let (code, _) = status(json!({"file": "email\na@b.example\n", "office": true})).await;
    assert_eq!(code, 403);
}

/// What every button of the page of a draft posts.
fn typed<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields =
        vec![("message", "月次の資料です。"), ("keep_hours", "24"), ("language", "ja"), ("channel", "phone")];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    fields.extend(more);
    fields
}

/// Posts the form of the page by a button with another address.
async fn press(browser: &mut Browser, page: &Page, from: &str, button: &str, more: &[(&str, &str)]) -> Page {
    post_to(browser, page, &format!("{from}/options"), &format!("{from}/{button}"), &typed(more)).await
}

/// Posts these fields to `path`, besides the hidden fields of the form that goes to `action`.
async fn post_to(browser: &mut Browser, page: &Page, action: &str, path: &str, more: &[(&str, &str)]) -> Page {
    let (location, headers) = (page.location.clone(), page.headers.clone());
    let html = page.html.replace(&format!("action=\"{action}\""), &format!("action=\"{path}\""));
    browser.post(&Page { status: page.status, location, headers, html }, path, more).await
}

fn draft_of(page: &Page) -> String {
    page.location.split(['#', '?']).next().unwrap().to_owned()
}

#[actix_web::test]
async fn several_recipients_are_pasted_at_once() {
    let mut server = Server::start(On::Sqlite).await;
    let mut browser = sender(&mut server, "hanako@office.example", &[Role::Sender]).await;
    added(&mut browser, SUZUKI).await;
    let blank = browser.get("/send/new").await;
    let list =
        "岡 太郎 <oka@kitayama.example>; Suzuki@aozora.example\r\n高橋 実\ttakahashi@midori.example\t03-9876-5432";
    let done = press(&mut browser, &blank, "/send/new", "recipients/many", &[("many", list)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    assert!(done.location.ends_with("#to-title"));
    let path = draft_of(&done);
    let page = browser.get(&path).await;
    says(
        &page,
        &["岡 太郎", "高橋 実", "03-9876-5432", "月次の資料です。", "株式会社青空商事　鈴木 一郎", "九月の総会の件"],
    );

    let list = "nobody\r\noka@kitayama.example\r\nnew@midori.example";
    let some = [("many", list), ("email", "half@typed"), ("message", "書き直した")];
    let wrong = press(&mut browser, &page, &path, "recipients/many", &some).await;
    refused(&wrong, &["追加できませんでした「nobody」", "追加できませんでした「oka@kitayama.example」"]);
    says(
        &wrong,
        &["new@midori.example", "value=\"half@typed\"", "書き直した", ">nobody\noka@kitayama.example</textarea>"],
    );
    says_not(&wrong, &["追加できませんでした「new@"]);
    let none = press(&mut browser, &page, &path, "recipients/many", &[("many", " \r\n ")]).await;
    refused(&none, &["宛先を貼り付けてください"]);

    set(&server, "recipients_per_transfer", 5).await;
    let list = (0..4).map(|n| format!("a{n}@kitayama.example")).collect::<Vec<_>>().join("\r\n");
    let full = press(&mut browser, &page, &path, "recipients/many", &[("many", &list)]).await;
    refused(
        &full,
        &["宛先は 5 名までです", ">a1@kitayama.example\na2@kitayama.example\na3@kitayama.example</textarea>"],
    );
    let shown = browser.get(&path).await;
    says(&shown, &["a0@kitayama.example"]);
    says_not(&shown, &["a1@kitayama.example"]);
}

/// A transfer that was sent by the interface.
async fn sent(server: &Server) -> String {
    let transfer = server.post("/transfers", json!({"message": "決算書をお送りします。", "keep_hours": 24})).await;
    let transfer = transfer["id"].as_str().unwrap().to_owned();
    server.upload(&transfer, "決算書.pdf", b"what was entrusted".to_vec()).await;
    for (email, name) in [(SUZUKI, "鈴木 一郎"), ("oka@kitayama.example", "岡 太郎")] {
        let recipient = json!({"email": email, "name": name, "language": "ja", "channel": "sheet"});
        server.post(&format!("/transfers/{transfer}/recipients"), recipient).await;
    }
    server.post(&format!("/transfers/{transfer}/send"), json!({"confirmed": []})).await;
    transfer
}

#[actix_web::test]
async fn a_transfer_is_sent_again_to_the_same_recipients() {
    let mut server = Server::start(On::Sqlite).await;
    let mut other = sender(&mut server, "tanaka@office.example", &[Role::Sender]).await;
    let theirs = other.get("/contacts/new").await;
    let mut browser = sender(&mut server, "hanako@office.example", &[Role::Sender]).await;
    let id = sent(&server).await;
    let page = browser.get(&format!("/transfers/{id}")).await;
    let again = format!("/transfers/{id}/again");
    let done = browser.post(&page, &again, &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    assert_ne!(done.location, format!("/send/{id}"));
    let draft = browser.get(&done.location).await;
    says(&draft, &["鈴木 一郎", "岡 太郎", "oka@kitayama.example", "決算書をお送りします。"]);
    says_not(&draft, &["決算書.pdf"]);
    let tried = post_to(&mut other, &theirs, "/contacts/new", &again, &[]).await;
    assert_eq!(tried.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_template_is_kept_used_renamed_and_removed() {
    let mut server = Server::start(On::Sqlite).await;
    let mut browser = sender(&mut server, "hanako@office.example", &[Role::Sender]).await;
    says(&browser.get("/templates").await, &["まだテンプレートがありません"]);
    let blank = browser.get("/send/new").await;
    says(&blank, &["href=\"/templates\""]);
    let nothing = [("message", ""), ("template", "空")];
    let refusal = press(&mut browser, &blank, "/send/new", "template", &nothing).await;
    refused(&refusal, &["value=\"空\""]);
    let many = press(&mut browser, &blank, "/send/new", "recipients/many", &[("many", SUZUKI)]).await;
    let path = draft_of(&many);
    let page = browser.get(&path).await;
    let named = [("template", "月次"), ("message", "書き直した"), ("keep_hours", "48")];
    let done = press(&mut browser, &page, &path, "template", &named).await;
    went(&done, &format!("{path}?done=template_saved"));
    says(&browser.get(&done.location).await, &["テンプレートを保存しました", "書き直した"]);
    let twice = press(&mut browser, &page, &path, "template", &named).await;
    refused(&twice, &["id=\"template-error\"", "value=\"月次\""]);
    // Who stands in the form is taken along; half typed, it stays there and nothing is kept.
    let half = [("template", "二つ目"), ("email", "half@typed")];
    let half = press(&mut browser, &page, &path, "template", &half).await;
    refused(&half, &["value=\"half@typed\"", "value=\"二つ目\""]);
    says_not(&browser.get("/templates").await, &["二つ目"]);
    let whole = [("template", "二つ目"), ("email", "oka@kitayama.example"), ("name", "岡 太郎")];
    went(&press(&mut browser, &page, &path, "template", &whole).await, &format!("{path}?done=template_saved"));

    let list = browser.get("/templates").await;
    says(&list, &["月次", "二つ目", SUZUKI, "岡 太郎", "2 件"]);
    let begin = list.html.split("action=\"/templates/").nth(1).unwrap().split("/begin\"").next().unwrap().to_owned();
    let begun = browser.post(&list, &format!("/templates/{begin}/begin"), &[]).await;
    assert!(begun.status == StatusCode::SEE_OTHER && begun.location != path, "{}", begun.html);
    let draft = browser.get(&begun.location).await;
    says(&draft, &[SUZUKI]);
    let rename = format!("/templates/{begin}/rename");
    let taken = browser.post(&list, &rename, &[("template", " ")]).await;
    refused(&taken, &["id=\"template-error\"", "<details open>"]);
    went(&browser.post(&list, &rename, &[("template", "年次")]).await, "/templates?done=template_renamed");
    let remove = format!("/templates/{begin}/remove");
    went(&browser.post(&list, &remove, &[]).await, "/templates?done=template_removed");
    went(&browser.post(&list, &remove, &[]).await, "/templates?done=template_removed");
    let gone = browser.post(&list, &format!("/templates/{begin}/begin"), &[]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);

    // From what was sent.
    let id = sent(&server).await;
    let save = format!("/transfers/{id}/template");
    says(&browser.get(&format!("/transfers/{id}")).await, &[&format!("href=\"{save}\"")]);
    let form = browser.get(&save).await;
    refused(&browser.post(&form, &save, &[("template", "")]).await, &["id=\"template-error\""]);
    went(&browser.post(&form, &save, &[("template", "決算")]).await, "/templates?done=template_saved");
    says(&browser.get("/templates").await, &["決算", "鈴木 一郎", "岡 太郎"]);

    // Programs, too.
    let all = server.get("/templates").await;
    let names: Vec<&str> =
        all["templates"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"決算"), "{names:?}");
    let kept = server.post("/templates", json!({"transfer": id, "name": "監査"})).await;
    let one = format!("/templates/{}", kept["id"].as_str().unwrap());
    let renamed = server.request(Method::PATCH, &one).json(&json!({"name": "監査資料"})).send().await.unwrap();
    assert_eq!(renamed.json::<Value>().await.unwrap()["name"], "監査資料");
    let begun = server.post(&format!("{one}/begin"), json!({})).await;
    assert_eq!((&begun["state"], &begun["message"]), (&json!("draft"), &json!("決算書をお送りします。")));
    assert_eq!(server.request(Method::DELETE, &one).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(server.request(Method::DELETE, &one).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}
