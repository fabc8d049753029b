//! Sequence: what waits gets its place in the log, in one transaction; what is durable is signed, in the next. A crash
//! between the two, or within the first, is mended by the next round: it is this same path.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::Datelike;

use crate::audit::{self, Checkpoint, Edge, Hash, Origin, VerifierKey, leaf_hash};
use crate::error::{Doing, Error, Result};
use crate::gateway::Gateway;
use crate::model::day::date_of;
use crate::model::{Actor, Event, EventId, EventKind, LogReason, Time};
use crate::store::tree::{self, Kept, Log};
use crate::store::{Store, Tx};

/// Between two rounds while there is news: no event is unsigned for longer.
pub const PAUSE: Duration = Duration::from_secs(5);
/// A checkpoint is signed anew so often without news.
const HOURLY: Duration = Duration::from_secs(3600);
/// Events placed in one transaction.
const MOST: i64 = 1024;

/// What logs are called now: by host and year. The number is what comes next.
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
    let round = Round {
        name: Name { host: gateway.public_url.authority().to_owned(), year },
        is_believed: gateway.log_clock.agrees(now, Instant::now()).is_ok(),
        store: gateway.store.clone(),
        may_replace_key: !gateway.log_key_replaced.load(Ordering::Acquire),
        last: Last::of(gateway).await?,
        now,
    };
    let (placed, replaced) = gateway.store.write(move |tx| place(tx, round)).await?;
    if replaced {
        gateway.log_key_replaced.store(true, Ordering::Release);
    }
    sign(gateway, now).await?;
    Ok(placed >= usize::try_from(MOST).unwrap_or(usize::MAX))
}

/// What a round knows before it looks at the log.
struct Round {
    name: Name,
    /// Whether this reading of the clock fits the one before. One that does not ends no year.
    is_believed: bool,
    store: Store,
    /// A process begins one log because of its key, and no second: two nodes with different keys do not take turns.
    may_replace_key: bool,
    last: Option<Last>,
    now: Time,
}

impl Round {
    /// The key of this gateway, as that of a log of this origin.
    fn key_of(&self, origin: &str) -> Result<VerifierKey> {
        VerifierKey::of(origin, &self.store.keys().log)
    }
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
        let origin = audit::named(&note).to_owned();
        let number = Origin::of_note(&note).map(|origin| origin.number).unwrap_or_default();
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
        Ok(last.size <= log.size && is_root(tx, log.number, last.size, last.root)?)
    }
}

/// Whether the stored tree had this root at this size. A tile that cannot be read is no answer.
fn is_root(tx: &mut Tx, log: i32, size: u64, root: Hash) -> Result<bool> {
    Ok(audit::root_at(&Kept::of(tx, log), size)? == Some(root))
}

/// Whether the log is the one that was signed, and whole.
fn is_sound(tx: &mut Tx, log: &Log, last: Option<&Last>) -> Result<bool> {
    let continued = last.map_or(Ok(true), |last| last.is_continued(tx, log))?;
    Ok(continued && is_root(tx, log.number, log.size, log.root)?)
}

/// Returns how many events got their place, and whether a log was begun because the key is another.
fn place(tx: &mut Tx, mut round: Round) -> Result<(usize, bool)> {
    if let Some(current) = tree::current(tx)? {
        tree::lock(tx, current.number)?;
        if !round.is_believed
            && let Ok(now) = current.origin.parse::<Origin>()
        {
            round.name.year = now.year;
        }
    }
    know_keys(tx, &round)?;
    // As it is now that nobody else can let it grow.
    let (log, replaced) = ready(tx, &round)?;
    let waiting = waiting(tx, &log)?;
    if waiting.is_empty() {
        return Ok((0, replaced));
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
    Ok((events.len(), replaced))
}

/// Logs that were begun before their keys were kept: this gateway's, if their checkpoint verifies with it.
fn know_keys(tx: &mut Tx, round: &Round) -> Result<()> {
    for log in tree::without_key(tx)? {
        let key = round.key_of(&log.origin)?;
        if log.signed.as_ref().is_none_or(|signed| key.open(signed.checkpoint.as_bytes()).is_ok()) {
            tree::know_key(tx, log.number, key.text())?;
        }
    }
    Ok(())
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

/// The log that grows, and whether it was begun because the key is another. Another is begun where there is none, where the
/// stored one is not the one that was signed or was signed with another key, in a new year and under a new host.
fn ready(tx: &mut Tx, round: &Round) -> Result<(Log, bool)> {
    let last = round.last.as_ref();
    let newest = || last.map(|last| last.note.clone());
    let Some(log) = tree::current(tx)? else {
        let why = if last.is_some() { LogReason::Restored } else { LogReason::First };
        return Ok((begin(tx, round, (0, why), newest())?, false));
    };
    let of_now = log.signed.as_ref().map(|signed| signed.checkpoint.clone());
    if log.key != round.key_of(&log.origin)?.text() {
        require_turn(&log, round)?;
        tree::close(tx, log.number, round.now)?;
        return Ok((begin(tx, round, (log.number, LogReason::Key), newest().or(of_now))?, true));
    }
    if !is_sound(tx, &log, last)? {
        tracing::error!(log = %log.origin, "the log in the database does not go on where the newest checkpoint ends");
        tree::close(tx, log.number, round.now)?;
        return Ok((begin(tx, round, (log.number, LogReason::Restored), newest())?, false));
    }
    // What is not signed yet is signed first: the next log begins with it.
    let is_signed = log.signed.as_ref().is_some_and(|signed| signed.size == log.size);
    match ended(tx, &log.origin, &round.name)? {
        Some(why) if is_signed => {
            tree::close(tx, log.number, round.now)?;
            Ok((begin(tx, round, (log.number, why), of_now)?, false))
        }
        _ => Ok((log, false)),
    }
}

/// A key that is another than that of the log is told aloud, whatever comes of it.
fn require_turn(log: &Log, round: &Round) -> Result<()> {
    tracing::error!(
        log = %log.origin,
        "the log key in the keys directory is not the one that the log was signed with: the old one was lost or replaced. \
         What was signed stays valid with the old key; auditors need the new one (kakitome audit key)"
    );
    if round.may_replace_key {
        return Ok(());
    }
    Err(Error::fault(
        "growing the log",
        "another gateway signs it with another key; let all have the same keys directory",
    ))
}

/// Why a log with this origin does not grow any more. A clock that goes back brings no year back. A host begins one log a
/// year because of its name: gateways that are reached under different names do not take turns.
fn ended(tx: &mut Tx, origin: &str, name: &Name) -> Result<Option<LogReason>> {
    let Ok(now) = origin.parse::<Origin>() else { return Ok(None) };
    if name.year > now.year {
        return Ok(Some(LogReason::Year));
    }
    if now.host == name.host {
        return Ok(None);
    }
    let is_theirs = |origin: Origin| origin.host == name.host && origin.year == now.year;
    let had_one = tree::all(tx)?.iter().any(|log| log.origin.parse::<Origin>().is_ok_and(is_theirs));
    Ok((!had_one).then_some(LogReason::Host))
}

/// The number of a log that follows that with this number. Where the keys directory does not know which was signed last, the
/// database may be an older one, and a log that it does not know may have the next number, with another key. Logs begin less
/// than once a minute: the minutes since 1970 are more than any of them has.
fn number(after: i32, round: &Round) -> i32 {
    let next = after.saturating_add(1);
    match &round.last {
        Some(last) => next.max(last.number.saturating_add(1)),
        None if after == 0 => next,
        None => next.max(i32::try_from(round.now.millis() / 60_000).unwrap_or_default()),
    }
}

/// Begins the log after that with this number, and after the one that was signed last.
fn begin(tx: &mut Tx, round: &Round, (after, why): (i32, LogReason), previous: Option<String>) -> Result<Log> {
    let number = number(after, round);
    let origin = Origin { host: round.name.host.clone(), year: round.name.year, number }.to_string();
    tree::begin(tx, number, &origin, round.key_of(&origin)?.text(), round.now)?;
    tx.record(&Event::new(EventKind::LogBegan { origin, why, previous }, round.now, Actor::System))?;
    tree::current(tx)?.ok_or_else(|| Error::fault("growing the log", "the log that was begun is not there"))
}

/// Signs the newest tree, unless that was done.
async fn sign(gateway: &Gateway, now: Time) -> Result<()> {
    let Some(log) = gateway.store.read(tree::current).await? else { return Ok(()) };
    // A signature of the future is one of a clock that was wrong.
    let is_fresh = |at: Time| at <= now && now < at + HOURLY;
    let is_signed = log.signed.as_ref().is_some_and(|signed| signed.size == log.size && is_fresh(signed.at));
    // Somebody else may have begun a log with another key meanwhile.
    let key = VerifierKey::of(&log.origin, &gateway.store.keys().log)?;
    if is_signed || log.key != key.text() {
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
