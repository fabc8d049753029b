//! Entries with everything that is known of them, many at once: what leaves the house as files and streams.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Tx;
use super::database::on;
use super::schema::{accounts, deliveries, event_values, events, log_entries, logs};
use crate::audit::export::{Called, KeptValue, Place, Record};
use crate::error::{Doing, Result};
use crate::model::{AccountId, Actor, DeliveryId, EventId, Time};

/// Ids in one statement; SQLite takes no more than 32,766 values.
const AT_ONCE: usize = 1000;

#[derive(Queryable)]
struct Row {
    id: EventId,
    at: Time,
    leaf: Vec<u8>,
    account: Option<AccountId>,
    delivery: Option<DeliveryId>,
}

/// The entries with these ids, in this order; what is not there is left out.
///
/// # Errors
/// The database cannot be read.
pub fn of_events(tx: &mut Tx, ids: &[EventId]) -> Result<Vec<Record>> {
    let mut records = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        records.extend(some(tx, ids)?);
    }
    Ok(records)
}

/// The entries of a log from `first` on, at most so many, in the order of the log.
///
/// # Errors
/// The database cannot be read.
pub fn of_log(tx: &mut Tx, log: i32, first: u64, most: i64) -> Result<Vec<Record>> {
    let first = i64::try_from(first).doing("counting entries of the log")?;
    let ids: Vec<EventId> = on!(tx, c => log_entries::table
        .filter(log_entries::log.eq(log).and(log_entries::entry.ge(first)))
        .order(log_entries::entry)
        .select(log_entries::event_id)
        .limit(most)
        .load(c))?;
    of_events(tx, &ids)
}

fn some(tx: &mut Tx, ids: &[EventId]) -> Result<Vec<Record>> {
    let rows: Vec<Row> = on!(tx, c => events::table
        .filter(events::id.eq_any(ids))
        .select((events::id, events::at, events::leaf, events::account_id, events::delivery_id))
        .load(c))?;
    let (mut places, mut kept) = (places(tx, ids)?, kept(tx, ids)?);
    let actors: HashMap<EventId, AccountId> =
        rows.iter().filter_map(|row| actor_of(&row.leaf).map(|actor| (row.id, actor))).collect();
    let emails = emails(tx, actors.values().copied().chain(rows.iter().filter_map(|row| row.account)))?;
    let references = references(tx, rows.iter().filter_map(|row| row.delivery))?;
    let email = |id: Option<&AccountId>| id.and_then(|id| emails.get(id)).cloned().unwrap_or_default();
    let mut records: HashMap<EventId, Record> = HashMap::with_capacity(rows.len());
    for Row { id, at, leaf, account, delivery } in rows {
        let called = Called {
            actor: email(actors.get(&id)),
            account: email(account.as_ref()),
            reference: delivery.and_then(|id| references.get(&id)).cloned().unwrap_or_default(),
        };
        let (place, kept) = (places.remove(&id), kept.remove(&id).unwrap_or_default());
        records.insert(id, Record { id, at, leaf, place, kept, called });
    }
    Ok(ids.iter().filter_map(|id| records.remove(id)).collect())
}

/// The account that acted, as the leaf has it.
fn actor_of(leaf: &[u8]) -> Option<AccountId> {
    #[derive(serde::Deserialize)]
    struct Of {
        actor: Actor,
    }
    match serde_json::from_slice::<Of>(leaf).ok()?.actor {
        Actor::Account(account) => Some(account),
        _ => None,
    }
}

fn places(tx: &mut Tx, ids: &[EventId]) -> Result<HashMap<EventId, Place>> {
    let rows: Vec<(EventId, String, i64)> = on!(tx, c => log_entries::table
        .inner_join(logs::table.on(logs::number.eq(log_entries::log)))
        .filter(log_entries::event_id.eq_any(ids))
        .select((log_entries::event_id, logs::origin, log_entries::entry))
        .load(c))?;
    let place = |(id, log, entry): (EventId, String, i64)| {
        Ok((id, Place { log, entry: u64::try_from(entry).doing("counting entries of the log")? }))
    };
    rows.into_iter().map(place).collect()
}

/// What is kept beside the entries. Names of files are sealed, and stay so.
fn kept(tx: &mut Tx, ids: &[EventId]) -> Result<HashMap<EventId, Vec<KeptValue>>> {
    type Value = (EventId, String, Vec<u8>, Vec<u8>);
    let rows: Vec<Value> = on!(tx, c => event_values::table
        .filter(event_values::event_id.eq_any(ids).and(event_values::sealed.eq(false)))
        .order((event_values::event_id, event_values::field))
        .select((event_values::event_id, event_values::field, event_values::salt, event_values::value))
        .load(c))?;
    let mut kept: HashMap<EventId, Vec<KeptValue>> = HashMap::new();
    for (id, field, salt, value) in rows {
        let value = String::from_utf8_lossy(&value).into_owned();
        kept.entry(id).or_default().push(KeptValue { field, salt, value });
    }
    Ok(kept)
}

fn emails(tx: &mut Tx, ids: impl Iterator<Item = AccountId>) -> Result<HashMap<AccountId, String>> {
    let mut ids: Vec<AccountId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<(AccountId, String)> = on!(tx, c => accounts::table
        .filter(accounts::id.eq_any(&ids))
        .select((accounts::id, accounts::email))
        .load(c))?;
    Ok(rows.into_iter().collect())
}

fn references(tx: &mut Tx, ids: impl Iterator<Item = DeliveryId>) -> Result<HashMap<DeliveryId, String>> {
    let mut ids: Vec<DeliveryId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<(DeliveryId, String)> = on!(tx, c => deliveries::table
        .filter(deliveries::id.eq_any(&ids))
        .select((deliveries::id, deliveries::reference))
        .load(c))?;
    Ok(rows.into_iter().collect())
}
