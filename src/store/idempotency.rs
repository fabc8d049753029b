//! Idempotency keys: a repeated POST of the same holder answers with what the first one made.

use diesel::prelude::*;

use crate::error::{Problem, Result};
use crate::model::Time;

use super::Tx;
use super::database::on;
use super::schema::idempotency;

/// A key that came with a request, tied to who sent it and what it asked for.
#[derive(Clone, Debug)]
pub struct Key {
    /// Hash of the sign-in or token.
    pub holder: [u8; 32],
    /// The key as sent, at most 255 characters.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub request: [u8; 32],
}

/// The resource that an earlier request with this key made.
///
/// # Errors
/// `IdempotencyReused` when the key came with another request before.
pub fn recall(tx: &mut Tx, key: &Key) -> Result<Option<String>> {
    let known: Option<(Vec<u8>, String)> = on!(tx, c => idempotency::table
        .find((key.holder.as_slice(), key.key.as_str()))
        .select((idempotency::request, idempotency::resource))
        .first(c)
        .optional())?;
    match known {
        None => Ok(None),
        Some((request, resource)) if request == key.request => Ok(Some(resource)),
        Some(_) => Err(Problem::IdempotencyReused.into()),
    }
}

/// Remembers what a request made, in the transaction that makes it.
///
/// # Errors
/// The database cannot be written.
pub fn remember(tx: &mut Tx, key: &Key, resource: &str, now: Time) -> Result<()> {
    on!(tx, c => diesel::insert_into(idempotency::table)
        .values((
            idempotency::holder.eq(key.holder.as_slice()),
            idempotency::key.eq(key.key.as_str()),
            idempotency::request.eq(key.request.as_slice()),
            idempotency::resource.eq(resource),
            idempotency::created_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Forgets keys older than `before`.
///
/// # Errors
/// The database cannot be written.
pub fn forget_old(tx: &mut Tx, before: Time) -> Result<usize> {
    Ok(on!(tx, c => diesel::delete(idempotency::table.filter(idempotency::created_at.lt(before))).execute(c))?)
}
