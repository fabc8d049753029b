//! Signed-in sessions of the staff. An ended one is deleted and its key doomed; a locked one keeps its row and loses the key.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Proofs, ShredKeyId, SignInId, Time};

use super::Tx;
use super::database::on;
use super::schema::sign_ins;
use super::slots::consume_intent;
use super::{doomed, shown_numbers};

/// A session.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sign_ins)]
pub struct SignIn {
    /// Row id.
    pub id: SignInId,
    /// Who is signed in.
    pub account_id: AccountId,
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    /// When it began.
    pub created_at: Time,
    /// When it was last used.
    pub last_seen_at: Time,
    /// Whether it wants the password again.
    pub locked: bool,
    /// The shred key around the account key.
    pub shred_key: Option<ShredKeyId>,
    /// The account key, sealed to shred key and token.
    pub account_key: Option<Vec<u8>>,
    /// What it has proven.
    pub proofs: Proofs,
    /// When something was proven last.
    pub proved_at: Time,
    /// The network address where it began; may be empty.
    pub source: String,
    /// The browser in which it began; may be empty.
    pub browser: String,
}

/// Stores a session and consumes its key's intent.
///
/// # Errors
/// The database cannot be written.
pub fn insert(tx: &mut Tx, sign_in: &SignIn) -> Result<()> {
    if let Some(key) = sign_in.shred_key {
        consume_intent(tx, key)?;
    }
    on!(tx, c => diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::id.eq(sign_in.id),
            sign_ins::account_id.eq(sign_in.account_id),
            sign_ins::token_hash.eq(sign_in.token_hash.as_slice()),
            sign_ins::created_at.eq(sign_in.created_at),
            sign_ins::last_seen_at.eq(sign_in.last_seen_at),
            sign_ins::locked.eq(sign_in.locked),
            sign_ins::shred_key.eq(sign_in.shred_key),
            sign_ins::account_key.eq(sign_in.account_key.as_deref()),
            sign_ins::proofs.eq(&sign_in.proofs),
            sign_ins::proved_at.eq(sign_in.proved_at),
            sign_ins::source.eq(sign_in.source.as_str()),
            sign_ins::browser.eq(sign_in.browser.as_str()),
        ))
        .execute(c))?;
    Ok(())
}

/// The session of this cookie.
///
/// # Errors
/// The database cannot be read.
pub fn by_token(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<SignIn>> {
    Ok(on!(tx, c => sign_ins::table
        .filter(sign_ins::token_hash.eq(token_hash.as_slice()))
        .select(SignIn::as_select())
        .first(c)
        .optional())?)
}

/// The sessions of an account.
///
/// # Errors
/// The database cannot be read.
pub fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<SignIn>> {
    Ok(on!(tx, c => sign_ins::table
        .filter(sign_ins::account_id.eq(account))
        .select(SignIn::as_select())
        .load(c))?)
}

/// Notes that the session is in use.
///
/// # Errors
/// The database cannot be written.
pub fn touch(tx: &mut Tx, id: SignInId, now: Time) -> Result<()> {
    on!(tx, c => diesel::update(sign_ins::table.find(id)).set(sign_ins::last_seen_at.eq(now)).execute(c))?;
    Ok(())
}

/// Locks a session: its account key goes. True for the call that locked it.
///
/// # Errors
/// The database cannot be written.
pub fn lock(tx: &mut Tx, sign_in: &SignIn, now: Time) -> Result<bool> {
    let row = sign_ins::table.find(sign_in.id).filter(sign_ins::locked.eq(false));
    let locked = on!(tx, c => diesel::update(row)
        .set((
            sign_ins::locked.eq(true),
            sign_ins::shred_key.eq(None::<ShredKeyId>),
            sign_ins::account_key.eq(None::<Vec<u8>>),
        ))
        .execute(c))?;
    if locked == 1 {
        doomed::insert_keys(tx, None, sign_in.shred_key.as_slice(), now)?;
        shown_numbers::forget_of_holder(tx, &sign_in.token_hash)?;
    }
    Ok(locked == 1)
}

/// A session proved one more thing: it is unlocked, if it was locked, and may carry a freshly sealed account key.
/// `None` leaves the key that it carries. False when the session has ended, or was locked while it was not expected to be.
///
/// # Errors
/// The database cannot be written.
pub fn prove(
    tx: &mut Tx,
    before: &SignIn,
    proofs: &Proofs,
    fresh: Option<(ShredKeyId, &[u8])>,
    now: Time,
) -> Result<bool> {
    if let Some((key, _)) = fresh {
        consume_intent(tx, key)?;
    }
    let row = sign_ins::table.find(before.id).filter(sign_ins::locked.eq(before.locked));
    let proved = (
        sign_ins::locked.eq(false),
        sign_ins::last_seen_at.eq(now),
        sign_ins::proofs.eq(proofs),
        sign_ins::proved_at.eq(now),
    );
    let done = match fresh {
        Some((key, sealed)) => {
            let carried = (sign_ins::shred_key.eq(Some(key)), sign_ins::account_key.eq(Some(sealed)));
            on!(tx, c => diesel::update(row).set((proved, carried)).execute(c))?
        }
        None => on!(tx, c => diesel::update(row).set(proved).execute(c))?,
    };
    if done == 1 && fresh.is_some() {
        doomed::insert_keys(tx, None, before.shred_key.as_slice(), now)?;
    }
    Ok(done == 1)
}

/// A session carries another account key, or one for the first time; nothing else changes. False when it has ended or is
/// locked.
///
/// # Errors
/// The database cannot be written.
pub fn carry(tx: &mut Tx, before: &SignIn, (key, sealed): (ShredKeyId, &[u8]), now: Time) -> Result<bool> {
    consume_intent(tx, key)?;
    let row = sign_ins::table.find(before.id).filter(sign_ins::locked.eq(false));
    let carried = (sign_ins::shred_key.eq(Some(key)), sign_ins::account_key.eq(Some(sealed)));
    let done = on!(tx, c => diesel::update(row).set(carried).execute(c))?;
    if done == 1 {
        doomed::insert_keys(tx, None, before.shred_key.as_slice(), now)?;
    }
    Ok(done == 1)
}

/// Ends a session and dooms its key: true for the call that ended it.
///
/// # Errors
/// The database cannot be written.
pub fn end(tx: &mut Tx, sign_in: &SignIn, now: Time) -> Result<bool> {
    let ended = on!(tx, c => diesel::delete(sign_ins::table.find(sign_in.id)).execute(c))?;
    if ended == 1 {
        doomed::insert_keys(tx, None, sign_in.shred_key.as_slice(), now)?;
        shown_numbers::forget_of_holder(tx, &sign_in.token_hash)?;
    }
    Ok(ended == 1)
}

/// Unlocked sessions that idled since `idle_since`, and sessions begun before `begun_before`.
///
/// # Errors
/// The database cannot be read.
pub fn over(tx: &mut Tx, idle_since: Time, begun_before: Time, limit: i64) -> Result<Vec<SignIn>> {
    let idle = sign_ins::locked.eq(false).and(sign_ins::last_seen_at.le(idle_since));
    Ok(on!(tx, c => sign_ins::table
        .filter(idle.or(sign_ins::created_at.le(begun_before)))
        .select(SignIn::as_select())
        .limit(limit)
        .load(c))?)
}
