//! Resend: a new link and a new number for the same recipient. The old ones are void from then on.

use crate::error::{Problem, Result};
use crate::gateway::{Gateway, minutes};
use crate::model::{Delivery, DeliveryId, DeliveryState, Event, EventKind, Transfer};
use crate::staff::permit::Sender;
use crate::staff::policy;
use crate::store::{Tx, deliveries, slots, transfers, unlocks};

use super::draft::own;
use super::numbers::Issued;
use super::recipients::short_name;
use super::way_in::{self, Inside};
use super::{approve, dispatch, ending, resume, text};

/// Sends a recipient a new link, with a new number. A live session ends; wrong numbers and openings are forgotten; a paused
/// delivery goes on.
///
/// # Errors
/// `ConfirmationNeeded`; `AccountKeyNeeded`; `SenderSlotGone`; `SmsDeliveryLimit`, `SmsDayLimit`; `DeliveryEnded`; `WrongState` for a draft. The old link and
/// number then go on working.
pub async fn resend(gateway: &Gateway, sender: &Sender, delivery: &Delivery) -> Result<Issued> {
    sender.require_fresh(gateway)?;
    policy::refresh(gateway).await?;
    let (owner, id, transfer_id) = (sender.account().id, delivery.id, delivery.transfer);
    let (delivery, transfer) = gateway
        .store
        .read(move |tx| {
            let transfer = own(tx, owner, transfer_id)?;
            running(tx, &transfer, id).map(|delivery| (delivery, transfer))
        })
        .await?;
    text::require_room(gateway, owner, std::slice::from_ref(&delivery)).await?;
    let identity = way_in::own_identity(gateway, sender, &transfer).await?;
    let manifest_hash = transfer.manifest.as_ref().ok_or(Problem::Unavailable)?.hash;
    let now = gateway.now();
    let key = gateway.store.make_shred_key(now).await?;
    let inside = Inside { transfer: &transfer, identity: &identity, manifest_hash };
    let way = way_in::make(gateway, sender.signed_in(), &inside, &delivery, key).await?;
    let number = way.prepared.number.clone();
    let public_id = short_name(&mut rand::rng());
    let not_before = now + minutes(gateway.policy().hold_minutes);
    let (holder, actor) = (sender.signed_in().holder_hash(), sender.actor());
    let renamed = Delivery { public_id: public_id.clone(), ..delivery.clone() };
    sender
        .write(gateway, move |tx| {
            transfers::lock(tx, transfer.id)?;
            // It may have been handed over while the number was being sealed.
            let transfer = own(tx, owner, transfer.id)?;
            let current = running(tx, &transfer, id)?;
            slots::doom_of_delivery(tx, transfer.id, id, now)?;
            dispatch::withdraw(tx, &current, now)?;
            if let Some(unlock) = unlocks::of_delivery(tx, id)? {
                ending::end_session(tx, &unlock, EventKind::SessionEnded, now, actor)?;
            }
            deliveries::relink(tx, &current, &public_id, &way.link_recipient, now)?;
            // What waits for an approver goes on waiting.
            let waits = !approve::lets_pass(tx, id, false)?;
            let not_before = if waits { transfer.expires_at.unwrap_or(not_before) } else { not_before };
            way_in::commit(tx, &way, &holder, not_before, now)?;
            deliveries::set_told(tx, id, None)?;
            if current.state == DeliveryState::Paused {
                resume::go_on(tx, &current, now)?;
            }
            let about = |kind| Event::new(kind, now, actor).transfer(transfer.id).delivery(id);
            tx.record(&about(EventKind::Resent))?;
            tx.record(&about(EventKind::NumberShown))
        })
        .await?;
    gateway.store.limits().renew(delivery.id).await?;
    gateway.destroy_doomed_keys().await;
    gateway.outbox_bell.notify_one();
    Ok(text::text_alone(gateway, sender, Issued { delivery: renamed, number, sms: None }).await)
}

/// A delivery that has not ended, of a transfer that is running.
pub(super) fn running(tx: &mut Tx, transfer: &Transfer, id: DeliveryId) -> Result<Delivery> {
    let delivery = deliveries::get(tx, id)?;
    if delivery.state.is_ended() {
        return Err(Problem::DeliveryEnded { state: delivery.state.word() }.into());
    }
    match transfer.state {
        state if state.is_running() => Ok(delivery),
        state => Err(Problem::WrongState { state: state.word() }.into()),
    }
}
