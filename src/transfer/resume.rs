//! Resume: the sender lets a paused delivery go on with the same number.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Delivery, DeliveryState, Event, EventKind, Time};
use crate::staff::permit::Sender;
use crate::store::{Tx, deliveries, retrievals, transfers};

use super::draft::own;

/// Resumes a paused delivery. The row of wrong numbers begins anew; the life count of the number stays.
///
/// # Errors
/// `NotFound`; `WrongState` when it is not paused, or when the number's life is used up (a new number is needed).
pub async fn resume(gateway: &Gateway, sender: &Sender, delivery: &Delivery) -> Result<()> {
    let used = gateway.store.limits().used(delivery.id).await?;
    if used.life >= gateway.tries().life {
        return Err(Problem::WrongState { state: "used_up" }.into());
    }
    let (owner, actor, id, transfer) = (sender.account().id, sender.actor(), delivery.id, delivery.transfer);
    let now = gateway.now();
    // First the tries, then the state: a crash in between leaves a paused delivery, never an unbounded one.
    gateway.store.limits().resume(id).await?;
    gateway
        .store
        .write(move |tx| {
            own(tx, owner, transfer)?;
            transfers::lock(tx, transfer)?;
            let current = deliveries::get(tx, id)?;
            if current.state != DeliveryState::Paused {
                return Err(Problem::WrongState { state: current.state.word() }.into());
            }
            go_on(tx, &current, now)?;
            tx.record(&Event::new(EventKind::Resumed, now, actor).transfer(transfer).delivery(id))
        })
        .await
}

/// From paused to where the delivery stood, read from what is known of it.
pub(super) fn go_on(tx: &mut Tx, delivery: &Delivery, now: Time) -> Result<()> {
    let to = if delivery.retrieved_at.is_some() {
        DeliveryState::Retrieved
    } else if !retrievals::complete(tx, delivery.id)?.is_empty() {
        DeliveryState::PartlyRetrieved
    } else if delivery.opened_at.is_some() {
        DeliveryState::Opened
    } else {
        DeliveryState::Offered
    };
    deliveries::advance(tx, delivery.id, to, now).map(drop)
}
