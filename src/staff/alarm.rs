//! Alarms: the scanner does not answer, or its signatures are too old. Every administrator who can act gets a mail, once a
//! day while it lasts, whichever node sees it; and anew when it was well in between.

use std::time::Duration;

use crate::error::Result;
use crate::gateway::{Gateway, ScannerState, hours};
use crate::model::{Account, Actor, Event, EventKind, LetterKind, Role, Time};
use crate::store::letters::QueuedLetter;
use crate::store::settings::Alarm;
use crate::store::{Tx, accounts, events, settings};
use crate::transfer::dispatch;

/// How long the scanner may be silent: restarts and updates take minutes.
const PATIENCE: Duration = Duration::from_secs(600);
/// While it lasts, it is told again after this.
const AGAIN: Duration = Duration::from_secs(24 * 3600);

/// What is wrong, as this process sees it.
struct Trouble {
    letter: LetterKind,
    /// Since when.
    since: Time,
    /// What is written down when it is told.
    event: Option<EventKind>,
}

/// Tells what is wrong with the scanner, if it is to be told now. Returns how many mails were queued.
///
/// # Errors
/// The store cannot be read or written.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let now = gateway.now();
    let Some(trouble) = trouble(gateway, now) else { return Ok(0) };
    let queued = gateway.store.write(move |tx| tell(tx, &trouble, now)).await?;
    if queued > 0 {
        gateway.outbox_bell.notify_one();
    }
    Ok(queued)
}

fn trouble(gateway: &Gateway, now: Time) -> Option<Trouble> {
    match gateway.scans.state() {
        ScannerState::Unknown => None,
        ScannerState::Down { since } => {
            let silent = Trouble { letter: LetterKind::ScannerDown, since, event: None };
            (now.since(since) > PATIENCE).then_some(silent)
        }
        ScannerState::Ready { signatures, .. } => {
            let made_at = signatures.made_at?;
            let since = made_at + hours(gateway.policy().signature_hours);
            let age = i64::try_from(now.since(made_at).as_secs() / 3600).unwrap_or(i64::MAX);
            let event = EventKind::SignaturesAged { signatures: signatures.version, hours: age };
            let aged = Trouble { letter: LetterKind::SignaturesOld, since, event: Some(event) };
            (since <= now).then_some(aged)
        }
    }
}

/// The mails and what is noted of them are one transaction, one after the other: two nodes do not both tell.
fn tell(tx: &mut Tx, trouble: &Trouble, now: Time) -> Result<usize> {
    accounts::hold_register(tx)?;
    if let Some(last) = settings::alarm(tx, trouble.letter)?
        && !is_due(&last, trouble.since, was_well_since(tx, trouble.letter, &last)?, now)
    {
        return Ok(0);
    }
    settings::set_alarm(tx, trouble.letter, &Alarm { since: trouble.since, told_at: now }, now)?;
    if let Some(kind) = trouble.event.clone() {
        tx.record(&Event::new(kind, now, Actor::System))?;
    }
    let told = told(tx, now)?;
    for account in &told {
        dispatch::queue(tx, &QueuedLetter::new(trouble.letter, now).of_account(account.id), now)?;
    }
    Ok(told.len())
}

/// A day has passed, on a clock that may have jumped either way; or this is another trouble than the one that was told.
fn is_due(last: &Alarm, since: Time, was_well: bool, now: Time) -> bool {
    let apart = now.since(last.told_at).max(last.told_at.since(now));
    apart >= AGAIN || (was_well && since > last.told_at)
}

/// Whether it was well after it had been told. Signatures that became too old after that were not before. That a scanner
/// is silent again may mean that this process began after it fell silent: the log tells whether anybody heard it.
fn was_well_since(tx: &mut Tx, letter: LetterKind, last: &Alarm) -> Result<bool> {
    if letter == LetterKind::SignaturesOld {
        return Ok(true);
    }
    Ok(events::latest(tx, "scanner_found")?.is_some_and(|found| found > last.told_at))
}

/// Who is told: administrators who can act.
pub(super) fn told(tx: &mut Tx, now: Time) -> Result<Vec<Account>> {
    let mut accounts = accounts::all(tx)?;
    accounts.retain(|account| account.has(Role::Administrator) && account.may_act(now));
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_once_a_day_and_anew_when_it_was_well() {
        let at = |minutes: i64| Time::from_millis(1_795_404_600_000 + minutes * 60_000);
        let day = 24 * 60;
        let last = Alarm { since: at(0), told_at: at(11) };
        for (since, was_well, now, wanted) in [
            (0, false, 12, false),
            (0, true, 12, false),
            (13, false, 30, false),
            (13, true, 30, true),
            (0, false, day + 10, false),
            (0, false, day + 11, true),
            (0, false, 5, false),
            (-3 * day, false, -2 * day, true),
        ] {
            assert_eq!(is_due(&last, at(since), was_well, at(now)), wanted, "since {since}, now {now}, {was_well}");
        }
    }
}
