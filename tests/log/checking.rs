//! The check of the whole log while the log grows, and after a database was put back: what is well is not called wrong, and
//! what is wrong is found although something else is known already.

use std::io::Write;
use std::process::Command;
use std::time::Duration;

use super::sequencer::reader;
use super::tree::copy;
use crate::harness::flows::{Office, On};
use crate::harness::rows;
use kakitome::model::{Actor, Event, EventKind};
use kakitome::staff::log::check::check;
use kakitome::staff::log::sequence;
use kakitome::store::tree::{self, Log, Signed};

on_both! {
    the_log_may_grow_while_it_is_checked
    a_log_may_begin_while_it_is_checked
    what_is_kept_and_not_noted_yet_is_no_cut
}

async fn happen(office: &Office, count: u32) {
    let now = office.gateway().now();
    let one = move || Event::new(EventKind::Started, now, Actor::System);
    let write = office.gateway().store.write(move |tx| (0..count).try_for_each(|_| tx.record(&one())));
    write.await.unwrap();
}

async fn sequence_all(office: &Office) {
    while sequence(office.gateway()).await.unwrap() {}
}

async fn log(office: &Office) -> Log {
    office.gateway().store.read(tree::current).await.unwrap().unwrap()
}

/// The flaw that the check names, if it finds one.
async fn wrong(office: &Office) -> Option<String> {
    check(office.gateway(), Actor::System).await.unwrap().wrong.map(|wrong| wrong.flaw)
}

/// An office in its second year.
async fn in_the_second_year(on: On) -> Office {
    let office = Office::new(on).await;
    happen(&office, 5).await;
    sequence_all(&office).await;
    office.clock.forward(Duration::from_hours(24 * 60));
    office
}

/// Checks, and while the first log is being looked at lets the log grow.
async fn wrong_while_it_grows(office: &Office) -> Option<String> {
    let keys = Office::places_in(office.directory.path()).keys;
    let (kept, aside, pipe) = (keys.join("log.checkpoint"), keys.join("aside"), keys.join("pipe"));
    let note = std::fs::read_to_string(&kept).unwrap();
    // Whoever reads the kept checkpoint waits until it is written into the pipe.
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::fs::rename(&kept, &aside).unwrap();
    std::fs::hard_link(&pipe, &kept).unwrap();
    let gateway = office.gateway().clone();
    let checking = tokio::spawn(async move { check(&gateway, Actor::System).await });
    let mut waits = reader(&pipe).await;
    // It waits with the first log in hand. Meanwhile the file is a file again, and the log goes on.
    std::fs::rename(&aside, &kept).unwrap();
    happen(office, 7).await;
    sequence_all(office).await;
    waits.write_all(note.as_bytes()).unwrap();
    drop(waits);
    checking.await.unwrap().unwrap().wrong.map(|wrong| wrong.flaw)
}

async fn the_log_may_grow_while_it_is_checked(on: On) {
    let office = in_the_second_year(on).await;
    for _ in 0..3 {
        sequence_all(&office).await;
    }
    assert_eq!(log(&office).await.number, 2);
    assert_eq!(wrong_while_it_grows(&office).await, None);
    assert_eq!(rows::events(&office, "log_inconsistent"), 0);
    assert_eq!(wrong(&office).await, None);
}

async fn a_log_may_begin_while_it_is_checked(on: On) {
    let office = in_the_second_year(on).await;
    // It gets its first entry and no signature.
    let turn = Office::places_in(office.directory.path()).keys.join("log.turn");
    std::fs::remove_file(&turn).unwrap();
    std::fs::create_dir(&turn).unwrap();
    for _ in 0..3 {
        let _not_signed = sequence(office.gateway()).await;
    }
    let begun = log(&office).await;
    assert!(begun.number == 2 && begun.size > 0 && begun.signed.is_none());
    std::fs::remove_dir(&turn).unwrap();
    assert_eq!(wrong_while_it_grows(&office).await, None);
    assert_eq!(wrong(&office).await, None);
}

/// The row of the log as it was when this was signed; all entries are there.
fn note_again(office: &Office, signed: &Signed) {
    let (checkpoint, size) = (&signed.checkpoint, signed.size);
    rows::run(office, &format!("UPDATE logs SET checkpoint = '{checkpoint}', signed_size = {size} WHERE number = 1"));
}

async fn what_is_kept_and_not_noted_yet_is_no_cut(on: On) {
    let office = Office::new(on).await;
    happen(&office, 5).await;
    sequence_all(&office).await;
    let first = log(&office).await.signed.unwrap();
    happen(&office, 300).await;
    sequence_all(&office).await;
    // The keys directory has the newest checkpoint; the process ended before the row had it.
    note_again(&office, &first);
    assert_eq!(wrong(&office).await, None);
    rows::run(&office, "UPDATE logs SET checkpoint = '', signed_size = 0, signed_at = NULL");
    assert_eq!(wrong(&office).await, None);
    assert_eq!(rows::events(&office, "log_verified"), 2);
    // What only the newest checkpoint covers is looked at as well.
    note_again(&office, &first);
    rows::run(&office, "UPDATE logs SET signed_at = 1");
    rows::run(&office, "UPDATE log_entries SET entry = 9999 WHERE entry = 200");
    assert!(wrong(&office).await.is_some());
    rows::run(&office, "UPDATE log_entries SET entry = 200 WHERE entry = 9999");
    assert_eq!(wrong(&office).await, None);
    rows::run(&office, &format!("UPDATE logs SET size = {}", first.size));
    assert_eq!(wrong(&office).await.as_deref(), Some("truncated"));
}

/// That a log lacks its end since a restore is told once. It is no leave to cut off more of it.
#[actix_web::test]
async fn a_log_that_lacks_its_end_is_not_verified_and_not_to_be_cut_further() {
    let office = Office::new(On::Sqlite).await;
    happen(&office, 5).await;
    sequence_all(&office).await;
    let early = log(&office).await.signed.unwrap();
    happen(&office, 20).await;
    sequence_all(&office).await;
    let database = Office::places_in(office.directory.path()).data.join("kakitome.sqlite");
    let yesterday = office.directory.path().join("yesterday.sqlite");
    copy(&database, &yesterday);
    happen(&office, 20).await;
    sequence_all(&office).await;
    copy(&yesterday, &database);
    for _ in 0..2 {
        happen(&office, 3).await;
        sequence_all(&office).await;
    }
    assert_eq!(log(&office).await.number, 2);
    assert_eq!(wrong(&office).await.as_deref(), Some("truncated"), "told");
    for _ in 0..2 {
        assert_eq!(wrong(&office).await, None, "once");
    }
    assert_eq!(rows::events(&office, "log_verified"), 3, "the new log three times, and the old one never");
    note_again(&office, &early);
    rows::run(&office, &format!("UPDATE logs SET size = {} WHERE number = 1", early.size));
    for _ in 0..2 {
        assert_eq!(wrong(&office).await.as_deref(), Some("truncated"), "less of it is there than was told");
    }
}
