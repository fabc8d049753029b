//! Search: a question to the log, answered a page at a time, newest first.

use std::collections::HashMap;

use serde_json::Value;

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Delivery, DeliveryId, EventId, Question, Time, TransferId};
use crate::staff::permit::LogReader;
use crate::store::listing::folded;
use crate::store::search::{self, Told, Walk, Wanted};
use crate::store::{Tx, accounts, deliveries, parties};

/// A question may mean so many people: an answer about more is no answer.
pub const PEOPLE_MOST: u32 = 500;
/// Events are counted up to here.
pub const COUNTED_MOST: usize = 10_000;
/// Characters that a reference ends with, at least, to be found by its end.
const ENDING: usize = 4;

/// An event as an answer tells it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The event, its leaf and what is kept beside it.
    pub told: Told,
    /// The leaf, read.
    pub leaf: Value,
    /// The account that acted.
    pub actor: Option<Account>,
    /// The delivery whose recipient acted.
    pub recipient: Option<Delivery>,
    /// The account it was about.
    pub account: Option<Account>,
    /// The delivery it was about.
    pub delivery: Option<Delivery>,
}

impl Row {
    /// A value beside the leaf, while it is kept.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.told.values.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }
}

/// How many events answer a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(usize),
    /// More than are counted.
    MoreThan(usize),
    /// So many since this time; older ones were not looked at yet.
    Since(usize, Time),
}

/// A page of an answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The events, newest first.
    pub rows: Vec<Row>,
    /// How many there are in all; only the first page counts them.
    pub count: Option<Count>,
    /// Where to go on, if there may be more. A page may be empty and not the last.
    pub next: Option<EventId>,
}

/// A page of what answers a question: events older than `after`, at most so many. Without `after` they are counted, too.
///
/// # Errors
/// `Field` when a question means too many people, or is none; or the store cannot be read.
pub async fn search(
    gateway: &Gateway,
    _reader: &LogReader,
    question: &Question,
    after: Option<EventId>,
    most: usize,
) -> Result<Answer> {
    let (span, question) = (question.span(gateway.now(), gateway.office().time_zone), question.clone());
    gateway
        .walk_log(move |tx| match (wanted(tx, &question, span)?, after) {
            (None, _) => Ok(Answer { rows: Vec::new(), count: Some(Count::Exactly(0)), next: None }),
            (Some(wanted), None) => counted(tx, &wanted, most),
            (Some(wanted), after) => page(tx, &wanted, after, most),
        })
        .await
}

/// The first page, counted in the same walk.
fn counted(tx: &mut Tx, wanted: &Wanted, most: usize) -> Result<Answer> {
    let Walk { mut found, stopped } = search::find(tx, wanted, None, COUNTED_MOST.max(most))?;
    let count = match stopped {
        None => Count::Exactly(found.len()),
        Some(_) if found.len() >= COUNTED_MOST => Count::MoreThan(COUNTED_MOST),
        Some(stopped) => Count::Since(found.len(), stopped.at()),
    };
    let next = found.get(most.saturating_sub(1)).filter(|_| found.len() > most).map(|last| last.id).or(stopped);
    found.truncate(most);
    let told = search::tell(tx, found)?;
    Ok(Answer { rows: with_people(tx, told)?, count: Some(count), next })
}

/// The question in terms of rows; none when nobody is meant by it.
///
/// # Errors
/// `Field` when it means too many people, or names no network address.
pub fn wanted(
    tx: &mut Tx,
    question: &Question,
    (from, before): (Option<Time>, Option<Time>),
) -> Result<Option<Wanted>> {
    let mut wanted = Wanted { from, before, outcome: question.result, ..Wanted::default() };
    if !question.kind.is_empty() {
        wanted.words = Some(vec![question.kind.clone()]);
    }
    if !question.source.trim().is_empty() {
        let address: Result<std::net::IpAddr, _> = question.source.trim().parse();
        let malformed = Problem::Field { field: "source", flaw: FieldFlaw::Malformed };
        wanted.source = Some(address.map_err(|_| malformed)?.to_string());
    }
    if !question.person.trim().is_empty() {
        wanted.accounts = Some(few("person", staff(tx, &question.person)?)?);
    }
    if !question.recipient.trim().is_empty() {
        let most = i64::from(PEOPLE_MOST) + 1;
        wanted.parties = Some(few("recipient", parties::matching(tx, &question.recipient, most)?)?);
    }
    if !question.reference.trim().is_empty() {
        wanted.deliveries = Some(referred(tx, &question.reference)?);
    }
    let nobody = wanted.accounts.as_ref().is_some_and(Vec::is_empty)
        || wanted.parties.as_ref().is_some_and(Vec::is_empty)
        || wanted.deliveries.as_ref().is_some_and(Vec::is_empty);
    Ok((!nobody).then_some(wanted))
}

/// A page of what is wanted.
///
/// # Errors
/// The store cannot be read.
pub fn page(tx: &mut Tx, wanted: &Wanted, after: Option<EventId>, most: usize) -> Result<Answer> {
    let Walk { found, stopped } = search::find(tx, wanted, after, most)?;
    let told = search::tell(tx, found)?;
    Ok(Answer { rows: with_people(tx, told)?, count: None, next: stopped })
}

fn few<T>(field: &'static str, found: Vec<T>) -> Result<Vec<T>> {
    let is_few = u32::try_from(found.len()).is_ok_and(|count| count <= PEOPLE_MOST);
    if is_few {
        Ok(found)
    } else {
        Err(Problem::Field { field, flaw: FieldFlaw::TooBroad { limit: PEOPLE_MOST } }.into())
    }
}

/// Members of staff with each of these words in name or address.
fn staff(tx: &mut Tx, search: &str) -> Result<Vec<AccountId>> {
    let search = folded(search);
    let words: Vec<&str> = search.split_whitespace().collect();
    let all = accounts::all(tx)?;
    let matching = all.into_iter().filter(|account| {
        let text = folded(&format!("{} {}", account.email, account.name));
        words.iter().all(|word| text.contains(word))
    });
    Ok(matching.map(|account| account.id).collect())
}

fn referred(tx: &mut Tx, reference: &str) -> Result<Vec<(TransferId, DeliveryId)>> {
    let reference = folded(reference).trim().to_ascii_uppercase();
    if reference.chars().count() < ENDING {
        return Err(Problem::Field { field: "reference", flaw: FieldFlaw::Malformed }.into());
    }
    few("reference", parties::referred(tx, &reference, i64::from(PEOPLE_MOST) + 1)?)
}

/// Adds who acted, who it was about and for whom it was.
pub(super) fn with_people(tx: &mut Tx, told: Vec<Told>) -> Result<Vec<Row>> {
    let (mut staff, mut recipients) = (HashMap::new(), HashMap::new());
    told.into_iter()
        .map(|told| {
            let leaf: Value = serde_json::from_slice(&told.leaf).unwrap_or_default();
            let by = acting_recipient(&leaf);
            Ok(Row {
                actor: known(tx, &mut staff, told.found.actor, accounts::find)?,
                recipient: known(tx, &mut recipients, by, deliveries::find)?,
                account: known(tx, &mut staff, told.found.account, accounts::find)?,
                delivery: known(tx, &mut recipients, told.found.delivery, deliveries::find)?,
                leaf,
                told,
            })
        })
        .collect()
}

/// The delivery whose recipient acted, as the leaf says.
fn acting_recipient(leaf: &Value) -> Option<DeliveryId> {
    let actor = leaf.get("actor").filter(|actor| actor.get("by").and_then(Value::as_str) == Some("recipient"))?;
    actor.get("id")?.as_str()?.parse().ok()
}

/// What was read before is not read again.
fn known<K: Copy + Eq + std::hash::Hash, V: Clone>(
    tx: &mut Tx,
    read: &mut HashMap<K, Option<V>>,
    id: Option<K>,
    find: fn(&mut Tx, K) -> Result<Option<V>>,
) -> Result<Option<V>> {
    let Some(id) = id else { return Ok(None) };
    if let Some(found) = read.get(&id) {
        return Ok(found.clone());
    }
    let found = find(tx, id)?;
    read.insert(id, found.clone());
    Ok(found)
}
