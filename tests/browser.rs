//! The life of a transfer in a real Chromium without scripts, in Japanese on a phone and in English at a desk:
//! `tests/browser/life.mjs` drives it and looks at every page.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
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
async fn a_transfer_lives_in_a_browser_without_scripts() {
    // Three wrong numbers pause here: the default's ten would be slowed down for minutes first.
    let server = Server::with(On::Sqlite, |config| config.policy.wrong_pause = 3).await;
    let new = register::NewAccount {
        email: "hanako@office.example".into(),
        name: "佐藤 花子".into(),
        department: "経理".into(),
        phone: "03-1234-5678".into(),
        language: Language::Ja,
        roles: vec![Role::Sender],
    };
    let issued = register::add(&server.running.gateway, new, Actor::Console).await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/life.mjs");
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
