//! How many messages by SMS were sent: counted before each one, by statements that cannot count past a cap.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, DeliveryId};

use super::Tx;
use super::database::on;
use super::schema::{deliveries, text_days};

/// Counts one more message about a delivery, unless there were `most` already: true when it was counted.
///
/// # Errors
/// The database cannot be written.
pub fn count_of_delivery(tx: &mut Tx, id: DeliveryId, most: i32) -> Result<bool> {
    let row = deliveries::table.find(id).filter(deliveries::texts.lt(most));
    Ok(on!(tx, c => diesel::update(row).set(deliveries::texts.eq(deliveries::texts + 1)).execute(c))? == 1)
}

/// Counts one more message of an account on this day, unless there were `most` already: true when it was counted. A clock that
/// went back gives nobody a fresh day.
///
/// # Errors
/// The database cannot be written.
pub fn count_of_account(tx: &mut Tx, account: AccountId, day: i32, most: i32) -> Result<bool> {
    // The row is there before it is counted on: two who begin the day at once take turns at it.
    on!(tx, c => diesel::insert_into(text_days::table)
        .values((text_days::account_id.eq(account), text_days::day.eq(day), text_days::texts.eq(0)))
        .on_conflict_do_nothing()
        .execute(c))?;
    let earlier = text_days::table.find(account).filter(text_days::day.lt(day));
    on!(tx, c => diesel::update(earlier).set((text_days::day.eq(day), text_days::texts.eq(0))).execute(c))?;
    let row = text_days::table.find(account).filter(text_days::texts.lt(most));
    Ok(on!(tx, c => diesel::update(row).set(text_days::texts.eq(text_days::texts + 1)).execute(c))? == 1)
}

/// Messages about a delivery so far.
///
/// # Errors
/// The database cannot be read.
pub fn of_delivery(tx: &mut Tx, id: DeliveryId) -> Result<i32> {
    let found = on!(tx, c => deliveries::table.find(id).select(deliveries::texts).first(c).optional())?;
    Ok(found.unwrap_or(0))
}

/// Messages of an account on this day, or on a later one where the clock went back.
///
/// # Errors
/// The database cannot be read.
pub fn of_account(tx: &mut Tx, account: AccountId, day: i32) -> Result<i32> {
    let row = text_days::table.find(account).filter(text_days::day.ge(day));
    let found = on!(tx, c => row.select(text_days::texts).first(c).optional())?;
    Ok(found.unwrap_or(0))
}
