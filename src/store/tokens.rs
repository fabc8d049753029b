//! API tokens: hashes, and a sealed copy of the account key where a person made the token.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Scope, ShredKeyId, Time, TokenId};

use super::Tx;
use super::database::on;
use super::schema::tokens;
use super::slots::consume_intent;
use super::{doomed, shown_numbers};

/// A token.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tokens)]
pub struct ApiToken {
    /// Row id.
    pub id: TokenId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What its maker called it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// The shred key around the account key.
    pub shred_key: Option<ShredKeyId>,
    /// The account key, sealed to shred key and token.
    pub account_key: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Time>,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
}

/// Stores a token and consumes its key's intent.
///
/// # Errors
/// The database cannot be written.
pub fn insert(tx: &mut Tx, token: &ApiToken) -> Result<()> {
    if let Some(key) = token.shred_key {
        consume_intent(tx, key)?;
    }
    on!(tx, c => diesel::insert_into(tokens::table)
        .values((
            tokens::id.eq(token.id),
            tokens::account_id.eq(token.account_id),
            tokens::name.eq(token.name.as_str()),
            tokens::scope.eq(token.scope),
            tokens::token_hash.eq(token.token_hash.as_slice()),
            tokens::shred_key.eq(token.shred_key),
            tokens::account_key.eq(token.account_key.as_deref()),
            tokens::created_at.eq(token.created_at),
            tokens::expires_at.eq(token.expires_at),
        ))
        .execute(c))?;
    Ok(())
}

/// The token of this hash, revoked or not.
///
/// # Errors
/// The database cannot be read.
pub fn by_hash(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<ApiToken>> {
    Ok(on!(tx, c => tokens::table
        .filter(tokens::token_hash.eq(token_hash.as_slice()))
        .select(ApiToken::as_select())
        .first(c)
        .optional())?)
}

/// The tokens of an account, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<ApiToken>> {
    Ok(on!(tx, c => tokens::table
        .filter(tokens::account_id.eq(account))
        .order(tokens::created_at.desc())
        .select(ApiToken::as_select())
        .load(c))?)
}

/// Notes that a token was used.
///
/// # Errors
/// The database cannot be written.
pub fn touch(tx: &mut Tx, id: TokenId, now: Time) -> Result<()> {
    on!(tx, c => diesel::update(tokens::table.find(id)).set(tokens::last_used_at.eq(Some(now))).execute(c))?;
    Ok(())
}

/// Revokes a token: its sealed account key goes. True for the call that revoked it.
///
/// # Errors
/// The database cannot be written.
pub fn revoke(tx: &mut Tx, token: &ApiToken, now: Time) -> Result<bool> {
    let row = tokens::table.find(token.id).filter(tokens::revoked_at.is_null());
    let revoked = on!(tx, c => diesel::update(row)
        .set((
            tokens::revoked_at.eq(Some(now)),
            tokens::shred_key.eq(None::<ShredKeyId>),
            tokens::account_key.eq(None::<Vec<u8>>),
        ))
        .execute(c))?;
    if revoked == 1 {
        doomed::insert_keys(tx, None, token.shred_key.as_slice(), now)?;
        shown_numbers::forget_of_holder(tx, &token.token_hash)?;
    }
    Ok(revoked == 1)
}
