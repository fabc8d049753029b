//! The fax register: the number is checked before a fax is sent, and its receipt and its original are seen to afterwards. An
//! entry stands alone, or belongs to a delivery whose notice sheet is faxed. It never holds a pick-up number.

mod details;
mod export;
mod steps;

use std::collections::HashMap;

use serde_json::Value;

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Actor, Delivery, Event, EventKind, Fax, FaxId, Time};
use crate::staff::permit::{FaxReader, Watcher};
use crate::store::{Tx, accounts, deliveries, events, faxes};

use super::draft::own_delivery;

pub use details::{Wanted, correct, record};
pub use export::export;
pub use steps::{Call, close, confirmed, misdirected, sent, stored};

/// Attempts that did not go through, looked at at most.
const FAILED_MOST: i64 = 1000;

/// Entries listed at most: the open ones, and as many others.
const LISTED_MOST: i64 = 200;

/// An entry with the account whose it is.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The entry.
    pub fax: Fax,
    /// Whose it is.
    pub owner: Account,
    /// When it was tried without going through, the oldest first.
    pub failed_at: Vec<Time>,
}

/// When entries were tried without going through; the log alone knows, because nothing changes by it.
fn failed(tx: &mut Tx) -> Result<HashMap<FaxId, Vec<Time>>> {
    let mut failed: HashMap<FaxId, Vec<Time>> = HashMap::new();
    for entry in events::failed_faxes(tx, FAILED_MOST)?.into_iter().rev() {
        let leaf: Value = serde_json::from_slice(&entry.leaf).unwrap_or_default();
        let Some(id) = leaf.pointer("/subject/fax").and_then(Value::as_str).and_then(|id| id.parse().ok()) else {
            continue;
        };
        let at = leaf.get("sent_at").and_then(Value::as_i64).map_or(entry.at, Time::from_millis);
        failed.entry(id).or_default().push(at);
    }
    Ok(failed)
}

fn listed(tx: &mut Tx, fax: Fax, failed: &mut HashMap<FaxId, Vec<Time>>) -> Result<Listed> {
    Ok(Listed { owner: accounts::get(tx, fax.owner)?, failed_at: failed.remove(&fax.id).unwrap_or_default(), fax })
}

/// The entries that this one may see: the open ones first, each group the newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway, reader: &FaxReader) -> Result<Vec<Listed>> {
    let owner = (!reader.reads_all()).then(|| reader.account().id);
    gateway
        .store
        .read(move |tx| {
            let mut rows = faxes::newest(tx, owner, true, LISTED_MOST)?;
            let all = faxes::newest(tx, owner, false, LISTED_MOST)?;
            rows.extend(all.into_iter().filter(|fax| !fax.state.is_open()));
            let mut failed = failed(tx)?;
            rows.into_iter().map(|fax| listed(tx, fax, &mut failed)).collect()
        })
        .await
}

/// An entry.
///
/// # Errors
/// `NotFound`, also for what this one may not see.
pub async fn look(gateway: &Gateway, reader: &FaxReader, id: FaxId) -> Result<Listed> {
    let (own, all) = (reader.account().id, reader.reads_all());
    gateway
        .store
        .read(move |tx| {
            let fax = faxes::find(tx, id)?.filter(|fax| all || fax.owner == own).ok_or(Problem::NotFound)?;
            let mut failed = failed(tx)?;
            listed(tx, fax, &mut failed)
        })
        .await
}

/// What an entry refers to, by name; empty where there is nothing.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Who wrote down that its receipt was confirmed.
    pub confirmed: String,
    /// Who put its original away.
    pub stored: String,
    /// Reference of the delivery whose notice sheet it is.
    pub delivery: String,
}

/// What an entry refers to, by name.
///
/// # Errors
/// The store cannot be read.
pub async fn names(gateway: &Gateway, fax: &Fax) -> Result<Names> {
    let (call, original) = (fax.confirmed.as_ref().map(|call| call.by), fax.stored.as_ref().map(|stored| stored.by));
    let name = |tx: &mut Tx, id: Option<AccountId>| -> Result<String> {
        id.map_or_else(|| Ok(String::new()), |id| Ok(accounts::get(tx, id)?.name))
    };
    let of = fax.delivery;
    gateway
        .store
        .read(move |tx| {
            let delivery = match of {
                Some(id) => deliveries::find(tx, id)?.map(|delivery| delivery.reference).unwrap_or_default(),
                None => String::new(),
            };
            Ok(Names { confirmed: name(tx, call)?, stored: name(tx, original)?, delivery })
        })
        .await
}

/// How many entries of this account are open.
///
/// # Errors
/// The store cannot be read.
pub async fn count_open(gateway: &Gateway, account: AccountId) -> Result<u32> {
    let count = gateway.store.read(move |tx| faxes::count_open(tx, account)).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The own delivery whose notice sheet is to be faxed: an entry begins with what is known of its recipient.
///
/// # Errors
/// `NotFound` for a delivery of somebody else.
pub async fn begin(gateway: &Gateway, watcher: &Watcher, reference: &str) -> Result<Delivery> {
    own_delivery(gateway, watcher, reference).await
}

/// An entry of this sender, in a transaction that changes it.
fn own(tx: &mut Tx, owner: AccountId, id: FaxId) -> Result<Fax> {
    faxes::find(tx, id)?.filter(|fax| fax.owner == owner).ok_or_else(|| Problem::NotFound.into())
}

/// An event about an entry; where it belongs to a delivery, also about that.
fn about(tx: &mut Tx, event: Event, fax: &Fax) -> Result<Event> {
    let event = event.fax(fax.id);
    let Some(delivery) = fax.delivery else { return Ok(event) };
    Ok(match deliveries::find(tx, delivery)? {
        Some(found) => event.transfer(found.transfer).delivery(delivery),
        None => event,
    })
}

/// Hands the open entries of one account over to another, in the transaction that hands its transfers over.
pub(super) fn hand_over(tx: &mut Tx, (from, to): (AccountId, AccountId), actor: Actor, now: Time) -> Result<()> {
    for id in faxes::hand_over(tx, from, to)? {
        tx.record(&Event::new(EventKind::FaxHandedOver { to }, now, actor).fax(id).account(from))?;
    }
    Ok(())
}
