//! What the account register tells of all accounts at once besides their entries: one question for all, none for each.

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Time, TransferState};

use super::Tx;
use super::database::on;
use super::schema::{accounts, identities, invitations, passkeys, totps, transfers};

/// Every account with a password of its own, initial or chosen.
///
/// # Errors
/// The database cannot be read.
pub fn with_password(tx: &mut Tx) -> Result<Vec<AccountId>> {
    Ok(on!(tx, c => accounts::table.filter(accounts::password_hash.ne("")).select(accounts::id).load(c))?)
}

/// Every account with a confirmed app for codes.
///
/// # Errors
/// The database cannot be read.
pub fn with_app(tx: &mut Tx) -> Result<Vec<AccountId>> {
    Ok(on!(tx, c => totps::table.filter(totps::confirmed.eq(true)).select(totps::account_id).load(c))?)
}

/// How many passkeys each account has; those without are left out.
///
/// # Errors
/// The database cannot be read.
pub fn passkeys(tx: &mut Tx) -> Result<Vec<(AccountId, i64)>> {
    Ok(on!(tx, c => passkeys::table
        .group_by(passkeys::account_id)
        .select((passkeys::account_id, count_star()))
        .load(c))?)
}

/// Every account that is known elsewhere, and where.
///
/// # Errors
/// The database cannot be read.
pub fn elsewhere(tx: &mut Tx) -> Result<Vec<(AccountId, String)>> {
    Ok(on!(tx, c => identities::table.select((identities::account_id, identities::provider)).load(c))?)
}

/// How many transfers of each account are running; those without are left out.
///
/// # Errors
/// The database cannot be read.
pub fn running(tx: &mut Tx) -> Result<Vec<(AccountId, i64)>> {
    Ok(on!(tx, c => transfers::table
        .filter(transfers::state.eq_any(TransferState::RUNNING))
        .group_by(transfers::owner_id)
        .select((transfers::owner_id, count_star()))
        .load(c))?)
}

/// Every account that is invited, and until when.
///
/// # Errors
/// The database cannot be read.
pub fn invited(tx: &mut Tx) -> Result<Vec<(AccountId, Time)>> {
    Ok(on!(tx, c => invitations::table.select((invitations::account_id, invitations::expires_at)).load(c))?)
}

/// The names of these accounts.
///
/// # Errors
/// The database cannot be read.
pub fn names(tx: &mut Tx, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>> {
    Ok(on!(tx, c => accounts::table
        .filter(accounts::id.eq_any(ids))
        .select((accounts::id, accounts::name))
        .load(c))?)
}
