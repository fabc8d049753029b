//! How far streams of the log have come. One node at a time sends; its position moves only over what was taken.

use std::time::Duration;

use diesel::prelude::*;

use super::Tx;
use super::database::on;
use super::lease::free;
use super::schema::log_streams;
use crate::error::{Doing, Result};
use crate::model::Time;

/// A position in the log that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The number of the log.
    pub log: i32,
    /// The next entry of it.
    pub entry: u64,
    /// Until when nobody else sends; also what the hold is known by.
    pub until: Time,
}

/// Takes a stream, if nobody holds it: from the first entry of the first log when it never sent anything.
///
/// # Errors
/// The database cannot be written.
pub fn hold(tx: &mut Tx, name: &str, now: Time, lease: Duration) -> Result<Option<Held>> {
    on!(tx, c => diesel::insert_into(log_streams::table)
        .values((log_streams::name.eq(name), log_streams::log.eq(1), log_streams::entry.eq(0_i64)))
        .on_conflict_do_nothing()
        .execute(c))?;
    let until = now + lease;
    let row = log_streams::table.find(name).filter(free!(log_streams::leased_until, now, lease));
    if on!(tx, c => diesel::update(row).set(log_streams::leased_until.eq(Some(until))).execute(c))? != 1 {
        return Ok(None);
    }
    let place = log_streams::table.find(name).select((log_streams::log, log_streams::entry));
    let (log, entry): (i32, i64) = on!(tx, c => place.first(c))?;
    let entry = u64::try_from(entry).doing("reading how far a stream has come")?;
    Ok(Some(Held { log, entry, until }))
}

/// Moves a stream that is still held, and lets it go: true if it was.
///
/// # Errors
/// The database cannot be written.
pub fn moved(tx: &mut Tx, name: &str, held: Held, to: (i32, u64), now: Time) -> Result<bool> {
    let entry = i64::try_from(to.1).doing("noting how far a stream has come")?;
    let row = log_streams::table.find(name).filter(log_streams::leased_until.eq(Some(held.until)));
    let moved = on!(tx, c => diesel::update(row)
        .set((
            log_streams::log.eq(to.0),
            log_streams::entry.eq(entry),
            log_streams::leased_until.eq(None::<Time>),
            log_streams::taken_at.eq(Some(now)),
        ))
        .execute(c))?;
    Ok(moved == 1)
}

/// Lets a stream go where it is.
///
/// # Errors
/// The database cannot be written.
pub fn let_go(tx: &mut Tx, name: &str, held: Held) -> Result<()> {
    let row = log_streams::table.find(name).filter(log_streams::leased_until.eq(Some(held.until)));
    on!(tx, c => diesel::update(row).set(log_streams::leased_until.eq(None::<Time>)).execute(c))?;
    Ok(())
}

/// How far a stream has come: log, next entry, and when the receiver last took something.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, name: &str) -> Result<Option<(i32, u64, Option<Time>)>> {
    let row = log_streams::table.find(name).select((log_streams::log, log_streams::entry, log_streams::taken_at));
    let found: Option<(i32, i64, Option<Time>)> = on!(tx, c => row.first(c).optional())?;
    let counted = |(log, entry, at)| Ok((log, u64::try_from(entry).doing("reading how far a stream has come")?, at));
    found.map(counted).transpose()
}
