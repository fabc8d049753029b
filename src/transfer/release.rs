//! Release: the sender does not wait for the time for second thoughts to end. What waits for an approver goes on waiting.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{DeliveryId, Event, EventKind, TransferId};
use crate::staff::permit::Sender;
use crate::store::{deliveries, letters, transfers};

use super::approve;
use super::draft::own;

/// Lets the mails of a transfer leave now that are only held. Returns how many.
///
/// # Errors
/// `SignInNeeded` when the session ended meanwhile; `NotFound`; `WrongState` where nothing is held: all have left, wait for
/// an approver, or were taken back.
pub async fn release(gateway: &Gateway, sender: &Sender, id: TransferId) -> Result<usize> {
    let (owner, actor) = (sender.account().id, sender.actor());
    let now = gateway.now();
    let released = sender
        .write(gateway, move |tx| {
            transfers::lock(tx, id)?;
            let transfer = own(tx, owner, id)?;
            let held_back = || Problem::WrongState { state: transfer.state.word() };
            if !transfer.state.is_running() {
                return Err(held_back().into());
            }
            let mut free: Vec<DeliveryId> = Vec::new();
            for delivery in deliveries::of_transfer(tx, id)?.iter().filter(|delivery| !delivery.state.is_ended()) {
                if approve::lets_pass(tx, delivery.id, false)? {
                    free.push(delivery.id);
                }
            }
            let released = letters::release_held(tx, &free, now)?;
            if released == 0 {
                return Err(held_back().into());
            }
            let kind = EventKind::HoldReleased { mails: i32::try_from(released).unwrap_or(i32::MAX) };
            tx.record(&Event::new(kind, now, actor).transfer(id))?;
            Ok(released)
        })
        .await?;
    gateway.outbox_bell.notify_one();
    Ok(released)
}
