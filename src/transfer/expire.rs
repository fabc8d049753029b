//! Expire: what ends by the clock. Access is denied by the clock at once; destruction waits for two readings that agree, so
//! that one wild reading destroys nothing.

use std::time::Duration;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Actor, EndReason, Event, EventKind, FileId, Time, TransferId, TransferState};
use crate::store::{Tx, deliveries, files, idempotency, shown_numbers, transfers, unlocks};

use super::{ending, shred};

/// Rows handled in one go, so that a sweep never holds others up.
const BATCH: i64 = 50;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Swept {
    /// Transfers whose time was over.
    pub expired: usize,
    /// Deliveries whose grace time was over.
    pub closed: usize,
    /// Drafts and uploads given up.
    pub abandoned: usize,
    /// Unlock and staff sessions ended or locked.
    pub sessions: usize,
    /// Finished transfers shredded.
    pub shredded: usize,
    /// Keys and blobs destroyed that nothing referred to.
    pub orphans: usize,
}

/// One sweep at `now`: everything that the clock ends, and everything that an earlier crash left unfinished.
///
/// # Errors
/// A store failed; what was done stays done, the rest is tried again.
pub async fn sweep(gateway: &Gateway, now: Time) -> Result<Swept> {
    let mut swept = Swept {
        sessions: crate::staff::session::sweep(gateway).await? + end_sessions(gateway, now).await?,
        closed: close_after_grace(gateway, now).await?,
        expired: expire(gateway, now).await?,
        abandoned: abandon_drafts(gateway, now).await? + abandon_uploads(gateway, now).await?,
        ..Swept::default()
    };
    gateway
        .store
        .write(move |tx| {
            shown_numbers::forget_old(tx, now)?;
            idempotency::forget_old(tx, now - Duration::from_secs(24 * 3600))
        })
        .await?;
    gateway.store.destroy_doomed_keys().await?;
    gateway.outbox_bell.notify_one();
    swept.shredded = shred::sweep(gateway).await?;
    gateway.delete_doomed_blobs(None).await?;
    Ok(swept)
}

/// Destroys what nothing refers to: keys of crashed requests, blobs older than an hour without a row.
///
/// # Errors
/// A store failed.
pub async fn sweep_orphans(gateway: &Gateway, now: Time) -> Result<usize> {
    let mut count = gateway.store.reconcile_keys(now - Duration::from_secs(3600)).await?;
    let stored = gateway.blobs.list().await?;
    let old = now - Duration::from_secs(3600);
    let known = gateway.store.read(files::known_blobs).await?;
    for (blob, written) in stored {
        if written <= old && !known.contains(&blob) {
            gateway.blobs.delete(blob).await?;
            count += 1;
        }
    }
    Ok(count)
}

async fn end_sessions(gateway: &Gateway, now: Time) -> Result<usize> {
    let idle_since = now - gateway.session_idle();
    let over = gateway.store.read(move |tx| unlocks::over(tx, idle_since, now, BATCH)).await?;
    let count = over.len();
    gateway
        .store
        .write(move |tx| {
            for unlock in &over {
                ending::end_session(tx, unlock, EventKind::SessionEnded, now, Actor::System)?;
            }
            Ok(())
        })
        .await?;
    Ok(count)
}

async fn close_after_grace(gateway: &Gateway, now: Time) -> Result<usize> {
    let mut count = 0;
    loop {
        let over = gateway.store.read(move |tx| deliveries::past_grace(tx, now, BATCH)).await?;
        if over.is_empty() {
            return Ok(count);
        }
        count += over.len();
        gateway
            .store
            .write(move |tx| {
                for id in over {
                    let delivery = deliveries::get(tx, id)?;
                    ending::end(tx, &delivery, EndReason::Retrieved, now, Actor::System)?;
                }
                Ok(())
            })
            .await?;
    }
}

async fn expire(gateway: &Gateway, now: Time) -> Result<usize> {
    let mut count = 0;
    loop {
        let over = gateway.store.read(move |tx| transfers::expired(tx, now, BATCH)).await?;
        if over.is_empty() {
            return Ok(count);
        }
        count += over.len();
        for id in over {
            gateway.store.write(move |tx| expire_one(tx, id, now)).await?;
        }
    }
}

fn expire_one(tx: &mut Tx, id: TransferId, now: Time) -> Result<()> {
    for delivery in deliveries::of_transfer(tx, id)? {
        let collected = delivery.retrieved_at.is_some();
        let reason = if collected { EndReason::Retrieved } else { EndReason::Expired };
        ending::end(tx, &delivery, reason, now, Actor::System)?;
    }
    // The last ending finishes the transfer; this finds nothing to do unless there was none to end.
    ending::finish(tx, id, EndReason::Expired, now, Actor::System).map(drop)
}

async fn abandon_drafts(gateway: &Gateway, now: Time) -> Result<usize> {
    let stale = gateway.store.read(move |tx| transfers::stale_drafts(tx, now, BATCH)).await?;
    let count = stale.len();
    for id in stale {
        gateway
            .store
            .write(move |tx| {
                let transfer = transfers::get(tx, id)?;
                // Somebody may have touched it since it was listed.
                if transfer.state == TransferState::Draft && transfer.draft_until <= now {
                    ending::finish(tx, id, EndReason::Abandoned, now, Actor::System)?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(count)
}

async fn abandon_uploads(gateway: &Gateway, now: Time) -> Result<usize> {
    let stale = gateway.store.read(move |tx| files::stale_uploads(tx, now, BATCH)).await?;
    let count = stale.len();
    for (file, transfer) in stale {
        gateway.store.write(move |tx| abandon_upload(tx, file, transfer, now)).await?;
    }
    Ok(count)
}

fn abandon_upload(tx: &mut Tx, file: FileId, transfer: TransferId, now: Time) -> Result<()> {
    let Some(row) = files::find(tx, file)? else { return Ok(()) };
    if row.upload_until > now {
        return Ok(());
    }
    let draft_until = transfers::get(tx, transfer)?.draft_until;
    transfers::touch_draft(tx, transfer, draft_until)?;
    files::remove(tx, transfer, file, now)?;
    tx.record(&Event::new(EventKind::FileRemoved, now, Actor::System).transfer(transfer).file(file))
}
