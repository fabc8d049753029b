//! Key loss: the shred store was lost and replaced. Whatever needed its keys can be opened by nobody: it ends, and its
//! senders are told. Runs from the command that replaced the store and again at each start until it is done.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Actor, EndReason, TransferId, TransferState};
use crate::store::{deliveries, transfers};

use super::{ending, shred};

/// What ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Ended {
    /// Deliveries that were under way.
    pub deliveries: usize,
    /// Drafts that were begun.
    pub drafts: usize,
}

/// Ends every transfer that needs a lost key. Does nothing when no keys were lost.
///
/// # Errors
/// A store failed; what has ended stays ended, the rest is tried again.
pub async fn finish(gateway: &Gateway) -> Result<Ended> {
    let mut ended = Ended::default();
    if !gateway.store.read(|tx| tx.keys_lost()).await? {
        return Ok(ended);
    }
    for state in TransferState::RUNNING {
        for transfer in gateway.store.read(move |tx| transfers::in_state(tx, state)).await? {
            ended.deliveries += end_deliveries(gateway, transfer.id).await?;
        }
    }
    for draft in gateway.store.read(|tx| transfers::in_state(tx, TransferState::Draft)).await? {
        ended.drafts += usize::from(give_up_draft(gateway, draft.id).await?);
    }
    gateway.store.write(|tx| tx.settle_key_loss()).await?;
    gateway.destroy_doomed_keys().await;
    gateway.outbox_bell.notify_one();
    shred::sweep(gateway).await?;
    Ok(ended)
}

async fn end_deliveries(gateway: &Gateway, id: TransferId) -> Result<usize> {
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            let mut count = 0;
            for delivery in deliveries::of_transfer(tx, id)? {
                // What was collected stays collected: only its grace time is over.
                let collected = delivery.retrieved_at.is_some();
                let reason = if collected { EndReason::Retrieved } else { EndReason::KeyLost };
                count += usize::from(ending::end(tx, &delivery, reason, now, Actor::Console)?);
            }
            Ok(count)
        })
        .await
}

async fn give_up_draft(gateway: &Gateway, id: TransferId) -> Result<bool> {
    let now = gateway.now();
    gateway.store.write(move |tx| ending::finish(tx, id, EndReason::Abandoned, now, Actor::Console)).await
}
