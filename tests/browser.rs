//! The life of a transfer in a real Chromium, in Japanese on a phone and in English at a desk: without scripts
//! (`tests/browser/life.mjs` looks at every page), and with them over a line that breaks (`tests/browser/upload.mjs`).

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
use harness::proxy::BreakingLine;
use harness::server::{Server, any_port};
use kakitome::model::{Actor, Language, Role};
use kakitome::staff::register;

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_lives_in_a_browser_without_scripts() {
    // Three wrong numbers pause here: the default's ten would be slowed down for minutes first.
    let server = Server::with(On::Sqlite, |config| config.policy.wrong_pause = 3).await;
    drive(&server, "life.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_outlives_a_broken_line_a_reload_and_the_back_button() {
    let line = tokio::net::TcpListener::bind(any_port()).await.unwrap();
    let port = line.local_addr().unwrap().port();
    // A gateway that may choose its own port calls that one its address.
    let listen = std::net::TcpListener::bind(any_port()).unwrap().local_addr().unwrap();
    let server = Server::with(On::Sqlite, |config| {
        config.server.public_url = format!("https://localhost:{port}").try_into().unwrap();
        config.server.listen = listen;
    })
    .await;
    let line = BreakingLine::start(line, listen, vec![8 * 1024 * 1024]).await;
    drive(&server, "upload.mjs").await;
    assert_eq!(line.cuts.load(std::sync::atomic::Ordering::SeqCst), 1, "the line was cut once");
}

/// Runs a script of `tests/browser` for a sender who has never signed in.
async fn drive(server: &Server, script: &str) {
    let new = register::NewAccount {
        email: "hanako@office.example".into(),
        name: "佐藤 花子".into(),
        department: "経理".into(),
        phone: "03-1234-5678".into(),
        language: Language::Ja,
        roles: vec![Role::Sender],
    };
    let issued = register::add(&server.running.gateway, new, Actor::Console).await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(script);
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
