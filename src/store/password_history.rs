//! Hashes of earlier passwords, as many as the rules ask for.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Time};

use super::Tx;
use super::database::on;
use super::schema::password_history;

/// The hashes of the last `most` passwords before the present one, the newest first.
///
/// # Errors
/// The database cannot be read.
pub fn latest(tx: &mut Tx, account: AccountId, most: u32) -> Result<Vec<String>> {
    Ok(on!(tx, c => password_history::table
        .filter(password_history::account_id.eq(account))
        .order(password_history::changed_at.desc())
        .limit(most.into())
        .select(password_history::password_hash)
        .load(c))?)
}

/// Keeps the hash of the password that is given up now, and no more than the last `most`.
///
/// # Errors
/// The database cannot be written.
pub fn keep(tx: &mut Tx, account: AccountId, hash: &str, most: u32, now: Time) -> Result<()> {
    if most > 0 {
        let values = (password_history::changed_at.eq(now), password_history::password_hash.eq(hash));
        on!(tx, c => diesel::insert_into(password_history::table)
            .values((password_history::account_id.eq(account), values))
            .on_conflict((password_history::account_id, password_history::changed_at))
            .do_update()
            .set(password_history::password_hash.eq(hash))
            .execute(c))?;
    }
    let own = password_history::table.filter(password_history::account_id.eq(account));
    let surplus: Vec<Time> = on!(tx, c => own
        .order(password_history::changed_at.desc())
        .offset(most.into())
        .limit(1000)
        .select(password_history::changed_at)
        .load(c))?;
    let old = own.filter(password_history::changed_at.eq_any(surplus));
    on!(tx, c => diesel::delete(old).execute(c))?;
    Ok(())
}
