//! Watching the scanner: whether it answers, and what it knows. Newer signatures send the files of drafts back to it.

use crate::error::Result;
use crate::gateway::{Gateway, ScannerState};
use crate::model::{Actor, Event, EventKind, TransferId};
use crate::port::Scanner;
use crate::store::scans;

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
    let signatures = match scanner.signatures().await {
        Ok(signatures) => signatures,
        Err(failure) => {
            lost(gateway, &failure.to_string()).await?;
            return Ok(false);
        }
    };
    let now = gateway.now();
    let before = gateway.scans.note(ScannerState::Ready { signatures: signatures.clone(), at: now });
    let is_found = matches!(before, ScannerState::Down { .. } | ScannerState::Unknown);
    let outdated = gateway
        .store
        .write(move |tx| {
            if is_found {
                let (at, version) = (signatures.made_at, signatures.version.clone());
                let kind = EventKind::ScannerFound { signatures: version, signatures_at: at };
                tx.record(&Event::new(kind, now, Actor::System))?;
            }
            scans::outdate(tx, transfer, &signatures, now)
        })
        .await?;
    if outdated > 0 {
        gateway.scans.bell.notify_waiters();
    }
    Ok(true)
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
