//! Sessions: beginning, proving one more thing, from a cookie or a bearer token to a `SignedIn`, idle locks, the end.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::crypt::{Identity, cookie_text, generate_token, parse_cookie, parse_token, seal_session, token_hash};
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, hours, minutes};
use crate::model::{Account, AccountState, Actor, Event, EventKind, Factor, Proofs, ShredKeyId, SignInId, Time, Token};
use crate::store::sign_ins::SignIn;
use crate::store::{Tx, accounts, devices, settings, sign_ins, tokens};

use super::permit::{Newcomer, Person, SignedIn, Standing};
use super::standing::{enrolled, standing};
use super::visitor::Visitor;
use super::{certificate, network};

/// Rows are touched at most this often.
const TOUCH: Duration = Duration::from_secs(20);

/// A fresh session.
pub struct Session {
    /// The cookie's value.
    pub cookie: Zeroizing<String>,
    /// The value of the cookie that makes this browser a known one.
    pub device: Option<Zeroizing<String>>,
    /// Who signed in.
    pub account: Account,
    /// By what.
    pub by: Factor,
}

/// Begins a session for somebody who has just proven `by`. `check` runs in the transaction that stores it: what was looked
/// at to prove it may have changed since.
///
/// # Errors
/// Whatever `check` refuses; the store cannot be written. There is no session then.
pub(super) async fn begin(
    gateway: &Gateway,
    account: Account,
    by: Factor,
    key: Option<Identity>,
    visitor: &Visitor,
    check: impl FnOnce(&mut Tx) -> Result<()> + Send + 'static,
) -> Result<Session> {
    let now = gateway.now();
    let token = generate_token(&mut rand::rng());
    let (shred_key, account_key) = wrapped(gateway, key, &token).await?.unzip();
    let row = SignIn {
        id: SignInId::new(now),
        account_id: account.id,
        token_hash: token_hash(&token).to_vec(),
        created_at: now,
        last_seen_at: now,
        locked: false,
        shred_key,
        account_key,
        proofs: by.into(),
        proved_at: now,
        source: visitor.source.map(|source| source.to_string()).unwrap_or_default(),
        browser: visitor.browser.clone(),
    };
    let (id, source) = (account.id, visitor.source);
    // A browser that is known stays known under the token that it has.
    let (device, is_new) = match &visitor.device {
        Some(device) => (device.clone(), false),
        None => (generate_token(&mut rand::rng()), true),
    };
    let device_hash = token_hash(&device);
    gateway
        .store
        .write(move |tx| {
            check(tx)?;
            sign_ins::insert(tx, &row)?;
            devices::note(tx, &device_hash, id, now)?;
            tx.record(&Event::new(EventKind::SignedIn { by }, now, Actor::Account(id)).account(id).source(source))
        })
        .await?;
    Ok(Session { cookie: cookie_text(&token), device: is_new.then(|| cookie_text(&device)), account, by })
}

/// An account key as a session carries it.
async fn wrapped(gateway: &Gateway, key: Option<Identity>, token: &Token) -> Result<Option<(ShredKeyId, Vec<u8>)>> {
    let Some(key) = key else { return Ok(None) };
    let (id, shred) = gateway.store.make_shred_key(gateway.now()).await?;
    Ok(Some((id, seal_session(&key, &shred.recipient(), token)?)))
}

/// The session carries this account key from now on; who sits at it was not proven by that. `check` runs in the same
/// transaction.
///
/// # Errors
/// Whatever `check` refuses; `SignInNeeded` when the session ended or was locked meanwhile.
pub(super) async fn carry(
    gateway: &Gateway,
    person: &Person,
    key: Identity,
    check: impl FnOnce(&mut Tx) -> Result<()> + Send + 'static,
) -> Result<()> {
    let carried = wrapped(gateway, Some(key), person.token()).await?;
    let row = person.row.clone();
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            check(tx)?;
            let Some((id, sealed)) = &carried else { return Ok(()) };
            match sign_ins::carry(tx, &row, (*id, sealed), now)? {
                true => Ok(()),
                false => Err(Problem::SignInNeeded.into()),
            }
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// A running session, locked or not, and its token: for what proves one more thing.
#[derive(Clone)]
pub struct Running {
    pub(super) row: SignIn,
    pub(super) token: Token,
}

/// The session of this cookie, whatever it has proven and even if it is locked.
///
/// # Errors
/// `SignInNeeded` when there is none, or it has reached its limit.
pub async fn running(gateway: &Gateway, cookie: &str) -> Result<Running> {
    let token = parse_cookie(cookie).ok_or(Problem::SignInNeeded)?;
    let hash = token_hash(&token);
    let row = gateway.store.read(move |tx| sign_ins::by_token(tx, &hash)).await?.ok_or(Problem::SignInNeeded)?;
    if gateway.now() >= row.created_at + hours(gateway.sign_in.absolute_hours) {
        end(gateway, row).await?;
        return Err(Problem::SignInNeeded.into());
    }
    Ok(Running { row, token })
}

impl Running {
    /// Whose it is.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn account(&self, gateway: &Gateway) -> Result<Account> {
        let id = self.row.account_id;
        gateway.store.read(move |tx| accounts::get(tx, id)).await
    }

    /// Whether it waits to be unlocked.
    pub fn is_locked(&self) -> bool {
        self.row.locked
    }

    /// Whether something was proven lately. See [`SignedIn::require_fresh`].
    pub fn is_fresh(&self, gateway: &Gateway) -> bool {
        !self.row.locked && gateway.now() < self.row.proved_at + minutes(gateway.sign_in.step_up_minutes)
    }

    /// What it has proven so far.
    pub fn proofs(&self) -> &Proofs {
        &self.row.proofs
    }

    /// The event that proving one more thing is.
    pub(super) fn proving(&self, by: Factor) -> EventKind {
        if self.row.locked { EventKind::SessionUnlocked { by } } else { EventKind::IdentityConfirmed { by } }
    }
}

/// The session proves one more thing: a second step, an unlocking, a confirmation. `key` is the account key, if the proof
/// opened it. `check` runs in the same transaction.
///
/// # Errors
/// Whatever `check` refuses; `SignInNeeded` when the session ended or was locked meanwhile.
pub(super) async fn prove(
    gateway: &Gateway,
    running: &Running,
    by: Factor,
    key: Option<Identity>,
    visitor: &Visitor,
    check: impl FnOnce(&mut Tx) -> Result<()> + Send + 'static,
) -> Result<()> {
    let now = gateway.now();
    let fresh = wrapped(gateway, key, &running.token).await?;
    let row = running.row.clone();
    let kind = running.proving(by);
    let source = visitor.source;
    gateway
        .store
        .write(move |tx| {
            check(tx)?;
            let id = row.account_id;
            if accounts::get(tx, id)?.state != AccountState::Active {
                return Err(Problem::SignInNeeded.into());
            }
            let proofs = row.proofs.clone().with(by);
            let carried = fresh.as_ref().map(|(key, sealed)| (*key, sealed.as_slice()));
            if !sign_ins::prove(tx, &row, &proofs, carried, now)? {
                return Err(Problem::SignInNeeded.into());
            }
            tx.record(&Event::new(kind, now, Actor::Account(id)).account(id).source(source))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Who holds this session cookie. Asking counts as activity.
///
/// # Errors
/// As [`unattended`].
pub async fn by_cookie(gateway: &Gateway, cookie: &str, visitor: &Visitor) -> Result<SignedIn> {
    let found = find(gateway, cookie, visitor).await?;
    let now = gateway.now();
    if now.since(found.row.last_seen_at) >= TOUCH {
        let id = found.row.id;
        gateway.store.write(move |tx| sign_ins::touch(tx, id, now)).await?;
    }
    Ok(found.signed_in())
}

/// Who holds this session cookie, asked by a page on its own: nobody has to be there, so it is no activity.
///
/// # Errors
/// `SignInNeeded` for an unknown or ended session; `SessionLocked` for one that idled too long (it is locked now if it was
/// not); the account's stop ends it too. `NetworkRefused` from where none of its rights may be used.
pub async fn unattended(gateway: &Gateway, cookie: &str, visitor: &Visitor) -> Result<SignedIn> {
    Ok(find(gateway, cookie, visitor).await?.signed_in())
}

struct Found {
    account: Account,
    row: SignIn,
    token: Token,
    proofs: Proofs,
    standing: Standing,
}

impl Found {
    fn signed_in(self) -> SignedIn {
        SignedIn::by_session(self.account, self.row, self.token, self.proofs, self.standing)
    }
}

async fn find(gateway: &Gateway, cookie: &str, visitor: &Visitor) -> Result<Found> {
    let token = parse_cookie(cookie).ok_or(Problem::SignInNeeded)?;
    let hash = token_hash(&token);
    let now = gateway.now();
    let usual = gateway.usual_rules.clone();
    let found = gateway
        .store
        .read(move |tx| {
            let Some(row) = sign_ins::by_token(tx, &hash)? else { return Ok(None) };
            let account = accounts::get(tx, row.account_id)?;
            let rules = settings::sign_in(tx)?.unwrap_or(usual);
            let enrolled = enrolled(tx, &account)?;
            Ok(Some((account, row, rules, enrolled)))
        })
        .await?;
    let (mut account, row, rules, enrolled) = found.ok_or(Problem::SignInNeeded)?;
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
    network::narrow(gateway, &mut account, visitor)?;
    let proofs = certificate::effective(gateway, &row.proofs, &account, visitor);
    let standing = standing(&account, &rules, &proofs, &enrolled, now);
    Ok(Found { account, row, token, proofs, standing })
}

/// Who holds this API token.
///
/// # Errors
/// `SignInNeeded` for an unknown, expired or revoked token, or a stopped account; `NetworkRefused` from where none of its
/// rights may be used.
pub async fn by_bearer(gateway: &Gateway, text: &str, visitor: &Visitor) -> Result<SignedIn> {
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
    let (mut account, row) = found.ok_or(Problem::SignInNeeded)?;
    if account.state != AccountState::Active || row.revoked_at.is_some() || now >= row.expires_at {
        return Err(Problem::SignInNeeded.into());
    }
    network::narrow(gateway, &mut account, visitor)?;
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

/// Ends every session and token of an account but `spared`, within a transaction that changes a right or a secret.
pub(super) fn end_others(
    tx: &mut Tx,
    account: crate::model::AccountId,
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
pub(super) fn still_there(tx: &mut Tx, newcomer: &Newcomer) -> Result<()> {
    accounts::lock(tx, newcomer.account.id)?;
    let rows = sign_ins::of_account(tx, newcomer.account.id)?;
    match rows.iter().find(|row| row.id == newcomer.row.id) {
        Some(row) if !row.locked => Ok(()),
        _ => Err(Problem::SignInNeeded.into()),
    }
}
