//! What waits for the second half of an exchange with an authenticator: taken once, by the bearer of the token.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Time};

use super::Tx;
use super::database::on;
use super::schema::ceremonies;

/// Stores what waits, sealed to its token.
///
/// # Errors
/// The database cannot be written.
pub fn insert(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    kind: &str,
    account: Option<AccountId>,
    state_sealed: &[u8],
    expires_at: Time,
) -> Result<()> {
    on!(tx, c => diesel::insert_into(ceremonies::table)
        .values((
            ceremonies::token_hash.eq(token_hash.as_slice()),
            ceremonies::kind.eq(kind),
            ceremonies::account_id.eq(account),
            ceremonies::state_sealed.eq(state_sealed),
            ceremonies::expires_at.eq(expires_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes what waits under this token: the sealed state and whose it is. Nobody gets it twice, or after its time.
///
/// # Errors
/// The database cannot be read or written.
pub fn take(tx: &mut Tx, token_hash: &[u8; 32], kind: &str, now: Time) -> Result<Option<(Vec<u8>, Option<AccountId>)>> {
    let row = ceremonies::table.find(token_hash.as_slice());
    let live = row.filter(ceremonies::kind.eq(kind).and(ceremonies::expires_at.gt(now)));
    let found = on!(tx, c => live
        .select((ceremonies::state_sealed, ceremonies::account_id))
        .first::<(Vec<u8>, Option<AccountId>)>(c)
        .optional())?;
    let taken = on!(tx, c => diesel::delete(row).execute(c))?;
    Ok(found.filter(|_| taken == 1))
}

/// Forgets what nobody came back for.
///
/// # Errors
/// The database cannot be written.
pub fn sweep(tx: &mut Tx, now: Time) -> Result<usize> {
    Ok(on!(tx, c => diesel::delete(ceremonies::table.filter(ceremonies::expires_at.le(now))).execute(c))?)
}

/// How many wait.
///
/// # Errors
/// The database cannot be read.
pub fn count(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, c => ceremonies::table.count().get_result(c))?)
}
