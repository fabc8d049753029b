//! The log's rows: final leaf bytes, and the values they commit to in a side table.

use std::collections::BTreeMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::audit::Leaf;
use crate::crypt;
use crate::error::Result;
use crate::model::{AccountId, Actor, DeliveryId, Event, EventId, Outcome, Private, Time, TransferId};

use super::Tx;
use super::database::on;
use super::schema::{event_sources, event_values, events};
use super::{parties, tree};

/// A stored entry with the values that are still kept.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Row id.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// The event's word.
    pub event: String,
    /// The final bytes: JCS JSON.
    pub leaf: Vec<u8>,
    /// The delivery it was about.
    pub delivery: Option<DeliveryId>,
    /// Field and value; file names stay sealed and are left out.
    pub values: Vec<(String, String)>,
}

type EntryRow = (EventId, Time, String, Vec<u8>, Option<DeliveryId>);

pub(super) fn insert(tx: &mut Tx, event: &Event) -> Result<()> {
    let id = EventId::nth(event.at, tx.recorded);
    tx.recorded = tx.recorded.saturating_add(1);
    let leaf = Leaf::of(event, id, &mut rand::rng())?;
    let party = event.subject.delivery.map(|delivery| parties::of_delivery(tx, delivery)).transpose()?.flatten();
    let actor = match event.actor {
        Actor::Account(account) => Some(account),
        _ => None,
    };
    on!(tx, c => diesel::insert_into(events::table)
        .values((
            events::id.eq(id),
            events::at.eq(event.at),
            events::event.eq(leaf.word.as_str()),
            events::outcome.eq(event.outcome),
            events::transfer_id.eq(event.subject.transfer),
            events::delivery_id.eq(event.subject.delivery),
            events::account_id.eq(event.subject.account),
            events::leaf.eq(leaf.bytes.as_slice()),
            events::actor_id.eq(actor),
            events::party_id.eq(party),
        ))
        .execute(c))?;
    tree::put_aside(tx, id)?;
    let erase_after = event.at + tx.keep;
    for disclosure in &leaf.private {
        let value = match disclosure.sealed {
            true => crypt::seal(&tx.custody, disclosure.value.as_bytes())?,
            false => disclosure.value.as_bytes().to_vec(),
        };
        on!(tx, c => diesel::insert_into(event_values::table)
            .values((
                event_values::event_id.eq(id),
                event_values::field.eq(disclosure.field),
                event_values::salt.eq(disclosure.salt.as_slice()),
                event_values::value.eq(value.as_slice()),
                event_values::sealed.eq(disclosure.sealed),
                event_values::erase_after.eq(erase_after),
            ))
            .execute(c))?;
    }
    let sources = event.private.iter().filter(|value| matches!(value, Private::Source(_)));
    for source in sources {
        on!(tx, c => diesel::insert_into(event_sources::table)
            .values((event_sources::source.eq(source.text()), event_sources::event_id.eq(id)))
            .execute(c))?;
    }
    Ok(())
}

/// The entries about a transfer, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn of_transfer(tx: &mut Tx, transfer: TransferId) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = on!(tx, c => events::table
        .filter(events::transfer_id.eq(transfer))
        .order(events::id)
        .select((events::id, events::at, events::event, events::leaf, events::delivery_id))
        .load(c))?;
    with_values(tx, rows)
}

/// The entries about an account whose word is one of `words`, and those of one of `reasoned` that somebody gave a reason
/// for: the newest, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn of_account(tx: &mut Tx, account: AccountId, words: &[&str], reasoned: &[&str], most: i64) -> Result<Vec<Entry>> {
    let reason = event_values::table
        .filter(event_values::event_id.eq(events::id).and(event_values::field.eq("reason")))
        .select(event_values::event_id);
    let with_reason = events::event.eq_any(reasoned).and(exists(reason));
    let mut rows: Vec<EntryRow> = on!(tx, c => events::table
        .filter(events::account_id.eq(account).and(events::event.eq_any(words).or(with_reason)))
        .order(events::id.desc())
        .limit(most)
        .select((events::id, events::at, events::event, events::leaf, events::delivery_id))
        .load(c))?;
    rows.reverse();
    with_values(tx, rows)
}

/// The newest entries of these words, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn of_words(tx: &mut Tx, words: &[&str], most: i64) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = on!(tx, c => events::table
        .filter(events::event.eq_any(words))
        .order(events::id.desc())
        .limit(most)
        .select((events::id, events::at, events::event, events::leaf, events::delivery_id))
        .load(c))?;
    with_values(tx, rows)
}

/// Attempts at sending faxes that did not go through, the newest first.
///
/// # Errors
/// The database cannot be read.
pub fn failed_faxes(tx: &mut Tx, most: i64) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = on!(tx, c => events::table
        .filter(events::event.eq("fax_sent").and(events::outcome.eq(Outcome::Failed)))
        .order(events::id.desc())
        .limit(most)
        .select((events::id, events::at, events::event, events::leaf, events::delivery_id))
        .load(c))?;
    with_values(tx, rows)
}

/// When something of this word last happened.
///
/// # Errors
/// The database cannot be read.
pub fn latest(tx: &mut Tx, word: &str) -> Result<Option<Time>> {
    let mut newest = None;
    // Each outcome is an index of its own.
    for outcome in Outcome::ALL {
        let row = events::table.filter(events::event.eq(word).and(events::outcome.eq(*outcome))).select(events::at);
        newest = newest.max(on!(tx, c => row.order(events::id.desc()).first::<Time>(c).optional())?);
    }
    Ok(newest)
}

fn with_values(tx: &mut Tx, rows: Vec<EntryRow>) -> Result<Vec<Entry>> {
    rows.into_iter()
        .map(|(id, at, event, leaf, delivery)| Ok(Entry { id, at, event, leaf, delivery, values: values(tx, id)? }))
        .collect()
}

pub(super) fn values(tx: &mut Tx, id: EventId) -> Result<Vec<(String, String)>> {
    let rows: Vec<(String, Vec<u8>)> = on!(tx, c => event_values::table
        .filter(event_values::event_id.eq(id).and(event_values::sealed.eq(false)))
        .select((event_values::field, event_values::value))
        .load(c))?;
    Ok(rows.into_iter().map(|(field, value)| (field, String::from_utf8_lossy(&value).into_owned())).collect())
}

/// Each time link and number of a delivery were accepted, and the source's network address while it is kept.
///
/// # Errors
/// The database cannot be read.
pub fn acceptances(tx: &mut Tx, delivery: DeliveryId) -> Result<Vec<(Time, String)>> {
    let rows: Vec<(Time, EventId)> = on!(tx, c => events::table
        .filter(events::delivery_id.eq(delivery).and(events::event.eq("number_accepted")))
        .order(events::id)
        .select((events::at, events::id))
        .load(c))?;
    rows.into_iter()
        .map(|(at, id)| {
            let source = values(tx, id)?.into_iter().find(|(field, _)| field == "source");
            Ok((at, source.map(|(_, value)| value).unwrap_or_default()))
        })
        .collect()
}

/// An entry about an account of the register, with the values that are still kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The account.
    pub account: AccountId,
    /// The final bytes: JCS JSON.
    pub leaf: Vec<u8>,
    /// Values by field.
    pub values: BTreeMap<String, String>,
}

/// The words of the events that carry a whole entry of the account register.
const OF_REGISTER: [&str; 6] =
    ["account_created", "account_joined", "account_changed", "roles_changed", "account_stopped", "account_resumed"];

/// The entries that tell the account register, oldest first: all, or those up to a moment.
///
/// # Errors
/// The database cannot be read.
pub fn of_register(tx: &mut Tx, until: Option<Time>) -> Result<Vec<Kept>> {
    type Row = (EventId, Option<AccountId>, Vec<u8>, Option<String>, Option<Vec<u8>>);
    let until = until.unwrap_or(Time::from_millis(i64::MAX));
    let joined = events::table.left_join(event_values::table.on(event_values::event_id.eq(events::id)));
    let wanted = events::event.eq_any(OF_REGISTER).and(events::at.le(until));
    let columns =
        (events::id, events::account_id, events::leaf, event_values::field.nullable(), event_values::value.nullable());
    let rows: Vec<Row> = on!(tx, c => joined.filter(wanted).order(events::id).select(columns).load(c))?;
    let mut entries: Vec<(EventId, Kept)> = Vec::new();
    for (id, account, leaf, field, value) in rows {
        let Some(account) = account else { continue };
        if entries.last().is_none_or(|(last, _)| *last != id) {
            entries.push((id, Kept { account, leaf, values: BTreeMap::new() }));
        }
        if let (Some((_, kept)), Some(field), Some(value)) = (entries.last_mut(), field, value) {
            kept.values.insert(field, String::from_utf8_lossy(&value).into_owned());
        }
    }
    Ok(entries.into_iter().map(|(_, kept)| kept).collect())
}
