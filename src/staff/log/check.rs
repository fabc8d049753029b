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
use crate::store::settings::{self, CheckDue, Checked, Inconsistency, PutBack};
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
        // Which logs there are; each is read anew when it is its turn.
        found.extend(look(gateway, log.number, logs.get(index + 1).map(|next| next.number)).await?);
    }
    let now = gateway.now();
    if let Some(log) = logs.last()
        && is_any_astray(gateway, now).await?
    {
        found.push(Found::of(log, Wrong::Astray));
    }
    let (checked, told) = gateway.store.write(move |tx| settle(tx, found, actor, now)).await?;
    if told > 0 {
        gateway.outbox_bell.notify_one();
    }
    Ok(checked)
}

/// What was found of a log.
struct Found {
    origin: String,
    size: u64,
    wrong: Vec<Wrong>,
    /// What there is of it, if the log after it says that this one was put back.
    put_back: Option<PutBack>,
}

impl Found {
    fn of(log: &Log, wrong: Wrong) -> Self {
        let size = log.signed.as_ref().map_or(log.size, |signed| signed.size);
        Self { origin: log.origin.clone(), size, wrong: vec![wrong], put_back: None }
    }

    /// What is told of it: what a database that was put back does not explain comes first.
    fn worst(&self) -> Option<&Wrong> {
        self.wrong.iter().find(|wrong| !wrong.is_lack()).or(self.wrong.first())
    }
}

/// Where checkpoints are kept: in the keys directory, by the first entry of the next log, where they left for, in the row.
const LAST: &str = "log.checkpoint";
const BEGAN: &str = "log_began";
const LEFT: &str = "mail";
const ROW: &str = "logs";

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

    /// Whether it is that the log lacks its end, as what was signed last here knows it: a database that was put back does. No
    /// mail left with more than its row has.
    fn is_lack(&self) -> bool {
        matches!(self, Self::Log(Flaw::Truncated { name, .. }) if name == LAST || name == BEGAN)
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

/// What is known of a log, where.
struct Known {
    log: Log,
    /// The keys directory's newest checkpoint, if it is of this log.
    last: Option<String>,
    /// The checkpoint that the next log began with.
    began: Option<String>,
    /// Whether that says that this one was put back.
    was_put_back: bool,
    /// Whether something says that this log was signed: the log after it, what left the house, or the keys directory.
    must_be_signed: bool,
    /// Whether its row says that nothing ever was.
    is_blank: bool,
}

impl Known {
    /// A checkpoint is in the keys directory before the row has it. So the row is read after that, and has its entries.
    async fn of(gateway: &Gateway, number: i32, next: Option<i32>) -> Result<Option<Self>> {
        let last = gateway.store.last_checkpoint().await?;
        let read = move |tx: &mut Tx<'_>| {
            let Some(log) = tree::by_number(tx, number)? else { return Ok(None) };
            let first = next.map(|next| tree::entries(tx, next, 0, 1)).transpose()?.and_then(|mut first| first.pop());
            let first = first.unwrap_or_default();
            let last = last.filter(|note| audit::named(note) == log.origin);
            let began = previous_checkpoint(&first).filter(|note| audit::named(note) == log.origin);
            let has_entries = log.size > 0 || !tree::entries(tx, number, 0, 1)?.is_empty();
            let is_followed = next.is_some() && has_entries;
            Ok(Some(Self {
                was_put_back: super::about::reason(&first) == Some(LogReason::Restored),
                must_be_signed: !log.left_checkpoint.is_empty() || last.is_some() || is_followed,
                is_blank: tree::was_never_signed(tx, number)?,
                log,
                last,
                began,
            }))
        };
        gateway.store.read(read).await
    }

    /// The newest checkpoint that was signed of what is stored. Whoever signs keeps it, and notes it in the row afterwards: what
    /// is not noted yet, or was not because the process ended, counts as well.
    fn newest(&self, key: &VerifierKey) -> Option<String> {
        let noted = self.log.signed.as_ref();
        let may_lack_note = noted.is_some() || (self.is_blank && self.log.closed_at.is_none());
        let size = noted.map_or(0, |signed| signed.size);
        let ahead = [&self.last, &self.began].into_iter().flatten().filter_map(|note| {
            let said = key.open(note.as_bytes()).ok()?;
            (said.size > size && said.size <= self.log.size && may_lack_note).then_some((said.size, note))
        });
        let ahead = ahead.max_by_key(|(size, _)| *size).map(|(_, note)| note.clone());
        ahead.or(noted.map(|signed| signed.checkpoint.clone()))
    }

    /// What the log that is stored has to be a continuation of.
    fn kept(&self) -> Vec<KeptCheckpoint> {
        let left = Some(&self.log.left_checkpoint).filter(|note| !note.is_empty());
        let row = self.log.signed.as_ref().map(|signed| &signed.checkpoint);
        let notes = [(LAST, self.last.as_ref()), (LEFT, left), (BEGAN, self.began.as_ref()), (ROW, row)];
        let kept = notes.into_iter().filter_map(|(name, note)| Some((name, note?)));
        kept.map(|(name, note)| KeptCheckpoint { name: name.to_owned(), note: note.clone().into_bytes() }).collect()
    }
}

/// None where there is nothing to verify: nothing was signed yet.
async fn look(gateway: &Gateway, number: i32, next: Option<i32>) -> Result<Option<Found>> {
    let Some(known) = Known::of(gateway, number, next).await? else { return Ok(None) };
    let log = &known.log;
    if log.key.is_empty() {
        return Ok(known.must_be_signed.then(|| Found::of(log, Wrong::Unsigned)));
    }
    let Some(key) = VerifierKey::parse(&log.key) else {
        return Ok(Some(Found::of(log, Wrong::Log(Flaw::Checkpoint(NotACheckpoint::NotSigned)))));
    };
    let Some(checkpoint) = known.newest(&key) else {
        return Ok(known.must_be_signed.then(|| Found::of(log, Wrong::Unsigned)));
    };
    let size = key.open(checkpoint.as_bytes()).map_or(log.size, |said| said.size);
    let (stopped, kept) = (Stop::default(), known.kept());
    let stored = Stored {
        store: gateway.store.clone(),
        runtime: Handle::current(),
        log: number,
        size,
        checkpoint,
        stopped: stopped.0.clone(),
    };
    let verified = tokio::task::spawn_blocking(move || audit::verify(&stored, &key, &kept, |_, _| {}));
    let verified = verified.await.doing("checking the log")??;
    let said = verified.checkpoint.filter(|_| known.was_put_back);
    Ok(Some(Found {
        origin: log.origin.clone(),
        size,
        wrong: verified.flaws.into_iter().map(Wrong::Log).collect(),
        put_back: said.map(|said| PutBack { log: number, size: said.size, root: said.root.to_string() }),
    }))
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
    let mut known = last.as_ref().map(|last| last.lacking.clone()).unwrap_or_default();
    let (mut wrong, mut entries) = (None, 0);
    for one in found {
        let size = i64::try_from(one.size).unwrap_or(i64::MAX);
        entries += one.size;
        let is_known = is_known(&one, &mut known);
        let Some(flaw) = one.worst() else {
            tx.record(&Event::new(EventKind::LogVerified { origin: one.origin, size }, now, actor))?;
            continue;
        };
        if is_known {
            continue;
        }
        let (origin, flaw, entry) =
            (&one.origin, flaw.word(), flaw.entry().and_then(|entry| i64::try_from(entry).ok()));
        tracing::error!(log = %origin, flaw, ?entry, "the log is inconsistent");
        let kind = EventKind::LogInconsistent { origin: origin.clone(), size, flaw, entry };
        tx.record(&Event::new(kind, now, actor).failed())?;
        let inconsistency = Inconsistency { origin: one.origin, flaw: flaw.to_owned(), entry, found_at: now };
        wrong.get_or_insert(inconsistency);
    }
    let good_at = if wrong.is_none() { Some(now) } else { last.as_ref().and_then(|last| last.good_at) };
    let since = last.and_then(|last| last.wrong).map(|before| before.found_at);
    let wrong = wrong.map(|one: Inconsistency| Inconsistency { found_at: since.unwrap_or(now), ..one });
    let checked = Checked { at: now, entries, good_at, wrong, lacking: known };
    settings::set_checked(tx, &checked, now)?;
    let due = settings::check_due(tx)?;
    if let Some(due) = due {
        settings::set_check_due(tx, &CheckDue { is_done: true, ..due }, now)?;
    }
    let told = if checked.wrong.is_some() { tell(tx, now)? } else { 0 };
    Ok((checked, told))
}

/// A database that was put back lacks what was signed after that. It is told once, and the log that began then says it for
/// good. That is so for what there was of the log when it was told, and for nothing else that is wrong with it.
fn is_known(found: &Found, known: &mut Vec<PutBack>) -> bool {
    let Some(now) = found.put_back.as_ref().filter(|_| !found.wrong.is_empty()) else { return false };
    if !found.wrong.iter().all(Wrong::is_lack) {
        return false;
    }
    let told = known.iter().find(|told| told.log == now.log);
    let is_same = told == Some(now);
    if told.is_none() {
        known.push(now.clone());
    }
    is_same
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
        let flaw = |name: &str| Wrong::Log(Flaw::Truncated { name: name.into(), size: 9 });
        let found = |wrong, size: Option<u64>, root: &str| Found {
            origin: "host/audit/2026-1".into(),
            size: 5,
            wrong,
            put_back: size.map(|size| PutBack { log: 1, size, root: root.into() }),
        };
        let mut known = Vec::new();
        assert!(!is_known(&found(vec![flaw(BEGAN)], None, "a"), &mut known) && known.is_empty());
        assert!(!is_known(&found(Vec::new(), Some(5), "a"), &mut known) && known.is_empty());
        let more = || found(vec![flaw(BEGAN), Wrong::Log(Flaw::Forked { name: LEFT.into(), size: 3 })], Some(5), "a");
        assert!(!is_known(&more(), &mut known) && known.is_empty());
        assert_eq!(more().worst().map(Wrong::word), Some("forked"), "the worst is told");
        assert!(!is_known(&found(vec![flaw(BEGAN)], Some(5), "a"), &mut known), "told");
        assert!(is_known(&found(vec![flaw(BEGAN), flaw(LAST)], Some(5), "a"), &mut known));
        for other in [
            more(),
            found(vec![flaw(LEFT)], Some(5), "a"),
            found(vec![flaw(BEGAN)], Some(4), "a"),
            found(vec![flaw(BEGAN)], Some(5), "b"),
            found(vec![Wrong::Log(Flaw::Root)], Some(5), "a"),
        ] {
            assert!(!is_known(&other, &mut known) && known.len() == 1);
        }
    }
}
