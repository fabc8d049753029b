//! Copies of the log: what each destination has of each log, and since when it takes nothing.

use std::time::Duration;

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{CopyFailure, CopyState, Destination, Time};

use super::database::on;
use super::lease::long_ago;
use super::schema::log_copies;
use super::tree::{self, Signed, count, stored};
use super::{Tx, settings};

/// What a destination has of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogCopy {
    /// Which, by its word.
    pub destination: String,
    /// Of the log with this number.
    pub log: i32,
    /// Entries of the newest checkpoint that left for it.
    pub size: u64,
    /// When that left; none: nothing did.
    pub at: Option<Time>,
    /// Of a witness: its cosignature on that checkpoint. Of the bucket: the checkpoint as it stands there.
    pub note: String,
    /// Of the bucket: up to this entry everything is there.
    pub through: u64,
    /// Since when it takes nothing, and why.
    pub failing: Option<(Time, CopyFailure)>,
    /// Of the bucket: whether we may not read what is there.
    pub is_unread: bool,
}

impl LogCopy {
    /// It as it is told.
    pub fn state(&self, destination: Destination) -> CopyState {
        let left = self.at.map(|at| (self.size, at));
        CopyState { destination, left, failing: self.failing, is_unread: self.is_unread }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = log_copies)]
struct Row {
    destination: String,
    log: i32,
    size: i64,
    at: Option<Time>,
    note: String,
    through: i64,
    failing_since: Option<Time>,
    failure: Option<CopyFailure>,
    is_unread: bool,
}

impl TryFrom<Row> for LogCopy {
    type Error = crate::error::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            destination: row.destination,
            log: row.log,
            size: count(row.size)?,
            at: row.at,
            note: row.note,
            through: count(row.through)?,
            failing: row.failing_since.zip(row.failure),
            is_unread: row.is_unread,
        })
    }
}

/// What every destination has of a log.
///
/// # Errors
/// The database cannot be read.
pub fn of_log(tx: &mut Tx, log: i32) -> Result<Vec<LogCopy>> {
    let rows = log_copies::table.filter(log_copies::log.eq(log)).order(log_copies::destination);
    let rows: Vec<Row> = on!(tx, c => rows.select(Row::as_select()).load(c))?;
    rows.into_iter().map(LogCopy::try_from).collect()
}

/// What a destination has of a log; none where nothing was tried yet.
///
/// # Errors
/// The database cannot be read.
pub fn get(tx: &mut Tx, to: &Destination, log: i32) -> Result<Option<LogCopy>> {
    let row = log_copies::table.find((to.to_string(), log));
    let row: Option<Row> = on!(tx, c => row.select(Row::as_select()).first(c).optional())?;
    row.map(LogCopy::try_from).transpose()
}

fn ensure(tx: &mut Tx, to: &Destination, log: i32) -> Result<()> {
    on!(tx, c => diesel::insert_into(log_copies::table)
        .values((
            log_copies::destination.eq(to.to_string()),
            log_copies::log.eq(log),
            log_copies::size.eq(0_i64),
            log_copies::note.eq(""),
            log_copies::through.eq(0_i64),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Takes the turn at a destination: nobody else has it until `pause` has passed. A clock that went back takes it at once.
///
/// # Errors
/// The database cannot be written.
pub fn claim(tx: &mut Tx, to: &Destination, log: i32, pause: Duration, now: Time) -> Result<bool> {
    ensure(tx, to, log)?;
    let free = long_ago!(log_copies::tried_at, now, pause, Duration::ZERO);
    let row = log_copies::table.find((to.to_string(), log)).filter(free);
    let taken = on!(tx, c => diesel::update(row).set(log_copies::tried_at.eq(Some(now))).execute(c))?;
    Ok(taken == 1)
}

/// A checkpoint left for a destination: nothing that was there before counts instead of it.
///
/// # Errors
/// The database cannot be written.
pub fn left(tx: &mut Tx, to: &Destination, signed: &Signed, note: &str, now: Time) -> Result<()> {
    ensure(tx, to, signed.log)?;
    let size = stored(signed.size)?;
    let row = log_copies::table.find((to.to_string(), signed.log)).filter(log_copies::size.le(size));
    on!(tx, c => diesel::update(row)
        .set((
            log_copies::size.eq(size),
            log_copies::at.eq(Some(now)),
            log_copies::note.eq(note),
            log_copies::failing_since.eq(None::<Time>),
            log_copies::failure.eq(None::<CopyFailure>),
        ))
        .execute(c))?;
    tree::left(tx, signed, now)
}

/// Whether we may not read what a destination has.
///
/// # Errors
/// The database cannot be written.
pub fn seen(tx: &mut Tx, to: &Destination, log: i32, is_unread: bool) -> Result<()> {
    let row = log_copies::table.find((to.to_string(), log));
    on!(tx, c => diesel::update(row).set(log_copies::is_unread.eq(is_unread)).execute(c))?;
    Ok(())
}

/// Everything up to this entry is in the bucket.
///
/// # Errors
/// The database cannot be written.
pub fn came_through(tx: &mut Tx, to: &Destination, log: i32, through: u64) -> Result<()> {
    let through = stored(through)?;
    let row = log_copies::table.find((to.to_string(), log)).filter(log_copies::through.lt(through));
    on!(tx, c => diesel::update(row).set(log_copies::through.eq(through)).execute(c))?;
    Ok(())
}

/// A destination did not take the log. Since when is remembered from the first time on.
///
/// # Errors
/// The database cannot be written.
pub fn failed(tx: &mut Tx, to: &Destination, log: i32, why: CopyFailure, now: Time) -> Result<()> {
    ensure(tx, to, log)?;
    let row = || log_copies::table.find((to.to_string(), log));
    on!(tx, c => diesel::update(row()).set(log_copies::failure.eq(Some(why))).execute(c))?;
    let first = row().filter(log_copies::failing_since.is_null());
    on!(tx, c => diesel::update(first).set(log_copies::failing_since.eq(Some(now))).execute(c))?;
    Ok(())
}

/// A log that has ended and is not whole at a destination.
#[derive(Clone, Debug, PartialEq)]
pub struct Behind {
    /// Its name for the world.
    pub origin: String,
    /// When it ended.
    pub closed_at: Time,
    /// What the destination has of it.
    pub state: CopyState,
}

/// What these destinations lack of logs that have ended, oldest first. Mails carry what is newest, and a witness that never
/// knew such a log is not asked for it. A log that is known to lack its end, because the database was put back, will never be
/// what is there.
///
/// # Errors
/// The database cannot be read.
pub fn behind(tx: &mut Tx, places: &[Destination]) -> Result<Vec<Behind>> {
    let lacking = settings::checked(tx)?.map(|checked| checked.lacking).unwrap_or_default();
    let mut found = Vec::new();
    for log in tree::all(tx)? {
        let (Some(closed_at), Some(signed)) = (log.closed_at, log.signed) else { continue };
        if signed.size == 0 || lacking.iter().any(|lacking| lacking.log == log.number) {
            continue;
        }
        let copies = of_log(tx, log.number)?;
        for place in places.iter().filter(|place| **place != Destination::Mail) {
            let word = place.to_string();
            let copy = copies.iter().find(|copy| copy.destination == word);
            let is_known = *place == Destination::Bucket || copy.is_some_and(|copy| copy.at.is_some());
            let is_whole = copy.is_some_and(|copy| copy.size >= signed.size && copy.failing.is_none());
            if is_known && !is_whole {
                let state = copy.map_or_else(|| CopyState::none(place.clone()), |copy| copy.state(place.clone()));
                found.push(Behind { origin: log.origin.clone(), closed_at, state });
            }
        }
    }
    Ok(found)
}

/// A log's newest signed checkpoint as it is given to the world: with the cosignatures of witnesses that saw this one.
///
/// # Errors
/// The database cannot be read.
pub fn published(tx: &mut Tx, signed: &Signed) -> Result<String> {
    let copies = of_log(tx, signed.log)?;
    let seen = copies.into_iter().filter(|copy| Destination::is_witness(&copy.destination) && copy.size == signed.size);
    Ok(seen.fold(signed.checkpoint.clone(), |checkpoint, copy| checkpoint + &copy.note))
}
