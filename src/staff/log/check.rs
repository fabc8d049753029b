//! Check: every log is verified as a whole, out of the database, as somebody would verify it who trusts nobody: entries
//! against hashes, hashes against tiles and root, root against signature, and all of it against the checkpoints that were
//! kept elsewhere. Nightly, once, whichever node does it; and when somebody asks. What is wrong is an event and a mail.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::Timelike;
use tokio::runtime::Handle;

use super::published;
use crate::audit::{self, Flaw, KeptCheckpoint, NotACheckpoint, Place, Published, VerifierKey, previous_checkpoint};
use crate::error::{Doing, Error, Result};
use crate::gateway::Gateway;
use crate::model::day::date_of;
use crate::model::{Account, Actor, Event, EventId, EventKind, LetterKind, LogReason, Role, Time};
use crate::store::letters::QueuedLetter;
use crate::store::settings::{self, CheckDue, Checked, Inconsistency};
use crate::store::tree::{self, Log};
use crate::store::{Store, Tx, accounts};
use crate::transfer::dispatch;

/// Between two looks at the clock.
pub const PAUSE: Duration = Duration::from_secs(60);
/// The hour of the office's day from which on it is checked.
const HOUR: u32 = 3;
/// Events that are looked at in one transaction.
const STEP: i64 = 10_000;
/// Milliseconds before the last good check that are looked at again: a transaction may have ended late.
const MARGIN: i64 = 2 * 24 * 3_600_000;
/// A check that was begun and not ended is somebody else's after this.
const GIVEN_UP: Duration = Duration::from_secs(6 * 3600);

/// Checks, if this night it was not done. Returns whether it was.
///
/// # Errors
/// The store cannot be read or written.
pub async fn nightly(gateway: &Gateway) -> Result<bool> {
    let (now, zone) = (gateway.now(), gateway.office().time_zone);
    if now.to_utc().with_timezone(&zone).hour() < HOUR {
        return Ok(false);
    }
    let today = date_of(now, zone).to_string();
    let last = gateway.store.read(settings::check_due).await?;
    if !is_due(last.as_ref(), &today, now) || !gateway.store.write(move |tx| claim(tx, &today, now)).await? {
        return Ok(false);
    }
    check(gateway, Actor::System).await?;
    Ok(true)
}

/// Whether nobody has, or is at it. A gateway that is new has nothing to check yet.
fn is_due(last: Option<&CheckDue>, today: &str, now: Time) -> bool {
    last.is_none_or(|last| last.day != today || (!last.is_done && now.since(last.began_at) > GIVEN_UP))
}

fn claim(tx: &mut Tx, today: &str, now: Time) -> Result<bool> {
    accounts::hold_register(tx)?;
    let last = settings::check_due(tx)?;
    if !is_due(last.as_ref(), today, now) {
        return Ok(false);
    }
    let is_first = last.is_none();
    settings::set_check_due(tx, &CheckDue { day: today.to_owned(), began_at: now, is_done: is_first }, now)?;
    Ok(!is_first)
}

/// Verifies every log and writes down what was found.
///
/// # Errors
/// The store cannot be read or written.
pub async fn check(gateway: &Gateway, actor: Actor) -> Result<Checked> {
    let logs = gateway.store.read(tree::all).await?;
    let mut found = Vec::with_capacity(logs.len());
    for (index, log) in logs.iter().enumerate() {
        if let Some(one) = look(gateway, log, logs.get(index + 1)).await? {
            found.push(one);
        }
    }
    let now = gateway.now();
    if let Some(log) = logs.last()
        && is_any_astray(gateway, now).await?
    {
        found.push(Found { log: log.clone(), size: log.size, flaw: Some(Wrong::Astray), was_put_back: false });
    }
    let (checked, told) = gateway.store.write(move |tx| settle(tx, found, actor, now)).await?;
    if told > 0 {
        gateway.outbox_bell.notify_one();
    }
    Ok(checked)
}

/// What was found of a log.
struct Found {
    log: Log,
    size: u64,
    flaw: Option<Wrong>,
    /// Whether the log after it says that this one was put back.
    was_put_back: bool,
}

/// What is wrong.
enum Wrong {
    /// With the log as whoever trusts nobody reads it.
    Log(Flaw),
    /// It must have a signed checkpoint and a key, and lacks one of them.
    Unsigned,
    /// Events are in no log and wait for none, or do both.
    Astray,
}

impl Wrong {
    const fn word(&self) -> &'static str {
        match self {
            Self::Log(flaw) => flaw.word(),
            Self::Unsigned => "unsigned",
            Self::Astray => "astray",
        }
    }

    const fn entry(&self) -> Option<u64> {
        match self {
            Self::Log(flaw) => flaw.entry(),
            Self::Unsigned | Self::Astray => None,
        }
    }
}

/// Whether an event is astray that is newer than what the last good check looked at; at first, any.
async fn is_any_astray(gateway: &Gateway, now: Time) -> Result<bool> {
    let good_at = gateway.store.read(settings::checked).await?.and_then(|last| last.good_at);
    let since = good_at.map(|at| EventId::first(Time::from_millis(at.millis() - MARGIN)));
    let (mut after, before) = (since.unwrap_or(EventId::least()), EventId::first(now));
    loop {
        let (found, end) = gateway.store.read(move |tx| tree::astray_within(tx, after, before, STEP)).await?;
        let Some(end) = end.filter(|_| !found) else { return Ok(found) };
        after = end;
    }
}

/// Whether something else says that this log was signed: the log after it, what left the house, or the keys directory.
async fn must_be_signed(gateway: &Gateway, log: &Log, next: Option<&Log>) -> Result<bool> {
    let last = gateway.store.last_checkpoint().await?;
    if !log.left_checkpoint.is_empty() || last.is_some_and(|note| audit::named(&note) == log.origin) {
        return Ok(true);
    }
    let number = log.number;
    let first = gateway.store.read(move |tx| tree::entries(tx, number, 0, 1)).await?;
    Ok(next.is_some() && (log.size > 0 || !first.is_empty()))
}

/// None where there is nothing to verify: nothing was signed yet.
async fn look(gateway: &Gateway, log: &Log, next: Option<&Log>) -> Result<Option<Found>> {
    let (Some(signed), false) = (&log.signed, log.key.is_empty()) else {
        let flaw = Some(Wrong::Unsigned);
        let found = Found { log: log.clone(), size: log.size, flaw, was_put_back: false };
        return Ok(must_be_signed(gateway, log, next).await?.then_some(found));
    };
    let Some(key) = VerifierKey::parse(&log.key) else {
        let flaw = Some(Wrong::Log(Flaw::Checkpoint(NotACheckpoint::NotSigned)));
        return Ok(Some(Found { log: log.clone(), size: signed.size, flaw, was_put_back: false }));
    };
    let (kept, was_put_back) = kept(gateway, log, next).await?;
    let stopped = Stop::default();
    let stored = Stored {
        store: gateway.store.clone(),
        runtime: Handle::current(),
        log: log.number,
        size: signed.size,
        checkpoint: signed.checkpoint.clone(),
        stopped: stopped.0.clone(),
    };
    let verified = tokio::task::spawn_blocking(move || audit::verify(&stored, &key, &kept, |_, _| {}));
    let verified = verified.await.doing("checking the log")??;
    let flaw = verified.flaws.into_iter().next().map(Wrong::Log);
    Ok(Some(Found { log: log.clone(), size: signed.size, flaw, was_put_back }))
}

/// The checkpoints that are kept elsewhere than with the tree: in the keys directory, what left the house, and what the next
/// log began with. And whether that says that this one was put back.
async fn kept(gateway: &Gateway, log: &Log, next: Option<&Log>) -> Result<(Vec<KeptCheckpoint>, bool)> {
    let mut notes = vec![("log.checkpoint", gateway.store.last_checkpoint().await?)];
    notes.push(("mail", Some(log.left_checkpoint.clone()).filter(|note| !note.is_empty())));
    let mut was_put_back = false;
    if let Some(number) = next.map(|next| next.number) {
        let first = gateway.store.read(move |tx| tree::entries(tx, number, 0, 1)).await?;
        let entry = first.first().map(Vec::as_slice).unwrap_or_default();
        was_put_back = super::about::reason(entry) == Some(LogReason::Restored);
        notes.push(("log_began", previous_checkpoint(entry)));
    }
    let of_log = |note: &String| audit::named(note) == log.origin;
    let kept = notes.into_iter().filter_map(|(name, note)| Some((name, note.filter(of_log)?)));
    Ok((
        kept.map(|(name, note)| KeptCheckpoint { name: name.to_owned(), note: note.into_bytes() }).collect(),
        was_put_back,
    ))
}

/// Says to whoever reads on another thread that nobody waits for it any more.
#[derive(Default)]
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A log as it is stored, file by file, each in a transaction of its own: no reader holds the writers up.
struct Stored {
    store: Store,
    runtime: Handle,
    log: i32,
    size: u64,
    checkpoint: String,
    stopped: Arc<AtomicBool>,
}

impl Published for Stored {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        if self.stopped.load(Ordering::Acquire) {
            return Err(Error::fault("checking the log", "it was given up"));
        }
        if path == "checkpoint" {
            return Ok(Some(self.checkpoint.clone().into_bytes()));
        }
        let Some(place) = Place::parse(path) else { return Ok(None) };
        let (log, size) = (self.log, self.size);
        self.runtime.block_on(self.store.read(move |tx| published::file(tx, log, size, place)))
    }
}

/// The events, the mails and the result are one transaction. Returns how many mails were queued.
fn settle(tx: &mut Tx, found: Vec<Found>, actor: Actor, now: Time) -> Result<(Checked, usize)> {
    accounts::hold_register(tx)?;
    let last = settings::checked(tx)?;
    let mut known = last.as_ref().map(|last| last.put_back.clone()).unwrap_or_default();
    let (mut wrong, mut entries) = (None, 0);
    for one in found {
        let flaw = one.flaw.filter(|flaw| !is_known(flaw, one.was_put_back, one.log.number, &mut known));
        let size = i64::try_from(one.size).unwrap_or(i64::MAX);
        entries += one.size;
        let origin = one.log.origin;
        let Some(flaw) = flaw else {
            tx.record(&Event::new(EventKind::LogVerified { origin, size }, now, actor))?;
            continue;
        };
        let entry = flaw.entry().and_then(|entry| i64::try_from(entry).ok());
        tracing::error!(log = %origin, flaw = flaw.word(), ?entry, "the log is inconsistent");
        let inconsistency =
            Inconsistency { origin: origin.clone(), flaw: flaw.word().to_owned(), entry, found_at: now };
        let kind = EventKind::LogInconsistent { origin, size, flaw: flaw.word(), entry };
        tx.record(&Event::new(kind, now, actor).failed())?;
        wrong.get_or_insert(inconsistency);
    }
    let good_at = if wrong.is_none() { Some(now) } else { last.as_ref().and_then(|last| last.good_at) };
    let since = last.and_then(|last| last.wrong).map(|before| before.found_at);
    let wrong = wrong.map(|one: Inconsistency| Inconsistency { found_at: since.unwrap_or(now), ..one });
    let checked = Checked { at: now, entries, good_at, wrong, put_back: known };
    settings::set_checked(tx, &checked, now)?;
    let due = settings::check_due(tx)?;
    if let Some(due) = due {
        settings::set_check_due(tx, &CheckDue { is_done: true, ..due }, now)?;
    }
    let told = if checked.wrong.is_some() { tell(tx, now)? } else { 0 };
    Ok((checked, told))
}

/// A database that was put back lacks what was signed after that. It is told once, and the log that began then says it for
/// good.
fn is_known(flaw: &Wrong, was_put_back: bool, log: i32, known: &mut Vec<i32>) -> bool {
    if !was_put_back || !matches!(flaw, Wrong::Log(Flaw::Truncated { .. })) {
        return false;
    }
    let told = known.contains(&log);
    if !told {
        known.push(log);
    }
    told
}

/// Administrators and auditors who can act.
fn tell(tx: &mut Tx, now: Time) -> Result<usize> {
    let mut told = accounts::all(tx)?;
    told.retain(|account| is_told(account, now));
    for account in &told {
        dispatch::queue(tx, &QueuedLetter::new(LetterKind::LogInconsistent, now).of_account(account.id), now)?;
    }
    Ok(told.len())
}

/// Whether this one is told of an inconsistent log.
pub(crate) fn is_told(account: &Account, now: Time) -> bool {
    (account.has(Role::Administrator) || account.has(Role::Auditor)) && account.may_act(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_once_a_day_and_again_when_somebody_gave_up() {
        let at = |hours: i64| Time::from_millis(1_795_404_600_000 + hours * 3_600_000);
        let last = |day: &str, is_done| Some(CheckDue { day: day.to_owned(), began_at: at(0), is_done });
        assert!(is_due(None, "2026-11-26", at(0)));
        assert!(is_due(last("2026-11-25", true).as_ref(), "2026-11-26", at(1)));
        assert!(!is_due(last("2026-11-26", true).as_ref(), "2026-11-26", at(20)));
        assert!(!is_due(last("2026-11-26", false).as_ref(), "2026-11-26", at(5)));
        assert!(is_due(last("2026-11-26", false).as_ref(), "2026-11-26", at(7)));
    }

    #[test]
    fn what_a_database_lacks_that_was_put_back_is_told_once() {
        let cut = Wrong::Log(Flaw::Truncated { name: "mail".into(), size: 9 });
        let mut known = Vec::new();
        assert!(!is_known(&cut, false, 1, &mut known) && known.is_empty());
        assert!(!is_known(&cut, true, 1, &mut known) && is_known(&cut, true, 1, &mut known));
        assert!(!is_known(&Wrong::Log(Flaw::Root), true, 1, &mut known));
    }
}
