//! Making pick-up numbers and the slots they open. A number is seen once by its maker; for ten minutes it stays sealed
//! under the maker's own session or token, so that a broken line or a repeated request gets it again.

use std::time::Duration;

use crate::crypt::{Recipient, SlotContent, SlotKind, generate_number, open, seal, seal_delivery_slot};
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Delivery, DeliveryId, PickUpNumber, ShredKeyId, SlotId, Time, TransferId};
use crate::staff::permit::{Sender, SignedIn};
use crate::store::slots::Slot;
use crate::store::{Tx, deliveries, shown_numbers};

use super::text::Texting;

/// How long a number can be shown again to its maker.
const SHOWN_AGAIN: Duration = Duration::from_secs(600);

/// A number that was just made, or is shown again.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The delivery that it opens.
    pub delivery: Delivery,
    /// The number.
    pub number: PickUpNumber,
    /// What became of it on its way by SMS; none where it travels otherwise, or is shown again.
    pub sms: Option<Texting>,
}

/// A delivery's slot, sealed but not stored.
pub(super) struct Prepared {
    pub(super) delivery: DeliveryId,
    pub(super) slot: Slot,
    pub(super) number: PickUpNumber,
    shown: Vec<u8>,
}

/// Makes a number and seals the transfer key to link and number. Takes one scrypt, in its turn and off the event loop.
pub(super) async fn prepare(
    gateway: &Gateway,
    holder: &SignedIn,
    delivery: &Delivery,
    link: Recipient,
    content: SlotContent,
    (shred_key, shred): (ShredKeyId, Recipient),
) -> Result<Prepared> {
    let digits = u32::try_from(delivery.number_digits).unwrap_or(12);
    let number = generate_number(&mut rand::rng(), digits);
    let shown = seal(&holder.holder_identity().recipient(), number.expose().as_bytes())?;
    let transfer = content.transfer;
    let typed = number.clone();
    let sealed = gateway.openings.derive(move || seal_delivery_slot(&content, &shred, &link, &typed)).await??;
    let slot = Slot {
        id: SlotId::new(gateway.now()),
        transfer,
        delivery: Some(delivery.id),
        account: None,
        kind: SlotKind::Delivery,
        shred_key,
        sealed,
    };
    Ok(Prepared { delivery: delivery.id, slot, number, shown })
}

/// Keeps the prepared number for its maker, in the transaction that stores its slot.
pub(super) fn keep(tx: &mut Tx, holder: &[u8; 32], prepared: &Prepared, now: Time) -> Result<()> {
    let until = now + SHOWN_AGAIN;
    shown_numbers::keep(tx, prepared.slot.transfer, prepared.delivery, holder, &prepared.shown, until)
}

/// The numbers of a transfer again, for the session or token that made them.
///
/// # Errors
/// `NumberAlreadyShown` when the page was acknowledged, ten minutes passed, or somebody else asks.
pub async fn show_again(gateway: &Gateway, sender: &Sender, transfer: TransferId) -> Result<Vec<Issued>> {
    let holder = sender.signed_in().holder_hash();
    let identity = sender.signed_in().holder_identity();
    let (owner, now) = (sender.account().id, gateway.now());
    let kept = gateway
        .store
        .read(move |tx| {
            super::draft::own(tx, owner, transfer)?;
            let kept = shown_numbers::of_transfer(tx, transfer, &holder, now)?;
            kept.into_iter().map(|(id, sealed)| Ok((deliveries::get(tx, id)?, sealed))).collect::<Result<Vec<_>>>()
        })
        .await?;
    if kept.is_empty() {
        return Err(Problem::NumberAlreadyShown.into());
    }
    let mut issued = Vec::with_capacity(kept.len());
    for (delivery, sealed) in kept {
        let digits = open(&identity, &sealed)?;
        let number = PickUpNumber::new(String::from_utf8_lossy(&digits).into_owned());
        issued.push(Issued { delivery, number, sms: None });
    }
    issued.sort_by_key(|issued| issued.delivery.position);
    Ok(issued)
}
