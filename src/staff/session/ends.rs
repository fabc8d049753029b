//! How sessions end: signed out, idle, at their limit, or in the transaction that changes a right or a secret.

use crate::crypt::{parse_cookie, token_hash};
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, hours, minutes};
use crate::model::{AccountId, Actor, Event, EventKind, SignInId, Time};
use crate::staff::permit::Newcomer;
use crate::store::sign_ins::SignIn;
use crate::store::{Tx, accounts, sign_ins, tokens};

/// Signs out.
///
/// # Errors
/// The store cannot be written; the session lives on.
pub async fn sign_out(gateway: &Gateway, cookie: &str) -> Result<()> {
    let Some(token) = parse_cookie(cookie) else { return Ok(()) };
    let hash = token_hash(&token);
    match gateway.store.read(move |tx| sign_ins::by_token(tx, &hash)).await? {
        Some(row) => end(gateway, row).await,
        None => Ok(()),
    }
}

/// Locks idle sessions and ends those at their limit. Returns how many.
///
/// # Errors
/// The store cannot be read or written.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let now = gateway.now();
    let idle_since = now - minutes(gateway.policy().idle_lock_minutes);
    let begun_before = now - hours(gateway.policy().absolute_hours);
    let over = gateway.store.read(move |tx| sign_ins::over(tx, idle_since, begun_before, 500)).await?;
    let count = over.len();
    for row in over {
        if row.created_at <= begun_before { end(gateway, row).await? } else { lock(gateway, row).await? }
    }
    Ok(count)
}

pub(super) async fn lock(gateway: &Gateway, row: SignIn) -> Result<()> {
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            if sign_ins::lock(tx, &row, now)? {
                tx.record(&Event::new(EventKind::SessionLocked, now, Actor::System).account(row.account_id))?;
            }
            Ok(())
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

pub(super) async fn end(gateway: &Gateway, row: SignIn) -> Result<()> {
    let now = gateway.now();
    gateway.store.write(move |tx| end_in(tx, &row, now)).await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Ends a session within a transaction that also changes a right or a secret.
pub(in crate::staff) fn end_in(tx: &mut Tx, row: &SignIn, now: Time) -> Result<()> {
    if sign_ins::end(tx, row, now)? {
        let actor = Actor::Account(row.account_id);
        tx.record(&Event::new(EventKind::SignedOut, now, actor).account(row.account_id))?;
    }
    Ok(())
}

/// Ends every session and token of an account but `spared`, within a transaction that changes a right or a secret.
pub(in crate::staff) fn end_others(
    tx: &mut Tx,
    account: AccountId,
    spared: Option<SignInId>,
    now: Time,
    actor: Actor,
) -> Result<()> {
    for row in sign_ins::of_account(tx, account)? {
        if Some(row.id) != spared {
            end_in(tx, &row, now)?;
        }
    }
    for token in tokens::of_account(tx, account)? {
        if tokens::revoke(tx, &token, now)? {
            tx.record(&Event::new(EventKind::TokenRevoked, now, actor).account(account).token(token.id))?;
        }
    }
    Ok(())
}

/// A session that changes a secret must still be there, and unlocked, in the transaction that does it: what ended or locked
/// it must end what it was about to do.
///
/// # Errors
/// `SignInNeeded`.
pub(in crate::staff) fn still_there(tx: &mut Tx, newcomer: &Newcomer) -> Result<()> {
    accounts::lock(tx, newcomer.account.id)?;
    let rows = sign_ins::of_account(tx, newcomer.account.id)?;
    match rows.iter().find(|row| row.id == newcomer.row.id) {
        Some(row) if !row.locked => Ok(()),
        _ => Err(Problem::SignInNeeded.into()),
    }
}
