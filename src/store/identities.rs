//! Who an account is at an OpenID provider or in the directory.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Time};

use super::Tx;
use super::database::on;
use super::schema::identities;

/// The account that this subject of this provider is.
///
/// # Errors
/// The database cannot be read.
pub fn account(tx: &mut Tx, provider: &str, subject: &str) -> Result<Option<AccountId>> {
    Ok(on!(tx, c => identities::table
        .find((provider, subject))
        .select(identities::account_id)
        .first(c)
        .optional())?)
}

/// Ties a subject of a provider to an account.
///
/// # Errors
/// It is tied already, or the database cannot be written.
pub fn link(tx: &mut Tx, provider: &str, subject: &str, account: AccountId, now: Time) -> Result<()> {
    on!(tx, c => diesel::insert_into(identities::table)
        .values((
            identities::provider.eq(provider),
            identities::subject.eq(subject),
            identities::account_id.eq(account),
            identities::created_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// The providers at which this account is known, with the subject there.
///
/// # Errors
/// The database cannot be read.
pub fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<(String, String)>> {
    Ok(on!(tx, c => identities::table
        .filter(identities::account_id.eq(account))
        .order(identities::provider)
        .select((identities::provider, identities::subject))
        .load(c))?)
}

/// Unties an account from everywhere.
///
/// # Errors
/// The database cannot be written.
pub fn forget(tx: &mut Tx, account: AccountId) -> Result<()> {
    on!(tx, c => diesel::delete(identities::table.filter(identities::account_id.eq(account))).execute(c))?;
    Ok(())
}
