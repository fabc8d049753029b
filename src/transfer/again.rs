//! Asking again: somebody who holds the link of what is no longer there, or of a link that was replaced, asks the sender for
//! the files. The sender gets a mail, at most once a day for each delivery; nothing else changes.

use std::net::IpAddr;

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Actor, EndReason, Event, EventKind, LetterKind, LinkSecret, Time};
use crate::store::{deliveries, nudges, transfers};

use super::dispatch;
use super::look::{self, Condition, Found, Seen};

/// Whether the files can be asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// There is nothing to ask for, or nobody to be asked.
    No,
    /// They can.
    May,
    /// They were, and the sender was told at this time.
    Asked(Time),
}

/// Whether the holder of a link may ask, by how the delivery stands, and whether the link is a former one.
pub(super) fn asking(seen: &Seen, asked_at: Option<Time>) -> Asking {
    let (condition, reason) = (seen.condition, seen.delivery.end_reason);
    let is_dead = matches!(condition, Condition::Expired | Condition::Recalled | Condition::KeyLost);
    // Whoever got it by a wrong address is not to have it; what was not approved never left.
    let is_void =
        matches!(reason, Some(EndReason::Corrected | EndReason::Refused | EndReason::Lapsed | EndReason::Abandoned));
    match asked_at {
        _ if is_void || seen.contact.is_none() || !(is_dead || seen.is_former) => Asking::No,
        Some(at) => Asking::Asked(at),
        None => Asking::May,
    }
}

/// Asks the sender for the files again. Returns the delivery as it stands, and when the sender was told: now, or already
/// within a day.
///
/// # Errors
/// `NotFound` for anybody without the secret; `AskingInVain` where files wait or nobody could be asked.
pub async fn ask(
    gateway: &Gateway,
    secret: &LinkSecret,
    public_id: Option<&str>,
    source: Option<IpAddr>,
) -> Result<(Seen, Time)> {
    let found = look::find_any(gateway, secret, public_id).await?;
    let (is_former, id) = match &found {
        Found::Present(delivery) => (false, delivery.id),
        Found::Former(delivery) => (true, delivery.id),
    };
    let now = gateway.now();
    let (seen, at, is_new) = gateway
        .store
        .write(move |tx| {
            let delivery = deliveries::get(tx, id)?;
            transfers::lock(tx, delivery.transfer)?;
            // Anew: it may have ended while its row was waited for.
            let delivery = deliveries::get(tx, id)?;
            let mut seen = look::seen(tx, delivery, is_former, now)?;
            match seen.asking {
                Asking::No => return Err(Problem::AskingInVain.into()),
                Asking::Asked(at) => return Ok((seen, at, false)),
                Asking::May => {}
            }
            // The row decides: of two who ask at once, one is told of.
            if nudges::ask_again(tx, id, now)? {
                let event = Event::new(EventKind::AskedAgain, now, Actor::Recipient(id)).source(source);
                tx.record(&event.transfer(seen.delivery.transfer).delivery(id))?;
                dispatch::queue_notice(tx, LetterKind::AskedAgain, &seen.delivery, now)?;
            }
            seen.asking = Asking::Asked(now);
            Ok((seen, now, true))
        })
        .await?;
    if is_new {
        gateway.outbox_bell.notify_one();
    }
    Ok((seen, at))
}

/// The delivery of a former link, as its holder may see it: who sent it, and whether it can be asked for.
///
/// # Errors
/// `NotFound` for anybody without a former secret.
pub async fn former(gateway: &Gateway, secret: &LinkSecret) -> Result<Seen> {
    match look::find_any(gateway, secret, None).await? {
        Found::Present(_) => Err(Problem::NotFound.into()),
        Found::Former(delivery) => {
            let now = gateway.now();
            gateway.store.read(move |tx| look::seen(tx, delivery, true, now)).await
        }
    }
}
