//! A file that comes in one request is scanned while it arrives. Whatever the scanner does, the upload is unharmed.

use std::time::{Duration, Instant};

use crate::harness::clamd::{Clamd, Fate, Line, eicar, look, office, report};
use crate::harness::flows::{Office, On, until};
use crate::harness::rows;
use bytes::Bytes;
use kakitome::error::Result;
use kakitome::model::{FileId, Verdict};
use kakitome::transfer::scan::{self, Scanned};
use kakitome::transfer::upload::{self, NewFile, Piece, Progress};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

const MIB: usize = 1024 * 1024;

/// A file whose bytes come when the test gives them.
struct Upload {
    file: FileId,
    give: mpsc::Sender<Piece>,
    taken: JoinHandle<Result<Progress>>,
}

impl Upload {
    async fn begin(office: &Office, size: usize) -> Self {
        let transfer = office.draft().await;
        let new = NewFile { name: "a.dat".into(), media_type: String::new(), size: size as u64 };
        let file = upload::begin(office.gateway(), &office.sender, transfer, new).await.unwrap();
        let (give, take) = mpsc::channel(4);
        let (gateway, sender) = (office.gateway().clone(), office.sender.clone());
        let taken = tokio::spawn(upload::append(gateway, sender, file, 0, None, take));
        Self { file, give, taken }
    }

    async fn give(&self, bytes: &[u8]) {
        for piece in bytes.chunks(32 * 1024) {
            self.give.send(Piece::Bytes(Bytes::copy_from_slice(piece))).await.unwrap();
        }
    }

    async fn end(self) -> FileId {
        self.give.send(Piece::End).await.unwrap();
        self.taken.await.unwrap().unwrap();
        self.file
    }
}

/// An office whose scanner is known to answer.
async fn ready(line: &Line) -> Office {
    let office = office(On::Sqlite, &line.address).await;
    assert!(scan::watch(office.gateway()).await.unwrap());
    office
}

fn content(length: usize) -> Vec<u8> {
    let mut content = vec![b'x'; length];
    let virus = eicar();
    content[length - virus.len()..].copy_from_slice(&virus);
    content
}

async fn verdict(office: &Office, file: FileId) -> Verdict {
    until("a verdict", || report(office, file)).await.verdict
}

#[actix_web::test]
async fn the_scanner_sees_it_before_it_is_here() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let office = ready(&line).await;
    let content = content(3 * MIB);
    let upload = Upload::begin(&office, content.len()).await;
    upload.give(&content[..MIB]).await;
    // Only half of the upload was given: the scanner has most of that.
    line.until(|seen| seen.bytes >= MIB as u64 / 2).await;
    assert_eq!(rows::count(&office, "files", "state = 'complete'"), 0);
    upload.give(&content[MIB..]).await;
    let file = upload.end().await;
    assert_eq!(verdict(&office, file).await, Verdict::Infected);
    assert!(matches!(look(&office).await, Scanned::Nothing(None)));
    assert_eq!((line.seen().begun, line.seen().bytes), (1, content.len() as u64), "once, every byte");
    assert_eq!(rows::events(&office, "scan_verdict"), 1);
}

#[actix_web::test]
async fn a_scanner_that_fails_meanwhile_costs_nothing() {
    let clamd = Clamd::start().await;
    for fate in [Fate::Cut(1), Fate::Cut(MIB as u64), Fate::Interrupt(1, b"stream: OK\0".to_vec()), Fate::Say(vec![])] {
        let line = Line::to(&clamd).await;
        let office = ready(&line).await;
        line.all(fate.clone());
        let content = content(3 * MIB);
        let upload = Upload::begin(&office, content.len()).await;
        upload.give(&content).await;
        let file = upload.end().await;
        line.until(|seen| seen.open == 0).await;
        line.all(Fate::Pass);
        // What it answered at the end counts as a try, after which the file waits for a while.
        until("it waits", || async {
            look(&office).await;
            office.clock.forward(Duration::from_secs(5));
            report(&office, file).await
        })
        .await;
        assert_eq!(verdict(&office, file).await, Verdict::Infected, "{fate:?}");
        assert_eq!(line.seen().begun, 2, "{fate:?}");
        office.check_invariants().await;
    }
}

#[actix_web::test]
async fn a_scanner_that_stalls_does_not_stall_the_upload() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let office = ready(&line).await;
    let content = content(4 * MIB);
    // It takes no more bytes.
    line.all(Fate::Pause(1));
    let begun = Instant::now();
    let upload = Upload::begin(&office, content.len()).await;
    upload.give(&content).await;
    let stalled = upload.end().await;
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    line.release(1);
    line.all(Fate::Pass);
    look(&office).await;
    assert_eq!(verdict(&office, stalled).await, Verdict::Infected);
    // It does not even say what it knows.
    line.fall_silent();
    let begun = Instant::now();
    let upload = Upload::begin(&office, content.len()).await;
    upload.give(&content).await;
    let unscanned = upload.end().await;
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(report(&office, unscanned).await, None);
    office.check_invariants().await;
}

#[actix_web::test]
async fn a_request_that_breaks_is_no_file_and_no_verdict() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let office = ready(&line).await;
    let content = content(6 * MIB);
    let Upload { file, give, taken } = Upload::begin(&office, content.len()).await;
    for piece in content[..5 * MIB].chunks(32 * 1024) {
        give.send(Piece::Bytes(Bytes::copy_from_slice(piece))).await.unwrap();
    }
    line.until(|seen| seen.bytes > MIB as u64).await;
    drop(give);
    let progress = taken.await.unwrap().unwrap();
    assert_eq!(progress.offset, 5 * MIB as u64, "what arrived is kept");
    line.until(|seen| seen.open == 0).await;
    assert!(matches!(look(&office).await, Scanned::Nothing(None)), "half a file waits for nothing");
    office.append(file, progress.offset, &content[5 * MIB..], true).await.unwrap();
    look(&office).await;
    assert_eq!(verdict(&office, file).await, Verdict::Infected);
    assert_eq!(rows::events(&office, "scan_verdict"), 1);
}

/// Slow lines must not keep the scanner from files that are there.
#[actix_web::test]
async fn uploads_that_take_long_leave_half_of_the_places_to_others() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let office = ready(&line).await;
    let mut slow = Vec::new();
    for _ in 0..4 {
        let upload = Upload::begin(&office, MIB).await;
        upload.give(&[b'x'; 64 * 1024]).await;
        slow.push(upload);
    }
    line.until(|seen| seen.open == 2).await;
    let transfer = office.draft().await;
    let quick = office.add_file(transfer, "quick.dat", b"quick").await;
    look(&office).await;
    assert_eq!(verdict(&office, quick).await, Verdict::Clean);
    for upload in slow {
        upload.give(&vec![b'x'; MIB - 64 * 1024]).await;
        let file = upload.end().await;
        look(&office).await;
        assert_eq!(verdict(&office, file).await, Verdict::Clean);
    }
    assert!(line.seen().most <= 4);
}
