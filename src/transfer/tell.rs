//! Tell: the sender says that the pick-up numbers reached their recipients, or that the page with them arrived.

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{
    AccountId, Channel, Delivery, DeliveryId, Event, EventKind, Private, Told, TransferId, TransferState,
};
use crate::staff::permit::Sender;
use crate::store::{deliveries, shown_numbers, transfers};

use super::draft::own;
use super::phone;

/// One number that was told.
#[derive(Clone, Debug)]
pub struct Telling {
    /// The delivery that it opens.
    pub delivery: DeliveryId,
    /// The phone number that was really called, if that is not the recipient's.
    pub phone: Option<String>,
}

impl From<DeliveryId> for Telling {
    fn from(delivery: DeliveryId) -> Self {
        Self { delivery, phone: None }
    }
}

/// Notes which deliveries' numbers were told: by whom, when, by which channel, to which phone number, and whether that had
/// been verified. Their kept numbers are forgotten: they will not be shown again.
///
/// # Errors
/// `NotFound` when a delivery is not of this transfer; `Field` when what was called is no phone number: nothing was noted.
pub async fn told(gateway: &Gateway, sender: &Sender, id: TransferId, told: Vec<Telling>) -> Result<()> {
    let (owner, actor) = (sender.account().id, sender.actor());
    let now = gateway.now();
    let region = gateway.outwards.region.clone();
    sender
        .write(gateway, move |tx| {
            // A new number may be on its way: what was told is the one that stands when this is written.
            transfers::lock(tx, id)?;
            own(tx, owner, id)?;
            for telling in told {
                let delivery = deliveries::find(tx, telling.delivery)?.filter(|row| row.transfer == id);
                let delivery = delivery.ok_or(Problem::NotFound)?;
                if delivery.told_at.is_none() {
                    let told = how(owner, &delivery, telling.phone.as_deref(), &region)?;
                    deliveries::set_told(tx, delivery.id, Some((now, &told)))?;
                    let verified = (!told.phone.is_empty()).then_some(told.verified);
                    let kind = EventKind::NumberTold { channel: told.channel, verified };
                    let event = Event::new(kind, now, actor).transfer(id).delivery(delivery.id);
                    tx.record(&event.with(Private::Phone(told.phone)))?;
                }
                shown_numbers::forget(tx, delivery.id)?;
            }
            Ok(())
        })
        .await
}

/// By which channel, to which phone number.
fn how(by: AccountId, delivery: &Delivery, called: Option<&str>, region: &str) -> Result<Told> {
    let recipient = &delivery.recipient;
    let channel = match recipient.channel {
        Channel::Sheet => Channel::Sheet,
        // What did not travel by SMS was said.
        Channel::Phone | Channel::Sms => Channel::Phone,
    };
    let known = recipient.phone.as_str();
    let called = called.map(str::trim).filter(|called| !called.is_empty());
    let (phone, verified) = match called {
        _ if channel == Channel::Sheet => ("", false),
        Some(called) if phone::are_same(region, called, known) => (known, delivery.phone_verified),
        // Text that is no phone number could be anything, the number itself included.
        Some(called) if phone::international(region, called).is_none() => {
            return Err(Problem::Field { field: "phone", flaw: FieldFlaw::Malformed }.into());
        }
        Some(called) => (called, false),
        None => (known, delivery.phone_verified),
    };
    Ok(Told { by, channel, phone: phone.to_owned(), verified })
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
    sender
        .write(gateway, move |tx| {
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
    sender
        .write(gateway, move |tx| {
            own(tx, owner, id)?;
            shown_numbers::forget_of_transfer(tx, id)
        })
        .await
}
