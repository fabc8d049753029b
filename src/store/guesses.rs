//! Wrong tries in a row, per name as typed and lane; and sources that failed too often.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::Time;

use super::Tx;
use super::database::on;
use super::schema::{bans, guesses};

/// Wrong tries in a row, and when the next is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guesses {
    /// How many.
    pub failures: i32,
    /// The next try is free at this time.
    pub next_at: Time,
}

/// What stands against a name in a lane.
///
/// # Errors
/// The database cannot be read.
pub fn of(tx: &mut Tx, name: &[u8; 32], lane: &str) -> Result<Guesses> {
    let row: Option<(i32, Time)> = on!(tx, c => guesses::table
        .find((name.as_slice(), lane))
        .select((guesses::failures, guesses::next_at))
        .first(c)
        .optional())?;
    Ok(row.map(|(failures, next_at)| Guesses { failures, next_at }).unwrap_or_default())
}

/// Takes the row for the rest of the transaction, so that tries of one name in one lane wait for each other.
///
/// # Errors
/// The database cannot be written.
pub fn hold(tx: &mut Tx, name: &[u8; 32], lane: &str, now: Time) -> Result<Guesses> {
    on!(tx, c => diesel::insert_into(guesses::table)
        .values((
            guesses::name_hash.eq(name.as_slice()),
            guesses::lane.eq(lane),
            guesses::failures.eq(0),
            guesses::next_at.eq(0),
            guesses::updated_at.eq(now),
        ))
        .on_conflict((guesses::name_hash, guesses::lane))
        .do_update()
        .set(guesses::updated_at.eq(now))
        .execute(c))?;
    of(tx, name, lane)
}

/// Sets it. Concurrent tries of one name in one lane wait for each other here.
///
/// # Errors
/// The database cannot be written.
pub fn set(tx: &mut Tx, name: &[u8; 32], lane: &str, what: Guesses, now: Time) -> Result<()> {
    let values = (guesses::failures.eq(what.failures), guesses::next_at.eq(what.next_at), guesses::updated_at.eq(now));
    on!(tx, c => diesel::insert_into(guesses::table)
        .values((guesses::name_hash.eq(name.as_slice()), guesses::lane.eq(lane), values))
        .on_conflict((guesses::name_hash, guesses::lane))
        .do_update()
        .set(values)
        .execute(c))?;
    Ok(())
}

/// Forgets what stands against a name in a lane.
///
/// # Errors
/// The database cannot be written.
pub fn forget(tx: &mut Tx, name: &[u8; 32], lane: &str) -> Result<()> {
    on!(tx, c => diesel::delete(guesses::table.find((name.as_slice(), lane))).execute(c))?;
    Ok(())
}

/// Forgets everything that stands against a name.
///
/// # Errors
/// The database cannot be written.
pub fn forget_name(tx: &mut Tx, name: &[u8; 32]) -> Result<()> {
    on!(tx, c => diesel::delete(guesses::table.filter(guesses::name_hash.eq(name.as_slice()))).execute(c))?;
    Ok(())
}

/// Forgets what was not added to since.
///
/// # Errors
/// The database cannot be written.
pub fn sweep(tx: &mut Tx, since: Time) -> Result<usize> {
    Ok(on!(tx, c => diesel::delete(guesses::table.filter(guesses::updated_at.lt(since))).execute(c))?)
}

/// How often a source failed within its window, and until when it is turned away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failing {
    /// How often.
    pub failures: i32,
    /// When the count begins anew.
    pub window_until: Time,
    /// Until when it is turned away.
    pub banned_until: Time,
}

/// How a source fares.
///
/// # Errors
/// The database cannot be read.
pub fn failing(tx: &mut Tx, source: &str) -> Result<Failing> {
    let row: Option<(i32, Time, Time)> = on!(tx, c => bans::table
        .find(source)
        .select((bans::failures, bans::window_until, bans::banned_until))
        .first(c)
        .optional())?;
    Ok(row
        .map(|(failures, window_until, banned_until)| Failing { failures, window_until, banned_until })
        .unwrap_or_default())
}

/// Takes the source's row for the rest of the transaction, so that its failures are counted one after the other.
///
/// # Errors
/// The database cannot be written.
pub fn hold_failing(tx: &mut Tx, source: &str) -> Result<Failing> {
    on!(tx, c => diesel::insert_into(bans::table)
        .values((
            bans::source.eq(source),
            bans::failures.eq(0),
            bans::window_until.eq(0),
            bans::banned_until.eq(0),
        ))
        .on_conflict(bans::source)
        .do_update()
        .set(bans::source.eq(source))
        .execute(c))?;
    failing(tx, source)
}

/// Sets how a source fares.
///
/// # Errors
/// The database cannot be written.
pub fn set_failing(tx: &mut Tx, source: &str, what: Failing) -> Result<()> {
    let values = (
        bans::failures.eq(what.failures),
        bans::window_until.eq(what.window_until),
        bans::banned_until.eq(what.banned_until),
    );
    on!(tx, c => diesel::insert_into(bans::table)
        .values((bans::source.eq(source), values))
        .on_conflict(bans::source)
        .do_update()
        .set(values)
        .execute(c))?;
    Ok(())
}

/// The sources that are turned away now, with the end of it.
///
/// # Errors
/// The database cannot be read.
pub fn banned(tx: &mut Tx, now: Time) -> Result<Vec<(String, Time)>> {
    Ok(on!(tx, c => bans::table
        .filter(bans::banned_until.gt(now))
        .order(bans::source)
        .select((bans::source, bans::banned_until))
        .load(c))?)
}

/// Lets a source in again.
///
/// # Errors
/// The database cannot be written.
pub fn lift(tx: &mut Tx, source: &str) -> Result<bool> {
    Ok(on!(tx, c => diesel::delete(bans::table.find(source)).execute(c))? == 1)
}

/// Forgets sources whose window and ban are over.
///
/// # Errors
/// The database cannot be written.
pub fn sweep_failing(tx: &mut Tx, now: Time) -> Result<usize> {
    let over = bans::window_until.le(now).and(bans::banned_until.le(now));
    Ok(on!(tx, c => diesel::delete(bans::table.filter(over)).execute(c))?)
}
