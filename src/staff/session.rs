//! Sessions: from a cookie or a bearer token to a `SignedIn`, idle locks, signing out.

use std::time::Duration;

use crate::crypt::{parse_cookie, parse_token, token_hash};
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, hours, minutes};
use crate::model::{Account, AccountState, Actor, Event, EventKind, Time, Token};
use crate::store::sign_ins::SignIn;
use crate::store::{Tx, accounts, sign_ins, tokens};

use super::permit::SignedIn;

/// Rows are touched at most this often.
const TOUCH: Duration = Duration::from_secs(20);

/// Who holds this session cookie. Asking counts as activity.
///
/// # Errors
/// As [`unattended`].
pub async fn by_cookie(gateway: &Gateway, cookie: &str) -> Result<SignedIn> {
    let (account, row, token) = find(gateway, cookie).await?;
    let now = gateway.now();
    if now.since(row.last_seen_at) >= TOUCH {
        let id = row.id;
        gateway.store.write(move |tx| sign_ins::touch(tx, id, now)).await?;
    }
    Ok(SignedIn::by_session(account, row, token))
}

/// Who holds this session cookie, asked by a page on its own: nobody has to be there, so it is no activity.
///
/// # Errors
/// `SignInNeeded` for an unknown or ended session; `SessionLocked` for one that idled too long (it is locked now if it was
/// not); the account's stop ends it too.
pub async fn unattended(gateway: &Gateway, cookie: &str) -> Result<SignedIn> {
    let (account, row, token) = find(gateway, cookie).await?;
    Ok(SignedIn::by_session(account, row, token))
}

async fn find(gateway: &Gateway, cookie: &str) -> Result<(Account, SignIn, Token)> {
    let token = parse_cookie(cookie).ok_or(Problem::SignInNeeded)?;
    let hash = token_hash(&token);
    let now = gateway.now();
    let found = gateway
        .store
        .read(move |tx| {
            let Some(row) = sign_ins::by_token(tx, &hash)? else { return Ok(None) };
            Ok(Some((accounts::get(tx, row.account_id)?, row)))
        })
        .await?;
    let (account, row) = found.ok_or(Problem::SignInNeeded)?;
    if account.state != AccountState::Active || now >= row.created_at + hours(gateway.sign_in.absolute_hours) {
        end(gateway, row).await?;
        return Err(Problem::SignInNeeded.into());
    }
    if row.locked {
        return Err(Problem::SessionLocked.into());
    }
    if now >= row.last_seen_at + minutes(gateway.sign_in.idle_lock_minutes) {
        lock(gateway, row).await?;
        return Err(Problem::SessionLocked.into());
    }
    Ok((account, row, token))
}

/// The locked session of this cookie, to be unlocked.
///
/// # Errors
/// `SignInNeeded` when there is none.
pub(super) async fn locked_by_cookie(gateway: &Gateway, cookie: &str) -> Result<(SignIn, Token)> {
    let token = parse_cookie(cookie).ok_or(Problem::SignInNeeded)?;
    let hash = token_hash(&token);
    let row = gateway.store.read(move |tx| sign_ins::by_token(tx, &hash)).await?;
    let row = row.filter(|row| row.locked).ok_or(Problem::SignInNeeded)?;
    if gateway.now() >= row.created_at + hours(gateway.sign_in.absolute_hours) {
        end(gateway, row).await?;
        return Err(Problem::SignInNeeded.into());
    }
    Ok((row, token))
}

/// Who holds this API token.
///
/// # Errors
/// `SignInNeeded` for an unknown, expired or revoked token, or a stopped account.
pub async fn by_bearer(gateway: &Gateway, text: &str) -> Result<SignedIn> {
    let token = parse_token(text).ok_or(Problem::SignInNeeded)?;
    let hash = token_hash(&token);
    let now = gateway.now();
    let found = gateway
        .store
        .read(move |tx| {
            let Some(row) = tokens::by_hash(tx, &hash)? else { return Ok(None) };
            Ok(Some((accounts::get(tx, row.account_id)?, row)))
        })
        .await?;
    let (account, row) = found.ok_or(Problem::SignInNeeded)?;
    if account.state != AccountState::Active || row.revoked_at.is_some() || now >= row.expires_at {
        return Err(Problem::SignInNeeded.into());
    }
    if row.last_used_at.is_none_or(|used| now.since(used) >= Duration::from_secs(60)) {
        let id = row.id;
        gateway.store.write(move |tx| tokens::touch(tx, id, now)).await?;
    }
    Ok(SignedIn::by_api_token(account, row, token))
}

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
    let idle_since = now - minutes(gateway.sign_in.idle_lock_minutes);
    let begun_before = now - hours(gateway.sign_in.absolute_hours);
    let over = gateway.store.read(move |tx| sign_ins::over(tx, idle_since, begun_before, 500)).await?;
    let count = over.len();
    for row in over {
        if row.created_at <= begun_before { end(gateway, row).await? } else { lock(gateway, row).await? }
    }
    Ok(count)
}

async fn lock(gateway: &Gateway, row: SignIn) -> Result<()> {
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

async fn end(gateway: &Gateway, row: SignIn) -> Result<()> {
    let now = gateway.now();
    gateway.store.write(move |tx| end_in(tx, &row, now)).await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Ends a session within a transaction that also changes a right or a secret.
pub(super) fn end_in(tx: &mut Tx, row: &SignIn, now: Time) -> Result<()> {
    if sign_ins::end(tx, row, now)? {
        let actor = Actor::Account(row.account_id);
        tx.record(&Event::new(EventKind::SignedOut, now, actor).account(row.account_id))?;
    }
    Ok(())
}
