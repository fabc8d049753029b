//! Shred: keys first, then bytes, then their absence is verified, then it is said. Everything before this has already ended
//! access; a crash anywhere in here is finished at the next start by the same code.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Actor, Event, EventKind, TransferId};
use crate::store::{deliveries, doomed, transfers};

/// Destroys what a finished transfer left: shred keys, then blobs. Does nothing for one that is not finished.
///
/// # Errors
/// A store failed; the transfer stays finished and is tried again.
pub async fn shred(gateway: &Gateway, id: TransferId) -> Result<()> {
    gateway.store.destroy_doomed_keys().await?;
    let blobs = gateway.delete_doomed_blobs(Some(id)).await?;
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
