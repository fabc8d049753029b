//! Remind: a mail to a recipient for whom something waits. The clock reminds once, a sender once a day. The mail holds
//! neither link nor number; it says where they are.

use std::time::Duration;

use crate::error::{Problem, Result};
use crate::gateway::{Gateway, hours};
use crate::model::{Actor, Delivery, DeliveryId, Event, EventKind, LetterKind, Time, TransferId, TransferState};
use crate::staff::permit::Sender;
use crate::store::{Tx, deliveries, letters, nudges, transfers};

use super::dispatch;
use super::draft::own;

/// Who has less time than this is not reminded by the clock: the mail itself is not old then.
const SHORTEST: Duration = Duration::from_secs(12 * 3600);

/// Reminds whom the clock has to remind: as long before the end as the policy says, but not in the first half of the time
/// since the mail left. Returns how many mails were queued.
///
/// # Errors
/// The store cannot be read or written.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let (now, ahead) = (gateway.now(), hours(gateway.policy().remind_hours));
    if ahead.is_zero() {
        return Ok(0);
    }
    let due = gateway
        .store
        .read(move |tx| {
            let mut due = Vec::new();
            for id in nudges::ending_soon(tx, now, ahead)? {
                if is_due(tx, id, ahead, now)? {
                    due.push(id);
                }
            }
            Ok(due)
        })
        .await?;
    let mut queued = 0;
    for id in due {
        queued += usize::from(gateway.store.write(move |tx| remind_by_clock(tx, id, ahead, now)).await?);
    }
    if queued > 0 {
        gateway.outbox_bell.notify_one();
    }
    Ok(queued)
}

fn is_due(tx: &mut Tx, id: DeliveryId, ahead: Duration, now: Time) -> Result<bool> {
    let transfer = deliveries::get(tx, id)?.transfer;
    let expires_at = transfers::get(tx, transfer)?.expires_at;
    let mailed_at = letters::offer_accepted_at(tx, id)?;
    let due_at = mailed_at.zip(expires_at).and_then(|(mailed_at, expires_at)| due_at(mailed_at, expires_at, ahead));
    let is_lately = nudges::of_delivery(tx, id)?.reminded_lately(now).is_some();
    Ok(due_at.is_some_and(|due_at| due_at <= now) && expires_at.is_some_and(|end| now < end) && !is_lately)
}

/// When the clock reminds somebody who got the mail at `mailed_at`; none: the time is too short for that.
fn due_at(mailed_at: Time, expires_at: Time, ahead: Duration) -> Option<Time> {
    let keep = expires_at.since(mailed_at);
    (keep >= SHORTEST).then(|| expires_at - ahead.min(keep / 2))
}

/// The mail and what is noted of it are one transaction: nobody is reminded twice.
fn remind_by_clock(tx: &mut Tx, id: DeliveryId, ahead: Duration, now: Time) -> Result<bool> {
    let delivery = deliveries::get(tx, id)?;
    transfers::lock(tx, delivery.transfer)?;
    if !is_due(tx, id, ahead, now)? || !nudges::remind(tx, id, true, now)? {
        return Ok(false);
    }
    queue(tx, &delivery, now, Actor::System)?;
    Ok(true)
}

fn queue(tx: &mut Tx, delivery: &Delivery, now: Time, actor: Actor) -> Result<()> {
    let event = Event::new(EventKind::Reminded, now, actor);
    tx.record(&event.transfer(delivery.transfer).delivery(delivery.id))?;
    dispatch::queue_notice(tx, LetterKind::Reminder, delivery, now)
}

/// Reminds everybody for whom something of a transfer waits, and who was not reminded within a day. Returns those.
///
/// # Errors
/// `SignInNeeded` when the session ended meanwhile; `NotFound`; `NobodyWaits`; `RemindedLately` when all were.
pub async fn remind(gateway: &Gateway, sender: &Sender, id: TransferId) -> Result<Vec<Delivery>> {
    by_hand(gateway, sender, id, None).await
}

/// Reminds the recipient of one delivery.
///
/// # Errors
/// `SignInNeeded` when the session ended meanwhile; `NotFound`; `DeliveryEnded`; `NobodyWaits` when nothing can be collected by the
/// link right now; `RemindedLately`.
pub async fn remind_delivery(gateway: &Gateway, sender: &Sender, delivery: &Delivery) -> Result<()> {
    by_hand(gateway, sender, delivery.transfer, Some(delivery.id)).await.map(drop)
}

async fn by_hand(
    gateway: &Gateway,
    sender: &Sender,
    id: TransferId,
    only: Option<DeliveryId>,
) -> Result<Vec<Delivery>> {
    let (owner, actor) = (sender.account().id, sender.actor());
    let now = gateway.now();
    let reminded = sender
        .write(gateway, move |tx| {
            transfers::lock(tx, id)?;
            let transfer = own(tx, owner, id)?;
            let all = deliveries::of_transfer(tx, id)?;
            let meant: Vec<Delivery> = all.into_iter().filter(|one| only.is_none_or(|only| only == one.id)).collect();
            if let (Some(_), [one]) = (only, meant.as_slice())
                && one.state.is_ended()
            {
                return Err(Problem::DeliveryEnded { state: one.state.word() }.into());
            }
            let is_over = transfer.expires_at.is_none_or(|end| end <= now);
            if transfer.state != TransferState::Dispatched || is_over {
                return Err(Problem::NobodyWaits.into());
            }
            remind_each(tx, meant, now, actor)
        })
        .await?;
    gateway.outbox_bell.notify_one();
    Ok(reminded)
}

fn remind_each(tx: &mut Tx, meant: Vec<Delivery>, now: Time, actor: Actor) -> Result<Vec<Delivery>> {
    let (mut reminded, mut lately) = (Vec::new(), false);
    for delivery in meant {
        if !waits(tx, &delivery)? {
            continue;
        }
        if nudges::remind(tx, delivery.id, false, now)? {
            queue(tx, &delivery, now, actor)?;
            reminded.push(delivery);
        } else {
            lately = true;
        }
    }
    match reminded.is_empty() {
        true if lately => Err(Problem::RemindedLately.into()),
        true => Err(Problem::NobodyWaits.into()),
        false => Ok(reminded),
    }
}

/// Whether something waits for the recipient behind a link that was mailed.
pub(super) fn waits(tx: &mut Tx, delivery: &Delivery) -> Result<bool> {
    Ok(nudges::REMINDABLE.contains(&delivery.state) && letters::offer_accepted_at(tx, delivery.id)?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_reminds_in_the_second_half_of_the_time_and_never_of_a_short_one() {
        let mailed = Time::from_millis(1_795_404_600_000);
        let after = |keep: u32, ahead: u32| {
            due_at(mailed, mailed + hours(keep), hours(ahead)).map(|at| at.since(mailed).as_secs() / 3600)
        };
        let cases = [(168, Some(120)), (96, Some(48)), (72, Some(36)), (48, Some(24)), (12, Some(6)), (11, None)];
        for (keep, wanted) in cases {
            assert_eq!(after(keep, 48), wanted, "kept for {keep} hours");
        }
        assert_eq!(after(168, 24), Some(144));
        assert_eq!(after(0, 48), None);
    }
}
