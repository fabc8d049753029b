//! The sequencer by itself: killed at any moment, failing at each of its writes, and two of it of which one sleeps. The log
//! only grows, every fact has exactly one leaf, and whatever was signed once is part of what is signed later.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::harness::flows::{Office, On, until};
use crate::harness::rows;
use diesel::RunQueryDsl;
use kakitome::adapter::clock::SystemClock;
use kakitome::app;
use kakitome::audit::{Edge, Hash, Tile, Tiles, VerifierKey, leaf_hash};
use kakitome::config::Config;
use kakitome::error::Result;
use kakitome::gateway::Gateway;
use kakitome::model::{Actor, Event, EventKind};
use kakitome::staff::log::sequence;
use kakitome::store::tree;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

on_both! {
    every_write_of_a_round_may_fail
    who_slept_before_signing_puts_nothing_older_back
    tiles_that_cannot_be_read_end_no_log
    one_wild_reading_of_the_clock_begins_no_year
}

/// So many events happen.
async fn happen(gateway: &Gateway, count: u32) {
    let now = gateway.now();
    let one = move || Event::new(EventKind::Started, now, Actor::System);
    gateway.store.write(move |tx| (0..count).try_for_each(|_| tx.record(&one()))).await.unwrap();
}

/// A tree that nobody stored.
struct Nowhere;

impl Tiles for Nowhere {
    fn tile(&self, _: Tile) -> Result<Option<Vec<u8>>> {
        panic!("an empty tree has no tile");
    }
}

/// Every checkpoint that was ever seen, and the log as it is now.
#[derive(Default)]
struct Seen(BTreeMap<String, BTreeSet<String>>);

impl Seen {
    /// What database and keys directory show at this moment.
    async fn look(&mut self, gateway: &Gateway) {
        let logs = gateway.store.read(tree::all).await.unwrap();
        let signed = logs.into_iter().filter_map(|log| log.signed).map(|signed| signed.checkpoint);
        for note in signed.chain(gateway.store.last_checkpoint().await.unwrap()) {
            self.0.entry(note.lines().next().unwrap().to_owned()).or_default().insert(note);
        }
    }

    /// I8: every event has one leaf or waits; no event has two; each checkpoint that was seen is of the beginning of its log.
    async fn hold(&self, gateway: &Gateway) {
        assert_eq!(gateway.store.read(tree::astray).await.unwrap(), 0, "I8: an event is astray");
        let mut ids = BTreeSet::new();
        for log in gateway.store.read(tree::all).await.unwrap() {
            let (number, size) = (log.number, log.size);
            let leaves = gateway.store.read(move |tx| tree::entries(tx, number, 0, u64::MAX >> 1)).await.unwrap();
            assert_eq!(leaves.len() as u64, size, "{}", log.origin);
            let key = VerifierKey::of(&log.origin, &gateway.store.keys().log).unwrap();
            let notes = self.0.get(&log.origin).into_iter().flatten();
            let signed: Vec<_> = notes.map(|note| key.open(note.as_bytes()).unwrap()).collect();
            let roots = roots(&leaves);
            assert_eq!(roots[usize::try_from(size).unwrap()], log.root, "{}", log.origin);
            for checkpoint in signed {
                let root = roots.get(usize::try_from(checkpoint.size).unwrap());
                assert_eq!(root, Some(&checkpoint.root), "a fork or a cut: {} {}", log.origin, checkpoint.size);
            }
            for leaf in leaves {
                let leaf: serde_json::Value = serde_json::from_slice(&leaf).unwrap();
                assert!(ids.insert(leaf["id"].to_string()), "a fact with two leaves: {leaf}");
            }
        }
    }
}

/// The root at each size, computed from the entries alone.
fn roots(leaves: &[Vec<u8>]) -> Vec<Hash> {
    let mut edge = Edge::of(0, &Nowhere).unwrap();
    let mut roots = vec![edge.root().unwrap()];
    for leaf in leaves {
        edge.push(leaf_hash(leaf));
        roots.push(edge.root().unwrap());
    }
    roots
}

/// Another process that does nothing but sequence: at a word, or until it is killed.
struct Sequencer {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Sequencer {
    fn start(office: &Office) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "log::sequencer::another_process", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env("KK_SEQUENCER", office.directory.path());
        command.env("KK_DATABASE", database(office));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut this = Self { child, to, from };
        assert_eq!(this.hear(), "ready");
        this
    }

    fn say(&mut self, word: &str) {
        writeln!(self.to, "{word}").unwrap();
    }

    /// What it says next; the test runner's own lines are passed over.
    fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the sequencer ended");
            if let Some((_, word)) = line.trim().split_once("sequencer: ") {
                return word.to_owned();
            }
        }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Sequencer {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn database(office: &Office) -> String {
    use secrecy::ExposeSecret;
    match office.config.database.url.backend() {
        kakitome::config::Backend::Sqlite(_) => String::new(),
        kakitome::config::Backend::Postgres => office.config.database.url.connection(None).expose_secret().to_owned(),
    }
}

/// Not a test: the other process.
#[actix_web::test]
#[ignore = "the other process of the tests in this file"]
async fn another_process() {
    let Ok(directory) = std::env::var("KK_SEQUENCER") else { return };
    let mut config = Config::default();
    config.scan.off = true;
    if let Some(url) = std::env::var("KK_DATABASE").ok().filter(|url| !url.is_empty()) {
        config.database.url = url.try_into().unwrap();
    }
    let app = app::open(config, Office::places_in(Path::new(&directory)), Arc::new(SystemClock)).await.unwrap();
    println!("\nsequencer: ready");
    for line in std::io::stdin().lines() {
        match line.unwrap().as_str() {
            "for ever" => loop {
                happen(&app.gateway, 7).await;
                sequence(&app.gateway).await.unwrap();
            },
            _ => match sequence(&app.gateway).await {
                Ok(_) => println!("\nsequencer: done"),
                Err(error) => println!("\nsequencer: refused: {error}"),
            },
        }
    }
}

#[actix_web::test]
async fn killed_at_any_moment_the_next_round_goes_on() {
    let office = Office::new(On::Sqlite).await;
    let mut rng = StdRng::seed_from_u64(20_261_126);
    let (mut seen, mut entries) = (Seen::default(), 0);
    for round in 0..crate::harness::rounds(25, 1000) {
        let mut other = Sequencer::start(&office);
        other.say("for ever");
        // The one use of a pause: it is the fault that is injected, not a way to wait for something.
        std::thread::sleep(Duration::from_micros(rng.random_range(0..60_000)));
        other.signal("KILL");
        other.child.wait().unwrap();
        let gateway = office.again().await.gateway;
        seen.look(&gateway).await;
        seen.hold(&gateway).await;
        while sequence(&gateway).await.unwrap() {}
        seen.look(&gateway).await;
        seen.hold(&gateway).await;
        let log = gateway.store.read(tree::current).await.unwrap().unwrap();
        assert!(
            log.origin.ends_with("-1"),
            "round {round}: nothing was lost that would begin another log: {}",
            log.origin
        );
        assert_eq!(gateway.store.read(|tx| tree::pending(tx, 10)).await.unwrap().len(), 0);
        assert!(log.size >= entries, "round {round}: the log only grows");
        entries = log.size;
    }
    assert!(entries > 100, "the rounds did something: {entries}");
    eprintln!("{entries} entries, {} checkpoints seen", seen.0.values().map(BTreeSet::len).sum::<usize>());
    verified_offline(&office, &seen);
}

/// The published log, by our program and by the one that is not ours, against every checkpoint that was ever seen.
fn verified_offline(office: &Office, seen: &Seen) {
    let place = |name: &str| office.directory.path().join(name);
    let places = Office::places_in(office.directory.path());
    let audit = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kakitome"));
        command.env("KAKITOME_SCAN__OFF", "true").arg("audit").args(args);
        command.arg("--data").arg(&places.data).arg("--keys").arg(&places.keys).output().unwrap()
    };
    let published = place("published");
    assert!(audit(&["publish", published.to_str().unwrap()]).status.success());
    let key = String::from_utf8(audit(&["key"]).stdout).unwrap().trim().to_owned();
    let mut kept: Vec<PathBuf> = Vec::new();
    for (n, note) in seen.0.values().flatten().enumerate() {
        kept.push(place(&format!("kept-{n}")));
        std::fs::write(kept.last().unwrap(), note).unwrap();
    }
    let mut ours = Command::new(env!("CARGO_BIN_EXE_kakitome"));
    ours.args(["audit", "verify"]).arg(&published).args(["--key", &key]);
    for kept in &kept {
        ours.arg("--kept").arg(kept);
    }
    let mut theirs = Command::new("tests/clients/.venv/bin/python");
    theirs.arg("docs/manual/verify.py").arg(&published).arg(&key).args(&kept);
    for mut verifier in [ours, theirs] {
        let out = verifier.output().expect("the Python clients are not installed; run: tests/set-up.sh");
        let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{said}");
    }
}

/// Tables that a round writes to, with the statements.
const WRITES: [(&str, &str); 8] = [
    ("logs", "INSERT"),
    ("logs", "UPDATE"),
    ("events", "INSERT"),
    ("log_pending", "INSERT"),
    ("log_pending", "DELETE"),
    ("log_entries", "INSERT"),
    ("log_tiles", "INSERT"),
    ("log_tiles", "UPDATE"),
];

/// From here on each write counts down; the one that reaches zero fails.
fn plant_faults(office: &Office, on: On) {
    match on {
        On::Sqlite => {
            rows::run(office, "CREATE TABLE faults (left_over INTEGER NOT NULL)");
            rows::run(office, "INSERT INTO faults VALUES (1000000)");
            for (table, what) in WRITES {
                rows::run(
                    office,
                    &format!(
                        "CREATE TRIGGER fault_{table}_{what} AFTER {what} ON {table} BEGIN \
                         UPDATE faults SET left_over = left_over - 1; \
                         SELECT RAISE(ABORT, 'the planted fault') FROM faults WHERE left_over = 0; END"
                    ),
                );
            }
        }
        On::Postgres => {
            rows::run(office, "CREATE SEQUENCE faults INCREMENT -1 MINVALUE -1000000 MAXVALUE 1000000 START 1000000");
            rows::run(
                office,
                "CREATE FUNCTION fault() RETURNS trigger AS $$ BEGIN IF nextval('faults') = 0 THEN \
                 RAISE EXCEPTION 'the planted fault'; END IF; RETURN NULL; END $$ LANGUAGE plpgsql",
            );
            for (table, what) in WRITES {
                rows::run(
                    office,
                    &format!(
                        "CREATE TRIGGER fault_{table}_{what} AFTER {what} ON {table} \
                         FOR EACH ROW EXECUTE FUNCTION fault()"
                    ),
                );
            }
        }
    }
}

fn fail_at(office: &Office, on: On, write: u32) {
    match on {
        On::Sqlite => rows::run(office, &format!("UPDATE faults SET left_over = {write}")),
        On::Postgres => {
            // A value to be given out next; a sequence counts although its transaction fails.
            let query = diesel::sql_query(format!("SELECT setval('faults', {write}, true)::text AS text"));
            query.execute(&mut rows::postgres(office)).unwrap();
        }
    }
}

async fn every_write_of_a_round_may_fail(on: On) {
    let office = Office::new(on).await;
    plant_faults(&office, on);
    let gateway = office.gateway();
    let mut seen = Seen::default();
    // The round that begins the log, one that goes on, and one that begins the log of a new year.
    for year in 0..3 {
        let mut failed = 0;
        happen(gateway, 5).await;
        for write in 1.. {
            fail_at(&office, on, write);
            let round = sequence(gateway).await;
            fail_at(&office, on, 1_000_000);
            seen.look(gateway).await;
            seen.hold(gateway).await;
            if round.is_ok() {
                break;
            }
            failed += 1;
            assert!(failed < 400, "it never gets through");
        }
        assert!(failed > 8, "{on:?}, {year}: only {failed} writes failed");
        while sequence(gateway).await.unwrap() {}
        seen.look(gateway).await;
        seen.hold(gateway).await;
        if year == 1 {
            office.clock.forward(Duration::from_hours(24 * 60));
        }
    }
    the_file_beside_may_fail(&office, &mut seen).await;
    let logs = gateway.store.read(tree::all).await.unwrap();
    assert_eq!(logs.len(), 2, "one a year: no fault began another");
    assert_eq!(gateway.store.read(|tx| tree::pending(tx, 10)).await.unwrap().len(), 0);
}

/// The one write of a round that is not the database's: where it fails, nothing is signed; then the next round does it.
async fn the_file_beside_may_fail(office: &Office, seen: &mut Seen) {
    let gateway = office.gateway();
    let before = gateway.store.read(tree::current).await.unwrap().unwrap();
    let turn = Office::places_in(office.directory.path()).keys.join("log.turn");
    std::fs::remove_file(&turn).unwrap();
    std::fs::create_dir(&turn).unwrap();
    happen(gateway, 3).await;
    assert!(sequence(gateway).await.is_err());
    let log = gateway.store.read(tree::current).await.unwrap().unwrap();
    assert!(log.size > before.size && log.signed == before.signed, "placed, and not signed: nobody was shown it");
    std::fs::remove_dir(&turn).unwrap();
    sequence(gateway).await.unwrap();
    let log = gateway.store.read(tree::current).await.unwrap().unwrap();
    assert!(log.signed.is_some_and(|signed| signed.size == log.size));
    seen.look(gateway).await;
    seen.hold(gateway).await;
}

/// One process sleeps after it looked at the tree and before it signs it; another lets the tree grow and signs. What the
/// first one does when it wakes is neither shown nor kept: a database of that hour could be put back unseen otherwise.
async fn who_slept_before_signing_puts_nothing_older_back(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let mut seen = Seen::default();
    happen(gateway, 3).await;
    sequence(gateway).await.unwrap();
    seen.look(gateway).await;
    let keys = Office::places_in(office.directory.path()).keys;
    let (kept, aside, pipe) = (keys.join("log.checkpoint"), keys.join("aside"), keys.join("pipe"));
    let note = std::fs::read_to_string(&kept).unwrap();
    // Whoever reads the kept checkpoint waits until it is written into the pipe: twice in a round.
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::fs::hard_link(&kept, &aside).unwrap();
    happen(gateway, 5).await;
    let mut other = Sequencer::start(&office);
    std::fs::remove_file(&kept).unwrap();
    std::fs::hard_link(&pipe, &kept).unwrap();
    other.say("round");
    reader(&pipe).await.write_all(note.as_bytes()).unwrap();
    let placed = until("the other has placed them", || async {
        let log = gateway.store.read(tree::current).await.unwrap().unwrap();
        log.signed.as_ref().is_some_and(|signed| signed.size < log.size).then_some(log.size)
    })
    .await;
    let mut asleep = reader(&pipe).await;
    // It waits at the pipe. Meanwhile the file is a file again, and somebody else works.
    std::fs::rename(&aside, &kept).unwrap();
    happen(gateway, 11).await;
    sequence(gateway).await.unwrap();
    seen.look(gateway).await;
    let newest = gateway.store.read(tree::current).await.unwrap().unwrap();
    assert!(newest.signed.as_ref().is_some_and(|signed| signed.size == newest.size && signed.size > placed));
    asleep.write_all(note.as_bytes()).unwrap();
    drop(asleep);
    assert_eq!(other.hear(), "done");
    let after = gateway.store.read(tree::current).await.unwrap().unwrap();
    assert_eq!(after.signed, newest.signed, "what was signed last stays");
    let kept = gateway.store.last_checkpoint().await.unwrap();
    assert_eq!(kept, newest.signed.map(|signed| signed.checkpoint), "the keys directory knows the newest");
    seen.look(gateway).await;
    seen.hold(gateway).await;
}

/// The pipe, once somebody waits at its other end.
pub(super) async fn reader(pipe: &Path) -> File {
    /// Fails while there is no reader.
    const O_NONBLOCK: i32 = 0o4000;
    let open = || OpenOptions::new().write(true).custom_flags(O_NONBLOCK).open(pipe).ok();
    until("somebody reads", || async { open() }).await
}

/// For one round the tiles cannot be read: that is no other tree, and nothing is closed because of it.
async fn tiles_that_cannot_be_read_end_no_log(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    happen(gateway, 300).await;
    sequence(gateway).await.unwrap();
    happen(gateway, 3).await;
    let bytes = if matches!(on, On::Postgres) { "bytea" } else { "BLOB" };
    rows::run(&office, "ALTER TABLE log_tiles RENAME TO tiles_aside");
    let unreadable = format!("SELECT log, level, tile, CAST(NULL AS {bytes}) AS hashes FROM tiles_aside");
    rows::run(&office, &format!("CREATE TABLE log_tiles AS {unreadable}"));
    rows::run(&office, "CREATE UNIQUE INDEX tiles_by_place ON log_tiles (log, level, tile)");
    assert!(sequence(gateway).await.is_err());
    rows::run(&office, "DROP TABLE log_tiles");
    rows::run(&office, "ALTER TABLE tiles_aside RENAME TO log_tiles");
    sequence(gateway).await.unwrap();
    let logs = gateway.store.read(tree::all).await.unwrap();
    assert!(logs.len() == 1 && logs[0].closed_at.is_none(), "{logs:?}");
    assert!(logs[0].signed.as_ref().is_some_and(|signed| signed.size == logs[0].size));
}

/// The clock is years ahead for one round: no year begins, and what was signed in that year is signed again in this one.
async fn one_wild_reading_of_the_clock_begins_no_year(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let years = Duration::from_hours(24 * 366 * 73);
    for _ in 0..2 {
        happen(gateway, 3).await;
        sequence(gateway).await.unwrap();
    }
    office.clock.forward(years);
    sequence(gateway).await.unwrap();
    office.clock.back(years);
    for _ in 0..2 {
        sequence(gateway).await.unwrap();
    }
    let logs = gateway.store.read(tree::all).await.unwrap();
    let names: Vec<_> = logs.iter().map(|log| log.origin.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["2026-1"]);
    assert!(logs[0].signed.as_ref().is_some_and(|signed| signed.at < gateway.now()), "{logs:?}");
}

/// However much waits: whoever is told to stop ends after the round that runs.
#[actix_web::test]
async fn it_stops_although_much_waits() {
    let office = Office::new(On::Sqlite).await;
    happen(office.gateway(), 3 * 1024).await;
    let (stopper, sign) = kakitome::job::stop_sign();
    stopper.stop();
    kakitome::job::sequencer::run(office.gateway().clone(), sign).await;
    let waiting = office.gateway().store.read(|tx| tree::pending(tx, 10_000)).await.unwrap().len();
    assert!((1024..3 * 1024).contains(&waiting), "{waiting} wait");
}

/// With the keys directory the newest checkpoint is lost, and the database may be an older one: a log that began after it was
/// kept has a name that this gateway cannot know. The next log does not take the next number.
#[actix_web::test]
async fn after_the_keys_were_lost_no_log_takes_a_name_that_may_be_taken() {
    let office = Office::new(On::Sqlite).await;
    happen(office.gateway(), 3).await;
    sequence(office.gateway()).await.unwrap();
    let keys = Office::places_in(office.directory.path()).keys;
    for lost in ["log.key", "log.checkpoint"] {
        std::fs::remove_file(keys.join(lost)).unwrap();
    }
    let anew = office.again().await.gateway;
    for _ in 0..2 {
        sequence(&anew).await.unwrap();
    }
    let logs = anew.store.read(tree::all).await.unwrap();
    assert_eq!(logs.len(), 2);
    let minutes = anew.now().millis() / 60_000;
    assert!((minutes - 5..=minutes).contains(&i64::from(logs[1].number)), "{}", logs[1].origin);
    assert!(logs[1].origin.ends_with(&format!("/audit/2026-{}", logs[1].number)));
}

/// On PostgreSQL one of two processes is stopped in the middle of its transaction: it has given out places and not grown
/// the tree. As long as it holds the log the other waits; once its connection is given up the other goes on, and what the
/// first one does when it wakes is refused.
#[actix_web::test]
async fn of_two_processes_one_is_stopped_within_its_round() {
    for is_given_up in [false, true] {
        let office = Office::new(On::Postgres).await;
        let gateway = office.gateway().clone();
        let mut seen = Seen::default();
        happen(&gateway, 3).await;
        sequence(&gateway).await.unwrap();
        seen.look(&gateway).await;
        happen(&gateway, 300).await;
        let mut other = Sequencer::start(&office);
        // Whoever wants to keep tiles waits here: places are given out by then.
        let (hold, held) = hold_tiles(&office);
        held.recv().unwrap();
        other.say("round");
        let stuck = until("the other waits within its transaction", || async { waiting_backend(&office) }).await;
        other.signal("STOP");
        hold.send(()).unwrap();
        happen(&gateway, 20).await;
        let mine = tokio::spawn({
            let gateway = gateway.clone();
            async move { sequence(&gateway).await }
        });
        if is_given_up {
            // As PostgreSQL does by itself: idle_in_transaction_session_timeout, or the line is dead.
            crate::harness::postgres::texts(
                &database(&office),
                &format!("SELECT pg_terminate_backend({stuck})::text AS text"),
            );
            mine.await.unwrap().unwrap();
            seen.look(&gateway).await;
            seen.hold(&gateway).await;
            other.signal("CONT");
            assert!(other.hear().starts_with("refused"), "its writes are refused when it wakes");
        } else {
            assert!(!mine.is_finished(), "the log is held");
            other.signal("CONT");
            assert_eq!(other.hear(), "done");
            mine.await.unwrap().unwrap();
        }
        other.say("round");
        assert_eq!(other.hear(), "done", "it works again");
        while sequence(&gateway).await.unwrap() {}
        seen.look(&gateway).await;
        seen.hold(&gateway).await;
        let log = gateway.store.read(tree::current).await.unwrap().unwrap();
        assert!(log.origin.ends_with("-1") && log.signed.is_some_and(|signed| signed.size == log.size));
        assert_eq!(gateway.store.read(|tx| tree::pending(tx, 10)).await.unwrap().len(), 0);
    }
}

/// Holds the tiles until told otherwise.
fn hold_tiles(office: &Office) -> (std::sync::mpsc::Sender<()>, std::sync::mpsc::Receiver<()>) {
    let (hold, until) = std::sync::mpsc::channel::<()>();
    let (say, held) = std::sync::mpsc::channel();
    let mut connection = rows::postgres(office);
    std::thread::spawn(move || {
        diesel::Connection::transaction::<_, diesel::result::Error, _>(&mut connection, |connection| {
            diesel::sql_query("LOCK TABLE log_tiles IN EXCLUSIVE MODE").execute(connection)?;
            say.send(()).unwrap();
            let _released = until.recv();
            Ok(())
        })
        .unwrap();
    });
    (hold, held)
}

/// The process id of the connection that waits for the tiles.
fn waiting_backend(office: &Office) -> Option<String> {
    let query = "SELECT pid::text AS text FROM pg_locks WHERE NOT granted AND relation = 'log_tiles'::regclass";
    crate::harness::postgres::texts(&database(office), query).pop()
}
