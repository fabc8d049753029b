//! Browsers in which somebody signed in before: guesses made elsewhere do not slow them down.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Time};

use super::Tx;
use super::database::on;
use super::schema::devices;

/// Whether this account signed in before in the browser that holds the token.
///
/// # Errors
/// The database cannot be read.
pub fn is_known(tx: &mut Tx, token_hash: &[u8; 32], account: AccountId) -> Result<bool> {
    let row = devices::table.find((token_hash.as_slice(), account));
    let known: i64 = on!(tx, c => row.count().get_result(c))?;
    Ok(known > 0)
}

/// Notes a device, or its use.
///
/// # Errors
/// The database cannot be written.
pub fn note(tx: &mut Tx, token_hash: &[u8; 32], account: AccountId, now: Time) -> Result<()> {
    on!(tx, c => diesel::insert_into(devices::table)
        .values((
            devices::token_hash.eq(token_hash.as_slice()),
            devices::account_id.eq(account),
            devices::created_at.eq(now),
            devices::last_used_at.eq(now),
        ))
        .on_conflict((devices::token_hash, devices::account_id))
        .do_update()
        .set(devices::last_used_at.eq(now))
        .execute(c))?;
    Ok(())
}

/// Forgets the devices of an account.
///
/// # Errors
/// The database cannot be written.
pub fn forget(tx: &mut Tx, account: AccountId) -> Result<()> {
    on!(tx, c => diesel::delete(devices::table.filter(devices::account_id.eq(account))).execute(c))?;
    Ok(())
}

/// Forgets the devices of an account but this one.
///
/// # Errors
/// The database cannot be written.
pub fn forget_others(tx: &mut Tx, account: AccountId, kept: Option<&[u8; 32]>) -> Result<()> {
    let own = devices::table.filter(devices::account_id.eq(account));
    let kept = kept.map_or(&[][..], |hash| hash.as_slice());
    on!(tx, c => diesel::delete(own.filter(devices::token_hash.ne(kept))).execute(c))?;
    Ok(())
}

/// Forgets devices unused since.
///
/// # Errors
/// The database cannot be written.
pub fn sweep(tx: &mut Tx, unused_since: Time) -> Result<usize> {
    Ok(on!(tx, c => diesel::delete(devices::table.filter(devices::last_used_at.lt(unused_since))).execute(c))?)
}
