//! Upload clients of others, unmodified, over a line that is cut three times: they finish, and the digest is equal.
//! 64 MiB, and 1 GiB with `KAKITOME_SOAK=1`.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::Ordering;

use crate::harness::flows::On;
use crate::harness::proxy::BreakingLine;
use crate::harness::server::{Server, any_port};
use serde_json::json;
use sha2::{Digest, Sha256};

async fn uploads(mut command: Command) {
    let line = tokio::net::TcpListener::bind(any_port()).await.unwrap();
    let port = line.local_addr().unwrap().port();
    let server = std::net::TcpListener::bind(any_port()).unwrap().local_addr().unwrap();
    let gateway = Server::with(On::Sqlite, |config| {
        config.server.public_url = format!("https://localhost:{port}").try_into().unwrap();
        config.server.listen = server;
    })
    .await;
    let mib = u64::from(crate::harness::rounds(64, 1024));
    let cuts = vec![mib << 18, mib << 19, 3 * (mib << 18)];
    let line = BreakingLine::start(line, server, cuts).await;
    let transfer = gateway.post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
    let file = gateway.directory.path().join("large.bin");
    let digest = write_random(&file, mib);

    let authority = gateway.running.authority_file.clone().unwrap();
    command
        .env("KAKITOME_URL", &gateway.base)
        .env("KAKITOME_TOKEN", &gateway.token)
        .env("KAKITOME_TRANSFER", &transfer)
        .env("KAKITOME_FILE", &file)
        .env("NODE_EXTRA_CA_CERTS", &authority)
        .env("REQUESTS_CA_BUNDLE", &authority)
        .env("SSL_CERT_FILE", &authority);
    let out = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let out = out.expect("the client starts; run: tests/set-up.sh");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(line.cuts.load(Ordering::SeqCst), 3, "the line was cut three times");

    let recipient = json!({"email": "suzuki@aozora.example", "language": "en"});
    gateway.post(&format!("/transfers/{transfer}/recipients"), recipient).await;
    let sent = gateway.post(&format!("/transfers/{transfer}/send"), json!({"confirmed": []})).await;
    let delivery = &sent["deliveries"][0];
    let reference = delivery["reference"].as_str().unwrap().to_owned();
    let (public_id, code) = gateway.link(&reference).await;
    let number = delivery["number"].as_str().unwrap().to_owned();
    let (cookie, opened) =
        gateway.open(&crate::harness::server::Sent { transfer, reference, number, public_id, code }).await;
    assert_eq!(opened["files"][0]["sha256"], digest);
    assert!(!cookie.is_empty());
    gateway.check_invariants().await;
}

fn write_random(path: &Path, mib: u64) -> String {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    let mut digest = Sha256::new();
    let mut block = vec![0; 1 << 20];
    for n in 0..mib {
        for (place, byte) in block.iter_mut().enumerate() {
            *byte = (place as u64).wrapping_mul(n.wrapping_add(7)).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0];
        }
        digest.update(&block);
        file.write_all(&block).unwrap();
    }
    data_encoding::HEXLOWER.encode(&digest.finalize())
}

fn clients() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

#[tokio::test(flavor = "multi_thread")]
async fn tus_js_client_finishes_over_a_line_that_breaks() {
    let mut node = Command::new("node");
    node.arg(clients().join("upload.mjs"));
    uploads(node).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tuspy_finishes_over_a_line_that_breaks() {
    let mut python = Command::new(clients().join(".venv/bin/python"));
    python.arg(clients().join("upload.py"));
    uploads(python).await;
}
