//! Digest: the day before in numbers, to every administrator who can act, at the hour of the policy in the office's time
//! zone. It is told once a day, whichever node does it; a quiet day is not told.

use chrono::Timelike;
use chrono_tz::Tz;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::day::date_of;
use crate::model::{LetterKind, ScannerWord, Time};
use crate::store::letters::QueuedLetter;
use crate::store::{Tx, accounts, settings};
use crate::transfer::{dispatch, summary};

use super::alarm;

/// Puts the digests of the day before into the outbox, if it is time. Returns how many mails were queued.
///
/// # Errors
/// The store cannot be read or written.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let (now, zone) = (gateway.now(), gateway.office().time_zone);
    if !is_time(now, zone, gateway.policy().digest_hour) {
        return Ok(0);
    }
    let today = date_of(now, zone).to_string();
    let last = gateway.store.read(settings::digest).await?;
    if last.as_deref() == Some(today.as_str()) {
        return Ok(0);
    }
    let scanner = summary::scanner(gateway);
    let queued = gateway.store.write(move |tx| tell(tx, &today, zone, scanner, now)).await?;
    if queued > 0 {
        gateway.outbox_bell.notify_one();
    }
    Ok(queued)
}

/// Whether the hour is reached; one that no day has is never reached.
fn is_time(now: Time, zone: Tz, hour: u32) -> bool {
    now.to_utc().with_timezone(&zone).hour() >= hour
}

/// The mails and the day that they are of are one transaction, one after the other: two nodes do not both tell.
fn tell(tx: &mut Tx, today: &str, zone: Tz, scanner: ScannerWord, now: Time) -> Result<usize> {
    accounts::hold_register(tx)?;
    let last = settings::digest(tx)?;
    if last.as_deref() == Some(today) {
        return Ok(0);
    }
    settings::set_digest(tx, today, now)?;
    let digest = summary::of_day_before(tx, now, zone, scanner)?;
    // With the first day there is none before it.
    if last.is_none() || digest.is_none_or(|digest| digest.is_quiet()) {
        return Ok(0);
    }
    let told = alarm::told(tx, now)?;
    for account in &told {
        dispatch::queue(tx, &QueuedLetter::new(LetterKind::Digest, now).of_account(account.id), now)?;
    }
    Ok(told.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_is_that_of_the_office() {
        // 2026-11-23T22:30:00Z: half past seven in the morning in Tokyo.
        let now = Time::from_millis(1_795_473_000_000);
        assert!(is_time(now, Tz::Asia__Tokyo, 7) && !is_time(now, Tz::Asia__Tokyo, 8));
        assert!(is_time(now, Tz::UTC, 22) && !is_time(now, Tz::UTC, 23));
        assert!(!is_time(now, Tz::UTC, 24), "off");
    }
}
