//! Recall: the sender takes a transfer, or one delivery, back.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{AccountId, Actor, Delivery, DeliveryState, EndReason, Time, TransferId, TransferState};
use crate::staff::permit::Sender;
use crate::store::{Tx, deliveries, transfers};

use super::draft::own;
use super::{ending, shred};

/// Characters of a reason at most.
const REASON_LONGEST: usize = 400;

/// Takes back every delivery that has not ended. What was collected stays collected.
///
/// # Errors
/// `SignInNeeded` when the session ended meanwhile; `NotFound`; `WrongState` for a draft or a finished transfer.
pub async fn recall(gateway: &Gateway, sender: &Sender, id: TransferId, reason: &str) -> Result<()> {
    let reason: String = reason.trim().chars().take(REASON_LONGEST).collect();
    let (owner, actor) = (sender.account().id, sender.actor());
    let now = gateway.now();
    sender
        .write(gateway, move |tx| {
            let transfer = own(tx, owner, id)?;
            if !transfer.state.is_running() {
                return Err(Problem::WrongState { state: transfer.state.word() }.into());
            }
            for delivery in deliveries::of_transfer(tx, id)? {
                take_back(tx, &delivery, &reason, now, actor)?;
            }
            Ok(())
        })
        .await?;
    after(gateway, id).await
}

/// Takes one delivery back.
///
/// # Errors
/// `SignInNeeded`; `NotFound`; `DeliveryEnded` when it has ended, `WrongState` when it was never sent.
pub async fn recall_delivery(gateway: &Gateway, sender: &Sender, delivery: &Delivery, reason: &str) -> Result<()> {
    let reason: String = reason.trim().chars().take(REASON_LONGEST).collect();
    let (owner, actor, id) = (sender.account().id, sender.actor(), delivery.id);
    let now = gateway.now();
    let transfer = delivery.transfer;
    sender
        .write(gateway, move |tx| {
            let state = own(tx, owner, transfer)?.state;
            if state == TransferState::Draft {
                return Err(Problem::WrongState { state: state.word() }.into());
            }
            let delivery = deliveries::get(tx, id)?;
            if take_back(tx, &delivery, &reason, now, actor)? {
                Ok(())
            } else {
                Err(Problem::DeliveryEnded { state: delivery.state.word() }.into())
            }
        })
        .await?;
    after(gateway, transfer).await
}

/// A delivery whose grace time runs was collected: it is closed as such, not called recalled.
fn take_back(tx: &mut Tx, delivery: &Delivery, reason: &str, now: Time, actor: Actor) -> Result<bool> {
    let collected = delivery.state == DeliveryState::Retrieved;
    let why = if collected { EndReason::Retrieved } else { EndReason::Recalled };
    ending::end_because(tx, delivery, why, reason, now, actor)
}

/// Takes back every running transfer of somebody who leaves, and gives the drafts up. Returns them.
///
/// # Errors
/// The store cannot be written.
pub(crate) fn recall_all(tx: &mut Tx, owner: AccountId, now: Time, actor: Actor) -> Result<Vec<TransferId>> {
    let mut ended = Vec::new();
    for transfer in transfers::running_of(tx, owner)? {
        transfers::lock(tx, transfer.id)?;
        for delivery in deliveries::of_transfer(tx, transfer.id)? {
            take_back(tx, &delivery, "", now, actor)?;
        }
        ended.push(transfer.id);
    }
    for draft in transfers::of_owner(tx, owner, Some(TransferState::Draft), None, i64::MAX)? {
        ending::finish(tx, draft.id, EndReason::Abandoned, now, actor)?;
        ended.push(draft.id);
    }
    Ok(ended)
}

/// What follows the transaction that took a transfer back.
///
/// # Errors
/// The store cannot be written; the sweeper goes on.
pub(crate) async fn after(gateway: &Gateway, id: TransferId) -> Result<()> {
    gateway.destroy_doomed_keys().await;
    gateway.outbox_bell.notify_one();
    shred::shred(gateway, id).await
}
