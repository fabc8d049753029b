//! An auditor asks in a real Chromium: was the file sent to this company fetched, by whom, is it gone, prove it
//! (`tests/browser/auditor.mjs`). What is downloaded there is verified by the program that has nothing but the file and the key.

use std::process::Command;

use crate::harness::flows::{On, until};
use crate::harness::server::Server;
use kakitome::model::Role;
use kakitome::store::{transfers, tree};
use reqwest::{Method, StatusCode};

async fn fetched_and_gone(server: &Server) {
    let sent = server.send(&[("決算書.pdf", b"content".to_vec())]).await;
    let (cookie, _) = server.open(&sent).await;
    let file = server.download(&sent, &cookie, "files/1").send().await.unwrap();
    assert_eq!(file.status(), StatusCode::OK);
    assert_eq!(file.bytes().await.unwrap().as_ref(), b"content");
    let done = server.client.post(format!("{}/api/v1/r/{}/done", server.base, sent.public_id));
    assert_eq!(done.header("Cookie", &cookie).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let (gateway, id) = (server.running.gateway.clone(), sent.transfer.parse().unwrap());
    until("everything is erased", || async {
        gateway.store.read(move |tx| transfers::get(tx, id)).await.unwrap().shredded_at
    })
    .await;
    until("the erasure is signed", || async {
        // In this order: what gets its place in between is in the log that is read then.
        let waits = gateway.store.read(|tx| tree::pending(tx, 1)).await.unwrap();
        let log = gateway.store.read(tree::current).await.unwrap()?;
        (waits.is_empty() && log.signed?.size == log.size).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_finds_out_what_became_of_a_file_and_has_it_proved() {
    let server = Server::start(On::Sqlite).await;
    let auditor = server.account("kansa@office.example", &[Role::Auditor]).await;
    fetched_and_gone(&server).await;
    let downloads = tempfile::tempdir().unwrap();
    let environment = [
        ("KAKITOME_URL", server.base.clone()),
        ("KAKITOME_EMAIL", "kansa@office.example".into()),
        ("KAKITOME_PASSWORD", auditor.one_time_password.as_str().to_owned()),
        ("KAKITOME_DOWNLOADS", downloads.path().display().to_string()),
    ];
    let said = crate::harness::story::play("auditor.mjs", &environment).await;
    println!("{said}");
    let log = server.running.gateway.store.read(tree::current).await.unwrap().unwrap();
    for name in ["certificate-ja.json", "certificate-en.json"] {
        let mut verify = Command::new(env!("CARGO_BIN_EXE_kakitome"));
        verify.args(["audit", "verify"]).arg(downloads.path().join(name)).args(["--key", &log.key]);
        let verified = tokio::task::spawn_blocking(move || verify.output()).await.unwrap().unwrap();
        assert!(verified.status.success(), "{name}: {}", String::from_utf8_lossy(&verified.stderr));
    }
    let stranger = server.request(Method::GET, "/events").send().await.unwrap();
    assert_eq!(stranger.status(), StatusCode::FORBIDDEN, "a sender's token reads no log");
    server.check_invariants().await;
}
