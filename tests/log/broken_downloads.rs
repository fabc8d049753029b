//! A line that breaks while the log, entries of it, or the certificates of a month leave: what came is never taken for whole,
//! each leaving is in the log, and it can be fetched again.

use std::io::Cursor;

use crate::harness::flows::{On, until};
use crate::harness::proxy::BreakingLine;
use crate::harness::server::{Server, any_port};
use kakitome::audit::Receipt;
use kakitome::model::{Actor, Event, EventKind, Role, Scope};
use kakitome::store::{events, transfers, tree};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A gateway behind a line, and an auditor who talks to it.
struct Behind {
    server: Server,
    line: BreakingLine,
    token: String,
}

impl Behind {
    async fn a_line() -> Self {
        let line = tokio::net::TcpListener::bind(any_port()).await.unwrap();
        let port = line.local_addr().unwrap().port();
        // A gateway that may choose its own port calls that one its address.
        let listen = std::net::TcpListener::bind(any_port()).unwrap().local_addr().unwrap();
        let server = Server::with(On::Sqlite, |config| {
            config.server.public_url = format!("https://localhost:{port}").try_into().unwrap();
            config.server.listen = listen;
        })
        .await;
        let line = BreakingLine::start(line, listen, Vec::new()).await;
        let auditor = server.account("kansa@office.example", &[Role::Auditor]).await;
        let token = server.token_of(&auditor, Scope::Audit).await;
        Self { server, line, token }
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let client: &Client = &self.server.client;
        client.request(method, format!("{}/api/v1{path}", self.server.base)).bearer_auth(&self.token)
    }

    /// Half of a file, and then the whole of it.
    async fn fetched(&self, path: &str, is_measured: bool) -> Vec<u8> {
        let whole = self.whole(path, is_measured).await;
        // The answer's head and the wrapping of TLS come down, too.
        self.line.break_after(i64::try_from(whole.len() / 2).unwrap());
        let mut answer = self.ask(Method::GET, path).send().await.unwrap();
        let told = is_measured.then_some(whole.len() as u64);
        assert_eq!(answer.content_length(), told, "{path}");
        let mut came = 0;
        let broken = loop {
            match answer.chunk().await {
                Ok(Some(bytes)) => came += bytes.len(),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken, "{path}: {came} of {} bytes were taken for a file", whole.len());
        assert!(came < whole.len());
        self.whole(path, is_measured).await
    }

    /// A file whose length is not told beforehand ends with the mark of chunked transfer coding, or is broken off.
    async fn whole(&self, path: &str, is_measured: bool) -> Vec<u8> {
        let answer = self.ask(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let length = answer.content_length();
        let bytes = answer.bytes().await.unwrap().to_vec();
        assert_eq!(length, is_measured.then_some(bytes.len() as u64), "{path}");
        bytes
    }

    async fn count(&self, word: &'static str) -> usize {
        let found = self.server.running.gateway.store.read(move |tx| events::of_words(tx, &[word], 100)).await;
        found.unwrap().len()
    }

    /// So much happens, and has its place under a signature.
    async fn happens(&self, times: usize) {
        let gateway = &self.server.running.gateway;
        let now = gateway.now();
        let written = gateway.store.write(move |tx| {
            (0..times).try_for_each(|_| tx.record(&Event::new(EventKind::Started, now, Actor::System)))
        });
        written.await.unwrap();
        self.signed().await;
    }

    async fn signed(&self) {
        let gateway = &self.server.running.gateway;
        until("everything is signed", || async {
            // In this order: what gets its place in between is in the log that is read then.
            let waits = gateway.store.read(|tx| tree::pending(tx, 1)).await.unwrap();
            let log = gateway.store.read(tree::current).await.unwrap()?;
            (waits.is_empty() && log.signed?.size == log.size).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_in_a_file_are_whole_or_none() {
    let behind = Behind::a_line().await;
    behind.happens(600).await;
    let wish = json!({"format": "jsonl", "purpose": "audit"});
    let file: Value = behind.ask(Method::POST, "/audit/export").json(&wish).send().await.unwrap().json().await.unwrap();
    let path = format!("/audit/export/{}/file", file["id"].as_str().unwrap());
    let bytes = behind.fetched(&path, true).await;
    assert_eq!(file["sha256"], data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes)).as_str());
    assert_eq!((behind.count("log_exported").await, behind.count("log_export_fetched").await), (1, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_a_zip_is_whole_or_none() {
    let behind = Behind::a_line().await;
    // More than two tiles, so that there are full ones, a part of one, and a second level.
    behind.happens(600).await;
    let log = behind.server.running.gateway.store.read(tree::current).await.unwrap().unwrap();
    let path = format!("/audit/{}/log.zip", log.origin.rsplit('/').next().unwrap());
    let bytes = behind.fetched(&path, true).await;
    let zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    for name in ["checkpoint", "tile/entries/001", "tile/1/000.p/2"] {
        assert!(names.iter().any(|one| one == name), "{name}: {names:?}");
    }
}

/// A transfer that was taken back and destroyed.
async fn destroyed(server: &Server) {
    let sent = server.send(&[("決算書.pdf", b"content".to_vec())]).await;
    server.post(&format!("/transfers/{}/recall", sent.transfer), json!({"reason": "宛先を間違えた"})).await;
    let (gateway, id) = (server.running.gateway.clone(), sent.transfer.parse().unwrap());
    until("everything is erased", || async {
        gateway.store.read(move |tx| transfers::get(tx, id)).await.unwrap().shredded_at
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificates_of_a_month_are_whole_or_none() {
    let behind = Behind::a_line().await;
    for _ in 0..4 {
        destroyed(&behind.server).await;
    }
    behind.signed().await;
    let bytes = behind.fetched("/audit/certificates", false).await;
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.ends_with('\n') && text.lines().count() == 4);
    assert!(text.lines().all(|line| Receipt::parse(line).is_ok_and(|receipt| receipt.statement.is_some())));
    assert_eq!(behind.count("certificates_issued").await, 3);
    behind.server.check_invariants().await;
}
