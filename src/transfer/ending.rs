//! How deliveries and transfers end: one place, whatever the cause. Access ends with the transaction that calls this.

use crate::error::Result;
use crate::model::{
    Actor, BlobId, Delivery, DeliveryState, EndReason, Event, EventKind, LetterKind, Private, Time, TransferId,
};
use crate::store::unlocks::Unlock;
use crate::store::{Tx, deliveries, doomed, files, retrievals, shown_numbers, slots, transfers, unlocks};

use super::{approve, dispatch};

/// Ends a delivery: its slot and session go, waiting mails are taken back, and with the last delivery the transfer is
/// finished. `false` when it had ended before.
pub(super) fn end(tx: &mut Tx, delivery: &Delivery, reason: EndReason, now: Time, actor: Actor) -> Result<bool> {
    end_because(tx, delivery, reason, "", now, actor)
}

/// As `end`, with what the sender gave as the reason (may be empty).
pub(super) fn end_because(
    tx: &mut Tx,
    delivery: &Delivery,
    reason: EndReason,
    said: &str,
    now: Time,
    actor: Actor,
) -> Result<bool> {
    transfers::lock(tx, delivery.transfer)?;
    let to = match reason {
        EndReason::Retrieved | EndReason::Confirmed => DeliveryState::Closed,
        EndReason::Expired => DeliveryState::Expired,
        EndReason::Recalled | EndReason::Abandoned | EndReason::Refused | EndReason::Lapsed | EndReason::Corrected => {
            DeliveryState::Recalled
        }
        EndReason::KeyLost => DeliveryState::KeyLost,
    };
    if !deliveries::end(tx, delivery.id, to, reason, now)? {
        return Ok(false);
    }
    close_access(tx, delivery, now, actor)?;
    let event = Event::new(EventKind::DeliveryEnded { reason }, now, actor);
    let event = event.transfer(delivery.transfer).delivery(delivery.id);
    tx.record(&event.with(Private::Reason(said.to_owned())))?;
    tell(tx, delivery, reason, now)?;
    let others = deliveries::of_transfer(tx, delivery.transfer)?;
    if others.iter().all(|other| other.state.is_ended()) {
        finish(tx, delivery.transfer, transfer_reason(&others), now, actor)?;
    }
    Ok(true)
}

/// The transfer counts as retrieved if anybody retrieved it; otherwise as what befell all, or the last.
fn transfer_reason(deliveries: &[Delivery]) -> EndReason {
    let reasons = || deliveries.iter().filter_map(|delivery| delivery.end_reason);
    let collected = reasons().find(|reason| matches!(reason, EndReason::Retrieved | EndReason::Confirmed));
    collected.or_else(|| reasons().next_back()).unwrap_or(EndReason::Expired)
}

fn tell(tx: &mut Tx, delivery: &Delivery, reason: EndReason, now: Time) -> Result<()> {
    let letter = match reason {
        // Whoever never got the link is not told that it is void.
        EndReason::Recalled | EndReason::Corrected if delivery.attempted_at.is_some() => LetterKind::Recalled,
        EndReason::Expired if delivery.retrieved_at.is_none() => LetterKind::Expired,
        EndReason::KeyLost => LetterKind::KeyLost,
        EndReason::Refused | EndReason::Lapsed => LetterKind::NotApproved,
        _ => return Ok(()),
    };
    dispatch::queue_notice(tx, letter, delivery, now)
}

/// Takes a delivery's slot, session, kept number and waiting mails away.
pub(super) fn close_access(tx: &mut Tx, delivery: &Delivery, now: Time, actor: Actor) -> Result<()> {
    slots::doom_of_delivery(tx, delivery.transfer, delivery.id, now)?;
    if let Some(unlock) = unlocks::of_delivery(tx, delivery.id)? {
        end_session(tx, &unlock, EventKind::SessionEnded, now, actor)?;
    }
    shown_numbers::forget(tx, delivery.id)?;
    approve::withdraw(tx, delivery.id, now)?;
    dispatch::withdraw(tx, delivery, now)
}

/// Ends an unlock session and writes down what it fetched.
pub(super) fn end_session(tx: &mut Tx, unlock: &Unlock, how: EventKind, now: Time, actor: Actor) -> Result<()> {
    let about = |event: Event| event.transfer(unlock.transfer_id).delivery(unlock.delivery_id).session(unlock.id);
    for served in retrievals::take_of_session(tx, unlock.id)? {
        let kind = EventKind::BytesServed { bytes: served.bytes, complete: served.complete };
        let event = about(Event::new(kind, now, Actor::Recipient(unlock.delivery_id))).file(served.file);
        tx.record(&if served.complete { event } else { event.failed() })?;
    }
    if unlocks::end(tx, unlock, now)? {
        tx.record(&about(Event::new(how, now, actor)))?;
    }
    Ok(())
}

/// Finishes a transfer: nothing opens it any more, keys and blobs are doomed. `false` when it was finished before.
pub(super) fn finish(tx: &mut Tx, id: TransferId, reason: EndReason, now: Time, actor: Actor) -> Result<bool> {
    let transfer = transfers::get(tx, id)?;
    if !transfers::finish(tx, id, reason, now)? {
        return Ok(false);
    }
    slots::doom_of_transfer(tx, id, now)?;
    shown_numbers::forget_of_transfer(tx, id)?;
    let manifest: Vec<BlobId> = transfer.manifest.iter().map(|manifest| manifest.blob).collect();
    doomed::insert_blobs(tx, Some(id), &manifest, now)?;
    for file in files::of_transfer(tx, id)? {
        files::remove(tx, id, file.id, now)?;
    }
    retrievals::forget_of_transfer(tx, id)?;
    tx.record(&Event::new(EventKind::Finished { reason }, now, actor).transfer(id))?;
    tx.record(&Event::new(EventKind::ShredIntended, now, Actor::System).transfer(id))?;
    Ok(true)
}
