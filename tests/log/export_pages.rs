//! Files of the log's entries as an auditor meets them: in a browser without scripts, and in a real Chromium
//! (`tests/browser/exporter.mjs`).

use std::sync::Arc;
use std::time::Duration;

use crate::harness::browser::{Browser, Page};
use crate::harness::flows::{On, PASSWORD};
use crate::harness::free_port;
use crate::harness::server::Server;
use crate::harness::story::play;
use kakitome::gateway::Gateway;
use kakitome::model::{AccountId, Actor, Event, EventKind, ExportFormat, ExportId, Question, Role};
use kakitome::staff::log::export::{self, Asked, Exporter, SMALL, Wish};
use kakitome::store::{events, exports};
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
    assert!(!form.html.contains("<dd>started<"), "{}", form.html);
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
    let gone = auditor.get(&format!("{path}/file")).await;
    assert_eq!((gone.status, gone.location), (StatusCode::SEE_OTHER, path), "its page says what became of it");
}

#[actix_web::test]
async fn what_is_asked_is_read_in_the_words_of_the_search() {
    let server = Server::start(On::Sqlite).await;
    let mut auditor = person(&server, "auditor@office.example", Role::Auditor).await;
    for (language, kind, result) in [("ja", "受け取り完了", "失敗"), ("en", "Collected", "Failed")] {
        let asked = format!("kind=retrieved&result=failed&recipient=aozora&lang={language}");
        let search = auditor.get(&format!("/audit?{asked}")).await;
        says(&search, &[&format!(" selected>{kind}</option>"), &format!(" selected>{result}</option>")]);
        let form = auditor.get(&format!("/audit/export?{asked}")).await;
        says(&form, &[&format!("<dd>{kind}<"), &format!("<dd>{result}<"), "<dd>aozora<"]);
        // What is sent back are the words that programs know.
        says(&form, &["name=\"kind\" value=\"retrieved\"", "name=\"result\" value=\"failed\""]);
        let typed = [("kind", "retrieved"), ("result", "failed"), ("purpose", "")];
        says(
            &auditor.post(&form, "/audit/export", &typed).await,
            &[&format!("<dd>{kind}<"), &format!("<dd>{result}<")],
        );
    }
}

/// A file of this account that somebody writes, slowly, until it is taken back.
async fn large(gateway: &Arc<Gateway>, account: AccountId) -> ExportId {
    let lease = Duration::from_secs(60);
    let wish = Wish { question: Question::default(), columns: Vec::new(), purpose: "四半期監査".into() };
    let wish = gateway.seal_to_custody(&serde_json::to_vec(&wish).unwrap()).unwrap();
    let key = gateway.seal_to_custody(&[7; 32]).unwrap();
    let now = gateway.now();
    let id = ExportId::new(now);
    let held = gateway.store.write(move |tx| {
        exports::insert(tx, (id, Some(account)), ExportFormat::Csv, &wish, SMALL + 1, now)?;
        exports::claim(tx, Some(id), &key, now, lease)
    });
    let (mut held, gateway) = (held.await.unwrap().unwrap(), gateway.clone());
    tokio::spawn(async move {
        let mut pace = tokio::time::interval(Duration::from_millis(500));
        for written in (4000..SMALL).step_by(500) {
            pace.tick().await;
            let until = gateway.now() + lease;
            let Some(again) = gateway.store.write(move |tx| exports::renew(tx, &held, written, until)).await.unwrap()
            else {
                return;
            };
            held = again;
        }
    });
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_takes_files_of_the_log_in_a_real_browser() {
    // The browser goes through a line that can be cut; the gateway knows itself by that line's address.
    let (line, own) = (free_port(), free_port());
    let server = Server::with(On::Sqlite, |config| {
        config.server.listen.set_port(own);
        config.server.public_url = format!("https://localhost:{line}").try_into().unwrap();
    })
    .await;
    let gateway = &server.running.gateway;
    let auditor = server.account("kansa@office.example", &[Role::Auditor]).await;
    // Enough for a line to break under.
    let now = gateway.now();
    let much = gateway.store.write(move |tx| {
        (0..600).try_for_each(|_| tx.record(&Event::new(EventKind::SessionLocked, now, Actor::System)))
    });
    much.await.unwrap();
    let asked = Asked {
        question: Question::default(),
        format: ExportFormat::Csv,
        columns: Vec::new(),
        purpose: "四半期監査".into(),
    };
    let other = export::ask(gateway, Exporter::console(), asked).await.unwrap();
    export::work(gateway, Some(other), |_| {}).await.unwrap();
    let (first, second) = (large(gateway, auditor.account.id).await, large(gateway, auditor.account.id).await);
    let environment = [
        ("KAKITOME_URL", format!("https://localhost:{line}")),
        ("KAKITOME_LINE", line.to_string()),
        ("KAKITOME_SERVER", own.to_string()),
        ("KAKITOME_EMAIL", "kansa@office.example".into()),
        ("KAKITOME_PASSWORD", auditor.one_time_password.as_str().to_owned()),
        ("KAKITOME_LARGE", format!("{first},{second}")),
        ("KAKITOME_OTHER", other.to_string()),
    ];
    play("exporter.mjs", &environment).await;
    let count = async |word: &'static str| {
        gateway.store.read(move |tx| events::of_words(tx, &[word], 100)).await.unwrap().len()
    };
    // In each language one that came by itself, and one twice: what broke off has left, too.
    assert_eq!(count("log_export_fetched").await, 2 * 3);
    assert_eq!(count("log_exported").await, 1 + 2 * 2);
    assert_eq!(count("log_export_ended").await, 2 * 2);
}
