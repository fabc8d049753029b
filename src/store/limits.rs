//! Attempts and openings per delivery. A file of its own beside the shred store: restoring the main database gives nobody
//! fresh tries.

use std::net::IpAddr;
use std::time::Duration;

use diesel::prelude::*;

use crate::error::{Error, Problem, Result};
use crate::model::{DeliveryId, Time};

use super::database::{Connection, Database, on};
use super::schema::{delivery_limits, source_limits};

/// How many tries there are, from the policy.
#[derive(Clone, Copy, Debug)]
pub struct Tries {
    /// Wrong numbers in a row that pause a delivery.
    pub pause: i32,
    /// Wrong numbers in the life of one number.
    pub life: i32,
    /// Openings until everything is retrieved.
    pub openings: i32,
}

/// What a delivery has used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Wrong numbers in a row.
    pub wrong: i32,
    /// Wrong numbers in the life of the number.
    pub life: i32,
    /// Openings so far.
    pub openings: i32,
}

impl Used {
    /// Tries left before the delivery pauses.
    pub fn left(&self, tries: Tries) -> u32 {
        u32::try_from((tries.pause - self.wrong).min(tries.life - self.life)).unwrap_or(0)
    }
}

/// When the next try is free. The first slips are free of delay, then the pace slows to one try in five minutes.
///
/// "No delay" is no time at all rather than `now`: another node's clock may be a moment behind, and its recipient would be
/// slowed down for nothing.
fn free_at(now: Time, wrong: i32) -> Time {
    let seconds = match wrong {
        i32::MIN..=2 => return Time::default(),
        3 => 10,
        4 => 20,
        5 => 40,
        6 => 80,
        7 => 160,
        _ => 300,
    };
    now + Duration::from_secs(seconds)
}

/// The limits store.
#[derive(Clone)]
pub struct Limits {
    database: Database,
}

impl Limits {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Charges one try before the number is checked, so that a crash or a race never gives a free one. A right number
    /// gives it back (`accepted`).
    ///
    /// # Errors
    /// `SlowDown` when the pace is exceeded, `DeliveryPaused` when no try is left: nothing is charged then.
    pub async fn charge(&self, delivery: DeliveryId, source: IpAddr, tries: Tries, now: Time) -> Result<Used> {
        self.database
            .write(move |c| {
                ensure(c, delivery, source)?;
                let before = used(c, delivery)?;
                if before.left(tries) == 0 {
                    return Err(Problem::DeliveryPaused.into());
                }
                let next_at = pace_until(c, delivery, source)?;
                if next_at > now {
                    let seconds = u32::try_from(next_at.since(now).as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
                    return Err(Problem::SlowDown { seconds }.into());
                }
                slow(c, delivery, source, now, before.wrong + 1)?;
                Ok(Used { wrong: before.wrong + 1, life: before.life + 1, ..before })
            })
            .await
    }

    /// The number was right: the charged try is given back and an opening counted.
    ///
    /// # Errors
    /// `OpeningsUsedUp` when `counts` and no opening is left.
    pub async fn accepted(&self, delivery: DeliveryId, source: IpAddr, tries: Tries, counts: bool) -> Result<Used> {
        self.database
            .write(move |c| {
                use delivery_limits::dsl;
                let row = dsl::delivery_limits.find(delivery);
                let opening = i32::from(counts);
                let most = if counts { tries.openings } else { i32::MAX };
                let counted = on!(c, c => diesel::update(row.filter(dsl::openings.lt(most)))
                    .set((
                        dsl::wrong.eq(0),
                        dsl::life.eq(dsl::life - 1),
                        dsl::openings.eq(dsl::openings + opening),
                        dsl::next_at.eq(0),
                    ))
                    .execute(c))?;
                if counted != 1 {
                    return Err(Problem::OpeningsUsedUp.into());
                }
                forget_source(c, delivery, source)?;
                used(c, delivery)
            })
            .await
    }

    /// The number was right, but nothing came of it: the charged try is given back. Does nothing after `accepted`, which
    /// gave it back already.
    ///
    /// # Errors
    /// The limits store cannot be written.
    pub async fn give_back(&self, delivery: DeliveryId, source: IpAddr) -> Result<()> {
        self.database
            .write(move |c| {
                use delivery_limits::dsl;
                let row = dsl::delivery_limits.find(delivery).filter(dsl::wrong.gt(0));
                on!(c, c => diesel::update(row)
                    .set((dsl::wrong.eq(dsl::wrong - 1), dsl::life.eq(dsl::life - 1), dsl::next_at.eq(0)))
                    .execute(c))?;
                forget_source(c, delivery, source)
            })
            .await
    }

    /// An opening that `accepted` counted came to nothing: another node was first. It is given back.
    ///
    /// # Errors
    /// The limits store cannot be written.
    pub async fn unopened(&self, delivery: DeliveryId) -> Result<()> {
        self.database
            .write(move |c| {
                use delivery_limits::dsl;
                let row = dsl::delivery_limits.find(delivery).filter(dsl::openings.gt(0));
                on!(c, c => diesel::update(row).set(dsl::openings.eq(dsl::openings - 1)).execute(c))?;
                Ok(())
            })
            .await
    }

    /// What a delivery has used up.
    ///
    /// # Errors
    /// The limits store cannot be read.
    pub async fn used(&self, delivery: DeliveryId) -> Result<Used> {
        self.database.read(move |c| used(c, delivery)).await
    }

    /// The sender resumed the delivery: the row of wrong numbers is over, the life count stays.
    ///
    /// # Errors
    /// The limits store cannot be written.
    pub async fn resume(&self, delivery: DeliveryId) -> Result<()> {
        self.database
            .write(move |c| {
                use delivery_limits::dsl;
                on!(c, c => diesel::update(dsl::delivery_limits.find(delivery))
                    .set((dsl::wrong.eq(0), dsl::next_at.eq(0)))
                    .execute(c))?;
                forget_sources(c, delivery)
            })
            .await
    }

    /// A new number begins a new life: nothing is used up. The same call ends the book-keeping of a shredded delivery.
    ///
    /// # Errors
    /// The limits store cannot be written.
    pub async fn renew(&self, delivery: DeliveryId) -> Result<()> {
        self.database
            .write(move |c| {
                on!(c, c => diesel::delete(delivery_limits::table.find(delivery)).execute(c))?;
                forget_sources(c, delivery)
            })
            .await
    }
}

impl Limits {
    /// Cuts off what was written ahead, with what is deleted in it.
    pub(super) async fn scrub(&self) -> Result<()> {
        self.database.scrub().await
    }
}

fn ensure(c: &mut Connection, delivery: DeliveryId, source: IpAddr) -> Result<()> {
    let known: i64 = on!(c, c => delivery_limits::table.find(delivery).count().get_result(c))?;
    if known == 0 {
        use delivery_limits::dsl;
        on!(c, c => diesel::insert_into(dsl::delivery_limits)
            .values((
                dsl::delivery_id.eq(delivery),
                dsl::wrong.eq(0),
                dsl::life.eq(0),
                dsl::openings.eq(0),
                dsl::next_at.eq(0),
            ))
            .execute(c))?;
    }
    let known: i64 = on!(c, c => source_limits::table.find((delivery, source.to_string())).count().get_result(c))?;
    if known == 0 {
        use source_limits::dsl;
        on!(c, c => diesel::insert_into(dsl::source_limits)
            .values((
                dsl::delivery_id.eq(delivery),
                dsl::source.eq(source.to_string()),
                dsl::wrong.eq(0),
                dsl::next_at.eq(0),
            ))
            .execute(c))?;
    }
    Ok(())
}

fn used(c: &mut Connection, delivery: DeliveryId) -> Result<Used> {
    use delivery_limits::dsl;
    let row: Option<(i32, i32, i32)> = on!(c, c => dsl::delivery_limits
        .find(delivery)
        .select((dsl::wrong, dsl::life, dsl::openings))
        .first(c)
        .optional())?;
    Ok(row.map(|(wrong, life, openings)| Used { wrong, life, openings }).unwrap_or_default())
}

fn pace_until(c: &mut Connection, delivery: DeliveryId, source: IpAddr) -> Result<Time> {
    let of_delivery: Time =
        on!(c, c => delivery_limits::table.find(delivery).select(delivery_limits::next_at).first(c))?;
    let of_source: Time = on!(c, c => source_limits::table
        .find((delivery, source.to_string()))
        .select(source_limits::next_at)
        .first(c))?;
    Ok(of_delivery.max(of_source))
}

fn slow(c: &mut Connection, delivery: DeliveryId, source: IpAddr, now: Time, wrong: i32) -> Result<()> {
    {
        use delivery_limits::dsl;
        on!(c, c => diesel::update(dsl::delivery_limits.find(delivery))
            .set((dsl::wrong.eq(wrong), dsl::life.eq(dsl::life + 1), dsl::next_at.eq(free_at(now, wrong))))
            .execute(c))?;
    }
    use source_limits::dsl;
    let row = || dsl::source_limits.find((delivery, source.to_string()));
    on!(c, c => diesel::update(row()).set(dsl::wrong.eq(dsl::wrong + 1)).execute(c))?;
    let of_source: i32 = on!(c, c => row().select(dsl::wrong).first(c))?;
    on!(c, c => diesel::update(row()).set(dsl::next_at.eq(free_at(now, of_source))).execute(c))?;
    Ok(())
}

fn forget_source(c: &mut Connection, delivery: DeliveryId, source: IpAddr) -> Result<(), Error> {
    on!(c, c => diesel::delete(source_limits::table.find((delivery, source.to_string()))).execute(c))?;
    Ok(())
}

fn forget_sources(c: &mut Connection, delivery: DeliveryId) -> Result<()> {
    on!(c, c => diesel::delete(source_limits::table.filter(source_limits::delivery_id.eq(delivery))).execute(c))?;
    Ok(())
}
