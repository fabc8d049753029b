//! Reminders that a password must be changed soon, where the rules set a greatest age (ASVS 5.0, 6.4.5).

use std::time::Duration;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{AccountId, Actor, Event, EventKind, LetterKind, PasswordRules, Time};
use crate::store::letters::QueuedLetter;
use crate::store::{Tx, accounts, settings};
use crate::transfer::dispatch;

/// How many days before, the earliest first.
const DAYS: [i32; 3] = [14, 7, 1];
const LAST: i32 = 1;

/// Puts the reminders that are due into the outbox: each once for each password. Returns how many.
///
/// # Errors
/// The store cannot be read or written.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let (usual, now) = (gateway.usual_rules.clone(), gateway.now());
    let due = gateway
        .store
        .read(move |tx| {
            let rules = settings::sign_in(tx)?.unwrap_or(usual);
            due(tx, &rules.passwords, now)
        })
        .await?;
    let mut queued = 0;
    for (id, changed_at, days) in due {
        queued += usize::from(gateway.store.write(move |tx| remind(tx, id, changed_at, days, now)).await?);
    }
    if queued > 0 {
        gateway.outbox_bell.notify_one();
    }
    Ok(queued)
}

fn due(tx: &mut Tx, rules: &PasswordRules, now: Time) -> Result<Vec<(AccountId, Time, i32)>> {
    let Some(age) = rules.max_age_days else { return Ok(Vec::new()) };
    let longest = day(i64::from(age).saturating_sub(14));
    let ageing = accounts::ageing(tx, now - longest, LAST)?;
    let due = ageing.into_iter().filter_map(|(id, changed_at, reminded)| {
        let days = nearest(rules, changed_at, now).filter(|days| reminded == 0 || *days < reminded)?;
        Some((id, changed_at, days))
    });
    Ok(due.collect())
}

fn day(count: i64) -> Duration {
    Duration::from_secs(u64::try_from(count).unwrap_or(0) * 24 * 3600)
}

/// The nearest reminder that a password of `changed_at` has reached: after a jump of the clock over several, that one alone.
/// None once it is too late to be reminded, and none that would come with the password itself.
fn nearest(rules: &PasswordRules, changed_at: Time, now: Time) -> Option<i32> {
    let age = i64::from(rules.max_age_days?);
    let until = rules.must_change_at(changed_at).filter(|until| now < *until)?;
    let reached = |days: &&i32| i64::from(**days) < age && until <= now + day(i64::from(**days));
    DAYS.iter().rev().find(reached).copied()
}

/// The mail and what is noted of it are one transaction: nobody is reminded twice.
fn remind(tx: &mut Tx, id: AccountId, changed_at: Time, days: i32, now: Time) -> Result<bool> {
    if !accounts::set_reminded(tx, id, changed_at, days)? {
        return Ok(false);
    }
    tx.record(&Event::new(EventKind::PasswordReminded { days }, now, Actor::System).account(id))?;
    dispatch::queue(tx, &QueuedLetter::new(LetterKind::PasswordAge, now).of_account(id), now)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PasswordProfile;

    #[test]
    fn the_nearest_reminder_counts() {
        let rules = |age| PasswordRules { max_age_days: age, ..PasswordRules::of(PasswordProfile::JpGuideline) };
        let changed = Time::from_millis(1_795_404_600_000);
        let after = |age, days: i64| nearest(&rules(age), changed, changed + day(days));
        let cases =
            [(0, None), (75, None), (76, Some(14)), (82, Some(14)), (83, Some(7)), (88, Some(7)), (89, Some(1))];
        for (days, wanted) in cases.into_iter().chain([(90, None), (400, None)]) {
            assert_eq!(after(Some(90), days), wanted, "day {days}");
            assert_eq!(after(None, days), None);
        }
        assert_eq!((after(Some(10), 0), after(Some(10), 3)), (None, Some(7)), "an age below the first reminder");
        assert_eq!(after(Some(1), 0), None);
    }
}
