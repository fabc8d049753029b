//! What a recipient meets on the way, in a real Chromium with scripts: `tests/browser/collect.mjs`.

use std::net::TcpListener;

use crate::harness::flows::On;
use crate::harness::server::{Server, any_port};
use crate::harness::story::play;
use sha2::{Digest, Sha256};

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind(any_port()).unwrap().local_addr().unwrap().port()
}

fn content(length: usize, seed: u64) -> Vec<u8> {
    let byte = |place: usize| (place as u64 ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0];
    (0..length).map(byte).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_collects_over_a_line_that_breaks() {
    // The browser goes through a line that can be cut; the gateway knows itself by that line's address.
    let (line, own) = (free_port(), free_port());
    let server = Server::with(On::Sqlite, |config| {
        config.server.listen.set_port(own);
        config.server.public_url = format!("https://localhost:{line}").try_into().unwrap();
    })
    .await;
    let direct = Server { base: format!("https://localhost:{own}"), ..server };
    let files = [("memo.txt", content(40_000, 1)), ("決算書_2026年度.pdf", content(12_000_000, 2))];
    let digests: Vec<String> =
        files.iter().map(|(_, bytes)| data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))).collect();
    let sent = direct.send(&files).await;
    let environment = [
        ("KAKITOME_URL", format!("https://localhost:{line}")),
        ("KAKITOME_LINE", line.to_string()),
        ("KAKITOME_SERVER", own.to_string()),
        ("KAKITOME_ID", sent.public_id.clone()),
        ("KAKITOME_CODE", sent.code.clone()),
        ("KAKITOME_NUMBER", sent.number.clone()),
        ("KAKITOME_DIGESTS", digests.join(",")),
    ];
    play("collect.mjs", &environment).await;
    let id = sent.transfer.parse().unwrap();
    let gateway = &direct.running.gateway;
    let events = gateway.store.read(move |tx| kakitome::store::events::of_transfer(tx, id)).await.unwrap();
    let count = |word: &str| events.iter().filter(|entry| entry.event == word).count();
    assert_eq!((count("retrieved"), count("recipient_confirmed")), (1, 1), "however often the line broke");
    assert_eq!(count("number_accepted"), 1);
    direct.check_invariants().await;
}
