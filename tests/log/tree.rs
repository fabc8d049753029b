//! The log that an outsider can verify: every event gets one place in one tree, the tree is signed, and what was published is
//! verified by our program and by one that knows nothing of it (`docs/manual/verify.py`).

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use crate::harness::flows::{Office, On};
use kakitome::audit::{VerifierKey, read_entries};
use kakitome::model::{Actor, Event, EventKind};
use kakitome::staff::log::sequence;
use kakitome::store::tree::{self, Log};

on_both! {
    every_event_has_one_place_and_the_tree_is_signed
    two_at_once_grow_one_tree
    a_new_year_goes_on_where_the_old_one_ends
    without_news_it_is_signed_once_an_hour
}

async fn log(office: &Office) -> Log {
    office.gateway().store.read(tree::current).await.unwrap().unwrap()
}

async fn sequence_all(office: &Office) {
    while sequence(office.gateway()).await.unwrap() {}
}

async fn leaves(office: &Office, log: &Log) -> Vec<serde_json::Value> {
    let (number, size) = (log.number, log.size);
    let leaves = office.gateway().store.read(move |tx| tree::entries(tx, number, 0, size)).await.unwrap();
    leaves.iter().map(|leaf| serde_json::from_slice(leaf).unwrap()).collect()
}

async fn waiting(office: &Office) -> u64 {
    office.gateway().store.read(|tx| tree::pending(tx, 10_000)).await.unwrap().len() as u64
}

async fn every_event_has_one_place_and_the_tree_is_signed(on: On) {
    let office = Office::new(on).await;
    office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    let events = waiting(&office).await;
    assert!(events > 5);
    sequence_all(&office).await;
    let log = log(&office).await;
    assert_eq!(log.size, events + 1, "and that the log began");
    assert_eq!(waiting(&office).await, 0);
    let key = VerifierKey::of(&log.origin, &office.gateway().store.keys().log).unwrap();
    let signed = key.open(log.signed.clone().unwrap().checkpoint.as_bytes()).unwrap();
    assert_eq!((signed.size, signed.root), (log.size, log.root));
    let leaves = leaves(&office, &log).await;
    assert_eq!((&leaves[0]["event"], &leaves[0]["why"]), (&"log_began".into(), &"first".into()));
    let ids: std::collections::BTreeSet<_> = leaves.iter().map(|leaf| leaf["id"].to_string()).collect();
    assert_eq!(ids.len(), leaves.len());
}

async fn two_at_once_grow_one_tree(on: On) {
    let office = Office::new(on).await;
    for _ in 0..3 {
        office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
        let rounds = (0..4).map(|_| {
            let gateway = office.gateway().clone();
            tokio::spawn(async move { sequence(&gateway).await })
        });
        for round in futures_util::future::join_all(rounds).await {
            // Who comes late may be told so; nothing is half done then.
            let _ = round.unwrap();
        }
        sequence_all(&office).await;
    }
    let log = log(&office).await;
    let leaves = leaves(&office, &log).await;
    let ids: std::collections::BTreeSet<_> = leaves.iter().map(|leaf| leaf["id"].to_string()).collect();
    assert_eq!((ids.len() as u64, waiting(&office).await), (log.size, 0));
    assert!(log.signed.is_some_and(|signed| signed.size == log.size));
}

async fn a_new_year_goes_on_where_the_old_one_ends(on: On) {
    let office = Office::new(on).await;
    sequence_all(&office).await;
    let old = log(&office).await;
    assert!(old.origin.ends_with("/audit/2026-1"), "{}", old.origin);
    office.clock.forward(Duration::from_hours(24 * 60));
    for _ in 0..2 {
        sequence_all(&office).await;
    }
    let new = log(&office).await;
    assert!(new.origin.ends_with("/audit/2027-2"), "{}", new.origin);
    let first = &leaves(&office, &new).await[0];
    assert_eq!((&first["event"], &first["why"]), (&"log_began".into(), &"year".into()));
    let key = VerifierKey::of(&old.origin, &office.gateway().store.keys().log).unwrap();
    let previous = key.open(first["previous"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!((previous.size, previous.root), (old.size, old.root));
}

async fn without_news_it_is_signed_once_an_hour(on: On) {
    let office = Office::new(on).await;
    sequence_all(&office).await;
    let first = log(&office).await.signed.unwrap();
    sequence_all(&office).await;
    assert_eq!(log(&office).await.signed.unwrap().at, first.at);
    office.clock.forward(Duration::from_hours(1));
    sequence_all(&office).await;
    let second = log(&office).await.signed.unwrap();
    assert!(second.at > first.at && second.checkpoint == first.checkpoint, "the same tree is signed the same");
}

/// So many events happen.
async fn happen(office: &Office, count: u32) {
    let now = office.gateway().now();
    let one = move || Event::new(EventKind::Started, now, Actor::System);
    let write = office.gateway().store.write(move |tx| (0..count).try_for_each(|_| tx.record(&one())));
    write.await.unwrap();
}

/// An installation whose log is published as files, and its key.
struct Files {
    office: Office,
    directory: PathBuf,
    key: String,
}

impl Files {
    async fn new() -> Self {
        let office = Office::new(On::Sqlite).await;
        office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
        happen(&office, 260).await;
        sequence_all(&office).await;
        let directory = office.directory.path().join("published");
        let key = told(&audit(&office, &["key"]));
        let files = Self { office, directory, key };
        files.publish();
        files
    }

    fn publish(&self) {
        told(&audit(&self.office, &["publish", self.directory.to_str().unwrap()]));
    }

    fn ours(&self, kept: &[&Path]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kakitome"));
        command.env("LANG", "en_US.UTF-8").args(["audit", "verify"]).arg(&self.directory).args(["--key", &self.key]);
        for kept in kept {
            command.arg("--kept").arg(kept);
        }
        command.output().unwrap()
    }

    fn theirs(&self, kept: &[&Path]) -> Output {
        let mut command = Command::new("tests/clients/.venv/bin/python");
        command.arg("docs/manual/verify.py").arg(&self.directory).arg(&self.key).args(kept);
        command.output().expect("the Python clients are not installed; run: tests/set-up.sh")
    }

    /// Both say that it is not good, and what.
    fn is_caught(&self, what: &str, kept: &[&Path], ours: &str, theirs: &str) {
        let (first, second) = (self.ours(kept), self.theirs(kept));
        let said = String::from_utf8_lossy(&first.stderr);
        assert!(first.status.code() == Some(1) && said.contains(ours), "{what}: {said}");
        let said = String::from_utf8_lossy(&second.stdout);
        assert!(second.status.code() == Some(1) && said.contains(theirs), "{what}: {said} {second:?}");
    }

    fn entries(&self) -> PathBuf {
        self.directory.join("tile/entries/000")
    }
}

fn audit(office: &Office, args: &[&str]) -> Output {
    let places = Office::places_in(office.directory.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakitome"));
    command.env("KAKITOME_SCAN__OFF", "true").arg("audit").args(args);
    command.arg("--data").arg(places.data).arg("--keys").arg(places.keys).output().unwrap()
}

fn told(out: &Output) -> String {
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout.clone()).unwrap().trim().to_owned()
}

#[actix_web::test]
async fn a_published_log_is_verified_by_two_programs_which_catch_every_tampering() {
    let files = Files::new().await;
    let count = read_entries(&std::fs::read(files.entries()).unwrap()).unwrap().len();
    assert_eq!(count, 256, "a full tile");
    let kept = files.directory.join("../kept");
    std::fs::copy(files.directory.join("checkpoint"), &kept).unwrap();
    let good = files.ours(&[&kept]);
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
    let good = files.theirs(&[&kept]);
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stdout));

    let whole = std::fs::read(files.entries()).unwrap();
    let mut edited = whole.clone();
    edited[300] ^= 1;
    std::fs::write(files.entries(), edited).unwrap();
    files.is_caught("an edited entry", &[], "Entry number", "entry number");

    let first = 2 + usize::from(u16::from_be_bytes([whole[0], whole[1]]));
    std::fs::write(files.entries(), &whole[first..]).unwrap();
    files.is_caught("a removed entry", &[], "Entry number 0", "entry number 0");

    std::fs::remove_file(files.entries()).unwrap();
    files.is_caught("missing entries", &[], "tile/entries/000", "tile/entries/000");
    std::fs::write(files.entries(), &whole).unwrap();

    let tile = files.directory.join("tile/0/000");
    let hashes = std::fs::read(&tile).unwrap();
    let mut turned = hashes.clone();
    turned.rotate_left(32);
    std::fs::write(&tile, turned).unwrap();
    files.is_caught("hashes in another order", &[], "Entry number 0", "entry number 0");
    std::fs::write(&tile, &hashes).unwrap();

    let upper = files.directory.join("tile/1/000.p/1");
    let hash = std::fs::read(&upper).unwrap();
    std::fs::write(&upper, [0; 32]).unwrap();
    files.is_caught("another root of a tile", &[], "tile/1/000.p/1", "tile/1/000.p/1");
    std::fs::write(&upper, hash).unwrap();

    let stranger = Files::new().await;
    let with_another_key = Files { key: stranger.key.clone(), ..files };
    with_another_key.is_caught("a wrong key", &[], "not signed with this key", "not signed with this key");
    let files = Files { key: told(&audit(&with_another_key.office, &["key"])), ..with_another_key };
    assert!(files.ours(&[&kept]).status.success(), "all is as it was");
}

/// One database over another, while both may be open.
pub(super) fn copy(from: &Path, to: &Path) {
    let copied = Command::new("python3")
        .args(["-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))"])
        .args([from, to])
        .status();
    assert!(copied.unwrap().success());
}

fn newest_mail(office: &Office) -> PathBuf {
    let mails = std::fs::read_dir(office.directory.path().join("data/mail/new")).unwrap();
    mails.map(|mail| mail.unwrap().path()).max().unwrap()
}

/// The office puts the database of yesterday back: the log is good in itself, and what left the house knows better.
#[actix_web::test]
async fn what_left_the_house_betrays_a_log_that_was_cut_off_or_rewritten() {
    let files = Files::new().await;
    let kept = files.directory.join("../kept.eml");
    let database = Office::places_in(files.office.directory.path()).data.join("kakitome.sqlite");
    let yesterday = files.office.directory.path().join("yesterday.sqlite");
    copy(&database, &yesterday);
    happen(&files.office, 20).await;
    sequence_all(&files.office).await;
    files.office.send(&[("b.pdf", b"b")], &["tanaka@aozora.example"]).await;
    std::fs::copy(newest_mail(&files.office), &kept).unwrap();
    files.publish();
    for good in [files.ours(&[&kept]), files.theirs(&[&kept])] {
        let said = String::from_utf8_lossy(&good.stdout).into_owned() + &String::from_utf8_lossy(&good.stderr);
        assert!(good.status.success() && (said.contains("one checkpoint") || said.contains("1 kept")), "{said}");
    }
    copy(&yesterday, &database);
    std::fs::remove_dir_all(&files.directory).unwrap();
    files.publish();
    files.is_caught("a tail that was cut off", &[&kept], "the end was cut off", "the end was cut off");

    // Without what the keys directory remembers, the log goes on from yesterday.
    let keys = Office::places_in(files.office.directory.path()).keys;
    std::fs::remove_file(keys.join("log.checkpoint")).unwrap();
    happen(&files.office, 50).await;
    sequence_all(&files.office).await;
    files.publish();
    files.is_caught("a fork", &[&kept], "it was rewritten, or there are two", "it was rewritten, or there are two");
}

/// A database out of a backup is honest: the log that it knows ends, and the next one begins with what was signed last.
#[actix_web::test]
async fn a_database_that_was_put_back_begins_another_log() {
    let files = Files::new().await;
    let database = Office::places_in(files.office.directory.path()).data.join("kakitome.sqlite");
    let yesterday = files.office.directory.path().join("yesterday.sqlite");
    copy(&database, &yesterday);
    happen(&files.office, 20).await;
    sequence_all(&files.office).await;
    let newest = log(&files.office).await;
    copy(&yesterday, &database);
    for _ in 0..2 {
        happen(&files.office, 3).await;
        sequence_all(&files.office).await;
    }
    let log = log(&files.office).await;
    assert!(log.origin.ends_with("/audit/2026-2"), "one, and not one at every round: {}", log.origin);
    let first = &leaves(&files.office, &log).await[0];
    assert_eq!(first["why"], "restored");
    assert_eq!(first["previous"].as_str(), newest.signed.as_ref().map(|signed| signed.checkpoint.as_str()));
    assert_eq!(waiting(&files.office).await, 0);
}

/// Whoever can write the database and has no key: the gateway's own key does not sign what he made of it.
#[actix_web::test]
async fn a_tree_that_was_changed_in_the_database_is_not_signed() {
    let files = Files::new().await;
    let database = Office::places_in(files.office.directory.path()).data.join("kakitome.sqlite");
    let signed = log(&files.office).await;
    let change = "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\n\
                  db.execute(\"update log_tiles set hashes = zeroblob(length(hashes)) where level = 1\")\ndb.commit()";
    assert!(Command::new("python3").args(["-c", change]).arg(&database).status().unwrap().success());
    happen(&files.office, 3).await;
    sequence_all(&files.office).await;
    let logs = files.office.gateway().store.read(tree::all).await.unwrap();
    assert_eq!(logs[0].signed, signed.signed, "nothing more was signed of it");
    assert!(logs[1].origin.ends_with("/audit/2026-2") && logs[1].signed.is_some());
}
