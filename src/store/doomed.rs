//! Keys and blobs that a committed transaction has given up, until they are destroyed.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{BlobId, ShredKeyId, Time, TransferId};

use super::Tx;
use super::database::on;
use super::schema::{doomed_blobs, doomed_keys};

/// Dooms shred keys.
///
/// # Errors
/// The database cannot be written.
pub fn insert_keys(tx: &mut Tx, transfer: Option<TransferId>, keys: &[ShredKeyId], now: Time) -> Result<()> {
    for key in keys {
        on!(tx, c => diesel::insert_into(doomed_keys::table)
            .values((
                doomed_keys::shred_key.eq(key),
                doomed_keys::transfer_id.eq(transfer),
                doomed_keys::created_at.eq(now),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// The doomed keys, a batch at a time.
pub(super) fn keys(tx: &mut Tx) -> Result<Vec<ShredKeyId>> {
    Ok(on!(tx, c => doomed_keys::table.select(doomed_keys::shred_key).limit(1000).load(c))?)
}

pub(super) fn forget_keys(tx: &mut Tx, keys: &[ShredKeyId]) -> Result<()> {
    for key in keys {
        on!(tx, c => diesel::delete(doomed_keys::table.find(key)).execute(c))?;
    }
    Ok(())
}

/// Dooms blobs.
///
/// # Errors
/// The database cannot be written.
pub fn insert_blobs(tx: &mut Tx, transfer: Option<TransferId>, blobs: &[BlobId], now: Time) -> Result<()> {
    for blob in blobs {
        on!(tx, c => diesel::insert_into(doomed_blobs::table)
            .values((
                doomed_blobs::blob.eq(blob),
                doomed_blobs::transfer_id.eq(transfer),
                doomed_blobs::created_at.eq(now),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// The doomed blobs of a transfer, or of all when `None`, a batch at a time.
///
/// # Errors
/// The database cannot be read.
pub fn blobs(tx: &mut Tx, transfer: Option<TransferId>) -> Result<Vec<BlobId>> {
    let found = on!(tx, c => {
        let query = doomed_blobs::table.select(doomed_blobs::blob).limit(1000);
        match transfer {
            Some(transfer) => query.filter(doomed_blobs::transfer_id.eq(transfer)).load(c),
            None => query.load(c),
        }
    });
    Ok(found?)
}

/// Forgets blobs that are gone.
///
/// # Errors
/// The database cannot be written.
pub fn forget_blobs(tx: &mut Tx, blobs: &[BlobId]) -> Result<()> {
    for blob in blobs {
        on!(tx, c => diesel::delete(doomed_blobs::table.find(blob)).execute(c))?;
    }
    Ok(())
}

/// How many keys and blobs of a transfer still await destruction.
///
/// # Errors
/// The database cannot be read.
pub fn remaining(tx: &mut Tx, transfer: TransferId) -> Result<i64> {
    let keys: i64 = on!(tx, c => doomed_keys::table
        .filter(doomed_keys::transfer_id.eq(transfer))
        .count()
        .get_result(c))?;
    let blobs: i64 = on!(tx, c => doomed_blobs::table
        .filter(doomed_blobs::transfer_id.eq(transfer))
        .count()
        .get_result(c))?;
    Ok(keys + blobs)
}
