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
    /// The secret of an app that takes the place of a confirmed one as soon as it has shown a code.
    pub pending_sealed: Option<Vec<u8>>,
    /// Whether its owner has shown one code of it: until then it counts for nothing.
    pub confirmed: bool,
}

impl Totp {
    /// The secret that waits for a first code.
    pub fn pending(&self) -> Option<&[u8]> {
        if self.confirmed { self.pending_sealed.as_deref() } else { Some(&self.secret_sealed) }
    }

    /// The secret whose codes count.
    pub fn confirmed(&self) -> Option<&[u8]> {
        self.confirmed.then_some(self.secret_sealed.as_slice())
    }
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

/// The accounts that have a confirmed app.
///
/// # Errors
/// The database cannot be read.
pub fn holders(tx: &mut Tx) -> Result<Vec<AccountId>> {
    Ok(on!(tx, c => totps::table.filter(totps::confirmed.eq(true)).select(totps::account_id).load(c))?)
}

/// Begins an enrolment, in place of one that waits for its first code. A confirmed app goes on until then.
///
/// # Errors
/// The database cannot be written.
pub fn begin(tx: &mut Tx, account: AccountId, secret_sealed: &[u8], now: Time) -> Result<()> {
    if is_enrolled(tx, account)? {
        on!(tx, c => diesel::update(totps::table.find(account))
            .set(totps::pending_sealed.eq(Some(secret_sealed)))
            .execute(c))?;
        return Ok(());
    }
    on!(tx, c => diesel::delete(totps::table.find(account)).execute(c))?;
    on!(tx, c => diesel::insert_into(totps::table)
        .values((
            totps::account_id.eq(account),
            totps::secret_sealed.eq(secret_sealed),
            totps::pending_sealed.eq(None::<Vec<u8>>),
            totps::confirmed.eq(false),
            totps::last_step.eq(0),
            totps::created_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Confirms the app that waits for its first code, if its secret is still this one, and uses up that code. True for the call
/// that did. Whoever calls holds the account (`accounts::lock`).
///
/// # Errors
/// The database cannot be written.
pub fn confirm(tx: &mut Tx, account: AccountId, secret_sealed: &[u8], step: i64) -> Result<bool> {
    if of_account(tx, account)?.is_none_or(|app| app.pending() != Some(secret_sealed)) {
        return Ok(false);
    }
    let confirmed = (
        totps::secret_sealed.eq(secret_sealed),
        totps::pending_sealed.eq(None::<Vec<u8>>),
        totps::confirmed.eq(true),
        totps::last_step.eq(step),
    );
    on!(tx, c => diesel::update(totps::table.find(account)).set(confirmed).execute(c))?;
    Ok(true)
}

/// Uses up the code of this 30-second step, if the secret is still this one: true once, false for a replay or an older step
/// (RFC 6238, 5.2).
///
/// # Errors
/// The database cannot be written.
pub fn use_step(tx: &mut Tx, account: AccountId, secret_sealed: &[u8], step: i64) -> Result<bool> {
    let row = totps::table
        .find(account)
        .filter(totps::confirmed.eq(true).and(totps::secret_sealed.eq(secret_sealed)))
        .filter(totps::last_step.lt(step));
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
