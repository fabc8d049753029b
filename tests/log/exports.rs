//! Files of the log's entries: what is in them, who may have them, what happens when a worker dies, when somebody takes one
//! back, and when its time is over.

use std::time::Duration;

use crate::harness::flows::{Office, On};
use crate::harness::problem;
use crate::harness::server::Server;
use futures_util::StreamExt;
use kakitome::error::{FieldFlaw, Problem};
use kakitome::model::{ExportFormat, ExportId, ExportState, Question, Role, Scope};
use kakitome::staff::log::export::{self, Asked, Exporter};
use kakitome::staff::log::sequence;
use kakitome::store::{events, exports};
use kakitome::transfer::expire;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

on_both! {
    a_file_has_every_entry_and_its_digest_is_in_the_log
    a_purpose_is_needed
    a_file_that_a_worker_took_first_is_not_called_ready
    what_a_worker_left_is_begun_anew
    a_file_that_was_taken_back_is_gone
    a_file_lives_for_a_day
    nothing_of_a_file_lies_in_the_clear
    who_asked_has_it_and_nobody_else
}

const BY: Exporter = Exporter::console();

fn asked(format: ExportFormat) -> Asked {
    Asked { question: Question::default(), format, columns: Vec::new(), purpose: "四半期監査".into() }
}

async fn written(office: &Office, format: ExportFormat) -> ExportId {
    let id = export::ask(office.gateway(), BY, asked(format)).await.unwrap();
    assert!(export::work(office.gateway(), Some(id), |_| {}).await.unwrap());
    id
}

async fn state(office: &Office, id: ExportId) -> ExportState {
    export::show(office.gateway(), BY, id).await.unwrap().export.state
}

async fn fetched(office: &Office, id: ExportId) -> Vec<u8> {
    let opened = export::open(office.gateway(), BY, id).await.unwrap();
    let length = opened.length;
    let mut stream = opened.bytes(office.gateway());
    let mut bytes = Vec::new();
    while let Some(some) = stream.next().await {
        bytes.extend(some.unwrap());
    }
    assert_eq!(bytes.len() as u64, length);
    bytes
}

/// An office where something happened; a tick later, so that all of it was before whoever asks.
async fn office(on: On) -> Office {
    let office = Office::new(on).await;
    office.send(&[("給与.pdf", b"a")], &["suzuki@aozora.example"]).await;
    while sequence(office.gateway()).await.unwrap() {}
    office.clock.forward(Duration::from_secs(1));
    office
}

async fn words(office: &Office, words: &'static [&'static str]) -> Vec<Value> {
    let found = office.gateway().store.read(move |tx| events::of_words(tx, words, 10)).await.unwrap();
    found.iter().map(|entry| serde_json::from_slice(&entry.leaf).unwrap()).collect()
}

async fn a_file_has_every_entry_and_its_digest_is_in_the_log(on: On) {
    let office = office(on).await;
    let id = written(&office, ExportFormat::JsonLines).await;
    let bytes = fetched(&office, id).await;
    let lines: Vec<Value> =
        String::from_utf8(bytes.clone()).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let log = office.gateway().store.read(kakitome::store::tree::current).await.unwrap().unwrap();
    assert_eq!(lines.len() as u64, log.size, "every entry, and none of the export itself");
    assert!(lines.windows(2).all(|pair| pair[0]["leaf"]["id"].as_str() > pair[1]["leaf"]["id"].as_str()));
    let exported = words(&office, &["log_exported"]).await;
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    assert_eq!(exported[0]["digest"], digest.as_str());
    assert_eq!((&exported[0]["rows"], &exported[0]["format"]), (&json!(lines.len()), &json!("jsonl")));
    assert!(exported[0]["commitments"]["reason"].is_string(), "what for is committed to");
    assert_eq!(words(&office, &["log_export_fetched"]).await.len(), 1);
    let (name, manifest) = export::manifest(office.gateway(), BY, id).await.unwrap();
    assert!(name.ends_with(".jsonl.manifest.json") && manifest.lines().count() == 1);
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!((&manifest["sha256"], &manifest["purpose"]), (&json!(digest), &json!("四半期監査")));
    assert_eq!(manifest["log"], json!({"origin": log.origin, "size": log.size}));
    assert!(manifest["checkpoint"].as_str().unwrap().starts_with(&log.origin));
    // The other formats are written too, and a table has one line more.
    for format in [ExportFormat::Csv, ExportFormat::Cef, ExportFormat::Ocsf] {
        let id = written(&office, format).await;
        let text = String::from_utf8(fetched(&office, id).await).unwrap();
        assert!(text.lines().count() >= lines.len(), "{format}");
        assert!(!text.contains("給与.pdf"), "names of files stay sealed: {format}");
    }
}

async fn a_file_that_a_worker_took_first_is_not_called_ready(on: On) {
    let office = office(on).await;
    let id = export::ask(office.gateway(), BY, asked(ExportFormat::Csv)).await.unwrap();
    let (key, now) = (office.gateway().seal_to_custody(b"a key").unwrap(), office.gateway().now());
    let lease = Duration::from_secs(9);
    let held = office.gateway().store.write(move |tx| exports::claim(tx, Some(id), &key, now, lease)).await.unwrap();
    assert!(held.is_some());
    let told = export::write_if_small(office.gateway(), BY, id).await.unwrap();
    assert_eq!(told.export.state, ExportState::Running);
    // Without the worker it is written at once.
    let id = export::ask(office.gateway(), BY, asked(ExportFormat::Csv)).await.unwrap();
    assert_eq!(export::write_if_small(office.gateway(), BY, id).await.unwrap().export.state, ExportState::Ready);
}

async fn a_purpose_is_needed(on: On) {
    let office = office(on).await;
    for (purpose, flaw) in [("  ", FieldFlaw::Missing), (&*"あ".repeat(501), FieldFlaw::TooLong { limit: 500 })] {
        let asked = Asked { purpose: purpose.into(), ..asked(ExportFormat::Csv) };
        let refused = problem(export::ask(office.gateway(), BY, asked).await);
        assert_eq!(refused, Problem::Field { field: "purpose", flaw });
    }
    assert!(export::list(office.gateway(), BY).await.unwrap().is_empty());
    // What was typed with line ends is one entry all the same.
    let asked = Asked { purpose: "a\nb".into(), ..asked(ExportFormat::Csv) };
    let id = export::ask(office.gateway(), BY, asked).await.unwrap();
    export::work(office.gateway(), Some(id), |_| {}).await.unwrap();
    assert_eq!(state(&office, id).await, ExportState::Ready);
}

async fn what_a_worker_left_is_begun_anew(on: On) {
    let office = office(on).await;
    let id = export::ask(office.gateway(), BY, asked(ExportFormat::Csv)).await.unwrap();
    // A worker takes it, and dies.
    let now = kakitome::port::Clock::now(&*office.clock);
    let key = office.gateway().seal_to_custody(&[7; 32]).unwrap();
    let lease = Duration::from_secs(120);
    let held = office.gateway().store.write(move |tx| exports::claim(tx, None, &key, now, lease)).await.unwrap();
    let held = held.expect("it waits");
    assert!(!export::work(office.gateway(), None, |_| {}).await.unwrap(), "somebody is at it");
    office.clock.forward(Duration::from_secs(121));
    assert!(export::work(office.gateway(), None, |_| {}).await.unwrap(), "and then it is free");
    let file = export::show(office.gateway(), BY, id).await.unwrap().export;
    assert_eq!((file.state, file.tries), (ExportState::Ready, 2));
    fetched(&office, id).await;
    // Who comes back late writes nothing.
    let late = office.gateway().store.write(move |tx| exports::renew(tx, &held, 1, now + lease)).await.unwrap();
    assert!(late.is_none());
}

async fn a_file_that_was_taken_back_is_gone(on: On) {
    let office = office(on).await;
    let waiting = export::ask(office.gateway(), BY, asked(ExportFormat::Csv)).await.unwrap();
    export::cancel(office.gateway(), BY, waiting).await.unwrap();
    assert!(!export::work(office.gateway(), Some(waiting), |_| {}).await.unwrap(), "nobody writes it");
    let ready = written(&office, ExportFormat::Csv).await;
    export::cancel(office.gateway(), BY, ready).await.unwrap();
    let refused = problem(export::open(office.gateway(), BY, ready).await.map(|_| ()));
    assert_eq!(refused, Problem::WrongState { state: "cancelled" });
    assert_eq!(problem(export::cancel(office.gateway(), BY, ready).await), Problem::WrongState { state: "cancelled" });
    assert_eq!(problem(export::manifest(office.gateway(), BY, ready).await), Problem::NotFound);
    assert_eq!(words(&office, &["log_export_ended"]).await.len(), 2);
    // While it is being written, it stops at the next page.
    let id = export::ask(office.gateway(), BY, asked(ExportFormat::Csv)).await.unwrap();
    let now = kakitome::port::Clock::now(&*office.clock);
    let key = office.gateway().seal_to_custody(&[7; 32]).unwrap();
    let held = office.gateway().store.write(move |tx| exports::claim(tx, Some(id), &key, now, Duration::from_secs(9)));
    let held = held.await.unwrap().unwrap();
    export::cancel(office.gateway(), BY, id).await.unwrap();
    assert!(!office.gateway().store.write(move |tx| exports::holds(tx, &held)).await.unwrap());
}

async fn a_file_lives_for_a_day(on: On) {
    let office = office(on).await;
    let before = office.gateway().blobs.list().await.unwrap().len();
    let id = written(&office, ExportFormat::Csv).await;
    assert_eq!(office.gateway().blobs.list().await.unwrap().len(), before + 1);
    // What is looked after by its row is no orphan.
    office.clock.forward(Duration::from_secs(3 * 3600));
    expire::sweep_orphans(office.gateway(), kakitome::port::Clock::now(&*office.clock)).await.unwrap();
    fetched(&office, id).await;
    office.clock.forward(Duration::from_secs(21 * 3600));
    assert_eq!(
        problem(export::open(office.gateway(), BY, id).await.map(|_| ())),
        Problem::WrongState { state: "expired" },
        "not served after its time, swept or not"
    );
    export::sweep(office.gateway()).await.unwrap();
    assert_eq!(state(&office, id).await, ExportState::Expired);
    assert_eq!(office.gateway().blobs.list().await.unwrap().len(), before, "its bytes are gone");
    assert_eq!(words(&office, &["log_export_ended"]).await[0]["state"], "expired");
    office.clock.forward(Duration::from_secs(31 * 24 * 3600));
    export::sweep(office.gateway()).await.unwrap();
    assert!(export::list(office.gateway(), BY).await.unwrap().is_empty(), "the log remembers it");
}

async fn nothing_of_a_file_lies_in_the_clear(on: On) {
    let office = office(on).await;
    let id = written(&office, ExportFormat::JsonLines).await;
    assert!(String::from_utf8(fetched(&office, id).await).unwrap().contains("suzuki@aozora.example"));
    let mut looked = 0;
    let mut directories = vec![office.directory.path().join("data").join("blobs")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let clear = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!clear("suzuki@aozora.example") && !clear("\"leaf\""), "{}", path.display());
            looked += 1;
        }
    }
    assert!(looked > 0);
}

async fn who_asked_has_it_and_nobody_else(on: On) {
    let server = Server::with(on, |config| config.scan.off = true).await;
    let auditor = server.account("auditor@office.example", &[Role::Auditor]).await;
    let other = server.account("other@office.example", &[Role::Auditor]).await;
    let (auditor, other) = (server.token_of(&auditor, Scope::Audit).await, server.token_of(&other, Scope::Audit).await);
    let ask = |token: &str, method: Method, path: &str| {
        server.client.request(method, format!("{}/api/v1{path}", server.base)).bearer_auth(token.to_owned())
    };
    let wish = json!({"format": "csv", "purpose": "audit", "columns": ["event", "time"]});
    let answer = ask(&auditor, Method::POST, "/audit/export").json(&wish).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let file: Value = answer.json().await.unwrap();
    assert_eq!(file["state"], "ready");
    let path = format!("/audit/export/{}/file", file["id"].as_str().unwrap());
    let bytes = ask(&auditor, Method::GET, &path).send().await.unwrap();
    let digest = bytes.headers()["repr-digest"].to_str().unwrap().to_owned();
    let bytes = bytes.bytes().await.unwrap();
    assert!(bytes.starts_with("\u{feff}event,time\r\n".as_bytes()));
    assert_eq!(file["sha256"], data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes)).as_str());
    assert_eq!(digest, format!("sha-256=:{}:", data_encoding::BASE64.encode(&Sha256::digest(&bytes))));
    // Another auditor sees that there is one, and says himself what for.
    let seen: Value = ask(&other, Method::GET, "/audit/export").send().await.unwrap().json().await.unwrap();
    assert_eq!((&seen["exports"][0]["id"], &seen["exports"][0]["own"]), (&file["id"], &json!(false)));
    for path in [path.clone(), path.replace("/file", "/manifest")] {
        assert_eq!(ask(&other, Method::GET, &path).send().await.unwrap().status(), 404, "{path}");
    }
    let gone = path.replace("/file", "");
    assert_eq!(ask(&other, Method::DELETE, &gone).send().await.unwrap().status(), 404);
    // A sender has nothing to do with it.
    let refused = server.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(refused.status(), 403);
    assert_eq!(server.request(Method::POST, "/audit/export").json(&wish).send().await.unwrap().status(), 403);
    assert_eq!(ask(&auditor, Method::DELETE, &gone).send().await.unwrap().status(), 204);
    assert_eq!(ask(&auditor, Method::GET, &path).send().await.unwrap().status(), 409);
    let wrong = json!({"format": "pdf", "purpose": "audit"});
    assert_eq!(ask(&auditor, Method::POST, "/audit/export").json(&wrong).send().await.unwrap().status(), 422);
}

/// The command on the stores of this office.
fn command(office: &Office, args: &[&str]) -> std::process::Output {
    let places = Office::places_in(office.directory.path());
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kakitome"));
    command.env("KAKITOME_SCAN__OFF", "true").env("LANG", "en_US.UTF-8").args(["audit", "export"]).args(args);
    command.arg("--data").arg(places.data).arg("--keys").arg(places.keys).output().unwrap()
}

#[actix_web::test]
async fn the_command_writes_a_file_and_its_manifest_and_keeps_nothing() {
    let office = office(On::Sqlite).await;
    let out = office.directory.path().join("log.csv");
    let file = out.to_str().unwrap();
    let done = command(&office, &["--purpose", "監査", "--columns", "event,reference", "--out", file, "--json"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let bytes = std::fs::read(&out).unwrap();
    assert!(bytes.starts_with("\u{feff}event,reference\r\n".as_bytes()));
    let told: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(told["sha256"], data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes)).as_str());
    let manifest: Value = serde_json::from_slice(&std::fs::read(format!("{file}.manifest.json")).unwrap()).unwrap();
    assert_eq!((&manifest["sha256"], &manifest["purpose"]), (&told["sha256"], &json!("監査")));
    let files = export::list(office.gateway(), BY).await.unwrap();
    assert_eq!(files[0].export.state, ExportState::Cancelled, "the sealed copy is destroyed");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&out).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    // A file that is there stays as it is; a purpose is needed; a question that is none is refused.
    assert!(!command(&office, &["--purpose", "x", "--out", file]).status.success());
    assert_eq!(std::fs::read(&out).unwrap(), bytes);
    assert_eq!(command(&office, &["--format", "csv"]).status.code(), Some(2));
    assert_eq!(command(&office, &["--purpose", "x", "--kind", "nothing"]).status.code(), Some(2));
    let printed = command(&office, &["--purpose", "x", "--format", "cef", "--kind", "sealed"]);
    assert!(String::from_utf8(printed.stdout).unwrap().starts_with("CEF:0|Kakitome|"));
}
