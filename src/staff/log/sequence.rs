//! Sequence: what waits gets its place in the log, in one transaction; what is durable is signed, in the next. A crash
//! between the two, or within the first, is mended by the next round: it is this same path.

use std::time::Duration;

use chrono::Datelike;

use crate::audit::{self, Checkpoint, Edge, Hash, leaf_hash};
use crate::error::{Doing, Error, Result};
use crate::gateway::Gateway;
use crate::model::day::date_of;
use crate::model::{Actor, Event, EventId, EventKind, LogReason, Time};
use crate::store::Tx;
use crate::store::tree::{self, Kept, Log};

/// Between two rounds while there is news: no event is unsigned for longer.
pub const PAUSE: Duration = Duration::from_secs(5);
/// A checkpoint is signed anew so often without news: that nothing happened is told, too.
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
    let placed = gateway.store.write(move |tx| place(tx, &name, now)).await?;
    sign(gateway, now).await?;
    Ok(placed >= usize::try_from(MOST).unwrap_or(usize::MAX))
}

/// The host of the public address, with its port where it has one of its own.
fn host(public_url: &str) -> String {
    public_url.trim_start_matches("https://").trim_end_matches('/').to_owned()
}

fn place(tx: &mut Tx, name: &Name, now: Time) -> Result<usize> {
    let log = ready(tx, name, now)?;
    tree::lock(tx, log.number)?;
    // As it is now that nobody else can let it grow.
    let log = tree::current(tx)?.filter(|current| current.number == log.number).ok_or_else(other)?;
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

fn other() -> Error {
    Error::fault("growing the log", "somebody else has begun another one")
}

/// The log that grows; a first one, or the one of a new year or host, is begun.
fn ready(tx: &mut Tx, name: &Name, now: Time) -> Result<Log> {
    let current = tree::current(tx)?;
    let Some(log) = current else { return begin(tx, name, 1, LogReason::First, None, now) };
    let why = match log.origin.rsplit_once("/audit/") {
        Some((host, _)) if host != name.host => LogReason::Host,
        Some((_, of)) if of.split('-').next() != Some(name.year.to_string().as_str()) => LogReason::Year,
        _ => return Ok(log),
    };
    // What is not signed yet is signed first: the next log begins with it.
    match &log.signed {
        Some(signed) if signed.size == log.size => {
            let previous = signed.checkpoint.clone();
            tree::close(tx, log.number, now)?;
            begin(tx, name, log.number + 1, why, Some(previous), now)
        }
        _ => Ok(log),
    }
}

fn begin(tx: &mut Tx, name: &Name, number: i32, why: LogReason, previous: Option<String>, now: Time) -> Result<Log> {
    let origin = format!("{}/audit/{}-{number}", name.host, name.year);
    tree::begin(tx, number, &origin, now)?;
    tx.record(&Event::new(EventKind::LogBegan { origin, why, previous }, now, Actor::System))?;
    tree::current(tx)?.ok_or_else(other)
}

/// Signs the newest tree, unless that was done.
async fn sign(gateway: &Gateway, now: Time) -> Result<()> {
    let Some(log) = gateway.store.read(tree::current).await? else { return Ok(()) };
    let is_signed = log.signed.as_ref().is_some_and(|signed| signed.size == log.size && now < signed.at + HOURLY);
    if is_signed {
        return Ok(());
    }
    let checkpoint = checkpoint(&log);
    let note = audit::sign_checkpoint(&checkpoint, &gateway.store.keys().log)?;
    let note = String::from_utf8(note).doing("signing a checkpoint")?;
    // A tree that has grown meanwhile is signed in the next round.
    gateway.store.write(move |tx| tree::keep_signed(tx, &log, &note, now)).await?;
    Ok(())
}

fn checkpoint(log: &Log) -> Checkpoint {
    let root: Hash = log.root;
    Checkpoint { origin: log.origin.clone(), size: log.size, root }
}
