//! Bounce: a mail that the mail system took comes back. Its report arrives in a mailbox, at an address that only this mail
//! had; nothing of the report is believed but its code.

use crate::crypt::parse_bounce_mark;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{DeliveryState, EventKind, LetterId, LetterKind, Time};
use crate::port::{BounceBox, Report, Returned};
use crate::store::letters::QueuedLetter;
use crate::store::{Tx, deliveries, letters, transfers};

use super::dispatch::{event, queue_notice};

/// Mails looked at in one visit; the rest wait for the next.
const MOST: usize = 500;

/// Looks at every mail in the mailbox that nobody has looked at. Reports of our mails are written down and removed, all
/// else is left to people. Returns how many were written down.
///
/// # Errors
/// The mailbox or the store failed; what was not removed comes again, and is not written down twice.
pub async fn collect(gateway: &Gateway, mailbox: &dyn BounceBox) -> Result<usize> {
    let mut visit = mailbox.open().await?;
    let mut known = 0;
    for _ in 0..MOST {
        let Some(returned) = visit.next().await? else { break };
        let is_ours = match named(gateway, returned) {
            Some((letter, report)) => note(gateway, letter, report).await?,
            None => false,
        };
        if is_ours {
            visit.remove().await?;
            known += 1;
        } else {
            visit.leave().await?;
        }
    }
    Ok(known)
}

/// The letter that a report is about; none if it is no report, or names none of ours.
fn named(gateway: &Gateway, returned: Returned) -> Option<(LetterId, Report)> {
    let keys = &gateway.store.keys().custody;
    let id = returned.marks.iter().find_map(|mark| parse_bounce_mark(keys, mark))?;
    Some((LetterId::of_bytes(id), returned.report?))
}

/// Writes down what a report says. `false` when there is no such letter any more.
async fn note(gateway: &Gateway, id: LetterId, report: Report) -> Result<bool> {
    let now = gateway.now();
    let known = gateway
        .store
        .write(move |tx| {
            let Some(letter) = letters::find(tx, id)? else { return Ok(false) };
            if report.failed {
                failed(tx, &letter, report.status, now)?
            } else {
                late(tx, &letter, report.status, now)?
            }
            Ok(true)
        })
        .await?;
    gateway.outbox_bell.notify_one();
    Ok(known)
}

fn failed(tx: &mut Tx, letter: &QueuedLetter, status: String, now: Time) -> Result<()> {
    if let Some(transfer) = letter.transfer_id {
        transfers::lock(tx, transfer)?;
    }
    if !letters::bounce(tx, letter.id, now)? {
        return Ok(());
    }
    tx.record(&event(letter, EventKind::MailBounced { letter: letter.kind, status }, now).failed())?;
    let (Some(transfer), Some(delivery)) = (letter.transfer_id, letter.delivery_id) else { return Ok(()) };
    if letter.kind != LetterKind::Offer || !letters::is_newest_offer(tx, letter)? {
        return Ok(());
    }
    let (transfer, delivery) = (transfers::get(tx, transfer)?, deliveries::get(tx, delivery)?);
    // Whoever has opened it has the mail, whatever its report says.
    if transfer.state.is_running() && DeliveryState::UNSEEN.contains(&delivery.state) {
        queue_notice(tx, LetterKind::Undelivered, &delivery, now)?;
    }
    Ok(())
}

fn late(tx: &mut Tx, letter: &QueuedLetter, status: String, now: Time) -> Result<()> {
    if letters::delay(tx, letter.id, now)? {
        tx.record(&event(letter, EventKind::MailDelayed { letter: letter.kind, status }, now))?;
    }
    Ok(())
}
