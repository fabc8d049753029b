//! Shred: keys first, then bytes, then their absence is verified, then it is said. Everything before this has already ended
//! access; a crash anywhere in here is finished at the next start by the same code.

use crate::error::{Error, Result};
use crate::gateway::Gateway;
use crate::model::{Actor, Event, EventKind, TransferId};
use crate::store::{deliveries, doomed, transfers};

/// Destroys what a finished transfer left: shred keys, then blobs. Does nothing for one that is not finished.
///
/// # Errors
/// A store failed; the transfer stays finished and is tried again.
pub async fn shred(gateway: &Gateway, id: TransferId) -> Result<()> {
    gateway.store.destroy_doomed_keys().await?;
    let blobs = delete_blobs(gateway, Some(id)).await?;
    let of_transfer = gateway.store.read(move |tx| deliveries::of_transfer(tx, id)).await?;
    let now = gateway.now();
    let shredded = gateway
        .store
        .write(move |tx| {
            if doomed::remaining(tx, id)? > 0 || !transfers::shredded(tx, id, now)? {
                return Ok(false);
            }
            let blobs = i32::try_from(blobs).unwrap_or(i32::MAX);
            tx.record(&Event::new(EventKind::Shredded { blobs }, now, Actor::System).transfer(id))?;
            Ok(true)
        })
        .await?;
    if shredded {
        for delivery in of_transfer {
            gateway.store.limits().renew(delivery.id).await?;
        }
    }
    Ok(())
}

/// Shreds whatever is finished. Returns how many transfers were looked at.
///
/// # Errors
/// A store failed.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let finished = gateway.store.read(|tx| transfers::finished(tx, 200)).await?;
    let count = finished.len();
    for id in finished {
        shred(gateway, id).await?;
    }
    Ok(count)
}

/// Deletes doomed blobs and verifies that they are gone. Returns how many.
///
/// # Errors
/// The blob store failed, or a blob is still there: the blobs stay doomed.
pub async fn delete_blobs(gateway: &Gateway, transfer: Option<TransferId>) -> Result<usize> {
    let mut count = 0;
    loop {
        let batch = gateway.store.read(move |tx| doomed::blobs(tx, transfer)).await?;
        if batch.is_empty() {
            return Ok(count);
        }
        for blob in &batch {
            gateway.blobs.delete(*blob).await?;
            if gateway.blobs.length(*blob).await?.is_some() {
                return Err(Error::fault("deleting a blob", "it is still there"));
            }
        }
        count += batch.len();
        gateway.store.write(move |tx| doomed::forget_blobs(tx, &batch)).await?;
    }
}
