//! The values of events. An event of a delivery loses what names its recipient; the address of whoever works here stays
//! until it is old enough.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::Deserialize;

use super::super::Tx;
use super::super::database::on;
use super::super::schema::{event_sources, event_values, events};
use super::{SOME, rows};
use crate::error::{Doing, Result};
use crate::model::{AccountId, DeliveryId, EventId, FaxId, Outcome, Person, Time};

/// Fields that name files and what was found in them, not persons.
const OF_FILES: [&str; 3] = ["file_name", "finding", "digest"];

/// Addresses that are read at once.
const MANY: i64 = 1000;

/// How the person's address stands in the log: however it was typed, there and by whoever it was.
///
/// # Errors
/// The database cannot be read.
pub fn forms(tx: &mut Tx, person: &Person) -> Result<Vec<Vec<u8>>> {
    let mut forms = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    loop {
        // Each once, out of an index that has nothing else.
        let next = event_values::table
            .filter(event_values::field.eq("email").and(event_values::value.gt(&last)))
            .select(event_values::value)
            .distinct()
            .order(event_values::value)
            .limit(MANY);
        let next: Vec<Vec<u8>> = on!(tx, c => next.load(c))?;
        let Some(end) = next.last() else { return Ok(forms) };
        last.clone_from(end);
        forms.extend(next.into_iter().filter(|form| String::from_utf8_lossy(form).to_lowercase() == person.email));
    }
}

/// The events with one of these forms of the person's address, but for those of the person's deliveries that are not over.
macro_rules! with_address {
    ($forms:expr, $running:expr) => {{
        let elsewhere =
            events::delivery_id.is_null().or(events::delivery_id.ne_all($running.iter().copied().map(Some)));
        event_values::table
            .inner_join(events::table.on(events::id.eq(event_values::event_id)))
            .filter(event_values::field.eq("email").and(event_values::value.eq_any($forms)))
            .filter(elsewhere)
    }};
}

/// Values that would be erased, but for free text.
pub(super) fn count(tx: &mut Tx, person: &Person) -> Result<i64> {
    let (forms, over, running) = (forms(tx, person)?, rows::over(tx, person)?, rows::running(tx, person)?);
    let mut all: BTreeSet<EventId> = BTreeSet::new();
    for some in over.chunks(SOME) {
        let theirs = events::table.filter(events::delivery_id.eq_any(some.iter().copied().map(Some)));
        all.extend(on!(tx, c => theirs.select(events::id).load::<EventId>(c))?);
    }
    let named = with_address!(&forms, running).select(events::id);
    all.extend(on!(tx, c => named.load::<EventId>(c))?);
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

/// Erases what the next events with the person's address, in one of these forms, say; what is not over is left. Returns how
/// many events and values; the next ones are others.
///
/// # Errors
/// The database cannot be written.
pub fn of_address(tx: &mut Tx, person: &Person, forms: &[Vec<u8>], most: i64) -> Result<(usize, usize)> {
    let running = rows::running(tx, person)?;
    let named = with_address!(forms, running).select((events::id, events::leaf)).limit(most);
    let found: Vec<(EventId, Vec<u8>)> = on!(tx, c => named.load(c))?;
    Ok((found.len(), take(tx, found, None)?))
}

/// Erases the reasons that tell the person, by address or name, among the next ones behind `after`. Returns where to go on, and how many.
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
    let naming = read.into_iter().filter(|(_, text)| person.is_told_by(&String::from_utf8_lossy(text)));
    let naming: Vec<EventId> = naming.map(|(id, _)| id).collect();
    let theirs =
        event_values::table.filter(event_values::event_id.eq_any(naming).and(event_values::field.eq("reason")));
    let erased = on!(tx, c => diesel::delete(theirs).execute(c))?;
    Ok((last, erased))
}

/// The events of faxes. Those that can still happen to one that is done with come last.
const OF_FAXES: [(&str, Outcome); 8] = [
    ("fax_recorded", Outcome::Ok),
    ("fax_corrected", Outcome::Ok),
    ("fax_sent", Outcome::Failed),
    ("fax_sent", Outcome::Ok),
    ("fax_confirmed", Outcome::Ok),
    ("fax_original_stored", Outcome::Ok),
    ("fax_closed", Outcome::Ok),
    ("fax_misdirected", Outcome::Ok),
];

/// Where the events of faxes are read on: of which kind, behind which.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FaxPlace {
    kind: usize,
    behind: EventId,
}

impl FaxPlace {
    /// Before all.
    pub const START: Self = Self { kind: 0, behind: EventId::least() };
}

/// Erases what the next events of faxes say, where they are of these. Returns where to go on, and how many values.
///
/// # Errors
/// The database cannot be written.
pub fn of_faxes(tx: &mut Tx, faxes: &BTreeSet<FaxId>, from: FaxPlace, most: i64) -> Result<(Option<FaxPlace>, usize)> {
    let kind = if faxes.is_empty() { None } else { OF_FAXES.get(from.kind) };
    let Some((word, outcome)) = kind else { return Ok((None, 0)) };
    let next = events::table
        .filter(events::event.eq(*word).and(events::outcome.eq(*outcome)).and(events::id.gt(from.behind)))
        .order(events::id)
        .select((events::id, events::leaf))
        .limit(most);
    let next: Vec<(EventId, Vec<u8>)> = on!(tx, c => next.load(c))?;
    let place = match next.last() {
        Some((id, _)) => FaxPlace { behind: *id, ..from },
        None => FaxPlace { kind: from.kind + 1, behind: EventId::least() },
    };
    let mut found = Vec::new();
    for (id, leaf) in next {
        let read: Leaf = serde_json::from_slice(&leaf).doing("reading an entry of the log")?;
        if read.subject.fax.and_then(|fax| fax.parse().ok()).is_some_and(|fax| faxes.contains(&fax)) {
            found.push((id, leaf));
        }
    }
    Ok((Some(place), take(tx, found, None)?))
}

/// Erases what the next events about an account say, behind `after`. Returns where to go on, and how many values.
///
/// # Errors
/// The database cannot be written.
pub fn of_account(
    tx: &mut Tx,
    account: AccountId,
    after: Option<EventId>,
    most: i64,
) -> Result<(Option<EventId>, usize)> {
    let behind = after.unwrap_or_else(EventId::least);
    let theirs = events::table
        .filter(events::account_id.eq(Some(account)).and(events::id.gt(behind)))
        .order(events::id)
        .select((events::id, events::leaf))
        .limit(most);
    let found: Vec<(EventId, Vec<u8>)> = on!(tx, c => theirs.load(c))?;
    let last = found.last().map(|(id, _)| *id);
    Ok((last, take(tx, found, Some(account))?))
}

/// Whether there are values whose time is over.
///
/// # Errors
/// The database cannot be read.
pub fn is_any_past(tx: &mut Tx, now: Time) -> Result<bool> {
    let over = event_values::table.filter(event_values::erase_after.le(now)).select(event_values::event_id);
    Ok(on!(tx, c => over.first::<EventId>(c).optional())?.is_some())
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
