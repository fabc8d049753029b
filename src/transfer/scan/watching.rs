//! Watching the scanner: whether it answers, and what it knows. Newer signatures send the files of drafts back to it.

use std::time::Duration;

use crate::error::Result;
use crate::gateway::{Gateway, ScannerState};
use crate::model::{Actor, Event, EventKind, Signatures, TransferId};
use crate::port::{ScanFailure, Scanner};
use crate::store::scans;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Asks the scanner once, for the whole installation. Returns whether it answers.
///
/// # Errors
/// The store failed.
pub async fn watch(gateway: &Gateway) -> Result<bool> {
    match gateway.scanner.clone() {
        Some(scanner) => ask(gateway, &*scanner, None).await,
        None => Ok(false),
    }
}

/// Waits until the scanner's state changes.
pub async fn wake(gateway: &Gateway) {
    let mut state = gateway.scans.watch_state();
    state.borrow_and_update();
    // The sender lives as long as the gateway.
    let _ = state.changed().await;
}

/// Asks the scanner and takes back the verdicts of drafts (of one, if said) that rest on older signatures.
pub(super) async fn ask(gateway: &Gateway, scanner: &dyn Scanner, transfer: Option<TransferId>) -> Result<bool> {
    let signatures = match known(gateway, scanner).await {
        Ok(signatures) => signatures,
        Err(failure) => {
            lost(gateway, &failure.to_string()).await?;
            return Ok(false);
        }
    };
    let sent_back = send_back(gateway, &signatures, transfer).await?;
    let now = gateway.now();
    let before = gateway.scans.note(ScannerState::Ready { signatures: signatures.clone(), at: now });
    let is_found = matches!(before, ScannerState::Down { .. } | ScannerState::Unknown);
    if sent_back > 0 || is_found {
        // All who wait, and one who is just about to.
        gateway.scans.bell.notify_waiters();
        gateway.scans.bell.notify_one();
    }
    if is_found {
        tracing::info!(version = signatures.version, "the scanner answers");
        let kind = EventKind::ScannerFound { signatures: signatures.version, signatures_at: signatures.made_at };
        gateway.store.write(move |tx| tx.record(&Event::new(kind, now, Actor::System))).await?;
    }
    Ok(true)
}

/// Asks the scanner what it knows. One that cannot say it does not work, whatever it is that it says instead.
pub(super) async fn known(gateway: &Gateway, scanner: &dyn Scanner) -> Result<Signatures, ScanFailure> {
    let signatures = match scanner.signatures().await {
        Ok(signatures) => signatures,
        Err(down @ ScanFailure::Down(_)) => return Err(down),
        Err(failure) => return Err(ScanFailure::Down(failure.to_string())),
    };
    // Signatures of the future would be the newest for ever. Clocks and time zones are wrong by less than this.
    let latest = gateway.now() + DAY;
    Ok(Signatures { made_at: signatures.made_at.filter(|at| *at <= latest), ..signatures })
}

/// Sends files of drafts (of one, if said) back to the scanner whose verdict rests on older signatures than these. Returns
/// how many.
async fn send_back(gateway: &Gateway, newer: &Signatures, transfer: Option<TransferId>) -> Result<usize> {
    let is_new = match gateway.scans.state() {
        ScannerState::Ready { signatures, .. } => signatures.version != newer.version,
        ScannerState::Down { .. } | ScannerState::Unknown => true,
    };
    // Of versions without a time nobody can say which is newer: once is enough, else two nodes would go on for ever.
    if newer.made_at.is_none() && !is_new && transfer.is_none() {
        return Ok(0);
    }
    let asked = newer.clone();
    let mut drafts = gateway.store.read(move |tx| scans::outdated(tx, &asked)).await?;
    if !is_new && let Some(one) = transfer {
        drafts.retain(|draft| *draft == one);
    }
    let (now, mut sent_back) = (gateway.now(), 0);
    for draft in drafts {
        let newer = newer.clone();
        sent_back += gateway.store.write(move |tx| scans::outdate(tx, draft, &newer, now)).await?;
    }
    Ok(sent_back)
}

/// Notes that the scanner does not answer; the first time in a row is an event.
pub(super) async fn lost(gateway: &Gateway, why: &str) -> Result<()> {
    let now = gateway.now();
    let since = match gateway.scans.state() {
        ScannerState::Down { since } => since,
        _ => now,
    };
    if matches!(gateway.scans.note(ScannerState::Down { since }), ScannerState::Down { .. }) {
        return Ok(());
    }
    tracing::warn!(why, "the scanner does not answer; files wait");
    gateway.store.write(move |tx| tx.record(&Event::new(EventKind::ScannerLost, now, Actor::System))).await
}
