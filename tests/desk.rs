//! A sender's desk in a real Chromium with scripts: `tests/browser/desk.mjs` drives it in both languages, at a desk and on
//! a phone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod harness;

use std::path::Path;

use harness::flows::On;
use harness::server::Server;
use kakitome::model::{Actor, Language, Role};
use kakitome::staff::register;

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_sends_tells_and_watches_with_scripts() {
    let server = Server::with(On::Sqlite, |_| {}).await;
    let new = register::NewAccount {
        email: "hanako@office.example".into(),
        name: "佐藤 花子".into(),
        department: "経理".into(),
        phone: "03-1234-5678".into(),
        language: Language::Ja,
        roles: vec![Role::Sender],
    };
    let issued = register::add(&server.running.gateway, new, Actor::Console).await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/desk.mjs");
    let mut node = std::process::Command::new("node");
    node.arg(script)
        .env("KAKITOME_URL", &server.base)
        .env("KAKITOME_MAILDIR", server.directory.path().join("data/mail"))
        .env("KAKITOME_EMAIL", "hanako@office.example")
        .env("KAKITOME_PASSWORD", issued.one_time_password.as_str());
    let out = tokio::task::spawn_blocking(move || node.output()).await.unwrap().expect("node starts");
    let said = format!("{}\n{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(
        out.status.success(),
        "{said}\n(Chromium missing? apt-get install chromium-headless-shell; tests/set-up.sh)"
    );
    server.check_invariants().await;
}
