//! The log leaves the house: with mails that a mail system took, to witnesses, into a bucket. What was away gets everything
//! later; what does not fit is told.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::harness::authority::Authority;
use crate::harness::bucket::BucketServer;
use crate::harness::flows::{Office, On, until};
use crate::harness::rows;
use crate::harness::server::Server;
use async_trait::async_trait;
use kakitome::audit::VerifierKey;
use kakitome::config::{AuditWitness, Config};
use kakitome::model::{
    Actor, AlertRule, CopyFailure, CopyState, Destination, Event, EventKind, Language, Letter, LetterKind, Role,
};
use kakitome::port::{Accepted, MailFailure, Mailer, Standing};
use kakitome::staff::doctor::{CHECKS, Facts, Seen};
use kakitome::staff::log::copies::{copy, standing};
use kakitome::staff::log::{mailed, sequence};
use kakitome::staff::register::NewAccount;
use kakitome::staff::registrar::Registrar;
use kakitome::staff::{alerts, register};
use kakitome::store::tree::{self, Log};
use kakitome::transfer::dispatch;

on_both! {
    a_mail_that_stays_in_the_maildir_has_not_left
    auditors_get_the_newest_checkpoint_once_a_day
    a_bucket_that_was_away_gets_everything_later
    two_nodes_put_one_log_into_the_bucket
    a_witness_signs_and_what_it_signs_is_published
    a_witness_that_lost_its_state_or_is_ahead
}

const PAUSE: Duration = Duration::from_secs(301);

async fn log(office: &Office) -> Log {
    office.gateway().store.read(tree::current).await.unwrap().unwrap()
}

async fn sequence_all(office: &Office) {
    while sequence(office.gateway()).await.unwrap() {}
}

/// So many events happen, and are signed.
async fn happen(office: &Office, count: u32) {
    let now = office.gateway().now();
    let one = move || Event::new(EventKind::Started, now, Actor::System);
    let write = office.gateway().store.write(move |tx| (0..count).try_for_each(|_| tx.record(&one())));
    write.await.unwrap();
    sequence_all(office).await;
}

async fn state(office: &Office, destination: &Destination) -> CopyState {
    let standing = standing(office.gateway()).await.unwrap().unwrap();
    standing.destinations.into_iter().find(|state| state.destination == *destination).unwrap()
}

fn key(office: &Office, log: &Log) -> String {
    VerifierKey::of(&log.origin, &office.gateway().store.keys().log).unwrap().text().to_owned()
}

/// What our program says of a log as files.
fn verify(directory: &Path, key: &str, kept: &[&Path]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakitome"));
    command.env("LANG", "en_US.UTF-8").args(["audit", "verify"]).arg(directory).args(["--key", key]);
    for kept in kept {
        command.arg("--kept").arg(kept);
    }
    command.output().unwrap()
}

#[track_caller]
fn is_good(directory: &Path, key: &str, kept: &[&Path]) {
    let ours = verify(directory, key, kept);
    assert!(ours.status.success(), "{}", String::from_utf8_lossy(&ours.stderr));
    let mut theirs = Command::new("tests/clients/.venv/bin/python");
    let theirs = theirs.arg("docs/manual/verify.py").arg(directory).arg(key).args(kept).output().unwrap();
    assert!(theirs.status.success(), "{}", String::from_utf8_lossy(&theirs.stdout));
}

/// A mail system that takes everything.
struct Taking;

#[async_trait]
impl Mailer for Taking {
    async fn deliver(&self, _: &Letter) -> Result<Accepted, MailFailure> {
        Ok(Accepted { answer: "250 taken".into(), left: true })
    }
}

async fn a_mail_that_stays_in_the_maildir_has_not_left(on: On) {
    let office = Office::new(on).await;
    sequence_all(&office).await;
    office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    assert_eq!((log(&office).await.left, state(&office, &Destination::Mail).await.left), (None, None));
    office.send(&[("a.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    let signed = log(&office).await.signed.unwrap();
    let transfer = office.draft().await;
    office.add_file(transfer, "b.pdf", b"%PDF-1.4 b").await;
    office.add_recipient(transfer, "ito@aozora.example").await;
    kakitome::transfer::seal::send(office.gateway(), &office.sender, transfer).await.unwrap();
    while dispatch::deliver_next(office.gateway(), &Taking).await.unwrap() {}
    assert_eq!(log(&office).await.left.map(|(size, _)| size), Some(signed.size));
    assert_eq!(state(&office, &Destination::Mail).await.left.map(|(size, _)| size), Some(signed.size));
}

async fn auditors_get_the_newest_checkpoint_once_a_day(on: On) {
    let office = Office::new(on).await;
    let new = NewAccount {
        email: "kansa@office.example".into(),
        name: "監査 次郎".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles: vec![Role::Auditor],
    };
    register::add(office.gateway(), new, &Registrar::console()).await.unwrap();
    assert_eq!(mailed::sweep(office.gateway()).await.unwrap(), 0, "nothing is signed yet");
    sequence_all(&office).await;
    let first = log(&office).await.signed.unwrap();
    let other = office.again().await;
    let told = [mailed::sweep(office.gateway()).await.unwrap(), mailed::sweep(&other.gateway).await.unwrap()];
    assert_eq!(told, [1, 0], "whichever node does it, once");
    office.deliver_mails().await;
    happen(&office, 3).await;
    office.clock.forward(Duration::from_hours(18));
    assert_eq!(mailed::sweep(office.gateway()).await.unwrap(), 0, "half past six in the morning");
    office.clock.forward(Duration::from_hours(2));
    let second = log(&office).await.signed.unwrap();
    assert_eq!(mailed::sweep(office.gateway()).await.unwrap(), 1);
    office.deliver_mails().await;
    let mails: Vec<String> = office.mails().into_iter().filter(|mail| mail.contains("記録の確認値")).collect();
    assert_eq!(mails.len(), 2);
    assert!(mails[0].contains(&format!("記録の件数　　　：{}件", first.size)), "{}", mails[0]);
    let grown = format!("前回からの増加　：{}件", second.size - first.size);
    assert!(mails[1].contains(&grown) && mails[1].contains("ありません。"), "{grown} {}", mails[1]);
    let text = mails[1].replace("\r\n", "\n");
    assert!(text.contains(&second.checkpoint), "as it was signed, line by line: {text}");
    assert_eq!(rows::count(&office, "letters", &format!("kind = '{}'", LetterKind::LogCheckpoint)), 2);
}

#[actix_web::test]
async fn the_mail_to_an_auditor_is_taken_as_a_kept_checkpoint() {
    let bucket = BucketServer::start().await;
    let office = Office::with(On::Sqlite, |config| config.audit.bucket = bucket.configuration()).await;
    let new = NewAccount {
        email: "kansa@office.example".into(),
        name: "監査 次郎".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::En,
        roles: vec![Role::Auditor],
    };
    register::add(office.gateway(), new, &Registrar::console()).await.unwrap();
    happen(&office, 3).await;
    mailed::sweep(office.gateway()).await.unwrap();
    office.deliver_mails().await;
    happen(&office, 3).await;
    copy(office.gateway()).await.unwrap();
    let mail = std::fs::read_dir(office.directory.path().join("data/mail/new")).unwrap();
    let mails: Vec<_> = mail.map(|entry| entry.unwrap().path()).collect();
    let log = log(&office).await;
    is_good(&bucket.log("2026-1"), &key(&office, &log), &[&mails[0]]);
    let said = String::from_utf8(verify(&bucket.log("2026-1"), &key(&office, &log), &[&mails[0]]).stderr).unwrap();
    assert!(said.contains('1'), "{said}");
}

async fn a_bucket_that_was_away_gets_everything_later(on: On) {
    let mut bucket = BucketServer::start().await;
    let office = Office::with(on, |config| config.audit.bucket = bucket.configuration()).await;
    let (transfer, sent) = office.send(&[("秘密の決算書.pdf", b"%PDF-1.4 a")], &["suzuki@aozora.example"]).await;
    happen(&office, 250).await;
    copy(office.gateway()).await.unwrap();
    let first = log(&office).await;
    is_good(&bucket.log("2026-1"), &key(&office, &first), &[]);
    let before = bucket.objects();
    assert_eq!(state(&office, &Destination::Bucket).await.left.map(|(size, _)| size), Some(first.size));
    assert_eq!(first.left.map(|(size, _)| size), Some(first.size), "it has left the house");

    happen(&office, 10).await;
    copy(office.gateway()).await.unwrap();
    assert_eq!(bucket.objects(), before, "not before the pause is over");
    bucket.go_away().await;
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    let since = state(&office, &Destination::Bucket).await.failing.unwrap();
    assert_eq!(since.1, CopyFailure::Silent);
    for _ in 0..3 {
        happen(&office, 300).await;
        office.clock.forward(PAUSE);
        copy(office.gateway()).await.unwrap();
    }
    assert_eq!(state(&office, &Destination::Bucket).await.failing, Some(since), "since the first time");
    bucket.come_back().await;
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    let last = log(&office).await;
    let now = state(&office, &Destination::Bucket).await;
    assert_eq!((now.left.map(|(size, _)| size), now.failing), (Some(last.size), None));
    let kept = office.directory.path().join("kept");
    std::fs::write(&kept, &first.signed.unwrap().checkpoint).unwrap();
    is_good(&bucket.log("2026-1"), &key(&office, &last), &[&kept]);

    let after = bucket.objects();
    let changed: Vec<&String> =
        before.iter().filter(|(name, bytes)| after.get(*name) != Some(bytes)).map(|it| it.0).collect();
    assert_eq!(changed, ["office/2026-1/checkpoint"], "nothing else is written again");
    assert!(after.contains_key(&format!("office/2026-1/checkpoints/{}", first.size)));
    let delivery = &sent[0].issued.delivery;
    let never = [sent[0].issued.number.expose(), "決算書", "suzuki@", "鈴木", &delivery.public_id, "sato@office"];
    for (name, bytes) in &after {
        let text = String::from_utf8_lossy(bytes);
        assert!(never.iter().all(|secret| !text.contains(secret)), "{name}");
    }
    let _ = transfer;
}

async fn two_nodes_put_one_log_into_the_bucket(on: On) {
    let bucket = BucketServer::start().await;
    let office = Office::with(on, |config| config.audit.bucket = bucket.configuration()).await;
    let other = office.again().await;
    for _ in 0..3 {
        happen(&office, 150).await;
        office.clock.forward(PAUSE);
        let (one, two) = futures_util::join!(copy(office.gateway()), copy(&other.gateway));
        one.unwrap();
        two.unwrap();
    }
    let log = log(&office).await;
    is_good(&bucket.log("2026-1"), &key(&office, &log), &[]);
    assert_eq!(state(&office, &Destination::Bucket).await.failing, None);
}

/// What is in the bucket already is compared: a log that was rewritten is not put over it.
#[actix_web::test]
async fn a_rewritten_log_does_not_get_over_what_the_bucket_has() {
    let bucket = BucketServer::start().await;
    let office = Office::with(On::Sqlite, |config| config.audit.bucket = bucket.configuration()).await;
    happen(&office, 300).await;
    copy(office.gateway()).await.unwrap();
    let before = bucket.objects();
    // Somebody forgets what left, and rewrites an entry of a full tile; the tree is grown anew over it and signed.
    rows::run(&office, "DELETE FROM log_copies");
    let path = bucket.log("2026-1").join("tile/entries/000");
    std::fs::write(&path, b"something else").unwrap();
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    let state = state(&office, &Destination::Bucket).await;
    assert_eq!((state.left, state.failing.map(|(_, why)| why)), (None, Some(CopyFailure::Inconsistent)));
    assert_eq!(std::fs::read(&path).unwrap(), b"something else", "what is there stays there");
    assert_eq!(bucket.objects().len(), before.len());
    assert_eq!(alerts::sweep(office.gateway()).await.unwrap(), 1);
    let raised = office.gateway().store.read(|tx| kakitome::store::events::of_words(tx, &["alert_raised"], 9)).await;
    let leaf: serde_json::Value = serde_json::from_slice(&raised.unwrap()[0].leaf).unwrap();
    assert_eq!(leaf["rule"], AlertRule::LogInconsistent.word());
}

/// A database that was put back signs nothing over the newer checkpoint that the bucket has.
#[actix_web::test]
async fn an_older_log_does_not_put_the_head_of_the_bucket_back() {
    let bucket = BucketServer::start().await;
    let office = Office::with(On::Sqlite, |config| config.audit.bucket = bucket.configuration()).await;
    happen(&office, 95).await;
    rows::run(&office, "CREATE TABLE aside AS SELECT * FROM logs");
    happen(&office, 205).await;
    copy(office.gateway()).await.unwrap();
    let before = bucket.objects();
    for column in ["size", "root", "checkpoint", "signed_size", "left_size", "left_checkpoint"] {
        rows::run(&office, &format!("UPDATE logs SET {column} = (SELECT {column} FROM aside)"));
    }
    rows::run(&office, "DELETE FROM log_copies");
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    let state = state(&office, &Destination::Bucket).await;
    assert_eq!((state.left, state.failing.map(|(_, why)| why)), (None, Some(CopyFailure::Inconsistent)));
    assert_eq!(bucket.objects(), before, "nothing was put there");
}

/// Whoever looked at the head before somebody else replaced it does not put an older one there, whenever it wakes.
#[actix_web::test]
async fn a_late_writer_puts_nothing_over_a_newer_head() {
    let bucket = BucketServer::start().await;
    let office = Office::with(On::Sqlite, |config| config.audit.bucket = bucket.configuration()).await;
    happen(&office, 10).await;
    rows::run(&office, "CREATE TABLE aside AS SELECT * FROM logs");
    copy(office.gateway()).await.unwrap();
    let edge = office.gateway().copies.bucket.clone().unwrap();
    let seen = edge.look("2026-1/checkpoint").await.unwrap();
    let Standing::Object { bytes: old, .. } = seen.clone() else { panic!("{seen:?}") };
    happen(&office, 10).await;
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    let before = bucket.objects();
    for seen in [seen, Standing::Nothing] {
        assert!(!edge.replace("2026-1/checkpoint", old.clone(), &seen).await.unwrap(), "it is another one by now");
    }
    assert_eq!(edge.look("2026-1/nothing").await.unwrap(), Standing::Nothing);
    // The same by the whole way: what this node knows is older than what another one has put there.
    for column in ["checkpoint", "signed_size"] {
        rows::run(&office, &format!("UPDATE logs SET {column} = (SELECT {column} FROM aside)"));
    }
    rows::run(&office, "DELETE FROM log_copies");
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    assert_eq!(state(&office, &Destination::Bucket).await, CopyState::none(Destination::Bucket), "overtaken");
    assert_eq!(bucket.objects(), before);
}

/// A key that may only put objects: it works, and it is told that nothing is compared.
#[actix_web::test]
async fn a_bucket_that_may_not_be_read_is_told() {
    let bucket = BucketServer::write_only().await;
    let office = Office::with(On::Sqlite, |config| config.audit.bucket = bucket.configuration()).await;
    for _ in 0..2 {
        happen(&office, 10).await;
        office.clock.forward(PAUSE);
        copy(office.gateway()).await.unwrap();
        let (state, log) = (state(&office, &Destination::Bucket).await, log(&office).await);
        assert_eq!((state.left.map(|(size, _)| size), state.failing, state.is_unread), (Some(log.size), None, true));
        is_good(&bucket.log("2026-1"), &log.key, &[]);
    }
    assert!(seen(office.gateway()).await.contains(&("log.bucket", Seen::BucketUnread)));
}

/// What ended with a key follows with that key, and both logs verify.
#[actix_web::test]
async fn what_the_old_key_signed_follows_when_the_bucket_is_back() {
    let mut bucket = BucketServer::start().await;
    let office = Office::with(On::Sqlite, |config| config.audit.bucket = bucket.configuration()).await;
    happen(&office, 10).await;
    copy(office.gateway()).await.unwrap();
    bucket.go_away().await;
    happen(&office, 300).await;
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    std::fs::remove_file(Office::places_in(office.directory.path()).keys.join("log.key")).unwrap();
    let anew = office.again().await.gateway;
    for _ in 0..2 {
        sequence(&anew).await.unwrap();
    }
    let behind = standing(&anew).await.unwrap().unwrap().behind;
    assert!(behind.len() == 1 && behind[0].state.destination == Destination::Bucket, "{behind:?}");
    assert!(seen(&anew).await.contains(&("log.bucket", Seen::CopyBehind)));
    bucket.come_back().await;
    office.clock.forward(PAUSE);
    copy(&anew).await.unwrap();
    assert_eq!(standing(&anew).await.unwrap().unwrap().behind, []);
    let logs = anew.store.read(tree::all).await.unwrap();
    assert_eq!(logs.len(), 2);
    for log in logs {
        let size = log.signed.unwrap().size;
        let directory = bucket.log(log.origin.rsplit('/').next().unwrap());
        is_good(&directory, &log.key, &[]);
        let head = std::fs::read_to_string(directory.join("checkpoint")).unwrap();
        assert_eq!(head.lines().nth(1), Some(size.to_string().as_str()), "{}", log.origin);
    }
}

#[actix_web::test]
async fn a_log_that_is_not_as_it_was_signed_goes_nowhere() {
    let bucket = BucketServer::start().await;
    for change in [
        "UPDATE log_tiles SET hashes = zeroblob(length(hashes)) WHERE level = 0 AND tile = 0",
        "UPDATE log_tiles SET hashes = zeroblob(length(hashes)) WHERE level = 0 AND tile = 1",
        "UPDATE log_tiles SET hashes = zeroblob(length(hashes)) WHERE level = 1",
        "UPDATE events SET leaf = CAST(replace(CAST(leaf AS TEXT), 'started', 'stopped') AS BLOB) WHERE id IN (SELECT event_id FROM log_entries WHERE entry = 200)",
        "UPDATE log_entries SET entry = 9999 WHERE entry = 200",
    ] {
        let office = Office::with(On::Sqlite, |config| config.audit.bucket = bucket.configuration()).await;
        happen(&office, 300).await;
        rows::run(&office, change);
        copy(office.gateway()).await.unwrap();
        let state = state(&office, &Destination::Bucket).await;
        assert_eq!(
            (state.left, state.failing.map(|(_, why)| why)),
            (None, Some(CopyFailure::Inconsistent)),
            "{change}"
        );
        assert!(!bucket.objects().keys().any(|path| path.contains("checkpoint")), "{change}");
        std::fs::remove_dir_all(bucket.log("")).ok();
    }
}

#[actix_web::test]
async fn keys_that_are_refused_and_addresses_that_may_not_be_called_are_told() {
    let bucket = BucketServer::start().await;
    std::fs::write(bucket.authority.file("wrong"), "another secret\n").unwrap();
    let with = async |change: &dyn Fn(&mut Config)| {
        let office = Office::with(On::Sqlite, |config| {
            config.audit.bucket = bucket.configuration();
            change(config);
        })
        .await;
        happen(&office, 1).await;
        copy(office.gateway()).await.unwrap();
        state(&office, &Destination::Bucket).await.failing.unwrap().1
    };
    let wrong = bucket.authority.file("wrong");
    assert_eq!(with(&|config| config.audit.bucket.secret_key_file = Some(wrong.clone())).await, CopyFailure::Refused);
    assert_eq!(with(&|config| config.audit.bucket.allow_private = false).await, CopyFailure::Forbidden);
    assert_eq!(with(&|config| config.audit.bucket.ca_file = None).await, CopyFailure::Silent);
    assert_eq!(bucket.objects().len(), 0);
}

/// What doctor says of the log.
async fn seen(gateway: &kakitome::gateway::Gateway) -> Vec<(&'static str, Seen)> {
    let facts = Facts::gather(gateway).await;
    let mut seen = Vec::new();
    for check in
        CHECKS.iter().filter(|check| ["log.grows", "log.left", "log.bucket", "log.witnesses"].contains(&check.name))
    {
        seen.push((check.name, check.look(&facts).await.unwrap().seen));
    }
    seen
}

#[actix_web::test]
async fn doctor_says_whether_the_log_grows_and_leaves() {
    let mut bucket = BucketServer::start().await;
    let office = Office::with(On::Sqlite, |config| config.audit.bucket = bucket.configuration()).await;
    let gateway = office.gateway();
    let none = ("log.witnesses", Seen::WitnessesNone);
    let [grows, never] = [("log.grows", Seen::LogGrows), ("log.left", Seen::LogNeverLeft)];
    let takes = ("log.bucket", Seen::BucketTakes);
    assert_eq!(seen(gateway).await, [grows, ("log.left", Seen::LogNotSigned), takes, none]);
    happen(&office, 1).await;
    assert_eq!(seen(gateway).await, [grows, never, takes, none]);
    copy(gateway).await.unwrap();
    assert_eq!(seen(gateway).await, [grows, ("log.left", Seen::LogLeft), takes, none]);
    bucket.go_away().await;
    happen(&office, 1).await;
    office.clock.forward(Duration::from_hours(49));
    let now = gateway.now();
    gateway.store.write(move |tx| tx.record(&Event::new(EventKind::Started, now, Actor::System))).await.unwrap();
    office.clock.forward(Duration::from_mins(16));
    copy(gateway).await.unwrap();
    let stalled = ("log.grows", Seen::LogStalled);
    let fails = ("log.bucket", Seen::BucketFails);
    assert_eq!(seen(gateway).await, [stalled, ("log.left", Seen::LogLeftLong), fails, none]);
}

/// The whole of it, as it runs: the jobs carry what happens out, monitors and auditors see it.
#[tokio::test(flavor = "multi_thread")]
async fn a_running_gateway_carries_its_log_out() {
    let bucket = BucketServer::start().await;
    let server = Server::with(On::Sqlite, |config| config.audit.bucket = bucket.configuration()).await;
    let gateway = server.running.gateway.clone();
    // What happens after the first copy follows after a pause.
    until("the bucket has a checkpoint", async || {
        let standing = standing(&gateway).await.unwrap()?;
        let state = standing.destinations.iter().find(|state| state.destination == Destination::Bucket)?;
        standing.left.and(state.left)
    })
    .await;
    assert_eq!(bucket.log("").read_dir().unwrap().count(), 1, "a directory for the log");
    let metrics = server.client.get(format!("{}/metrics", server.admin_base())).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    for line in [
        "kakitome_log_pending_age_seconds ",
        "kakitome_log_left_age_seconds ",
        "kakitome_log_copy_age_seconds{destination=\"bucket\"} ",
        "kakitome_log_copy_failing_seconds{destination=\"bucket\"} 0",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
}

/// A witness in another language; gone when dropped.
struct Witness {
    process: Child,
    port: u16,
    key: String,
}

impl Witness {
    fn start(authority: &Authority, log: &str, port: u16, more: &[&str]) -> Self {
        let mut process = Command::new("tests/clients/.venv/bin/python")
            .arg("tests/clients/witness.py")
            .arg("--certificate")
            .arg(authority.file("server.pem"))
            .arg("--key")
            .arg(authority.file("server.key"))
            .args(["--log", log, "--port", &port.to_string()])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the Python clients are not installed; run: tests/set-up.sh");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (port, key) = line.trim().split_once(' ').expect("the witness did not start");
        Self { process, port: port.parse().unwrap(), key: key.to_owned() }
    }

    fn configuration(&self, authority: &Authority) -> AuditWitness {
        AuditWitness {
            name: "w1".into(),
            url: format!("https://localhost:{}/prefix", self.port),
            key: self.key.clone(),
            ca_file: Some(authority.authority_file()),
            allow_private: true,
            timeout_seconds: 5,
        }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// The log key of an office is known only once there is one: the witness is named in a second opening of it.
async fn witnessed(office: Office, authority: &Authority, more: &[&str]) -> (Office, Witness) {
    sequence_all(&office).await;
    let known = key(&office, &log(&office).await);
    let witness = Witness::start(authority, &known, 0, more);
    let mut config = office.config.clone();
    config.audit.witnesses = vec![witness.configuration(authority)];
    let places = Office::places_in(office.directory.path());
    let app = kakitome::app::open(config.clone(), places, office.clock.clone()).await.unwrap();
    (Office { app, config, ..office }, witness)
}

fn w1() -> Destination {
    Destination::Witness("w1".into())
}

async fn a_witness_signs_and_what_it_signs_is_published(on: On) {
    let authority = Authority::new();
    let bucket = BucketServer::start().await;
    let office = Office::with(on, |config| config.audit.bucket = bucket.configuration()).await;
    let (office, witness) = witnessed(office, &authority, &[]).await;
    for count in [1, 5, 300, 700] {
        happen(&office, count).await;
        copy(office.gateway()).await.unwrap();
        let signed = log(&office).await.signed.unwrap();
        let state = state(&office, &w1()).await;
        assert_eq!((state.left.map(|(size, _)| size), state.failing), (Some(signed.size), None), "{count}");
        office.clock.forward(PAUSE);
    }
    let log = log(&office).await;
    assert_eq!(log.left.map(|(size, _)| size), Some(log.size));
    let published = std::fs::read_to_string(bucket.log("2026-1").join("checkpoint")).unwrap();
    let (name, _) = witness.key.split_once('+').unwrap();
    assert!(published.starts_with(&log.signed.unwrap().checkpoint), "{published}");
    assert!(published.lines().last().unwrap().starts_with(&format!("— {name} ")), "{published}");
    assert!(!published.contains("somebody.else"), "who is not known does not count: {published}");
    let of_others = office.gateway().store.read(tree::current).await.unwrap().unwrap();
    is_good(&bucket.log("2026-1"), &key(&office, &of_others), &[]);
}

async fn a_witness_that_lost_its_state_or_is_ahead(on: On) {
    let authority = Authority::new();
    let (office, witness) = witnessed(Office::new(on).await, &authority, &[]).await;
    copy(office.gateway()).await.unwrap();
    let known = key(&office, &log(&office).await);
    let port = witness.port;
    drop(witness);
    happen(&office, 3).await;
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    let failing = state(&office, &w1()).await.failing.unwrap();
    assert_eq!(failing.1, CopyFailure::Silent, "it is away");

    let fresh = Witness::start(&authority, &known, port, &[]);
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    let size = log(&office).await.signed.unwrap().size;
    let now = state(&office, &w1()).await;
    assert_eq!((now.left.map(|(size, _)| size), now.failing), (Some(size), None), "it says that it has nothing (409)");
    drop(fresh);

    happen(&office, 3).await;
    let ahead = Witness::start(&authority, &known, port, &["--has", "100000"]);
    office.clock.forward(PAUSE);
    copy(office.gateway()).await.unwrap();
    let now = state(&office, &w1()).await;
    assert_eq!(now.failing.map(|(_, why)| why), Some(CopyFailure::Inconsistent), "it has more than there is");
    assert_eq!(now.left.map(|(size, _)| size), Some(size), "and what it had counts as before");
    drop(ahead);
    assert_eq!(alerts::sweep(office.gateway()).await.unwrap(), 1);
}

#[actix_web::test]
async fn what_a_witness_signs_falsely_or_of_another_log_does_not_count() {
    let authority = Authority::new();
    let (office, witness) = witnessed(Office::new(On::Sqlite).await, &authority, &["--forge"]).await;
    copy(office.gateway()).await.unwrap();
    let told = state(&office, &w1()).await;
    assert_eq!((told.left, told.failing.map(|(_, why)| why)), (None, Some(CopyFailure::FalseSignature)));
    assert_eq!(log(&office).await.left, None);
    drop(witness);

    // The right log under another key, and another log.
    let other = kakitome::crypt::LogKey::generate().unwrap();
    let origin = log(&office).await.origin;
    for origin in [origin, "another.example/audit/2026-1".to_owned()] {
        let unknown = VerifierKey::of(&origin, &other).unwrap();
        let stranger = Witness::start(&authority, unknown.text(), 0, &[]);
        let mut config = office.config.clone();
        config.audit.witnesses = vec![stranger.configuration(&authority)];
        let places = Office::places_in(office.directory.path());
        let app = kakitome::app::open(config, places, office.clock.clone()).await.unwrap();
        office.clock.forward(PAUSE);
        copy(&app.gateway).await.unwrap();
        assert_eq!(state(&office, &w1()).await.failing.map(|(_, why)| why), Some(CopyFailure::Unknown), "{origin}");
    }
}

/// A witness that saw another tree of our log: the proof does not lead there, or sizes are equal and roots are not.
#[actix_web::test]
async fn a_witness_that_saw_another_tree_is_told() {
    let authority = Authority::new();
    for is_same_size in [true, false] {
        let (office, _witness) = witnessed(Office::new(On::Sqlite).await, &authority, &[]).await;
        happen(&office, 5).await;
        let log = log(&office).await;
        let seen = if is_same_size { log.size } else { log.size - 2 };
        let state_file = office.directory.path().join("seen");
        std::fs::write(&state_file, format!("[{seen}, \"{}\"]", "A".repeat(43) + "=")).unwrap();
        let other = Witness::start(&authority, &key(&office, &log), 0, &["--state", state_file.to_str().unwrap()]);
        let mut config = office.config.clone();
        config.audit.witnesses = vec![other.configuration(&authority)];
        let places = Office::places_in(office.directory.path());
        let app = kakitome::app::open(config, places, office.clock.clone()).await.unwrap();
        copy(&app.gateway).await.unwrap();
        let failing = state(&office, &w1()).await.failing.map(|(_, why)| why);
        assert_eq!(failing, Some(CopyFailure::Inconsistent), "{is_same_size}");
    }
}
