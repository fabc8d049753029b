//! What was sent and collected, by day, sender and department: kept as it happens, so that years are added up in an instant.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Tx;
use super::database::on;
use super::schema::totals;
use crate::error::Result;
use crate::model::{Account, AccountId};

/// What is added to a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Transfers that were sent.
    pub transfers: i64,
    /// Their recipients.
    pub deliveries: i64,
    /// Their files.
    pub files: i64,
    /// Bytes of these files.
    pub bytes: i64,
    /// Recipients who collected everything, on the day they did.
    pub retrieved: i64,
}

/// What was sent by somebody of a department on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The day, in the time zone of the office.
    pub day: String,
    /// The sender.
    pub account: AccountId,
    /// The department as it was then.
    pub department: String,
    /// How much.
    pub amount: Amount,
}

/// Adds to a day of a sender.
///
/// # Errors
/// The database cannot be written.
pub fn add(tx: &mut Tx, day: NaiveDate, sender: &Account, amount: Amount) -> Result<()> {
    let Amount { transfers, deliveries, files, bytes, retrieved } = amount;
    on!(tx, c => diesel::insert_into(totals::table)
        .values((
            totals::day.eq(day.to_string()),
            totals::account_id.eq(sender.id),
            totals::department.eq(sender.department.as_str()),
            totals::transfers.eq(transfers),
            totals::deliveries.eq(deliveries),
            totals::files.eq(files),
            totals::bytes.eq(bytes),
            totals::retrieved.eq(retrieved),
        ))
        .on_conflict((totals::day, totals::account_id, totals::department))
        .do_update()
        .set((
            totals::transfers.eq(totals::transfers + transfers),
            totals::deliveries.eq(totals::deliveries + deliveries),
            totals::files.eq(totals::files + files),
            totals::bytes.eq(totals::bytes + bytes),
            totals::retrieved.eq(totals::retrieved + retrieved),
        ))
        .execute(c))?;
    Ok(())
}

/// What was sent from one day to another, both included: by day, sender and department.
///
/// # Errors
/// The database cannot be read.
pub fn between(tx: &mut Tx, from: NaiveDate, until: NaiveDate) -> Result<Vec<Total>> {
    type Row = (String, AccountId, String, i64, i64, i64, i64, i64);
    let rows: Vec<Row> = on!(tx, c => totals::table
        .filter(totals::day.between(from.to_string(), until.to_string()))
        .order((totals::day, totals::account_id, totals::department))
        .load(c))?;
    let total = |(day, account, department, transfers, deliveries, files, bytes, retrieved): Row| Total {
        day,
        account,
        department,
        amount: Amount { transfers, deliveries, files, bytes, retrieved },
    };
    Ok(rows.into_iter().map(total).collect())
}
