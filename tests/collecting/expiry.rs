//! What ends by the clock, and what a stop in between leaves behind.

use std::time::{Duration, Instant, SystemTime};

use crate::harness::disk::files_under;
use crate::harness::flows::{Office, On};
use crate::harness::problem;
use kakitome::error::Problem;
use kakitome::gateway::ClockWatch;
use kakitome::model::{BlobId, EndReason, FileId, Time, TransferState};
use kakitome::store::{deliveries, doomed, slots, transfers};
use kakitome::transfer::expire::{Swept, sweep, sweep_orphans};
use kakitome::transfer::look::{Condition, look};
use kakitome::transfer::recover::recover;
use kakitome::transfer::timeline::timeline;
use kakitome::transfer::{draft, seal, upload};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn state(office: &Office, id: kakitome::model::TransferId) -> (TransferState, Option<EndReason>) {
    let transfer = office.gateway().store.read(move |tx| transfers::get(tx, id)).await.unwrap();
    (transfer.state, transfer.end_reason)
}

#[test]
fn a_wild_reading_of_the_clock_destroys_nothing_and_the_second_sane_one_may() {
    let watch = ClockWatch::default();
    let (start, now) = (Instant::now(), Time::from_millis(1_800_000_000_000));
    let second = Duration::from_secs(1);
    assert_eq!(watch.agrees(now, start), Err(0), "the first reading agrees with nothing");
    assert_eq!(watch.agrees(now + second, start + second), Ok(()));
    assert_eq!(watch.agrees(now + 61 * second, start + second), Ok(()), "within tolerance");
    let year = 365 * DAY;
    assert!(watch.agrees(now + year, start + 2 * second).is_err(), "a year ahead");
    assert_eq!(watch.agrees(now + year + second, start + 3 * second), Ok(()), "it stays there: it is the time");
    let back = watch.agrees(now, start + 4 * second).unwrap_err();
    assert!(back < -31_000_000_000, "a year back: {back}");
    assert_eq!(watch.agrees(now + 20 * second, start + 24 * second), Ok(()));
}

#[actix_web::test]
async fn expiry_denies_at_once_and_the_sweep_destroys() {
    let office = Office::new(On::Sqlite).await;
    let (id, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let session = office.open(&sent[0]).await.unwrap();
    office.clock.forward(7 * DAY - HOUR);
    office.open(&sent[0]).await.unwrap();
    office.clock.forward(HOUR);
    let refused = problem(office.open(&sent[0]).await);
    assert!(matches!(refused, Problem::DeliveryEnded { .. }), "{refused:?}");
    assert!(office.opened(&sent[0], &session).await.is_err());
    assert_eq!(state(&office, id).await.0, TransferState::Dispatched, "denied by the clock, not destroyed");
    assert_eq!(look(office.gateway(), &sent[0].secret, None, None).await.unwrap().condition, Condition::Expired);
    office.check_invariants().await;

    // A clock that was wrong and comes back gives access back: nothing was lost by one reading.
    office.clock.back(DAY);
    office.open_with(&sent[0], sent[0].issued.number.expose(), true).await.unwrap();
    office.clock.forward(DAY);

    let swept = sweep(office.gateway(), office.gateway().now()).await.unwrap();
    assert_eq!((swept.expired, swept.shredded), (1, 1));
    assert_eq!(state(&office, id).await, (TransferState::Shredded, Some(EndReason::Expired)));
    assert_eq!(office.gateway().blobs.list().await.unwrap(), []);
    let mails = office.mails().len();
    office.deliver_mails().await;
    assert!(office.mails().len() > mails, "the sender is told");
    let idle = Swept { expired: 0, ..Swept::default() };
    assert_eq!(sweep(office.gateway(), office.gateway().now()).await.unwrap(), idle, "a second sweep does nothing");
    let words = office.events(id).await;
    for word in ["delivery_ended", "finished", "shred_intended", "shredded"] {
        assert_eq!(words.iter().filter(|other| *other == word).count(), 1, "{word}");
    }
    office.check_invariants().await;
}

#[actix_web::test]
async fn abandoned_uploads_and_drafts_are_given_up() {
    let office = Office::new(On::Sqlite).await;
    let id = office.draft().await;
    let new = upload::NewFile { name: "a.bin".into(), media_type: String::new(), size: 100 };
    let file = upload::begin(office.gateway(), &office.sender, id, new).await.unwrap();
    office.append(file, 0, &[1; 40], false).await.unwrap();
    let upload_hours = office.config.policy.upload_hours;
    office.clock.forward(Duration::from_secs(u64::from(upload_hours) * 3600) - HOUR);
    assert_eq!(sweep(office.gateway(), office.gateway().now()).await.unwrap().abandoned, 0);
    office.clock.forward(HOUR + HOUR);
    let sender = office.sign_in().await;
    assert!(sweep(office.gateway(), office.gateway().now()).await.unwrap().abandoned >= 1);
    assert_eq!(problem(upload::progress(office.gateway(), &sender.watcher(), file).await), Problem::NotFound);
    assert_eq!(office.gateway().blobs.list().await.unwrap(), []);
    office.clock.forward(Duration::from_secs(u64::from(office.config.policy.draft_days) * 24 * 3600));
    sweep(office.gateway(), office.gateway().now()).await.unwrap();
    assert_eq!(state(&office, id).await, (TransferState::Shredded, Some(EndReason::Abandoned)));
    assert_eq!(sweep(office.gateway(), office.gateway().now()).await.unwrap(), Swept::default());
    office.check_invariants().await;
}

fn age(path: &std::path::Path, to: SystemTime) {
    std::fs::File::options().write(true).open(path).unwrap().set_modified(to).unwrap();
}

#[actix_web::test]
async fn orphans_older_than_an_hour_are_destroyed_and_nothing_else() {
    let office = Office::new(On::Sqlite).await;
    let (_, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let blobs = &office.gateway().blobs;
    let (old, young) = (BlobId::random(), BlobId::random());
    let now = office.gateway().now();
    let at = |time: Time| SystemTime::UNIX_EPOCH + Duration::from_millis(time.millis() as u64);
    let directory = office.directory.path().join("data/blobs");
    for path in files_under(&directory) {
        age(&path, at(now - 2 * HOUR));
    }
    for blob in [old, young] {
        let mut writer = blobs.create(blob).await.unwrap();
        writer.write(bytes::Bytes::from_static(b"left behind")).await.unwrap();
        writer.finish().await.unwrap();
    }
    for path in files_under(&directory) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == old.to_string() {
            age(&path, at(now - HOUR - HOUR));
        } else if name == young.to_string() {
            age(&path, at(now - HOUR / 2));
        }
    }
    // Keys of requests that crashed before their transaction: one long ago, one just now.
    let (orphan, _) = office.gateway().store.make_shred_key(now - 2 * HOUR).await.unwrap();
    let (recent, _) = office.gateway().store.make_shred_key(now).await.unwrap();
    assert_eq!(sweep_orphans(office.gateway(), now).await.unwrap(), 2);
    assert_eq!(blobs.length(old).await.unwrap(), None);
    assert!(blobs.length(young).await.unwrap().is_some());
    assert!(office.gateway().store.shred_key(orphan).await.unwrap().is_none());
    assert!(office.gateway().store.shred_key(recent).await.unwrap().is_some());
    let given_up = office.gateway().store.write(move |tx| slots::consume_intent(tx, orphan)).await;
    assert!(given_up.is_err(), "a request that was given up cannot make its key count any more");
    assert_eq!(sweep_orphans(office.gateway(), now).await.unwrap(), 0);
    office.open(&sent[0]).await.expect("what is in use is in use");
    office.check_invariants().await;
}

/// A stop after the transaction that ended everything, before any key or blob was destroyed.
#[actix_web::test]
async fn an_interrupted_shredding_is_finished_at_the_next_start() {
    let office = Office::new(On::Sqlite).await;
    let (id, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let session = office.open(&sent[0]).await.unwrap();
    let slot = sent[0].issued.delivery.id;
    let key = office.gateway().store.read(move |tx| slots::of_delivery(tx, slot)).await.unwrap().unwrap().shred_key;
    // The flow of a recall commits and goes on to destroy; aborted in between by a blob store that does not answer.
    let data = office.directory.path().join("data/blobs");
    let hidden = office.directory.path().join("data/away");
    std::fs::rename(&data, &hidden).unwrap();
    std::fs::write(&data, b"not a directory").unwrap();
    let stopped = kakitome::transfer::recall::recall(office.gateway(), &office.sender, id, "").await;
    assert!(stopped.is_err(), "the blobs could not be deleted");
    std::fs::remove_file(&data).unwrap();
    std::fs::rename(&hidden, &data).unwrap();
    assert_eq!(state(&office, id).await.0, TransferState::Finished);
    assert!(office.opened(&sent[0], &session).await.is_err(), "access ended with the transaction");
    assert!(office.gateway().store.shred_key(key).await.unwrap().is_none(), "keys first");
    assert!(!office.gateway().blobs.list().await.unwrap().is_empty());

    let again = office.again().await;
    recover(&again.gateway).await.unwrap();
    assert_eq!(state(&office, id).await, (TransferState::Shredded, Some(EndReason::Recalled)));
    assert_eq!(again.gateway.blobs.list().await.unwrap(), []);
    let words = office.events(id).await;
    assert_eq!(words.iter().filter(|word| *word == "shredded").count(), 1);
    recover(&again.gateway).await.unwrap();
    assert_eq!(office.events(id).await.len(), words.len(), "recovering twice says nothing twice");
    office.check_invariants().await;
}

/// A stop between the transaction that doomed keys and their destruction.
#[actix_web::test]
async fn doomed_keys_are_destroyed_at_the_next_start() {
    let office = Office::new(On::Sqlite).await;
    let (_, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let (transfer, delivery) = (sent[0].issued.delivery.transfer, sent[0].issued.delivery.id);
    let now = office.gateway().now();
    let key = office.gateway().store.read(move |tx| slots::of_delivery(tx, delivery)).await.unwrap().unwrap().shred_key;
    let doomed = office.gateway().store.write(move |tx| {
        deliveries::end(tx, delivery, kakitome::model::DeliveryState::Recalled, EndReason::Recalled, now)?;
        slots::doom_of_delivery(tx, transfer, delivery, now)
    });
    doomed.await.unwrap();
    let again = office.again().await;
    assert!(again.gateway.store.shred_key(key).await.unwrap().is_some());
    recover(&again.gateway).await.unwrap();
    assert!(again.gateway.store.shred_key(key).await.unwrap().is_none());
    let left = again.gateway.store.read(move |tx| doomed::remaining(tx, transfer)).await.unwrap();
    assert_eq!(left, 0);
}

#[actix_web::test]
async fn a_sealed_number_kept_for_its_maker_is_forgotten_after_ten_minutes() {
    let office = Office::new(On::Sqlite).await;
    let id = office.draft().await;
    office.add_file(id, "memo.txt", b"hello").await;
    office.add_recipient(id, "suzuki@aozora.example").await;
    let first = seal::send(office.gateway(), &office.sender, id).await.unwrap();
    let again = seal::send(office.gateway(), &office.sender, id).await.unwrap();
    assert_eq!(first[0].number.expose(), again[0].number.expose(), "a repeated request gets the number again");
    let elsewhere = office.sign_in().await;
    assert_eq!(problem(seal::send(office.gateway(), &elsewhere, id).await), Problem::NumberAlreadyShown);
    office.clock.forward(Duration::from_secs(601));
    assert_eq!(problem(seal::send(office.gateway(), &office.sender, id).await), Problem::NumberAlreadyShown);
    sweep(office.gateway(), office.gateway().now()).await.unwrap();
    let database = office.directory.path().join("data/kakitome.sqlite");
    assert_eq!(crate::harness::disk::sqlite(&database, "select count(*) from shown_numbers"), ["0"]);
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), id).await.unwrap();
    assert_eq!(overview.transfer.state, TransferState::Sealed);
    assert_eq!(timeline(office.gateway(), &office.sender.watcher(), id).await.unwrap().deliveries.len(), 1);
    let _: Option<FileId> = overview.files.first().map(|file| file.id);
}
