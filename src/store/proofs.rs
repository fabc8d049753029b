//! What receipts and certificates are made of: events with their place in the log, and the values that are still kept with
//! their salts.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{DeliveryId, EventId, Outcome, Time, TransferId};

use super::Tx;
use super::database::on;
use super::schema::{event_values, events};
use super::tree;

/// An event with what is needed to prove it.
pub struct Provable {
    /// Its id.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// Its word.
    pub event: String,
    /// The delivery it was about.
    pub delivery: Option<DeliveryId>,
    /// The final bytes.
    pub leaf: Vec<u8>,
    /// Number of its log, and which entry it is; none while it waits.
    pub place: Option<(i32, u64)>,
}

/// A value that is kept aside.
pub struct Kept {
    /// Its field.
    pub field: String,
    /// The salt of the commitment.
    pub salt: Vec<u8>,
    /// The value, perhaps sealed to the custody key.
    pub value: Vec<u8>,
    /// Whether it is.
    pub sealed: bool,
}

type Row = (EventId, Time, String, Option<DeliveryId>, Vec<u8>);

/// The events of these words about a transfer, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn of_transfer(tx: &mut Tx, transfer: TransferId, words: &[&str]) -> Result<Vec<Provable>> {
    let rows: Vec<Row> = on!(tx, c => events::table
        .filter(events::transfer_id.eq(transfer).and(events::event.eq_any(words)))
        .order((events::at, events::id))
        .select((events::id, events::at, events::event, events::delivery_id, events::leaf))
        .load(c))?;
    rows.into_iter().map(|row| provable(tx, row)).collect()
}

/// An event.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, id: EventId) -> Result<Option<(Option<TransferId>, Provable)>> {
    type Found = (Option<TransferId>, EventId, Time, String, Option<DeliveryId>, Vec<u8>);
    let found: Option<Found> = on!(tx, c => events::table
        .find(id)
        .select((events::transfer_id, events::id, events::at, events::event, events::delivery_id, events::leaf))
        .first(c)
        .optional())?;
    let Some((transfer, id, at, event, delivery, leaf)) = found else { return Ok(None) };
    Ok(Some((transfer, provable(tx, (id, at, event, delivery, leaf))?)))
}

fn provable(tx: &mut Tx, (id, at, event, delivery, leaf): Row) -> Result<Provable> {
    let place = tree::entry_of(tx, id)?;
    Ok(Provable { id, at, event, delivery, leaf, place })
}

/// The values of an event that are still kept.
///
/// # Errors
/// The database cannot be read.
pub fn values(tx: &mut Tx, event: EventId) -> Result<Vec<Kept>> {
    type Row = (String, Vec<u8>, Vec<u8>, bool);
    let rows: Vec<Row> = on!(tx, c => event_values::table
        .filter(event_values::event_id.eq(event))
        .order(event_values::field)
        .select((event_values::field, event_values::salt, event_values::value, event_values::sealed))
        .load(c))?;
    Ok(rows.into_iter().map(|(field, salt, value, sealed)| Kept { field, salt, value, sealed }).collect())
}

/// The transfers that were erased in this time, oldest first, behind one of them.
///
/// # Errors
/// The database cannot be read.
pub fn erased(tx: &mut Tx, (from, before): (Time, Time), after: Option<EventId>, most: i64) -> Result<Vec<Erased>> {
    type Row = (EventId, Time, Option<TransferId>);
    // Ids grow with their times.
    let of_period = events::id.ge(EventId::first(from)).and(events::id.lt(EventId::first(before)));
    let of_period = events::event.eq("shredded").and(events::outcome.eq(Outcome::Ok)).and(of_period);
    let columns = (events::id, events::at, events::transfer_id);
    let rows: Vec<Row> = on!(tx, c => {
        let mut wanted = events::table.filter(of_period).select(columns).order(events::id).limit(most).into_boxed();
        if let Some(after) = after {
            wanted = wanted.filter(events::id.gt(after));
        }
        wanted.load(c)
    })?;
    let erased = |(event, at, transfer): Row| Some(Erased { event, at, transfer: transfer? });
    Ok(rows.into_iter().filter_map(erased).collect())
}

/// An erased transfer.
#[derive(Clone, Copy, Debug)]
pub struct Erased {
    /// What tells it.
    pub event: EventId,
    /// When.
    pub at: Time,
    /// Which.
    pub transfer: TransferId,
}
