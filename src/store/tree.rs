//! The log as one growing tree: which event is which entry, the tree's tiles, and its newest signed checkpoint. Events are
//! put aside in the transaction that writes them, and get their place in order, once.

mod kept;

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::Tx;
use super::database::on;
use super::schema::{events, log_entries, log_pending, log_tiles, logs};
use crate::audit::{EMPTY_ROOT, Hash, Tile};
use crate::error::{Doing, Error, Result};
use crate::model::{EventId, Time};

pub use kept::Kept;

/// A log with an origin of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// Its number in this installation, from 1.
    pub number: i32,
    /// Its name for the world.
    pub origin: String,
    /// Its entries.
    pub size: u64,
    /// The root of its tree.
    pub root: Hash,
    /// The newest signed checkpoint, if there is one.
    pub signed: Option<Signed>,
    /// How many entries the newest checkpoint has that left the house, and when it did: what is older cannot be rewritten
    /// unseen.
    pub left: Option<(u64, Time)>,
    /// That checkpoint; empty where it left before it was kept.
    pub left_checkpoint: String,
    /// The key that its checkpoints verify with, as it is given to people; empty until it is known.
    pub key: String,
    /// When it began.
    pub began_at: Time,
    /// Since when it does not grow any more.
    pub closed_at: Option<Time>,
}

/// A signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Of the log with this number.
    pub log: i32,
    /// As it is given to the world.
    pub checkpoint: String,
    /// Of so many entries.
    pub size: u64,
    /// When.
    pub at: Time,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = logs)]
struct Row {
    number: i32,
    origin: String,
    size: i64,
    root: Vec<u8>,
    checkpoint: String,
    signed_size: i64,
    signed_at: Option<Time>,
    left_size: i64,
    left_at: Option<Time>,
    began_at: Time,
    closed_at: Option<Time>,
    key: String,
    left_checkpoint: String,
}

impl TryFrom<Row> for Log {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let signed_size = count(row.signed_size)?;
        let left_size = count(row.left_size)?;
        let (checkpoint, at) = (row.checkpoint, row.signed_at);
        Ok(Self {
            number: row.number,
            origin: row.origin,
            size: count(row.size)?,
            root: Hash(row.root.as_slice().try_into().doing("reading the root of the log")?),
            signed: at.map(|at| Signed { log: row.number, checkpoint, size: signed_size, at }),
            left: row.left_at.map(|at| (left_size, at)),
            left_checkpoint: row.left_checkpoint,
            key: row.key,
            began_at: row.began_at,
            closed_at: row.closed_at,
        })
    }
}

pub(super) fn count(stored: i64) -> Result<u64> {
    u64::try_from(stored).doing("counting entries of the log")
}

pub(super) fn stored(count: u64) -> Result<i64> {
    i64::try_from(count).doing("counting entries of the log")
}

/// The event waits for its place.
pub(super) fn put_aside(tx: &mut Tx, event: EventId) -> Result<()> {
    on!(tx, c => diesel::insert_into(log_pending::table).values(log_pending::event_id.eq(event)).execute(c))?;
    Ok(())
}

/// The log that grows.
///
/// # Errors
/// The database cannot be read.
pub fn current(tx: &mut Tx) -> Result<Option<Log>> {
    let open = logs::table.filter(logs::closed_at.is_null()).order(logs::number.desc());
    let row: Option<Row> = on!(tx, c => open.select(Row::as_select()).first(c).optional())?;
    row.map(Log::try_from).transpose()
}

/// Every log there is, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn all(tx: &mut Tx) -> Result<Vec<Log>> {
    let rows: Vec<Row> = on!(tx, c => logs::table.order(logs::number).select(Row::as_select()).load(c))?;
    rows.into_iter().map(Log::try_from).collect()
}

/// The log with this number.
///
/// # Errors
/// The database cannot be read.
pub fn by_number(tx: &mut Tx, number: i32) -> Result<Option<Log>> {
    let row: Option<Row> = on!(tx, c => logs::table.find(number).select(Row::as_select()).first(c).optional())?;
    row.map(Log::try_from).transpose()
}

/// Begins a log whose checkpoints verify with this key.
///
/// # Errors
/// There is one with this number or origin, or the database cannot be written.
pub fn begin(tx: &mut Tx, number: i32, origin: &str, key: &str, now: Time) -> Result<()> {
    on!(tx, c => diesel::insert_into(logs::table)
        .values((
            logs::number.eq(number),
            logs::origin.eq(origin),
            logs::size.eq(0_i64),
            logs::root.eq(EMPTY_ROOT.0.as_slice()),
            logs::checkpoint.eq(""),
            logs::signed_size.eq(0_i64),
            logs::left_size.eq(0_i64),
            logs::began_at.eq(now),
            logs::key.eq(key),
            logs::left_checkpoint.eq(""),
        ))
        .execute(c))?;
    Ok(())
}

/// Logs whose key is not known, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn without_key(tx: &mut Tx) -> Result<Vec<Log>> {
    let unknown = logs::table.filter(logs::key.eq("")).order(logs::number);
    let rows: Vec<Row> = on!(tx, c => unknown.select(Row::as_select()).load(c))?;
    rows.into_iter().map(Log::try_from).collect()
}

/// Notes the key of a log that was begun before keys were kept. What is known is never replaced.
///
/// # Errors
/// The database cannot be written.
pub fn know_key(tx: &mut Tx, number: i32, key: &str) -> Result<()> {
    let row = logs::table.find(number).filter(logs::key.eq(""));
    on!(tx, c => diesel::update(row).set(logs::key.eq(key)).execute(c))?;
    Ok(())
}

/// Ends a log: it never grows again.
///
/// # Errors
/// The database cannot be written.
pub fn close(tx: &mut Tx, number: i32, now: Time) -> Result<()> {
    let row = logs::table.find(number);
    on!(tx, c => diesel::update(row).set(logs::closed_at.eq(Some(now))).execute(c))?;
    Ok(())
}

/// Takes the log's row for this transaction: whoever else would let it grow waits.
///
/// # Errors
/// The database cannot be written.
pub fn lock(tx: &mut Tx, number: i32) -> Result<()> {
    let row = logs::table.find(number);
    on!(tx, c => diesel::update(row).set(logs::size.eq(logs::size)).execute(c))?;
    Ok(())
}

/// The event that begins a log, while it waits for its place.
///
/// # Errors
/// The database cannot be read.
pub fn beginning(tx: &mut Tx) -> Result<Option<(EventId, Vec<u8>)>> {
    let newest = log_pending::table
        .inner_join(events::table)
        .filter(events::event.eq("log_began"))
        .order(log_pending::event_id.desc())
        .select((log_pending::event_id, events::leaf));
    Ok(on!(tx, c => newest.first(c).optional())?)
}

/// Events that wait for their place, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn pending(tx: &mut Tx, most: i64) -> Result<Vec<(EventId, Vec<u8>)>> {
    let waiting = log_pending::table
        .inner_join(events::table)
        .order(log_pending::event_id)
        .select((log_pending::event_id, events::leaf))
        .limit(most);
    Ok(on!(tx, c => waiting.load(c))?)
}

/// Since when the event that waits longest waits for its place; none while none does.
///
/// # Errors
/// The database cannot be read.
pub fn waiting_since(tx: &mut Tx) -> Result<Option<Time>> {
    let waiting = log_pending::table.inner_join(events::table);
    Ok(on!(tx, c => waiting.select(diesel::dsl::min(events::at)).get_result(c))?)
}

/// Gives events their place, from `first` on.
///
/// # Errors
/// One has a place already, or the place is taken; or the database cannot be written.
pub fn place(tx: &mut Tx, log: i32, first: u64, events: &[EventId]) -> Result<()> {
    for (entry, event) in (first..).zip(events) {
        let entry = stored(entry)?;
        on!(tx, c => diesel::insert_into(log_entries::table)
            .values((log_entries::log.eq(log), log_entries::entry.eq(entry), log_entries::event_id.eq(event)))
            .execute(c))?;
        let waiting = log_pending::table.find(event);
        if on!(tx, c => diesel::delete(waiting).execute(c))? != 1 {
            return Err(Error::fault("placing an entry of the log", "it does not wait for a place"));
        }
    }
    Ok(())
}

/// Keeps tiles that have grown.
///
/// # Errors
/// The database cannot be written.
pub fn keep_tiles(tx: &mut Tx, log: i32, tiles: BTreeMap<Tile, Vec<u8>>) -> Result<()> {
    for (tile, hashes) in tiles {
        let (level, number) = (i32::from(tile.level), stored(tile.index)?);
        on!(tx, c => diesel::insert_into(log_tiles::table)
            .values((
                log_tiles::log.eq(log),
                log_tiles::level.eq(level),
                log_tiles::tile.eq(number),
                log_tiles::hashes.eq(hashes.as_slice()),
            ))
            .on_conflict((log_tiles::log, log_tiles::level, log_tiles::tile))
            .do_update()
            .set(log_tiles::hashes.eq(hashes.as_slice()))
            .execute(c))?;
    }
    Ok(())
}

/// The tree is larger now.
///
/// # Errors
/// It is not the tree of this size any more that was added to, or the database cannot be written.
pub fn grow(tx: &mut Tx, log: &Log, size: u64, root: Hash) -> Result<()> {
    let before = stored(log.size)?;
    let row = logs::table.find(log.number).filter(logs::size.eq(before)).filter(logs::closed_at.is_null());
    let size = stored(size)?;
    let grown = on!(tx, c => diesel::update(row)
        .set((logs::size.eq(size), logs::root.eq(root.0.as_slice())))
        .execute(c))?;
    if grown == 1 { Ok(()) } else { Err(Error::fault("growing the log", "somebody else has grown it")) }
}

/// Keeps a signed checkpoint, if the tree that it is of is still the newest.
///
/// # Errors
/// The database cannot be written.
pub fn keep_signed(tx: &mut Tx, log: &Log, checkpoint: &str, now: Time) -> Result<bool> {
    let size = stored(log.size)?;
    let row = logs::table.find(log.number).filter(logs::size.eq(size)).filter(logs::root.eq(log.root.0.to_vec()));
    let kept = on!(tx, c => diesel::update(row)
        .set((logs::checkpoint.eq(checkpoint), logs::signed_size.eq(size), logs::signed_at.eq(Some(now))))
        .execute(c))?;
    Ok(kept == 1)
}

/// Whether nothing was ever signed of a log, as far as its row tells.
///
/// # Errors
/// The database cannot be read.
pub fn was_never_signed(tx: &mut Tx, number: i32) -> Result<bool> {
    let blank = logs::signed_at.is_null().and(logs::signed_size.eq(0)).and(logs::checkpoint.eq(""));
    let blank = blank.and(logs::left_checkpoint.eq(""));
    let row = logs::table.find(number).filter(blank);
    Ok(on!(tx, c => diesel::select(exists(row)).get_result(c))?)
}

/// A checkpoint left the house.
///
/// # Errors
/// The database cannot be written.
pub(super) fn left(tx: &mut Tx, signed: &Signed, now: Time) -> Result<()> {
    let size = stored(signed.size)?;
    let row = logs::table.find(signed.log).filter(logs::left_size.le(size));
    let checkpoint = signed.checkpoint.as_str();
    on!(tx, c => diesel::update(row)
        .set((logs::left_size.eq(size), logs::left_at.eq(Some(now)), logs::left_checkpoint.eq(checkpoint)))
        .execute(c))?;
    Ok(())
}

/// The final bytes of entries, from `first` on.
///
/// # Errors
/// The database cannot be read.
pub fn entries(tx: &mut Tx, log: i32, first: u64, most: u64) -> Result<Vec<Vec<u8>>> {
    let (first, most) = (stored(first)?, stored(most)?);
    let rows = log_entries::table
        .inner_join(events::table)
        .filter(log_entries::log.eq(log))
        .filter(log_entries::entry.ge(first))
        .order(log_entries::entry)
        .select(events::leaf)
        .limit(most);
    Ok(on!(tx, c => rows.load(c))?)
}

/// Which entry of which log an event is; none while it waits.
///
/// # Errors
/// The database cannot be read.
pub fn entry_of(tx: &mut Tx, event: EventId) -> Result<Option<(i32, u64)>> {
    let row = log_entries::table.filter(log_entries::event_id.eq(event)).select((log_entries::log, log_entries::entry));
    let found: Option<(i32, i64)> = on!(tx, c => row.first(c).optional())?;
    found.map(|(log, entry)| Ok((log, count(entry)?))).transpose()
}

/// Not exactly one of: a place in a log, and a wait for one. One statement sees both as one transaction left them.
macro_rules! is_astray {
    () => {{
        let waits = || exists(log_pending::table.filter(log_pending::event_id.eq(events::id)));
        let placed = || exists(log_entries::table.filter(log_entries::event_id.eq(events::id)));
        waits().and(placed()).or(not(waits()).and(not(placed())))
    }};
}

/// How many events do not have exactly one of: a place in a log, and a wait for one.
///
/// # Errors
/// The database cannot be read.
pub fn astray(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, c => events::table.filter(is_astray!()).count().get_result(c))?)
}

/// Whether one of the next `most` events behind `after` and before `before` is astray; and the last of them, none at the end.
///
/// # Errors
/// The database cannot be read.
pub fn astray_within(tx: &mut Tx, after: EventId, before: EventId, most: i64) -> Result<(bool, Option<EventId>)> {
    let span = events::id.gt(after).and(events::id.lt(before));
    let end = events::table.filter(span).order(events::id).select(events::id).offset(most - 1);
    let end: Option<EventId> = on!(tx, c => end.first(c).optional())?;
    let first = events::table.filter(span).filter(events::id.le(end.unwrap_or(before))).filter(is_astray!());
    let found: Option<EventId> = on!(tx, c => first.select(events::id).first(c).optional())?;
    Ok((found.is_some(), end))
}
