//! Unlock sessions of recipients. A row is a live session; an ended one is deleted and its key doomed. The database allows
//! one per delivery.

use std::time::Duration;

use diesel::prelude::*;

use crate::error::{Error, Problem, Result};
use crate::model::{DeliveryId, SessionId, ShredKeyId, Time, TransferId};

use super::Tx;
use super::database::on;
use super::doomed;
use super::schema::unlocks;
use super::slots::consume_intent;

/// A live unlock session.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = unlocks)]
pub struct Unlock {
    /// Row id.
    pub id: SessionId,
    /// The opened delivery.
    pub delivery_id: DeliveryId,
    /// Its transfer.
    pub transfer_id: TransferId,
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    /// The shred key around `sealed`.
    pub shred_key: ShredKeyId,
    /// The transfer identity, sealed to shred key and token.
    pub sealed: Vec<u8>,
    /// When it began.
    pub created_at: Time,
    /// When it was last used.
    pub last_seen_at: Time,
    /// When it ends at the latest.
    pub expires_at: Time,
}

impl Unlock {
    /// Whether it was used within `idle` and has not reached its limit.
    pub fn is_live(&self, idle: Duration, now: Time) -> bool {
        self.expires_at > now && self.last_seen_at + idle > now
    }
}

/// Stores a session and consumes its key's intent.
///
/// # Errors
/// `OpenElsewhere` when the delivery has a live session already.
pub fn insert(tx: &mut Tx, unlock: &Unlock) -> Result<()> {
    consume_intent(tx, unlock.shred_key)?;
    let inserted = on!(tx, c => diesel::insert_into(unlocks::table)
        .values((
            unlocks::id.eq(unlock.id),
            unlocks::delivery_id.eq(unlock.delivery_id),
            unlocks::transfer_id.eq(unlock.transfer_id),
            unlocks::token_hash.eq(unlock.token_hash.as_slice()),
            unlocks::shred_key.eq(unlock.shred_key),
            unlocks::sealed.eq(unlock.sealed.as_slice()),
            unlocks::created_at.eq(unlock.created_at),
            unlocks::last_seen_at.eq(unlock.last_seen_at),
            unlocks::expires_at.eq(unlock.expires_at),
        ))
        .execute(c));
    match inserted {
        Ok(_) => Ok(()),
        Err(diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _)) => {
            Err(Problem::OpenElsewhere.into())
        }
        Err(error) => Err(Error::from(error)),
    }
}

/// The session of this cookie.
///
/// # Errors
/// The database cannot be read.
pub fn by_token(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<Unlock>> {
    Ok(on!(tx, c => unlocks::table
        .filter(unlocks::token_hash.eq(token_hash.as_slice()))
        .select(Unlock::as_select())
        .first(c)
        .optional())?)
}

/// The session, if it still lives.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, id: SessionId) -> Result<Option<Unlock>> {
    Ok(on!(tx, c => unlocks::table.find(id).select(Unlock::as_select()).first(c).optional())?)
}

/// The live session of a delivery.
///
/// # Errors
/// The database cannot be read.
pub fn of_delivery(tx: &mut Tx, delivery: DeliveryId) -> Result<Option<Unlock>> {
    Ok(on!(tx, c => unlocks::table
        .filter(unlocks::delivery_id.eq(delivery))
        .select(Unlock::as_select())
        .first(c)
        .optional())?)
}

/// Notes that the session is in use.
///
/// # Errors
/// The database cannot be written.
pub fn touch(tx: &mut Tx, id: SessionId, now: Time) -> Result<()> {
    on!(tx, c => diesel::update(unlocks::table.find(id)).set(unlocks::last_seen_at.eq(now)).execute(c))?;
    Ok(())
}

/// Ends a session and dooms its key: true for the call that ended it.
///
/// # Errors
/// The database cannot be written.
pub fn end(tx: &mut Tx, unlock: &Unlock, now: Time) -> Result<bool> {
    let ended = on!(tx, c => diesel::delete(unlocks::table.find(unlock.id)).execute(c))?;
    if ended == 1 {
        doomed::insert_keys(tx, Some(unlock.transfer_id), &[unlock.shred_key], now)?;
    }
    Ok(ended == 1)
}

/// Sessions that idled since `idle_since` or reached their limit.
///
/// # Errors
/// The database cannot be read.
pub fn over(tx: &mut Tx, idle_since: Time, now: Time, limit: i64) -> Result<Vec<Unlock>> {
    Ok(on!(tx, c => unlocks::table
        .filter(unlocks::last_seen_at.le(idle_since).or(unlocks::expires_at.le(now)))
        .select(Unlock::as_select())
        .limit(limit)
        .load(c))?)
}
