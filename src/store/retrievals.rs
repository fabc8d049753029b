//! What was served: per session and file (for the log), and merged per delivery and file (which decides retrieval).

use std::ops::Range;

use diesel::prelude::*;

use crate::error::{Doing, Result};
use crate::model::{DeliveryId, FileId, Ranges, SessionId, Time, TransferId};

use super::Tx;
use super::database::on;
use super::schema::{retrievals, servings};
use super::unlocks::Unlock;

/// Notes that a session begins to fetch a file: true the first time.
///
/// # Errors
/// The database cannot be written.
pub fn begin(tx: &mut Tx, unlock: &Unlock, file: FileId, size: i64) -> Result<bool> {
    let row = servings::table.find((unlock.id, file));
    let known: i64 = on!(tx, c => row.count().get_result(c))?;
    if known > 0 {
        return Ok(false);
    }
    on!(tx, c => diesel::insert_into(servings::table)
        .values((
            servings::unlock_id.eq(unlock.id),
            servings::file_id.eq(file),
            servings::delivery_id.eq(unlock.delivery_id),
            servings::transfer_id.eq(unlock.transfer_id),
            servings::size.eq(size),
            servings::ranges.eq(""),
        ))
        .execute(c))?;
    Ok(true)
}

/// What a session fetched of one file.
#[derive(Clone, Debug)]
pub struct Served {
    /// The file.
    pub file: FileId,
    /// Merged bytes.
    pub bytes: i64,
    /// Whether that is all of it.
    pub complete: bool,
}

/// Takes out what a session fetched, for the summary at its end.
///
/// # Errors
/// The database cannot be written.
pub fn take_of_session(tx: &mut Tx, session: SessionId) -> Result<Vec<Served>> {
    let rows: Vec<(FileId, i64, String)> = on!(tx, c => servings::table
        .filter(servings::unlock_id.eq(session))
        .select((servings::file_id, servings::size, servings::ranges))
        .load(c))?;
    on!(tx, c => diesel::delete(servings::table.filter(servings::unlock_id.eq(session))).execute(c))?;
    rows.into_iter()
        .map(|(file, size, ranges)| {
            let ranges: Ranges = ranges.parse().doing("reading served ranges")?;
            let size = u64::try_from(size).unwrap_or(0);
            Ok(Served { file, bytes: i64::try_from(ranges.bytes()).unwrap_or(i64::MAX), complete: ranges.cover(size) })
        })
        .collect()
}

/// Merges a served range into session and delivery. True when the file became completely served by it.
///
/// # Errors
/// The database cannot be written.
pub fn merge(tx: &mut Tx, unlock: &Unlock, file: FileId, size: i64, range: Range<u64>, now: Time) -> Result<bool> {
    merge_into_session(tx, unlock.id, file, range.clone())?;
    let row = retrievals::table.find((unlock.delivery_id, file));
    let known: Option<(String, Option<Time>)> = on!(tx, c => row
        .select((retrievals::ranges, retrievals::complete_at))
        .first(c)
        .optional())?;
    let (text, complete_at) = known.clone().unwrap_or_default();
    let mut ranges: Ranges = text.parse().doing("reading served ranges")?;
    ranges.add(range);
    let completed = complete_at.is_none() && ranges.cover(u64::try_from(size).unwrap_or(0));
    let complete_at = complete_at.or(completed.then_some(now));
    if known.is_some() {
        on!(tx, c => diesel::update(row)
            .set((retrievals::ranges.eq(ranges.to_string()), retrievals::complete_at.eq(complete_at)))
            .execute(c))?;
    } else {
        on!(tx, c => diesel::insert_into(retrievals::table)
            .values((
                retrievals::delivery_id.eq(unlock.delivery_id),
                retrievals::file_id.eq(file),
                retrievals::size.eq(size),
                retrievals::ranges.eq(ranges.to_string()),
                retrievals::complete_at.eq(complete_at),
            ))
            .execute(c))?;
    }
    Ok(completed)
}

fn merge_into_session(tx: &mut Tx, session: SessionId, file: FileId, range: Range<u64>) -> Result<()> {
    let row = servings::table.find((session, file));
    let known: Option<String> = on!(tx, c => row.select(servings::ranges).first(c).optional())?;
    let Some(text) = known else { return Ok(()) };
    let mut ranges: Ranges = text.parse().doing("reading served ranges")?;
    ranges.add(range);
    on!(tx, c => diesel::update(row).set(servings::ranges.eq(ranges.to_string())).execute(c))?;
    Ok(())
}

/// When each completely served file of a delivery became so.
///
/// # Errors
/// The database cannot be read.
pub fn complete(tx: &mut Tx, delivery: DeliveryId) -> Result<Vec<(FileId, Time)>> {
    let rows: Vec<(FileId, Option<Time>)> = on!(tx, c => retrievals::table
        .filter(retrievals::delivery_id.eq(delivery).and(retrievals::complete_at.is_not_null()))
        .select((retrievals::file_id, retrievals::complete_at))
        .load(c))?;
    Ok(rows.into_iter().filter_map(|(file, at)| Some((file, at?))).collect())
}

/// The files of a delivery of which something was served, but not everything.
///
/// # Errors
/// The database cannot be read.
pub fn partial(tx: &mut Tx, delivery: DeliveryId) -> Result<Vec<FileId>> {
    Ok(on!(tx, c => retrievals::table
        .filter(retrievals::delivery_id.eq(delivery).and(retrievals::complete_at.is_null()))
        .select(retrievals::file_id)
        .load(c))?)
}

/// Forgets what was served of a finished transfer; the log keeps it.
///
/// # Errors
/// The database cannot be written.
pub fn forget_of_transfer(tx: &mut Tx, transfer: TransferId) -> Result<()> {
    for delivery in super::deliveries::of_transfer(tx, transfer)? {
        let of_delivery = retrievals::delivery_id.eq(delivery.id);
        on!(tx, c => diesel::delete(retrievals::table.filter(of_delivery)).execute(c))?;
    }
    Ok(())
}
