//! Scan: a whole file of a draft is read through the draft's own slot and handed to the scanner; what it says becomes the
//! file's verdict. A scanner that fails is no verdict: the file waits.

use std::time::Duration;

use futures_util::StreamExt;

use crate::config::Ruling;
use crate::crypt::{Identity, ManifestFile};
use crate::error::{Error, FileFlaw, Problem, Result};
use crate::gateway::{Gateway, ScannerState};
use crate::model::{
    Actor, DraftFile, Event, EventKind, FileId, Private, Report, Signatures, Time, TransferId, Verdict,
};
use crate::port::{Finding, ScanFailure, Scanner};
use crate::store::scans::{self, Claim};
use crate::store::{Tx, files};

use super::parts;
use super::screening::Screening;
use super::upload::{draft_identity, manifest_part};

pub(super) mod arriving;
mod watching;

pub use watching::{wake, watch};

/// How long a file is held without news; a node that died gives it up after this.
const LEASE: Duration = Duration::from_secs(60);
/// A hold is renewed once so much of it has passed.
const RENEW: Duration = Duration::from_secs(15);
/// Fruitless tries after which a file counts as one that cannot be scanned.
const MOST_TRIES: i32 = 4;
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long sending waits for verdicts that are about to come.
const PATIENCE: Duration = Duration::from_secs(20);
/// Other nodes give verdicts too, and are not heard here.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What became of an attempt to scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// A file was looked at; more may wait.
    One,
    /// No file can be taken before this time; none: none waits.
    Nothing(Option<Time>),
    /// The scanner cannot be reached.
    Down,
}

/// Looks at the file that waits longest.
///
/// # Errors
/// The store failed; the file is looked at again when its hold ends.
pub async fn next(gateway: &Gateway) -> Result<Scanned> {
    let Some(scanner) = gateway.scanner.clone() else { return Ok(Scanned::Nothing(None)) };
    let _turn = gateway.scans.turn().await?;
    let known = match gateway.scans.state() {
        ScannerState::Ready { signatures, .. } => signatures.made_at,
        ScannerState::Unknown => None,
        ScannerState::Down { .. } => return Ok(Scanned::Down),
    };
    let now = gateway.now();
    let claim = gateway.store.write(move |tx| scans::claim(tx, known, now, LEASE)).await?;
    let Some(claim) = claim else {
        return gateway.store.read(move |tx| scans::next_due(tx, known)).await.map(Scanned::Nothing);
    };
    if u64::try_from(claim.size).is_ok_and(|size| size > gateway.scan.largest_bytes) {
        settle(gateway, claim, bare(Verdict::Oversized, None, now)).await?;
        return Ok(Scanned::One);
    }
    let ended = look(gateway, &*scanner, claim).await;
    conclude(gateway, ended).await
}

/// A scan's end: with whom the file is held by now.
struct Ended {
    claim: Claim,
    /// What the scanner knew when it began: a verdict never counts as newer than it is.
    signatures: Option<Signatures>,
    said: Result<Finding, ScanFailure>,
}

/// Asks for the signatures, then hands the file over.
async fn look(gateway: &Gateway, scanner: &dyn Scanner, claim: Claim) -> Result<Ended> {
    let signatures = match watching::known(gateway, scanner).await {
        Ok(signatures) => Some(signatures),
        Err(failure) => return Ok(Ended { claim, signatures: None, said: Err(failure) }),
    };
    let (file, transfer) = (claim.file, claim.transfer);
    let (claim, said) = holding(gateway, claim, hand_over(gateway, scanner, file, transfer)).await?;
    let said = match said {
        Err(error @ Error::Fault { .. }) => Err(unread(gateway, file, &error).await?),
        said => said?,
    };
    Ok(Ended { claim, signatures, said })
}

/// A file whose stored bytes cannot be read has no verdict, and in the end none is to be had. What was removed meanwhile
/// need not be read.
async fn unread(gateway: &Gateway, file: FileId, error: &Error) -> Result<ScanFailure> {
    gateway.store.read(move |tx| files::find(tx, file)).await?.ok_or(Problem::NotFound)?;
    tracing::error!(%file, %error, "a file cannot be read for the scanner");
    Ok(ScanFailure::Unclear("stored bytes cannot be read".into()))
}

/// Hands a file over and waits for the verdict.
async fn hand_over(
    gateway: &Gateway,
    scanner: &dyn Scanner,
    file: FileId,
    transfer: TransferId,
) -> Result<Result<Finding, ScanFailure>> {
    let progress = gateway.scans.begin(file);
    let identity = draft_identity(gateway, transfer).await?;
    let stored = gateway.store.read(move |tx| files::parts(tx, file)).await?;
    let mut stream = match scanner.begin().await {
        Ok(stream) => stream,
        Err(failure) => return Ok(Err(failure)),
    };
    for part in &stored {
        let part = manifest_part(part);
        let mut plain = parts::read(gateway.blobs.clone(), &identity, &part, 0..part.plain).await?;
        while let Some(bytes) = plain.next().await {
            let bytes = bytes?;
            if let Err(failure) = stream.write(&bytes).await {
                return Ok(Err(failure));
            }
            progress.add(bytes.len());
        }
    }
    Ok(stream.finish().await)
}

/// Does something with a file while it is held, however long that takes.
async fn holding<T>(gateway: &Gateway, mut claim: Claim, work: impl Future<Output = T>) -> Result<(Claim, T)> {
    let mut work = std::pin::pin!(work);
    loop {
        match tokio::time::timeout(RENEW / 2, &mut work).await {
            Ok(done) => return Ok((claim, done)),
            Err(_) => claim = keep(gateway, claim).await?,
        }
    }
}

/// Renews the hold when it is due. Nothing is looked at on behalf of somebody who holds it no more.
async fn keep(gateway: &Gateway, claim: Claim) -> Result<Claim> {
    let now = gateway.now();
    if claim.until >= now + (LEASE - RENEW) {
        return Ok(claim);
    }
    let renewed = gateway.store.write(move |tx| scans::renew(tx, &claim, now + LEASE)).await?;
    renewed.ok_or_else(|| Problem::WrongState { state: "scanned elsewhere" }.into())
}

/// Turns what the scanner said into a verdict, or gives the file back.
async fn conclude(gateway: &Gateway, outcome: Result<Ended>) -> Result<Scanned> {
    let Ended { claim, signatures, said } = match outcome {
        Ok(ended) => ended,
        // The draft is gone, or another node has it: its end is not ours to write.
        Err(Error::Problem(_)) => return Ok(Scanned::One),
        Err(fault) => return Err(fault),
    };
    let now = gateway.now();
    match said {
        Ok(finding) => settle(gateway, claim, report(finding, signatures, now)).await?,
        Err(ScanFailure::TooLarge) => settle(gateway, claim, bare(Verdict::Oversized, signatures, now)).await?,
        Err(ScanFailure::Down(why)) => {
            watching::lost(gateway, &why).await?;
            gateway.store.write(move |tx| scans::put_back(tx, &claim, now, false)).await?;
            return Ok(Scanned::Down);
        }
        Err(failure) => give_up_or_retry(gateway, claim, signatures, &failure).await?,
    }
    Ok(Scanned::One)
}

async fn give_up_or_retry(
    gateway: &Gateway,
    claim: Claim,
    signatures: Option<Signatures>,
    failure: &ScanFailure,
) -> Result<()> {
    tracing::warn!(file = %claim.file, %failure, tries = claim.tries, "a file was not scanned");
    let now = gateway.now();
    if claim.tries >= MOST_TRIES {
        let verdict = if *failure == ScanFailure::TimedOut { Verdict::TimedOut } else { Verdict::Failed };
        return settle(gateway, claim, bare(verdict, signatures, now)).await;
    }
    let pause = Duration::from_secs(2).saturating_mul(2_u32.saturating_pow(claim.tries.clamp(0, 10).unsigned_abs()));
    gateway.store.write(move |tx| scans::put_back(tx, &claim, now + pause.min(LONGEST_PAUSE), true)).await
}

fn report(finding: Finding, signatures: Option<Signatures>, at: Time) -> Report {
    let (verdict, finding) = match finding {
        Finding::Clean => (Verdict::Clean, None),
        Finding::Infected(name) => (Verdict::Infected, Some(name)),
        Finding::Encrypted(name) => (Verdict::Encrypted, Some(name)),
        Finding::Limits(name) => (Verdict::Limits, Some(name)),
    };
    Report { verdict, finding, signatures, at }
}

fn bare(verdict: Verdict, signatures: Option<Signatures>, at: Time) -> Report {
    Report { verdict, finding: None, signatures, at }
}

/// Writes a verdict and its event.
async fn settle(gateway: &Gateway, claim: Claim, report: Report) -> Result<()> {
    let verdict = report.verdict;
    let settled = gateway
        .store
        .write(move |tx| {
            let settled = scans::settle(tx, &claim, &report)?;
            if settled {
                tx.record(&event(claim.transfer, claim.file, &report))?;
            }
            Ok(settled)
        })
        .await?;
    if settled {
        metrics::counter!("kakitome_scan_verdicts_total", "verdict" => verdict.word()).increment(1);
    }
    gateway.scans.tell_settled();
    Ok(())
}

fn event(transfer: TransferId, file: FileId, report: &Report) -> Event {
    let signatures = report.signatures.clone();
    let kind = EventKind::ScanVerdict {
        verdict: report.verdict,
        signatures_at: signatures.as_ref().and_then(|signatures| signatures.made_at),
        signatures: signatures.map(|signatures| signatures.version),
    };
    let event = Event::new(kind, report.at, Actor::System).transfer(transfer).file(file);
    match &report.finding {
        Some(name) => event.with(Private::Finding(name.clone())),
        None => event,
    }
}

/// Scans a sealed file again that an approver is about to open, if its verdict rests on older signatures. Its mails stay where
/// the policy does not let the new verdict pass.
///
/// # Errors
/// `ScannerDown`; `ScanPending` when it gave no answer; `FileRefused` when the policy refuses what was found.
pub(super) async fn inspected(
    gateway: &Gateway,
    transfer: TransferId,
    file: &ManifestFile,
    identity: &Identity,
) -> Result<()> {
    let id = file.id;
    let row = gateway.store.read(move |tx| files::find(tx, id)).await?.ok_or(Problem::NotFound)?;
    let stored = row.report.as_ref().and_then(|report| report.verdict.flaw());
    let Some(scanner) = &gateway.scanner else { return let_pass(gateway, file, stored) };
    let Ok(signatures) = scanner.signatures().await else { return Err(Problem::ScannerDown.into()) };
    let present = row.report.as_ref().and_then(|report| report.signatures.as_ref());
    if present.is_some_and(|present| present.version == signatures.version) {
        // Scanning again would say the same; what it said counts each time.
        return let_pass(gateway, file, stored);
    }
    let _turn = gateway.scans.turn().await?;
    let finding = match read_to(gateway, &**scanner, file, identity).await? {
        Ok(finding) => finding,
        Err(ScanFailure::Down(_)) => return Err(Problem::ScannerDown.into()),
        Err(ScanFailure::TooLarge) => return let_pass(gateway, file, Some(FileFlaw::Oversized)),
        Err(_) => return Err(Problem::ScanPending { left: 1 }.into()),
    };
    let report = report(finding, Some(signatures), gateway.now());
    let flaw = report.verdict.flaw();
    gateway
        .store
        .write(move |tx| {
            scans::replace(tx, id, &report)?;
            tx.record(&event(transfer, id, &report))
        })
        .await?;
    let_pass(gateway, file, flaw)
}

/// Whether the policy in force lets a file with this verdict be opened.
fn let_pass(gateway: &Gateway, file: &ManifestFile, flaw: Option<FileFlaw>) -> Result<()> {
    let refused = flaw.filter(|flaw| Screening::of(gateway).ruling(*flaw) == Ruling::Refuse);
    match refused {
        Some(because) => Err(Problem::FileRefused { name: file.name.clone(), because }.into()),
        None => Ok(()),
    }
}

async fn read_to(
    gateway: &Gateway,
    scanner: &dyn Scanner,
    file: &ManifestFile,
    identity: &Identity,
) -> Result<Result<Finding, ScanFailure>> {
    let mut stream = match scanner.begin().await {
        Ok(stream) => stream,
        Err(failure) => return Ok(Err(failure)),
    };
    for part in &file.parts {
        let mut plain = parts::read(gateway.blobs.clone(), identity, part, 0..part.plain).await?;
        while let Some(bytes) = plain.next().await {
            if let Err(failure) = stream.write(&bytes?).await {
                return Ok(Err(failure));
            }
        }
    }
    Ok(stream.finish().await)
}

/// Writes down that a file is sealed unscanned, where the configuration says so.
///
/// # Errors
/// The store cannot be written.
pub(super) fn pass_unscanned(
    tx: &mut Tx,
    screening: &Screening,
    file: &DraftFile,
    now: Time,
    actor: Actor,
) -> Result<()> {
    if screening.is_off() && scans::set_off(tx, file.id, now)? {
        let kind = EventKind::ScanVerdict { verdict: Verdict::Off, signatures: None, signatures_at: None };
        tx.record(&Event::new(kind, now, actor).transfer(file.transfer).file(file.id))?;
    }
    Ok(())
}

/// Sees to it that every file of a draft has a verdict that rests on the newest signatures. Waits a little for those that
/// are about to come.
///
/// # Errors
/// `ScanPending` or `ScannerDown`: nothing is lost, the files go on waiting for their verdicts.
pub(super) async fn require(gateway: &Gateway, id: TransferId) -> Result<()> {
    let Some(scanner) = &gateway.scanner else { return Ok(()) };
    let mut settled = gateway.scans.watch_settled();
    // Verdicts that nobody can say to be the newest are not enough.
    if !watching::ask(gateway, &**scanner, Some(id)).await? {
        return Err(Problem::ScannerDown.into());
    }
    let now = gateway.now();
    gateway.store.write(move |tx| scans::hurry(tx, id, now)).await?;
    let patience = tokio::time::Instant::now() + PATIENCE;
    loop {
        let left = gateway.store.read(move |tx| unscanned(tx, id)).await?;
        if left == 0 {
            return Ok(());
        }
        if matches!(gateway.scans.state(), ScannerState::Down { .. }) {
            return Err(Problem::ScannerDown.into());
        }
        if tokio::time::Instant::now() >= patience {
            return Err(Problem::ScanPending { left }.into());
        }
        gateway.scans.bell.notify_one();
        // Whether a verdict came here or perhaps elsewhere: the next look tells.
        let _ = tokio::time::timeout(LOOK_AGAIN, settled.changed()).await;
    }
}

fn unscanned(tx: &mut Tx, id: TransferId) -> Result<u32> {
    let waiting = files::of_transfer(tx, id)?.iter().filter(|file| file.report.is_none()).count();
    Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
}
