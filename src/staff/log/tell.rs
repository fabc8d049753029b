//! Telling single things of the log: one event, and the events of one transfer.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, EventId, TransferId};
use crate::staff::permit::LogReader;
use crate::store::search::{self, Wanted};
use crate::store::{accounts, transfers, tree};

use super::search::{Row, with_people};

/// Events of a transfer that are told at most, the oldest.
const EVENTS_MOST: usize = 5_000;

/// Everything that the log tells of a transfer.
#[derive(Clone, Debug)]
pub struct OfTransfer {
    /// Who answers for it.
    pub sender: Option<Account>,
    /// Its events, oldest first.
    pub rows: Vec<Row>,
}

/// An event, and which entry of which log it is; none while it waits for its place.
///
/// # Errors
/// `NotFound`, or the store cannot be read.
pub async fn event(gateway: &Gateway, _: &LogReader, id: EventId) -> Result<(Row, Option<(String, u64)>)> {
    gateway
        .store
        .read(move |tx| {
            let found = search::one(tx, id)?.ok_or(Problem::NotFound)?;
            let told = search::tell(tx, vec![found])?;
            let row = with_people(tx, told)?.into_iter().next().ok_or(Problem::NotFound)?;
            let Some((log, entry)) = tree::entry_of(tx, id)? else { return Ok((row, None)) };
            let origin = tree::all(tx)?.into_iter().find(|one| one.number == log).map(|log| log.origin);
            Ok((row, origin.map(|origin| (origin, entry))))
        })
        .await
}

/// The events of a transfer.
///
/// # Errors
/// `NotFound`, or the store cannot be read.
pub async fn of_transfer(gateway: &Gateway, _: &LogReader, id: TransferId) -> Result<OfTransfer> {
    gateway
        .store
        .read(move |tx| {
            let transfer = transfers::find(tx, id)?.ok_or(Problem::NotFound)?;
            let wanted = Wanted { transfer: Some(id), ..Wanted::default() };
            let mut found = search::find(tx, &wanted, None, EVENTS_MOST)?.found;
            found.reverse();
            let told = search::tell(tx, found)?;
            Ok(OfTransfer { sender: accounts::find(tx, transfer.owner)?, rows: with_people(tx, told)? })
        })
        .await
}
