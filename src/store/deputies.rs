//! Deputies of approvers: who decides for whom, and when.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Deputy, Time};

use super::Tx;
use super::database::on;
use super::schema::deputies;

#[derive(Queryable, Selectable)]
#[diesel(table_name = deputies)]
struct Row {
    account_id: AccountId,
    deputy_id: AccountId,
    from_at: Time,
    until_at: Time,
}

impl From<Row> for Deputy {
    fn from(row: Row) -> Self {
        Self { account: row.account_id, deputy: row.deputy_id, from_at: row.from_at, until_at: row.until_at }
    }
}

/// Names the deputy of an approver, instead of an earlier one.
///
/// # Errors
/// The database cannot be written; it refuses somebody as the own deputy, and a period without length.
pub fn set(tx: &mut Tx, deputy: &Deputy) -> Result<()> {
    remove(tx, deputy.account)?;
    on!(tx, c => diesel::insert_into(deputies::table)
        .values((
            deputies::account_id.eq(deputy.account),
            deputies::deputy_id.eq(deputy.deputy),
            deputies::from_at.eq(deputy.from_at),
            deputies::until_at.eq(deputy.until_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes the deputy of an approver away: true if there was one.
///
/// # Errors
/// The database cannot be written.
pub fn remove(tx: &mut Tx, account: AccountId) -> Result<bool> {
    Ok(on!(tx, c => diesel::delete(deputies::table.find(account)).execute(c))? == 1)
}

/// The deputy of an approver, whatever the period.
///
/// # Errors
/// The database cannot be read.
pub fn of(tx: &mut Tx, account: AccountId) -> Result<Option<Deputy>> {
    let row: Option<Row> = on!(tx, c => deputies::table.find(account).select(Row::as_select()).first(c).optional())?;
    Ok(row.map(Deputy::from))
}

/// Everybody who is deputy now.
///
/// # Errors
/// The database cannot be read.
pub fn now(tx: &mut Tx, now: Time) -> Result<Vec<Deputy>> {
    let rows: Vec<Row> = on!(tx, c => deputies::table
        .filter(deputies::from_at.le(now).and(deputies::until_at.gt(now)))
        .order(deputies::account_id)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Deputy::from).collect())
}
