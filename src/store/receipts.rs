//! Receipts: whether a sender wants a mail when somebody has collected everything. The timeline tells it in any case.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::AccountId;

use super::Tx;
use super::database::on;
use super::schema::accounts;

/// Whether this account wants them; who has said nothing does.
///
/// # Errors
/// The database cannot be read.
pub fn wanted(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let found: Option<bool> =
        on!(tx, c => accounts::table.find(account).select(accounts::mail_collected).first(c).optional())?;
    Ok(found.unwrap_or(true))
}

/// Sets whether this account wants them.
///
/// # Errors
/// The database cannot be written.
pub fn set(tx: &mut Tx, account: AccountId, wanted: bool) -> Result<()> {
    on!(tx, c => diesel::update(accounts::table.find(account)).set(accounts::mail_collected.eq(wanted)).execute(c))?;
    Ok(())
}
