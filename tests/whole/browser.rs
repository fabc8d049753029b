//! The life of a transfer in a real Chromium, in Japanese on a phone and in English at a desk: without scripts
//! (`tests/browser/life.mjs` looks at every page), and with them: at the sender's desk (`desk.mjs`), over a line that breaks
//! (`upload.mjs`), with passkeys (`passkey.mjs`), after a coffee break (`idle.mjs`).

use crate::harness::flows::On;
use crate::harness::proxy::BreakingLine;
use crate::harness::server::{Server, any_port};
use crate::harness::story::play_sender;

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_lives_in_a_browser_without_scripts() {
    // Three wrong numbers pause here: the default's ten would be slowed down for minutes first.
    let server = Server::with(On::Sqlite, |config| config.policy.wrong_pause = 3).await;
    play_sender(&server, "life.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_sends_tells_and_watches_with_scripts() {
    let server = Server::with(On::Sqlite, |_| {}).await;
    play_sender(&server, "desk.mjs").await;
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
    play_sender(&server, "upload.mjs").await;
    assert_eq!(line.cuts.load(std::sync::atomic::Ordering::SeqCst), 1, "the line was cut once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_unlocks_and_opens_what_it_can() {
    let server = Server::with(On::Sqlite, |config| config.policy.idle_lock_minutes = 1).await;
    play_sender(&server, "passkey.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_page_is_unlocked_in_place_and_nothing_typed_is_lost() {
    let server = Server::with(On::Sqlite, |config| config.policy.idle_lock_minutes = 1).await;
    play_sender(&server, "idle.mjs").await;
}
