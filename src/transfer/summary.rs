//! Summary: the day before, in numbers, for those who answer for the gateway.

use chrono_tz::Tz;

use crate::error::Result;
use crate::gateway::{Gateway, ScannerState};
use crate::model::day::{date_of, first_moment};
use crate::model::{Digest, LogNews, ScannerWord, Time};
use crate::store::{Tx, alerts, copies, day, settings, tree};

/// How the scanner stands, as this process sees it.
pub(crate) fn scanner(gateway: &Gateway) -> ScannerWord {
    match gateway.scans.state() {
        _ if gateway.scanner.is_none() => ScannerWord::Off,
        ScannerState::Ready { .. } => ScannerWord::Ready,
        ScannerState::Down { .. } => ScannerWord::Down,
        ScannerState::Unknown => ScannerWord::Unknown,
    }
}

/// The day before that of `now` in `zone`, and what waits; none where the calendar ends.
///
/// # Errors
/// The database cannot be read.
pub(crate) fn of_day_before(tx: &mut Tx, now: Time, zone: Tz, scanner: ScannerWord) -> Result<Option<Digest>> {
    let today = date_of(now, zone);
    let bounds = today.pred_opt().and_then(|day| first_moment(day, zone)).zip(first_moment(today, zone));
    let Some(bounds) = bounds else { return Ok(None) };
    Ok(Some(Digest {
        day: bounds.0,
        sent: count(day::sent(tx, bounds)?),
        collected: count(day::collected(tx, bounds)?),
        expired: count(day::expired(tx, bounds)?),
        undelivered: count(day::undelivered(tx, bounds)?),
        awaiting: count(day::awaiting(tx)?),
        paused: count(day::paused(tx)?),
        undecided: count(day::undecided(tx)?),
        scanner,
    }))
}

/// What is new in the log since the mail of the day before that of `at`; none where nothing is signed.
///
/// # Errors
/// The database cannot be read.
pub(crate) fn of_log(tx: &mut Tx, at: Time) -> Result<Option<LogNews>> {
    let Some(log) = tree::current(tx)? else { return Ok(None) };
    let Some(signed) = log.signed else { return Ok(None) };
    let before = settings::log_mail(tx)?.and_then(|mail| mail.before);
    let same_log = before.filter(|(number, ..)| *number == log.number);
    let failing = copies::of_log(tx, log.number)?.iter().filter(|copy| copy.failing.is_some()).count();
    let since = before.map_or(Time::default(), |(_, _, before)| before);
    Ok(Some(LogNews {
        size: signed.size,
        grown: signed.size.saturating_sub(same_log.map_or(0, |(_, size, _)| size)),
        left: log.left,
        failing: u32::try_from(failing).unwrap_or(u32::MAX),
        alerts: alerts::told(tx, (since, at))?,
    }))
}

fn count(rows: i64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
