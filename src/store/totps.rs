//! Apps for codes, and the recovery codes for the day one is lost.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Time};

use super::Tx;
use super::database::on;
use super::schema::{recovery_codes, totps};

/// An account's app.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = totps)]
pub struct Totp {
    /// The shared secret, sealed to the custody key.
    pub secret_sealed: Vec<u8>,
    /// Whether its owner has shown one code of it: until then it counts for nothing.
    pub confirmed: bool,
}

/// The app of an account, confirmed or not.
///
/// # Errors
/// The database cannot be read.
pub fn of_account(tx: &mut Tx, account: AccountId) -> Result<Option<Totp>> {
    Ok(on!(tx, c => totps::table.find(account).select(Totp::as_select()).first(c).optional())?)
}

/// Whether an account has a confirmed app.
///
/// # Errors
/// The database cannot be read.
pub fn is_enrolled(tx: &mut Tx, account: AccountId) -> Result<bool> {
    Ok(of_account(tx, account)?.is_some_and(|totp| totp.confirmed))
}

/// Begins an enrolment, in place of one that was never confirmed. False where a confirmed app exists: nothing was changed.
///
/// # Errors
/// The database cannot be written.
pub fn begin(tx: &mut Tx, account: AccountId, secret_sealed: &[u8], now: Time) -> Result<bool> {
    let open = totps::table.find(account).filter(totps::confirmed.eq(false));
    on!(tx, c => diesel::delete(open).execute(c))?;
    if of_account(tx, account)?.is_some() {
        return Ok(false);
    }
    on!(tx, c => diesel::insert_into(totps::table)
        .values((
            totps::account_id.eq(account),
            totps::secret_sealed.eq(secret_sealed),
            totps::confirmed.eq(false),
            totps::last_step.eq(0),
            totps::created_at.eq(now),
        ))
        .execute(c))?;
    Ok(true)
}

/// Confirms the enrolment. True for the call that did.
///
/// # Errors
/// The database cannot be written.
pub fn confirm(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let row = totps::table.find(account).filter(totps::confirmed.eq(false));
    Ok(on!(tx, c => diesel::update(row).set(totps::confirmed.eq(true)).execute(c))? == 1)
}

/// Uses up the code of this 30-second step: true once, false for a replay or an older step (RFC 6238, 5.2).
///
/// # Errors
/// The database cannot be written.
pub fn use_step(tx: &mut Tx, account: AccountId, step: i64) -> Result<bool> {
    let row = totps::table.find(account).filter(totps::last_step.lt(step));
    Ok(on!(tx, c => diesel::update(row).set(totps::last_step.eq(step)).execute(c))? == 1)
}

/// Removes the app and its recovery codes. True if there was one.
///
/// # Errors
/// The database cannot be written.
pub fn remove(tx: &mut Tx, account: AccountId) -> Result<bool> {
    set_recovery_codes(tx, account, &[])?;
    Ok(on!(tx, c => diesel::delete(totps::table.find(account)).execute(c))? == 1)
}

/// Replaces the recovery codes (their hashes).
///
/// # Errors
/// The database cannot be written.
pub fn set_recovery_codes(tx: &mut Tx, account: AccountId, hashes: &[[u8; 32]]) -> Result<()> {
    let old = recovery_codes::table.filter(recovery_codes::account_id.eq(account));
    on!(tx, c => diesel::delete(old).execute(c))?;
    for hash in hashes {
        on!(tx, c => diesel::insert_into(recovery_codes::table)
            .values((recovery_codes::account_id.eq(account), recovery_codes::code_hash.eq(hash.as_slice())))
            .execute(c))?;
    }
    Ok(())
}

/// Uses up a recovery code: true once.
///
/// # Errors
/// The database cannot be written.
pub fn use_recovery_code(tx: &mut Tx, account: AccountId, hash: &[u8; 32]) -> Result<bool> {
    let row = recovery_codes::table.find((account, hash.as_slice()));
    Ok(on!(tx, c => diesel::delete(row).execute(c))? == 1)
}

/// How many recovery codes are left.
///
/// # Errors
/// The database cannot be read.
pub fn recovery_codes_left(tx: &mut Tx, account: AccountId) -> Result<i64> {
    Ok(on!(tx, c => recovery_codes::table
        .filter(recovery_codes::account_id.eq(account))
        .count()
        .get_result(c))?)
}
