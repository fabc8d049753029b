//! When a review is due, and what is open.

use chrono::Months;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::Time;
use crate::store::reviews::Review;
use crate::store::{Tx, accounts, reviews};

/// Where reviews stand.
#[derive(Clone, Debug)]
pub struct Due {
    /// The open review, with the number of accounts in it and of those that were decided.
    pub open: Option<(Review, usize, usize)>,
    /// When one was signed last.
    pub last: Option<Time>,
    /// When the next is due; none while there is no account at all.
    pub next: Option<Time>,
    /// Now.
    pub now: Time,
}

/// What to say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The open review's deadline has passed, so many whole days ago.
    Overdue {
        /// Days.
        days: u64,
    },
    /// A review is open.
    Open {
        /// Until when.
        deadline_at: Time,
    },
    /// None is open, and one has been due since.
    Since {
        /// When it became due.
        at: Time,
    },
    /// None is due before.
    Next {
        /// When.
        at: Time,
    },
}

impl Due {
    /// What to say of it; nothing while there is no account.
    pub fn standing(&self) -> Option<Standing> {
        const DAY: u64 = 24 * 3600;
        if let Some((review, ..)) = &self.open {
            let deadline_at = review.deadline_at;
            let days = self.now.since(deadline_at).as_secs() / DAY;
            return Some(match deadline_at <= self.now {
                true => Standing::Overdue { days },
                false => Standing::Open { deadline_at },
            });
        }
        let at = self.next?;
        Some(if at <= self.now { Standing::Since { at } } else { Standing::Next { at } })
    }
}

/// Where reviews stand now.
///
/// # Errors
/// The store cannot be read.
pub async fn status(gateway: &Gateway) -> Result<Due> {
    let (now, months) = (gateway.now(), gateway.policy().review_months);
    gateway.store.read(move |tx| due(tx, now, months)).await
}

fn due(tx: &mut Tx, now: Time, months: u32) -> Result<Due> {
    let open = match reviews::open(tx)? {
        Some(review) => {
            let items = reviews::items(tx, review.id)?;
            let decided = items.iter().filter(|item| item.verdict.is_some()).count();
            Some((review, items.len(), decided))
        }
        None => None,
    };
    let last = reviews::last_signed(tx)?.and_then(|review| review.ended_at);
    let first = accounts::all(tx)?.iter().map(|account| account.created_at).min();
    Ok(Due { open, last, next: last.or(first).map(|from| later(from, months)), now })
}

fn later(from: Time, months: u32) -> Time {
    let later = from.to_utc().checked_add_months(Months::new(months));
    later.map_or(from, |later| Time::from_millis(later.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        let end_of_august = Time::from_millis(1_788_134_400_000);
        assert_eq!(end_of_august.to_rfc3339(), "2026-08-31T00:00:00.000Z");
        assert_eq!(later(end_of_august, 6).to_rfc3339(), "2027-02-28T00:00:00.000Z");
    }
}
