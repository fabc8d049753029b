//! Files of the log's entries as an auditor meets them: in a browser without scripts.

use crate::harness::browser::{Browser, Page};
use crate::harness::flows::{On, PASSWORD};
use crate::harness::server::Server;
use kakitome::model::Role;
use reqwest::StatusCode;

async fn person(server: &Server, email: &str, role: Role) -> Browser {
    let issued = server.account(email, &[role]).await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in(email, issued.one_time_password.as_str(), PASSWORD).await;
    browser
}

#[track_caller]
fn says(page: &Page, words: &[&str]) {
    for word in words {
        assert!(page.html.contains(word), "{word}: {}", page.html);
    }
}

#[actix_web::test]
async fn an_auditor_says_what_for_and_gets_a_file_that_lives_for_a_day() {
    let server = Server::start(On::Sqlite).await;
    let mut auditor = person(&server, "auditor@office.example", Role::Auditor).await;
    let form = auditor.get("/audit/export?from=2020-01-01&kind=started&lang=en").await;
    says(
        &form,
        &["Export from the log", "name=\"kind\" value=\"started\"", "value=\"2020-01-01\"", "One entry will be"],
    );
    let typed = [("from", "2020-01-01"), ("kind", "started"), ("format", "jsonl"), ("purpose", " ")];
    let refused = auditor.post(&form, "/audit/export", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&refused, &["id=\"purpose-error\"", "value=\"jsonl\" checked", "value=\"2020-01-01\""]);
    // The other language shows what was typed, and writes nothing.
    let other = auditor.post(&refused, "/audit/export/typed", &[&typed[..], &[("lang", "ja")]].concat()).await;
    says(&other, &["記録の書き出し", "value=\"jsonl\" checked"]);
    says(&auditor.get("/audit/exports").await, &["この30日間に書き出したファイルはありません"]);
    let typed = [typed[0], typed[1], typed[2], ("purpose", "内部監査")];
    let went = auditor.post(&other, "/audit/export", &typed).await;
    assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.html);
    let path = went.location.strip_suffix("?fetch=now").expect("a small file comes by itself").to_owned();
    let shown = auditor.get(&went.location).await;
    says(&shown, &["まもなくダウンロードが始まります", "内部監査", "SHA-256"]);
    let file = auditor.get(&format!("{path}/file")).await;
    assert!(file.html.starts_with("{\"leaf\":") && file.html.lines().count() == 1, "{}", file.html);
    says(&auditor.get(&format!("{path}/manifest")).await, &["\"rows\":1", "\"purpose\":\"内部監査\""]);
    // Who sends, and another auditor, get nothing of it.
    let mut sender = person(&server, "sender@office.example", Role::Sender).await;
    for place in [&path, &format!("{path}/file"), "/audit/export", "/audit/exports"] {
        assert_eq!(sender.get(place).await.status, StatusCode::FORBIDDEN, "{place}");
    }
    let mut second = person(&server, "second@office.example", Role::Auditor).await;
    assert_eq!(second.get(&format!("{path}/file")).await.status, StatusCode::NOT_FOUND);
    let seen = second.get(&format!("{path}?lang=ja")).await;
    says(&seen, &["このファイルを受け取れるのは、書き出した本人だけです"]);
    assert!(!seen.html.contains("内部監査"), "what for is not told to others");
    // Taken back, it is gone.
    let cancel = auditor.get(&path).await;
    assert_eq!(auditor.post(&cancel, &format!("{path}/cancel"), &[]).await.status, StatusCode::SEE_OTHER);
    says(&auditor.get(&path).await, &["取り消されたため、ファイルは残っていません"]);
    assert_eq!(auditor.get(&format!("{path}/file")).await.status, StatusCode::CONFLICT);
}
