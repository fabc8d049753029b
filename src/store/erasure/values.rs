//! The values of events. An event of a delivery loses what names its recipient; the address of whoever works here stays
//! until it is old enough.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::Deserialize;

use super::super::Tx;
use super::super::database::on;
use super::super::schema::{deliveries, event_sources, event_values, events};
use super::lower;
use crate::error::{Doing, Result};
use crate::model::{AccountId, DeliveryId, EventId, FaxId, Person, Time};

/// Fields that name files and what was found in them, not persons.
const OF_FILES: [&str; 3] = ["file_name", "finding", "digest"];

/// How an address stands in the log: as it was typed here or there.
fn forms(tx: &mut Tx, person: &Person) -> Result<Vec<Vec<u8>>> {
    let typed = deliveries::table.filter(lower(deliveries::email).eq(person.email.as_str())).select(deliveries::email);
    let mut forms: Vec<String> = on!(tx, c => typed.distinct().load(c))?;
    forms.push(person.email.clone());
    forms.push(person.typed.clone());
    Ok(forms.into_iter().map(String::into_bytes).collect())
}

/// Values that would be erased, but for free text.
pub(super) fn count(tx: &mut Tx, person: &Person) -> Result<i64> {
    let forms = forms(tx, person)?;
    let mine = deliveries::table.filter(lower(deliveries::email).eq(person.email.as_str()));
    let mine = mine.select(deliveries::id.nullable());
    let of_deliveries = events::table.filter(events::delivery_id.eq_any(mine)).select(events::id);
    let mut all: BTreeSet<EventId> = on!(tx, c => of_deliveries.load::<EventId>(c))?.into_iter().collect();
    let named = event_values::field.eq("email").and(event_values::value.eq_any(forms));
    let with_address = event_values::table.filter(named).select(event_values::event_id);
    all.extend(on!(tx, c => with_address.load::<EventId>(c))?);
    let mut count = 0;
    for some in all.into_iter().collect::<Vec<_>>().chunks(SOME) {
        let theirs = event_values::event_id.eq_any(some).and(event_values::field.ne_all(OF_FILES));
        count += on!(tx, c => event_values::table.filter(theirs).count().get_result::<i64>(c))?;
    }
    Ok(count)
}

/// Erases what the events of these deliveries say of their recipients. Returns how many values.
///
/// # Errors
/// The database cannot be written.
pub fn of_deliveries(tx: &mut Tx, ids: &[DeliveryId]) -> Result<usize> {
    let theirs = events::table
        .filter(events::delivery_id.eq_any(ids.iter().copied().map(Some)))
        .select((events::id, events::leaf));
    let found: Vec<(EventId, Vec<u8>)> = on!(tx, c => theirs.load(c))?;
    take(tx, found, None)
}

/// Erases what the next events with this address say. Returns how many events and values; the next ones are others.
///
/// # Errors
/// The database cannot be written.
pub fn of_address(tx: &mut Tx, person: &Person, most: i64) -> Result<(usize, usize)> {
    let forms = forms(tx, person)?;
    let with_address = event_values::table
        .inner_join(events::table.on(events::id.eq(event_values::event_id)))
        .filter(event_values::field.eq("email").and(event_values::value.eq_any(forms)))
        .select((events::id, events::leaf))
        .limit(most);
    let found: Vec<(EventId, Vec<u8>)> = on!(tx, c => with_address.load(c))?;
    Ok((found.len(), take(tx, found, None)?))
}

/// Erases the reasons that name the person among the next ones behind `after`. Returns where to go on, and how many.
///
/// # Errors
/// The database cannot be written.
pub fn of_free_text(
    tx: &mut Tx,
    person: &Person,
    after: Option<EventId>,
    most: i64,
) -> Result<(Option<EventId>, usize)> {
    let behind = after.unwrap_or_else(EventId::least);
    let reasons = event_values::table
        .filter(event_values::field.eq("reason").and(event_values::event_id.gt(behind)))
        .order(event_values::event_id)
        .select((event_values::event_id, event_values::value))
        .limit(most);
    let read: Vec<(EventId, Vec<u8>)> = on!(tx, c => reasons.load(c))?;
    let last = read.last().map(|(id, _)| *id);
    let naming = read.into_iter().filter(|(_, text)| person.is_named_in(&String::from_utf8_lossy(text)));
    let naming: Vec<EventId> = naming.map(|(id, _)| id).collect();
    let theirs =
        event_values::table.filter(event_values::event_id.eq_any(naming).and(event_values::field.eq("reason")));
    let erased = on!(tx, c => diesel::delete(theirs).execute(c))?;
    Ok((last, erased))
}

/// The words of the events of a fax.
const OF_FAXES: [&str; 7] = [
    "fax_recorded",
    "fax_corrected",
    "fax_sent",
    "fax_confirmed",
    "fax_original_stored",
    "fax_closed",
    "fax_misdirected",
];

/// Erases what the events of these faxes say of their recipients. Returns how many values.
///
/// # Errors
/// The database cannot be written.
pub(super) fn of_faxes(tx: &mut Tx, faxes: &[FaxId]) -> Result<usize> {
    if faxes.is_empty() {
        return Ok(0);
    }
    let all = events::table.filter(events::event.eq_any(OF_FAXES)).select((events::id, events::leaf));
    let all: Vec<(EventId, Vec<u8>)> = on!(tx, c => all.load(c))?;
    let wanted: BTreeSet<String> = faxes.iter().map(FaxId::to_string).collect();
    let mut found = Vec::new();
    for (id, leaf) in all {
        let read: Leaf = serde_json::from_slice(&leaf).doing("reading an entry of the log")?;
        if read.subject.fax.is_some_and(|fax| wanted.contains(&fax)) {
            found.push((id, leaf));
        }
    }
    take(tx, found, None)
}

/// Erases what the log says of an account. Returns how many values.
///
/// # Errors
/// The database cannot be written.
pub fn of_account(tx: &mut Tx, account: AccountId) -> Result<usize> {
    let theirs = events::table.filter(events::account_id.eq(Some(account))).select((events::id, events::leaf));
    let found: Vec<(EventId, Vec<u8>)> = on!(tx, c => theirs.load(c))?;
    take(tx, found, Some(account))
}

/// Erases values whose time is over. Returns how many.
///
/// # Errors
/// The database cannot be written.
pub fn past(tx: &mut Tx, now: Time, most: i64) -> Result<usize> {
    let over = event_values::table
        .filter(event_values::erase_after.le(now))
        .order(event_values::erase_after)
        .select((event_values::event_id, event_values::field))
        .limit(most);
    let over: Vec<(EventId, String)> = on!(tx, c => over.load(c))?;
    let mut erased = 0;
    let sources: Vec<EventId> = over.iter().filter(|(_, field)| field == "source").map(|(event, _)| *event).collect();
    forget_sources(tx, &sources)?;
    for (event, field) in over {
        erased += on!(tx, c => diesel::delete(event_values::table.find((event, field.as_str()))).execute(c))?;
    }
    Ok(erased)
}

#[derive(Deserialize)]
struct Leaf {
    actor: Actor,
    #[serde(default)]
    subject: Subject,
}

#[derive(Default, Deserialize)]
struct Subject {
    fax: Option<String>,
}

#[derive(Deserialize)]
struct Actor {
    by: String,
    id: Option<String>,
}

impl Actor {
    /// Whether the network address in the event is that of the person: a recipient, somebody unknown, or this account.
    fn is(&self, account: Option<AccountId>) -> bool {
        match self.by.as_str() {
            "recipient" | "anonymous" => true,
            "account" => account.is_some_and(|account| self.id == Some(account.to_string())),
            _ => false,
        }
    }
}

/// Erases the values of events: all that can name a person, and where they came from if they came from the person.
fn take(tx: &mut Tx, found: Vec<(EventId, Vec<u8>)>, account: Option<AccountId>) -> Result<usize> {
    let mut own = Vec::new();
    for (id, leaf) in &found {
        let leaf: Leaf = serde_json::from_slice(leaf).doing("reading an entry of the log")?;
        if leaf.actor.is(account) {
            own.push(*id);
        }
    }
    let mut erased = 0;
    for some in found.chunks(SOME) {
        let ids: Vec<EventId> = some.iter().map(|(id, _)| *id).collect();
        let kept = OF_FILES.into_iter().chain(["source"]);
        let named =
            event_values::table.filter(event_values::event_id.eq_any(ids).and(event_values::field.ne_all(kept)));
        erased += on!(tx, c => diesel::delete(named).execute(c))?;
    }
    for some in own.chunks(SOME) {
        let sources =
            event_values::table.filter(event_values::event_id.eq_any(some).and(event_values::field.eq("source")));
        erased += on!(tx, c => diesel::delete(sources).execute(c))?;
        forget_sources(tx, some)?;
    }
    Ok(erased)
}

/// What the log is searched by goes with what it was made of.
fn forget_sources(tx: &mut Tx, of: &[EventId]) -> Result<()> {
    for some in of.chunks(SOME) {
        let sources = event_sources::table.filter(event_sources::event_id.eq_any(some));
        on!(tx, c => diesel::delete(sources).execute(c))?;
    }
    Ok(())
}

/// Ids in one statement.
const SOME: usize = 500;
