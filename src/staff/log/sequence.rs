//! Sequence: what waits gets its place in the log, in one transaction; what is durable is signed, in the next. A crash
//! between the two, or within the first, is mended by the next round: it is this same path.

use std::time::Duration;

use chrono::Datelike;

use crate::audit::{self, Checkpoint, Edge, Hash, VerifierKey, leaf_hash};
use crate::error::{Doing, Error, Result};
use crate::gateway::Gateway;
use crate::model::day::date_of;
use crate::model::{Actor, Event, EventId, EventKind, LogReason, Time};
use crate::store::Tx;
use crate::store::tree::{self, Kept, Log};

/// Between two rounds while there is news: no event is unsigned for longer.
pub const PAUSE: Duration = Duration::from_secs(5);
/// A checkpoint is signed anew so often without news.
const HOURLY: Duration = Duration::from_secs(3600);
/// Events placed in one transaction.
const MOST: i64 = 1024;

/// What a log is called: host, year and number.
struct Name {
    host: String,
    year: i32,
}

/// Gives what waits its place, and signs. True when more waits.
///
/// # Errors
/// The store cannot be written; nothing is half done, and the next round does it.
pub async fn sequence(gateway: &Gateway) -> Result<bool> {
    let now = gateway.now();
    let year = date_of(now, gateway.office().time_zone).year();
    let name = Name { host: host(&gateway.public_url), year };
    let last = Last::of(gateway).await?;
    let placed = gateway.store.write(move |tx| place(tx, &name, last.as_ref(), now)).await?;
    sign(gateway, now).await?;
    Ok(placed >= usize::try_from(MOST).unwrap_or(usize::MAX))
}

/// The host of the public address, with its port where it has one of its own.
fn host(public_url: &str) -> String {
    public_url.trim_start_matches("https://").trim_end_matches('/').to_owned()
}

/// The newest checkpoint that was signed, as the keys directory has it. The database may be an older one, or a changed one.
struct Last {
    number: i32,
    origin: String,
    /// None if it was signed with another key.
    checkpoint: Option<Checkpoint>,
    note: String,
}

impl Last {
    async fn of(gateway: &Gateway) -> Result<Option<Self>> {
        let Some(note) = gateway.store.last_checkpoint().await? else { return Ok(None) };
        let origin = note.lines().next().unwrap_or_default().to_owned();
        let number = origin.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default();
        let key = VerifierKey::of(&origin, &gateway.store.keys().log);
        let checkpoint = key.ok().and_then(|key| key.open(note.as_bytes()).ok());
        Ok(Some(Self { number, origin, checkpoint, note }))
    }

    /// Whether the stored log goes on where this ends.
    fn is_continued(&self, tx: &mut Tx, log: &Log) -> Result<bool> {
        if self.number < log.number {
            return Ok(true);
        }
        let Some(last) = self.checkpoint.as_ref().filter(|_| self.origin == log.origin) else { return Ok(false) };
        Ok(last.size <= log.size && is_root(tx, log.number, last.size, last.root))
    }
}

/// Whether the stored tree had this root at this size.
fn is_root(tx: &mut Tx, log: i32, size: u64, root: Hash) -> bool {
    audit::root_at(&Kept::of(tx, log), size).is_ok_and(|stored| stored == root)
}

/// Whether the log is the one that was signed, and whole.
fn is_sound(tx: &mut Tx, log: &Log, last: Option<&Last>) -> Result<bool> {
    let continued = last.map_or(Ok(true), |last| last.is_continued(tx, log))?;
    Ok(continued && is_root(tx, log.number, log.size, log.root))
}

fn place(tx: &mut Tx, name: &Name, last: Option<&Last>, now: Time) -> Result<usize> {
    if let Some(current) = tree::current(tx)? {
        tree::lock(tx, current.number)?;
    }
    // As it is now that nobody else can let it grow.
    let log = ready(tx, name, last, now)?;
    let waiting = waiting(tx, &log)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut edge = Edge::of(log.size, &Kept::of(tx, log.number))?;
    for (_, leaf) in &waiting {
        edge.push(leaf_hash(leaf));
    }
    let (size, root) = (edge.size(), edge.root()?);
    let events: Vec<_> = waiting.iter().map(|(event, _)| *event).collect();
    tree::place(tx, log.number, log.size, &events)?;
    tree::keep_tiles(tx, log.number, edge.take_grown())?;
    tree::grow(tx, &log, size, root)?;
    Ok(events.len())
}

/// What is placed next: what begins a log stands first in it.
fn waiting(tx: &mut Tx, log: &Log) -> Result<Vec<(EventId, Vec<u8>)>> {
    let all = tree::pending(tx, MOST)?;
    let first = if log.size == 0 { tree::beginning(tx)? } else { None };
    let Some(first) = first else { return Ok(all) };
    let id = first.0;
    let others = all.into_iter().filter(move |(event, _)| *event != id);
    Ok(std::iter::once(first).chain(others).collect())
}

/// The log that grows. Another is begun where there is none, where the stored one is not the one that was signed, in a new
/// year and under a new host.
fn ready(tx: &mut Tx, name: &Name, last: Option<&Last>, now: Time) -> Result<Log> {
    let Some(log) = tree::current(tx)? else {
        let why = if last.is_some() { LogReason::Restored } else { LogReason::First };
        return begin(tx, name, (0, why), last.map(|last| last.note.clone()), last, now);
    };
    if !is_sound(tx, &log, last)? {
        tracing::error!(log = %log.origin, "the log in the database does not go on where the newest checkpoint ends");
        tree::close(tx, log.number, now)?;
        return begin(tx, name, (log.number, LogReason::Restored), last.map(|last| last.note.clone()), last, now);
    }
    // What is not signed yet is signed first: the next log begins with it.
    match (ended(&log.origin, name), &log.signed) {
        (Some(why), Some(signed)) if signed.size == log.size => {
            let previous = signed.checkpoint.clone();
            tree::close(tx, log.number, now)?;
            begin(tx, name, (log.number, why), Some(previous), last, now)
        }
        _ => Ok(log),
    }
}

/// Why a log with this origin does not grow any more. A clock that goes back brings no year back.
fn ended(origin: &str, name: &Name) -> Option<LogReason> {
    let (host, of) = origin.rsplit_once("/audit/")?;
    let year: i32 = of.split('-').next()?.parse().ok()?;
    if host != name.host {
        return Some(LogReason::Host);
    }
    (name.year > year).then_some(LogReason::Year)
}

/// Begins the log after that with this number, and after the one that was signed last.
fn begin(
    tx: &mut Tx,
    name: &Name,
    (after, why): (i32, LogReason),
    previous: Option<String>,
    last: Option<&Last>,
    now: Time,
) -> Result<Log> {
    let number = after.max(last.map_or(0, |last| last.number)) + 1;
    let origin = format!("{}/audit/{}-{number}", name.host, name.year);
    tree::begin(tx, number, &origin, now)?;
    tx.record(&Event::new(EventKind::LogBegan { origin, why, previous }, now, Actor::System))?;
    tree::current(tx)?.ok_or_else(|| Error::fault("growing the log", "the log that was begun is not there"))
}

/// Signs the newest tree, unless that was done.
async fn sign(gateway: &Gateway, now: Time) -> Result<()> {
    let Some(log) = gateway.store.read(tree::current).await? else { return Ok(()) };
    let is_signed = log.signed.as_ref().is_some_and(|signed| signed.size == log.size && now < signed.at + HOURLY);
    if is_signed {
        return Ok(());
    }
    let (last, stored) = (Last::of(gateway).await?, log.clone());
    if !gateway.store.read(move |tx| is_sound(tx, &stored, last.as_ref())).await? {
        // The next round begins another log.
        return Ok(());
    }
    let checkpoint = Checkpoint { origin: log.origin.clone(), size: log.size, root: log.root };
    let note = audit::sign_checkpoint(&checkpoint, &gateway.store.keys().log)?;
    let note = String::from_utf8(note).doing("signing a checkpoint")?;
    // First where the next database will be asked about it. Whoever was asleep since it looked at the tree finds a newer one.
    if !gateway.store.keep_checkpoint(note.clone()).await? {
        tracing::warn!(log = %log.origin, size = log.size, "another process has signed a larger tree meanwhile");
        return Ok(());
    }
    // A tree that has grown meanwhile is signed in the next round.
    gateway.store.write(move |tx| tree::keep_signed(tx, &log, &note, now)).await?;
    Ok(())
}
