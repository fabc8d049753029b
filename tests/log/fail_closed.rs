//! What cannot be written down is not done: with the database full, read-only or refusing, nothing is opened, handed out,
//! sent or signed in to, everybody is told so in the own language, nothing is half done, and it goes on by itself.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::harness::browser::Browser;
use crate::harness::flows::{On, PASSWORD, until};
use crate::harness::server::{Sent, Server};
use diesel::{Connection as _, RunQueryDsl as _};
use futures_util::StreamExt;
use kakitome::adapter::clock::SystemClock;
use kakitome::model::Role;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

const CONTENT: &[u8] = b"MARKER: what nobody gets while it cannot be written down";

/// A small file system of its own, gone with this value.
struct SmallDisk {
    path: PathBuf,
    _directory: tempfile::TempDir,
}

impl SmallDisk {
    fn new(size: &str) -> Self {
        let directory = tempfile::tempdir_in("/tmp").unwrap();
        let path = directory.path().join("small");
        std::fs::create_dir(&path).unwrap();
        let options = format!("size={size},mode=0777");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&path).status();
        assert!(mounted.is_ok_and(|status| status.success()), "a small file system cannot be mounted; run as root");
        Self { path, _directory: directory }
    }

    fn fill(&self) {
        let mut zeroes = Command::new("dd");
        zeroes.arg("if=/dev/zero").arg(format!("of={}", self.ballast().display())).args(["bs=4096", "status=none"]);
        assert!(!zeroes.stderr(Stdio::null()).status().unwrap().success(), "it is full");
    }

    fn clear(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.path.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.path).status();
    }
}

/// How the log fails.
enum Fault {
    /// SQLite: the file system is full.
    FullDisk(SmallDisk),
    /// SQLite: the database refuses what is written to the log.
    Refusing,
    /// PostgreSQL: every transaction is read-only.
    ReadOnly,
}

struct Office {
    server: Server,
    fault: Fault,
    /// Of a PostgreSQL database.
    url: String,
}

impl Office {
    async fn new(on: On, fault: Fault) -> Self {
        let mut url = String::new();
        let change = |config: &mut kakitome::config::Config| {
            if let Fault::FullDisk(disk) = &fault {
                let file = disk.path.join("kakitome.sqlite");
                config.database.url = format!("sqlite:{}", file.display()).try_into().unwrap();
            }
            if matches!(on, On::Postgres) {
                use secrecy::ExposeSecret;
                url = config.database.url.connection(None).expose_secret().to_owned();
            }
        };
        let server = Server::at(on, Arc::new(SystemClock), change).await;
        Self { server, fault, url }
    }

    fn breaks(&self) {
        match &self.fault {
            Fault::FullDisk(disk) => {
                // What was written ahead is space that could be used again.
                self.sqlite("PRAGMA wal_checkpoint(TRUNCATE)");
                disk.fill();
            }
            Fault::Refusing => {
                self.sqlite("CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'refused'); END")
            }
            Fault::ReadOnly => self.read_only("on"),
        }
    }

    fn mends(&self) {
        match &self.fault {
            Fault::FullDisk(disk) => disk.clear(),
            Fault::Refusing => self.sqlite("DROP TRIGGER refuse"),
            Fault::ReadOnly => self.read_only("off"),
        }
    }

    fn database(&self) -> PathBuf {
        match &self.fault {
            Fault::FullDisk(disk) => disk.path.join("kakitome.sqlite"),
            _ => self.server.directory.path().join("data/kakitome.sqlite"),
        }
    }

    fn sqlite(&self, statement: &str) {
        crate::harness::disk::sqlite(&self.database(), statement);
    }

    fn read_only(&self, how: &str) {
        execute(&self.url, &format!("ALTER SYSTEM SET default_transaction_read_only = {how}"));
        execute(&self.url, "SELECT pg_reload_conf()");
    }

    fn count(&self, table: &str, condition: &str) -> String {
        let query = format!("SELECT CAST(count(*) AS TEXT) AS text FROM {table} WHERE {condition}");
        let rows = match self.url.is_empty() {
            true => crate::harness::disk::sqlite(&self.database(), &query),
            false => crate::harness::postgres::texts(&self.url, &query),
        };
        rows[0].clone()
    }

    /// What must be the same before and after: nothing was half done.
    fn picture(&self) -> Vec<String> {
        ["log_entries", "unlocks", "slots", "letters", "sign_ins", "servings"]
            .map(|table| self.count(table, "1 = 1"))
            .into_iter()
            .chain([self.count("events", "1 = 1")])
            .chain([self.count("transfers", "state = 'draft'"), self.count("deliveries", "opened_at IS NOT NULL")])
            .collect()
    }
}

fn execute(url: &str, statement: &str) {
    let mut connection = diesel::PgConnection::establish(url).unwrap();
    diesel::sql_query(statement).execute(&mut connection).unwrap();
}

/// 503, in the reader's language, with what happened, what is unharmed and what to do; and not one byte of a file.
async fn is_refused(what: &str, answer: Response) {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    let text = String::from_utf8_lossy(&body);
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{what}: {text}");
    assert!(headers.contains_key("retry-after"), "{what}");
    assert!(!body.windows(6).any(|window| window == &CONTENT[..6]), "{what}: a byte of a file left");
    if let Ok(problem) = serde_json::from_str::<Value>(&text) {
        assert_eq!(problem["code"], "log-unavailable", "{what}: {text}");
    }
    for words in
        ["記録を残せないため、この操作はお受けできません", "ファイルは渡していません", "復旧すると自動的に再開します"]
    {
        assert!(text.contains(words), "{what}: {text}");
    }
}

/// Asks for everything that needs the log, and for nothing else.
struct Asking<'a> {
    server: &'a Server,
    unopened: &'a Sent,
    opened: &'a Sent,
    cookie: &'a str,
    draft: &'a str,
}

impl Asking<'_> {
    async fn open(&self, number: &str) -> Response {
        let body = json!({"secret": self.unopened.code, "number": number, "take_over": false});
        let url = format!("{}/api/v1/r/{}/open", self.server.base, self.unopened.public_id);
        self.server.client.post(url).header("Accept-Language", "ja").json(&body).send().await.unwrap()
    }

    async fn download(&self, what: &str) -> Response {
        let asked = self.server.download(self.opened, self.cookie, what).header("Accept-Language", "ja");
        asked.send().await.unwrap()
    }

    async fn send(&self) -> Response {
        let asked = self.server.request(Method::POST, &format!("/transfers/{}/send", self.draft));
        asked.header("Accept-Language", "ja").json(&json!({"confirmed": []})).send().await.unwrap()
    }
}

async fn nothing_is_done_that_cannot_be_written_down(on: On, fault: Fault) {
    let office = Office::new(on, fault).await;
    let server = &office.server;
    let files = [("a.txt", CONTENT.to_vec()), ("b.txt", CONTENT.to_vec())];
    let (unopened, opened) = (server.send(&files).await, server.send(&files).await);
    let (cookie, _) = server.open(&opened).await;
    assert_eq!(server.download(&opened, &cookie, "files/1").send().await.unwrap().bytes().await.unwrap(), CONTENT);
    let draft = server.post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
    server.upload(&draft, "c.txt", CONTENT.to_vec()).await;
    let recipient = json!({"email": "tanaka@aozora.example", "language": "ja"});
    server.post(&format!("/transfers/{draft}/recipients"), recipient).await;
    let mut browser = Browser::new(&server.client, &server.base);
    let other = server.account("kato@office.example", &[Role::Sender]).await;
    let first = browser.first_sign_in("kato@office.example", other.one_time_password.as_str(), PASSWORD).await;
    assert!(first.status.is_redirection(), "{} {}", first.status, first.html);
    let mut stranger = Browser::new(&server.client, &server.base);
    // Everything that is to be written of this has been written.
    let asking = Asking { server, unopened: &unopened, opened: &opened, cookie: &cookie, draft: &draft };
    until("the mails have left", || async { (office.count("letters", "state = 'queued'") == "0").then_some(()) }).await;
    until("the log is at rest", || async { (office.count("log_pending", "1 = 1") == "0").then_some(()) }).await;
    let before = office.picture();

    office.breaks();
    for number in [unopened.number.as_str(), &another(&unopened.number)] {
        is_refused("opening", asking.open(number).await).await;
    }
    for what in ["files/2", "all.zip", "files/1"] {
        is_refused(what, asking.download(what).await).await;
    }
    is_refused("sending", asking.send().await).await;
    let signing_in = stranger.sign_in("kato@office.example", PASSWORD).await;
    assert_eq!(signing_in.status, StatusCode::SERVICE_UNAVAILABLE, "{}", signing_in.html);
    assert!(
        signing_in.headers.contains_key("retry-after") && signing_in.html.contains("cannot be recorded")
            || signing_in.html.contains("記録を残せない"),
        "{}",
        signing_in.html
    );
    assert_eq!(office.picture(), before, "something was half done");

    office.mends();
    // By itself: the same gateway, the same session, the same draft.
    until("it goes on", || async { asking.send().await.status().is_success().then_some(()) }).await;
    assert_eq!(asking.download("files/2").await.bytes().await.unwrap(), CONTENT);
    let tried = asking.open(&unopened.number).await;
    assert_eq!(tried.status(), StatusCode::OK, "{}", tried.text().await.unwrap());
    assert!(stranger.sign_in("kato@office.example", PASSWORD).await.status.is_redirection());
    until("the log has it", || async { (office.count("log_pending", "1 = 1") == "0").then_some(()) }).await;
    server.check_invariants().await;
}

/// A number with the right form that is not this one: its last digits differ, so that it may fail its check.
fn another(number: &str) -> String {
    let digits = u32::try_from(number.chars().filter(char::is_ascii_digit).count()).unwrap();
    loop {
        let other = kakitome::crypt::generate_number(&mut rand::rng(), digits);
        if other.expose() != number {
            return other.expose().to_owned();
        }
    }
}

#[actix_web::test]
async fn on_sqlite_with_a_full_disk() {
    nothing_is_done_that_cannot_be_written_down(On::Sqlite, Fault::FullDisk(SmallDisk::new("16m"))).await;
}

#[actix_web::test]
async fn on_sqlite_that_refuses_the_log() {
    nothing_is_done_that_cannot_be_written_down(On::Sqlite, Fault::Refusing).await;
}

#[actix_web::test]
async fn on_postgresql_that_is_read_only() {
    nothing_is_done_that_cannot_be_written_down(On::Postgres, Fault::ReadOnly).await;
}

/// What flows when the log fails: it breaks off within seconds, without its end; that it was begun is in the log since
/// before the first byte, and what left is counted once something can be written again.
#[actix_web::test]
async fn what_flows_breaks_off_and_is_counted_afterwards() {
    let office = Office::new(On::Postgres, Fault::ReadOnly).await;
    let server = &office.server;
    let content: Vec<u8> = (0..48_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let sent = server.send(&[("big.bin", content.clone())]).await;
    let (cookie, _) = server.open(&sent).await;
    let mut flowing = server.download(&sent, &cookie, "files/1").send().await.unwrap().bytes_stream();
    let mut received = flowing.next().await.unwrap().unwrap().len();
    office.breaks();
    let broken = Instant::now();
    let mut pace = tokio::time::interval(Duration::from_millis(60));
    let broke_off = loop {
        // A slow reader: what is on its way already arrives.
        pace.tick().await;
        match flowing.next().await {
            Some(Ok(bytes)) => received += bytes.len(),
            Some(Err(_)) => break true,
            None => break false,
        }
        assert!(broken.elapsed() < Duration::from_secs(60), "it never ends");
    };
    assert!(broke_off && received < content.len(), "{received} of {} bytes left", content.len());
    assert_eq!(office.count("events", "event = 'serving_started'"), "1");
    assert_eq!(office.count("retrievals", "ranges <> ''"), "0");
    office.mends();
    until("what left is counted", || async {
        (office.count("servings", "ranges <> ''") == "1" || office.count("events", "event = 'bytes_served'") == "1")
            .then_some(())
    })
    .await;
    eprintln!("broke off after {:?} and {received} bytes", broken.elapsed());
    let again = server.download(&sent, &cookie, "files/1").send().await.unwrap();
    assert!(again.bytes().await.unwrap() == content, "and everything can be fetched");
}
