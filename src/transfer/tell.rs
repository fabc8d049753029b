//! Tell: the sender says that the pick-up numbers reached their recipients, or that the page with them arrived.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{DeliveryId, Event, EventKind, TransferId};
use crate::staff::permit::Sender;
use crate::store::{deliveries, shown_numbers};

use super::draft::own;

/// Notes which deliveries' numbers were told. Their kept numbers are forgotten: they will not be shown again.
///
/// # Errors
/// `NotFound` when a delivery is not of this transfer: nothing was noted.
pub async fn told(gateway: &Gateway, sender: &Sender, id: TransferId, told: Vec<DeliveryId>) -> Result<()> {
    let (owner, actor) = (sender.account().id, sender.actor());
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            own(tx, owner, id)?;
            for delivery in told {
                let delivery = deliveries::find(tx, delivery)?.filter(|row| row.transfer == id);
                let delivery = delivery.ok_or(Problem::NotFound)?;
                if delivery.told_at.is_none() {
                    deliveries::set_told(tx, delivery.id, Some(now))?;
                    let kind = EventKind::NumberTold { channel: delivery.recipient.channel };
                    tx.record(&Event::new(kind, now, actor).transfer(id).delivery(delivery.id))?;
                }
                shown_numbers::forget(tx, delivery.id)?;
            }
            Ok(())
        })
        .await
}

/// The page with the numbers arrived whole: they are not kept any longer.
///
/// # Errors
/// `NotFound`.
pub async fn acknowledge(gateway: &Gateway, sender: &Sender, id: TransferId) -> Result<()> {
    let owner = sender.account().id;
    gateway
        .store
        .write(move |tx| {
            own(tx, owner, id)?;
            shown_numbers::forget_of_transfer(tx, id)
        })
        .await
}
