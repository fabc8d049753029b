//! Reissue: a new number on the same link, through the sender's own slot. The server alone cannot.

use crate::crypt::{SlotContent, SlotKind};
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, recipient};
use crate::model::{Channel, Delivery, DeliveryState, Event, EventKind, Recipient};
use crate::staff::permit::Sender;
use crate::store::{deliveries, slots, transfers, unlocks};

use super::draft::own;
use super::numbers::{self, Issued};
use super::recipients::examine_recipient;
use super::{book, ending, text, way_in};

/// By which other way a new number travels than the earlier one.
#[derive(Clone, Debug)]
pub struct Way {
    /// The channel.
    pub channel: Channel,
    /// The phone number, where it is another.
    pub phone: Option<String>,
}

/// Issues a new number, told as the earlier one was to be; see [`reissue_by`].
///
/// # Errors
/// As [`reissue_by`].
pub async fn reissue(gateway: &Gateway, sender: &Sender, delivery: &Delivery) -> Result<Issued> {
    reissue_by(gateway, sender, delivery, None).await
}

/// Issues a new number. The old one, its slot and a live session end in the same transaction; wrong numbers and openings
/// are forgotten; a paused delivery goes on.
///
/// # Errors
/// `Field` for a channel that is not offered or a phone number that does not do; `SmsDeliveryLimit`, `SmsDayLimit`; `ConfirmationNeeded`; `AccountKeyNeeded` for a sign-in without account key; `SenderSlotGone`; `DeliveryEnded`; `WrongState` for a draft. The
/// old number then goes on working.
pub async fn reissue_by(gateway: &Gateway, sender: &Sender, delivery: &Delivery, way: Option<Way>) -> Result<Issued> {
    sender.require_fresh(gateway)?;
    let (owner, id, transfer_id) = (sender.account().id, delivery.id, delivery.transfer);
    let (delivery, transfer) = gateway
        .store
        .read(move |tx| {
            let transfer = own(tx, owner, transfer_id)?;
            Ok((deliveries::get(tx, id)?, transfer))
        })
        .await?;
    if delivery.state.is_ended() {
        return Err(Problem::DeliveryEnded { state: delivery.state.word() }.into());
    }
    if !transfer.state.is_running() {
        return Err(Problem::WrongState { state: transfer.state.word() }.into());
    }
    let delivery = by(gateway, delivery, way)?;
    text::require_room(gateway, owner, std::slice::from_ref(&delivery)).await?;
    let identity = way_in::own_identity(gateway, sender, &transfer).await?;
    let link = delivery.link_recipient.as_deref().ok_or(Problem::WrongState { state: "draft" })?;
    let now = gateway.now();
    let (shred_key, shred) = gateway.store.make_shred_key(now).await?;
    let content = SlotContent {
        kind: SlotKind::Delivery,
        transfer: transfer.id,
        holder: delivery.id.to_string(),
        identity,
        manifest_hash: transfer.manifest.as_ref().map(|manifest| manifest.hash),
    };
    let key = (shred_key, shred.recipient());
    let prepared = numbers::prepare(gateway, sender.signed_in(), &delivery, recipient(link)?, content, key).await?;
    let number = prepared.number.clone();
    let (told_by, region) = (delivery.clone(), gateway.outwards.region.clone());
    let (holder, actor) = (sender.signed_in().holder_hash(), sender.actor());
    sender
        .write(gateway, move |tx| {
            transfers::lock(tx, transfer.id)?;
            // It may have been handed over while the number was being sealed.
            own(tx, owner, transfer.id)?;
            let current = deliveries::get(tx, id)?;
            if current.state.is_ended() {
                return Err(Problem::DeliveryEnded { state: current.state.word() }.into());
            }
            slots::doom_of_delivery(tx, transfer.id, id, now)?;
            slots::insert(tx, &prepared.slot, now)?;
            if let Some(unlock) = unlocks::of_delivery(tx, id)? {
                ending::end_session(tx, &unlock, EventKind::SessionEnded, now, actor)?;
            }
            numbers::keep(tx, &holder, &prepared, now)?;
            deliveries::set_told(tx, id, None)?;
            // By the address book as it is now: the number may have been verified meanwhile.
            let phone_verified = book::is_verified(tx, &region, owner, &told_by.recipient)?;
            deliveries::set_way(tx, &Delivery { phone_verified, ..told_by })?;
            let about = |kind| Event::new(kind, now, actor).transfer(transfer.id).delivery(id);
            if current.state == DeliveryState::Paused {
                super::resume::go_on(tx, &current, now)?;
            }
            tx.record(&about(EventKind::NumberReissued))?;
            tx.record(&about(EventKind::NumberShown))
        })
        .await?;
    gateway.store.limits().renew(delivery.id).await?;
    gateway.destroy_doomed_keys().await;
    Ok(text::text_alone(gateway, sender, Issued { delivery, number, sms: None }).await)
}

/// The delivery as its new number is told.
fn by(gateway: &Gateway, delivery: Delivery, way: Option<Way>) -> Result<Delivery> {
    let Some(way) = way else { return Ok(delivery) };
    let known = &delivery.recipient;
    let typed = way.phone.filter(|typed| !typed.trim().is_empty()).unwrap_or_else(|| known.phone.clone());
    let recipient = examine_recipient(Recipient { channel: way.channel, phone: typed, ..known.clone() })?;
    text::examine(gateway, &recipient)?;
    Ok(Delivery { recipient, ..delivery })
}
