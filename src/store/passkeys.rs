//! Passkeys: the public half, and a copy of the account key for those that can open it.

use diesel::prelude::*;

use crate::error::{Problem, Result};
use crate::model::{AccountId, PasskeyId, Time};

use super::Tx;
use super::database::on;
use super::schema::passkeys;

/// A passkey.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = passkeys)]
pub struct PasskeyRow {
    /// Row id.
    pub id: PasskeyId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the authenticator calls it.
    pub credential_id: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// Public key, counter and flags, as the library's JSON.
    pub public: String,
    /// The age recipient that follows from the authenticator's PRF output; none without PRF.
    pub recipient_key: Option<String>,
    /// The account key, sealed to custody key and that recipient.
    pub account_key: Option<Vec<u8>>,
    /// When it was added.
    pub created_at: Time,
    /// When it was last used.
    pub last_used_at: Option<Time>,
}

/// Stores a passkey.
///
/// # Errors
/// `PasskeyRefused` when an account has it already.
pub fn insert(tx: &mut Tx, row: &PasskeyRow) -> Result<()> {
    if by_credential(tx, &row.credential_id)?.is_some() {
        return Err(Problem::PasskeyRefused.into());
    }
    on!(tx, c => diesel::insert_into(passkeys::table)
        .values((
            passkeys::id.eq(row.id),
            passkeys::account_id.eq(row.account_id),
            passkeys::credential_id.eq(row.credential_id.as_slice()),
            passkeys::name.eq(row.name.as_str()),
            passkeys::public.eq(row.public.as_str()),
            passkeys::recipient_key.eq(row.recipient_key.as_deref()),
            passkeys::account_key.eq(row.account_key.as_deref()),
            passkeys::created_at.eq(row.created_at),
            passkeys::last_used_at.eq(row.last_used_at),
        ))
        .execute(c))?;
    Ok(())
}

/// The passkey that an authenticator calls so.
///
/// # Errors
/// The database cannot be read.
pub fn by_credential(tx: &mut Tx, credential_id: &[u8]) -> Result<Option<PasskeyRow>> {
    Ok(on!(tx, c => passkeys::table
        .filter(passkeys::credential_id.eq(credential_id))
        .select(PasskeyRow::as_select())
        .first(c)
        .optional())?)
}

/// The passkeys of an account, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<PasskeyRow>> {
    Ok(on!(tx, c => passkeys::table
        .filter(passkeys::account_id.eq(account))
        .order(passkeys::id)
        .select(PasskeyRow::as_select())
        .load(c))?)
}

/// The accounts that have a passkey.
///
/// # Errors
/// The database cannot be read.
pub fn holders(tx: &mut Tx) -> Result<Vec<AccountId>> {
    Ok(on!(tx, c => passkeys::table.select(passkeys::account_id).distinct().load(c))?)
}

/// Notes a use: counter and flags as the authenticator says now.
///
/// # Errors
/// The database cannot be written.
pub fn used(tx: &mut Tx, id: PasskeyId, public: &str, now: Time) -> Result<()> {
    on!(tx, c => diesel::update(passkeys::table.find(id))
        .set((passkeys::public.eq(public), passkeys::last_used_at.eq(now)))
        .execute(c))?;
    Ok(())
}

/// Sets which key opens the account key, and the sealed copy.
///
/// # Errors
/// The database cannot be written.
pub fn set_account_key(
    tx: &mut Tx,
    id: PasskeyId,
    recipient_key: Option<&str>,
    account_key: Option<&[u8]>,
) -> Result<()> {
    on!(tx, c => diesel::update(passkeys::table.find(id))
        .set((passkeys::recipient_key.eq(recipient_key), passkeys::account_key.eq(account_key)))
        .execute(c))?;
    Ok(())
}

/// Removes a passkey of this account. True if it had it.
///
/// # Errors
/// The database cannot be written.
pub fn remove(tx: &mut Tx, account: AccountId, id: PasskeyId) -> Result<bool> {
    let row = passkeys::table.find(id).filter(passkeys::account_id.eq(account));
    Ok(on!(tx, c => diesel::delete(row).execute(c))? == 1)
}

/// Removes every passkey of this account.
///
/// # Errors
/// The database cannot be written.
pub fn remove_all(tx: &mut Tx, account: AccountId) -> Result<()> {
    on!(tx, c => diesel::delete(passkeys::table.filter(passkeys::account_id.eq(account))).execute(c))?;
    Ok(())
}
