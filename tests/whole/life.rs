//! One transfer over real TLS and HTTP: upload, seal, mail, look, open, range, everything, done, shredded.

use crate::harness::flows::{On, until};
use crate::harness::server::Server;
use reqwest::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n as u32).wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect()
}

async fn life(on: On) {
    let server = Server::start(on).await;
    let big = content(10_000_019);
    let sent = server.send(&[("決算書 2026.pdf", big.clone()), ("memo.txt", b"hello".to_vec())]).await;

    let look = format!("{}/api/v1/r/look", server.base);
    let seen = server.client.post(&look).json(&json!({"secret": sent.code})).send().await.unwrap();
    assert_eq!(seen.status(), StatusCode::OK);
    let seen: serde_json::Value = seen.json().await.unwrap();
    assert_eq!(seen["state"], "open");
    assert_eq!(seen["file_count"], 2);
    assert!(!seen.to_string().contains("決算書"), "file names are not shown before the number");

    let wrong = if sent.number.starts_with('1') { "222222222222" } else { "111111111111" };
    assert!(server.try_open(&sent, wrong, false).await.status().is_client_error());
    let (cookie, opened) = server.open(&sent).await;
    assert_eq!(opened["files"][0]["name"], "決算書 2026.pdf");
    assert_eq!(opened["files"][0]["sha256"], data_encoding::HEXLOWER.encode(&Sha256::digest(&big)));

    let part =
        server.download(&sent, &cookie, "files/1").header("Range", "bytes=1000000-4999999").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["Content-Range"], "bytes 1000000-4999999/10000019");
    assert_eq!(part.bytes().await.unwrap(), &big[1_000_000..5_000_000]);

    let zip = server.download(&sent, &cookie, "all.zip").send().await.unwrap();
    let length: usize = zip.headers()["Content-Length"].to_str().unwrap().parse().unwrap();
    let zip = zip.bytes().await.unwrap();
    assert_eq!(zip.len(), length);
    unzips(&server, &zip, &big);
    until("everything is retrieved", || async {
        let transfer = server.get(&format!("/transfers/{}", sent.transfer)).await;
        (transfer["deliveries"][0]["state"] == "retrieved").then_some(())
    })
    .await;
    server.check_invariants().await;

    let done = server.client.post(format!("{}/api/v1/r/{}/done", server.base, sent.public_id));
    let done = done.header("Cookie", &cookie).send().await.unwrap();
    assert_eq!(done.status(), StatusCode::NO_CONTENT, "{:?}", done.text().await);
    let transfer = server.get(&format!("/transfers/{}", sent.transfer)).await;
    assert_eq!(transfer["state"], "shredded");
    assert!(server.try_open(&sent, &sent.number, false).await.status().is_client_error());
    let gone = server.download(&sent, &cookie, "files/1").send().await.unwrap();
    assert!(gone.status().is_client_error());
    server.check_invariants().await;
    server.running.stop().await.unwrap();
}

fn unzips(server: &Server, zip: &[u8], big: &[u8]) {
    let path = server.directory.path().join("all.zip");
    std::fs::write(&path, zip).unwrap();
    let script = "import sys, zipfile, hashlib\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
                  print(z.namelist()[0], hashlib.sha256(z.read(z.namelist()[0])).hexdigest())";
    let out = std::process::Command::new("python3").args(["-c", script]).arg(&path).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains(&data_encoding::HEXLOWER.encode(&Sha256::digest(big))), "{text}");
    assert!(text.contains("決算書 2026.pdf"), "{text}");
}

#[actix_web::test]
async fn a_transfer_lives_over_tls_on_sqlite() {
    life(On::Sqlite).await;
}

#[actix_web::test]
async fn a_transfer_lives_over_tls_on_postgresql() {
    life(On::Postgres).await;
}
