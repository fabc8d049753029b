//! Resume: the sender lets a paused delivery go on with the same number.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{AccountId, Delivery, DeliveryId, DeliveryState, Event, EventKind, Time, TransferId};
use crate::staff::permit::Sender;
use crate::store::{Tx, deliveries, retrievals, transfers};

use super::draft::own;

/// Resumes a paused delivery. The row of wrong numbers begins anew; the life count of the number stays.
///
/// # Errors
/// `NotFound`; `WrongState` when it is not paused, or when the number's life is used up (a new number is needed);
/// `SignInNeeded` when the session ended meanwhile.
pub async fn resume(gateway: &Gateway, sender: &Sender, delivery: &Delivery) -> Result<()> {
    let (owner, actor, id, transfer) = (sender.account().id, sender.actor(), delivery.id, delivery.transfer);
    let signed_in = sender.signed_in().clone();
    let looked = move |tx: &mut Tx| {
        signed_in.is_there(tx)?;
        paused(tx, owner, transfer, id)
    };
    gateway.store.read(looked).await?;
    let used = gateway.store.limits().used(id).await?;
    if used.life >= gateway.tries().life {
        return Err(Problem::WrongState { state: "used_up" }.into());
    }
    let now = gateway.now();
    // First the tries, then the state: a crash in between leaves a paused delivery, never an unbounded one.
    gateway.store.limits().resume(id).await?;
    sender
        .write(gateway, move |tx| {
            transfers::lock(tx, transfer)?;
            let current = paused(tx, owner, transfer, id)?;
            go_on(tx, &current, now)?;
            tx.record(&Event::new(EventKind::Resumed, now, actor).transfer(transfer).delivery(id))
        })
        .await
}

/// The delivery, if it is the owner's and paused: only then are its tries touched, and only then does it go on.
fn paused(tx: &mut Tx, owner: AccountId, transfer: TransferId, id: DeliveryId) -> Result<Delivery> {
    own(tx, owner, transfer)?;
    let delivery = deliveries::get(tx, id)?;
    match delivery.state {
        DeliveryState::Paused => Ok(delivery),
        state => Err(Problem::WrongState { state: state.word() }.into()),
    }
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
