//! Tell: the sender says that the pick-up numbers reached their recipients, or that the page with them arrived.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Delivery, DeliveryId, Event, EventKind, TransferId, TransferState};
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

/// What a page did with a number on its way to the recipient.
#[derive(Clone, Copy, Debug)]
pub enum Handled {
    /// It was copied.
    Copied,
    /// Its notice sheet went to the printer's dialogue.
    Printed,
}

/// Notes what was done with a delivery's number; nothing else changes.
///
/// # Errors
/// `NotFound`; `WrongState` for a draft, which has no number.
pub async fn handled(gateway: &Gateway, sender: &Sender, delivery: &Delivery, how: Handled) -> Result<()> {
    let (owner, actor, id, transfer) = (sender.account().id, sender.actor(), delivery.id, delivery.transfer);
    let now = gateway.now();
    let kind = match how {
        Handled::Copied => EventKind::NumberCopied,
        Handled::Printed => EventKind::NumberPrinted,
    };
    gateway
        .store
        .write(move |tx| {
            let state = own(tx, owner, transfer)?.state;
            if state == TransferState::Draft {
                return Err(Problem::WrongState { state: state.word() }.into());
            }
            tx.record(&Event::new(kind, now, actor).transfer(transfer).delivery(id))
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
