//! Reminders of an open review: to each reviewer for whom accounts wait.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Actor, Event, EventKind, LetterKind, ReviewId, Time};
use crate::store::letters::QueuedLetter;
use crate::store::reviews::Review;
use crate::store::{Tx, accounts, reviews};
use crate::transfer::dispatch;

use super::days;

/// How many days before the deadline, the earliest first; the last is the day after.
const DAYS: [i32; 3] = [7, 1, -1];

/// Puts the reminders that are due into the outbox: each once. Returns how many.
///
/// # Errors
/// The store cannot be read or written.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let now = gateway.now();
    let open = gateway.store.read(reviews::open).await?;
    let due = open.and_then(|review| Some((review.id, nearest(&review, now)?)));
    let Some((id, days)) = due else { return Ok(0) };
    let queued = gateway.store.write(move |tx| remind(tx, id, days, now)).await?;
    if queued > 0 {
        gateway.outbox_bell.notify_one();
    }
    Ok(queued)
}

/// The nearest reminder that is reached and has not gone out: after a jump of the clock over several, that one alone. None
/// that would come with the beginning.
fn nearest(review: &Review, now: Time) -> Option<i32> {
    let reached = |before: &i32| match u32::try_from(*before) {
        Ok(before) => {
            let at = review.deadline_at - days(i64::from(before));
            review.started_at < at && at <= now
        }
        Err(_) => review.deadline_at <= now,
    };
    let nearest = DAYS.into_iter().rev().find(reached)?;
    Some(nearest).filter(|days| review.reminded.is_none_or(|last| *days < last))
}

/// The mails and what is noted of them are one transaction: nobody is reminded twice.
fn remind(tx: &mut Tx, id: ReviewId, days: i32, now: Time) -> Result<usize> {
    if !reviews::set_reminded(tx, id, days)? {
        return Ok(0);
    }
    let mut queued = 0;
    for reviewer in reviews::awaited(tx, id)? {
        if !accounts::get(tx, reviewer)?.may_act(now) {
            continue;
        }
        tx.record(&Event::new(EventKind::ReviewReminded { days }, now, Actor::System).review(id).account(reviewer))?;
        dispatch::queue(tx, &QueuedLetter::new(LetterKind::ReviewDue, now).of_account(reviewer), now)?;
        queued += 1;
    }
    Ok(queued)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ReviewState;

    #[test]
    fn the_nearest_reminder_counts_and_none_comes_twice() {
        let started = Time::from_millis(1_795_404_600_000);
        let review = |length: i64, reminded| Review {
            id: ReviewId::new(started),
            state: ReviewState::Open,
            started_by: None,
            started_at: started,
            deadline_at: started + days(length),
            reminded,
            ended_by: None,
            ended_at: None,
            note: String::new(),
            digest: None,
        };
        let after = |length, reminded, day| nearest(&review(length, reminded), started + days(day));
        let cases =
            [(0, None), (22, None), (23, Some(7)), (28, Some(7)), (29, Some(1)), (30, Some(-1)), (90, Some(-1))];
        for (day, wanted) in cases {
            assert_eq!(after(30, None, day), wanted, "day {day}");
        }
        assert_eq!((after(30, Some(7), 25), after(30, Some(7), 29), after(30, Some(-1), 50)), (None, Some(1), None));
        assert_eq!((after(7, None, 0), after(7, None, 6)), (None, Some(1)), "none with the beginning");
    }
}
