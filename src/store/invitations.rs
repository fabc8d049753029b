//! Invitations: who may set a first password, with which secret, until when.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Time};

use super::Tx;
use super::database::on;
use super::schema::invitations;

/// An invitation that was not followed yet.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    /// Who is invited.
    pub account_id: AccountId,
    /// SHA-256 of the secret in the mail.
    pub secret_hash: Vec<u8>,
    /// When it was written.
    pub created_at: Time,
    /// Until when it can be followed.
    pub expires_at: Time,
}

/// Invites, in place of an earlier invitation of the same account.
///
/// # Errors
/// The database cannot be written.
pub fn put(tx: &mut Tx, invitation: &Invitation) -> Result<()> {
    remove(tx, invitation.account_id)?;
    on!(tx, c => diesel::insert_into(invitations::table)
        .values((
            invitations::account_id.eq(invitation.account_id),
            invitations::secret_hash.eq(invitation.secret_hash.as_slice()),
            invitations::created_at.eq(invitation.created_at),
            invitations::expires_at.eq(invitation.expires_at),
        ))
        .execute(c))?;
    Ok(())
}

/// The invitation with this secret.
///
/// # Errors
/// The database cannot be read.
pub fn by_secret(tx: &mut Tx, secret_hash: &[u8; 32]) -> Result<Option<Invitation>> {
    let row = invitations::table.filter(invitations::secret_hash.eq(secret_hash.as_slice()));
    Ok(on!(tx, c => row.select(Invitation::as_select()).first(c).optional())?)
}

/// The invitation of an account.
///
/// # Errors
/// The database cannot be read.
pub fn of_account(tx: &mut Tx, account: AccountId) -> Result<Option<Invitation>> {
    Ok(on!(tx, c => invitations::table.find(account).select(Invitation::as_select()).first(c).optional())?)
}

/// Every invitation.
///
/// # Errors
/// The database cannot be read.
pub fn all(tx: &mut Tx) -> Result<Vec<Invitation>> {
    Ok(on!(tx, c => invitations::table.select(Invitation::as_select()).load(c))?)
}

/// Takes an account's invitation away: true if there was one.
///
/// # Errors
/// The database cannot be written.
pub fn remove(tx: &mut Tx, account: AccountId) -> Result<bool> {
    Ok(on!(tx, c => diesel::delete(invitations::table.find(account)).execute(c))? == 1)
}
