//! The mails that carry links.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{DeliveryId, LetterId, LetterKind, Time, TransferId};
use crate::store::Tx;
use crate::store::database::on;
use crate::store::schema::letters;

use super::{LetterState, QueuedLetter};

/// Lets the waiting mail with a delivery's link leave from `not_before` on.
///
/// # Errors
/// The database cannot be written.
pub fn release(tx: &mut Tx, delivery: DeliveryId, not_before: Time) -> Result<()> {
    let waiting = letters::table.filter(
        letters::delivery_id
            .eq(delivery)
            .and(letters::kind.eq(LetterKind::Offer))
            .and(letters::state.eq(LetterState::Queued))
            // What is on its way, or was tried, was let go before.
            .and(letters::attempts.eq(0)),
    );
    on!(tx, c => diesel::update(waiting)
        .set((letters::not_before.eq(not_before), letters::leased_until.eq(None::<Time>)))
        .execute(c))?;
    Ok(())
}

/// Lets the mails with a link of these deliveries leave at `now` that wait for nothing but their time. Returns how many.
///
/// # Errors
/// The database cannot be written.
pub fn release_held(tx: &mut Tx, deliveries: &[DeliveryId], now: Time) -> Result<usize> {
    let held = letters::table
        .filter(letters::delivery_id.eq_any(deliveries.iter().copied()))
        .filter(letters::kind.eq(LetterKind::Offer).and(letters::state.eq(LetterState::Queued)))
        .filter(letters::not_before.gt(now).and(letters::attempts.eq(0)).and(letters::withheld_at.is_null()));
    Ok(on!(tx, c => diesel::update(held).set(letters::not_before.eq(now)).execute(c))?)
}

/// Until when the mail with a link of a delivery waits for nothing but its time; none when there is no such mail.
///
/// # Errors
/// The database cannot be read.
pub fn held_until(tx: &mut Tx, delivery: DeliveryId, now: Time) -> Result<Option<Time>> {
    Ok(on!(tx, c => letters::table
        .filter(letters::delivery_id.eq(delivery))
        .filter(letters::kind.eq(LetterKind::Offer).and(letters::state.eq(LetterState::Queued)))
        .filter(letters::not_before.gt(now).and(letters::attempts.eq(0)).and(letters::withheld_at.is_null()))
        .select(letters::not_before)
        .first(c)
        .optional())?)
}

/// Takes back the mails with a link that have not left yet. Returns them.
///
/// # Errors
/// The database cannot be written.
pub fn withdraw_offers(tx: &mut Tx, delivery: DeliveryId, now: Time) -> Result<Vec<LetterId>> {
    let of_delivery = letters::delivery_id
        .eq(delivery)
        .and(letters::kind.eq(LetterKind::Offer))
        .and(letters::state.eq(LetterState::Queued));
    let waiting: Vec<LetterId> = on!(tx, c => letters::table.filter(of_delivery).select(letters::id).load(c))?;
    on!(tx, c => diesel::update(letters::table.filter(of_delivery))
        .set((
            letters::state.eq(LetterState::Withdrawn),
            letters::secret_sealed.eq(None::<Vec<u8>>),
            letters::ended_at.eq(Some(now)),
        ))
        .execute(c))?;
    Ok(waiting)
}

/// The state of a delivery's newest mail with a link.
///
/// # Errors
/// The database cannot be read.
pub fn offer_state(tx: &mut Tx, delivery: DeliveryId) -> Result<Option<(LetterState, i32)>> {
    Ok(on!(tx, c => letters::table
        .filter(letters::delivery_id.eq(delivery).and(letters::kind.eq(LetterKind::Offer)))
        .order((letters::created_at.desc(), letters::id.desc()))
        .select((letters::state, letters::attempts))
        .first(c)
        .optional())?)
}

/// When the newest mail with a link of a delivery was accepted; none while it waits, or if it never was.
///
/// # Errors
/// The database cannot be read.
pub fn offer_accepted_at(tx: &mut Tx, delivery: DeliveryId) -> Result<Option<Time>> {
    let newest: Option<(LetterState, Option<Time>)> = on!(tx, c => letters::table
        .filter(letters::delivery_id.eq(delivery).and(letters::kind.eq(LetterKind::Offer)))
        .order((letters::created_at.desc(), letters::id.desc()))
        .select((letters::state, letters::ended_at))
        .first(c)
        .optional())?;
    Ok(newest.and_then(|(state, at)| at.filter(|_| state == LetterState::Accepted)))
}

/// Whether the newest mail with a link of a delivery waits for nothing but its turn.
///
/// # Errors
/// The database cannot be read.
pub fn offer_is_due(tx: &mut Tx, delivery: DeliveryId, now: Time) -> Result<bool> {
    let newest: Option<(LetterState, Time, Option<Time>)> = on!(tx, c => letters::table
        .filter(letters::delivery_id.eq(delivery).and(letters::kind.eq(LetterKind::Offer)))
        .order(letters::created_at.desc())
        .select((letters::state, letters::not_before, letters::withheld_at))
        .first(c)
        .optional())?;
    Ok(newest.is_some_and(|(state, not_before, withheld_at)| match state {
        LetterState::Queued => not_before <= now && withheld_at.is_none(),
        state => state == LetterState::Accepted,
    }))
}

/// Since when the newest mail with a link of a delivery is withheld, if it is.
///
/// # Errors
/// The database cannot be read.
pub fn withheld_at(tx: &mut Tx, delivery: DeliveryId) -> Result<Option<Time>> {
    let newest: Option<(LetterState, Option<Time>)> = on!(tx, c => letters::table
        .filter(letters::delivery_id.eq(delivery).and(letters::kind.eq(LetterKind::Offer)))
        .order(letters::created_at.desc())
        .select((letters::state, letters::withheld_at))
        .first(c)
        .optional())?;
    Ok(newest.and_then(|(state, at)| at.filter(|_| state == LetterState::Queued)))
}

/// Those of several transfers' deliveries whose newest mail with a link was refused for good or came back.
///
/// # Errors
/// The database cannot be read.
pub fn undelivered(tx: &mut Tx, transfers: &[TransferId]) -> Result<Vec<DeliveryId>> {
    let offers: Vec<(DeliveryId, LetterState)> = on!(tx, c => letters::table
        .filter(letters::transfer_id.eq_any(transfers.iter().copied()))
        .filter(letters::kind.eq(LetterKind::Offer))
        .filter(letters::delivery_id.is_not_null())
        .order((letters::created_at, letters::id))
        .select((letters::delivery_id.assume_not_null(), letters::state))
        .load(c))?;
    let newest: BTreeMap<DeliveryId, LetterState> = offers.into_iter().collect();
    Ok(newest.into_iter().filter(|(_, state)| state.is_undelivered()).map(|(delivery, _)| delivery).collect())
}

/// Whether this is the newest mail with a link of its delivery.
///
/// # Errors
/// The database cannot be read.
pub fn is_newest_offer(tx: &mut Tx, letter: &QueuedLetter) -> Result<bool> {
    let newest: Option<LetterId> = on!(tx, c => letters::table
        .filter(letters::delivery_id.eq(letter.delivery_id).and(letters::kind.eq(LetterKind::Offer)))
        .order((letters::created_at.desc(), letters::id.desc()))
        .select(letters::id)
        .first(c)
        .optional())?;
    Ok(newest == Some(letter.id))
}
