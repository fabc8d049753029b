//! Sessions: beginning, proving one more thing, from a cookie or a bearer token to a `SignedIn`, idle locks, the end.

mod ends;

use std::time::Duration;

use zeroize::Zeroizing;

use crate::crypt::{Identity, cookie_text, generate_token, parse_cookie, parse_token, seal_session, token_hash};
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, hours, minutes};
use crate::model::{Account, Actor, Event, EventKind, Factor, Proofs, ShredKeyId, SignInId, Time, Token};
use crate::store::sign_ins::SignIn;
use crate::store::{Tx, accounts, deputies, devices, settings, sign_ins, tokens, totps};

use super::permit::{Person, SignedIn, Standing};
use super::standing::{enrolled, standing};
use super::visitor::Visitor;
use super::{certificate, network};

use ends::{end, lock};
pub(super) use ends::{end_in, end_others, still_there};
pub use ends::{sign_out, sweep};

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

/// What a session begins with.
pub(super) struct Proof {
    /// What was proven.
    pub(super) by: Factor,
    /// The account key, if the proof opened it.
    pub(super) key: Option<Identity>,
    /// How long ago the person was there; none if nobody knows.
    pub(super) ago: Option<Duration>,
}

impl Proof {
    /// Proven a moment ago.
    pub(super) const fn now(by: Factor, key: Option<Identity>) -> Self {
        Self { by, key, ago: Some(Duration::ZERO) }
    }
}

/// Begins a session for somebody who has proven who he is. `check` runs in the transaction that stores it: what was looked
/// at to prove it may have changed since.
///
/// # Errors
/// Whatever `check` refuses; the store cannot be written. There is no session then.
pub(super) async fn begin(
    gateway: &Gateway,
    account: Account,
    proof: Proof,
    visitor: &Visitor,
    check: impl FnOnce(&mut Tx) -> Result<()> + Send + 'static,
) -> Result<Session> {
    let Proof { by, key, ago } = proof;
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
        proved_at: ago.map_or(Time::default(), |ago| now - ago),
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
            accounts::note_use(tx, id, now)?;
            // Where an app is set up, a password alone makes no browser known: the second step does.
            if !is_a_password(by) || !totps::is_enrolled(tx, id)? {
                devices::note(tx, &device_hash, id, now)?;
            }
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

/// Whether a factor is a password, which may have been seen or guessed.
const fn is_a_password(by: Factor) -> bool {
    matches!(by, Factor::Password | Factor::Directory)
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
    if gateway.now() >= row.created_at + hours(gateway.policy().absolute_hours) {
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
    let (source, device) = (visitor.source, visitor.device.as_ref().map(token_hash));
    gateway
        .store
        .write(move |tx| {
            check(tx)?;
            let id = row.account_id;
            if !accounts::get(tx, id)?.may_act(now) {
                return Err(Problem::SignInNeeded.into());
            }
            let proofs = row.proofs.clone().with(by);
            if let Some(device) = device.filter(|_| !is_a_password(by)) {
                devices::note(tx, &device, id, now)?;
            }
            let carried = fresh.as_ref().map(|(key, sealed)| (*key, sealed.as_slice()));
            accounts::note_use(tx, id, now)?;
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
        let (id, account) = (found.row.id, found.account.id);
        gateway
            .store
            .write(move |tx| {
                accounts::note_use(tx, account, now)?;
                sign_ins::touch(tx, id, now)
            })
            .await?;
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
    is_deputy: bool,
}

impl Found {
    fn signed_in(self) -> SignedIn {
        SignedIn::by_session(self.account, (self.row, self.token), (self.proofs, self.standing), self.is_deputy)
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
            let is_deputy = deputies::now(tx, now)?.iter().any(|one| one.deputy == account.id);
            Ok(Some((account, row, (rules, enrolled), is_deputy)))
        })
        .await?;
    let (mut account, row, (rules, enrolled), is_deputy) = found.ok_or(Problem::SignInNeeded)?;
    if !account.may_act(now) || now >= row.created_at + hours(gateway.policy().absolute_hours) {
        end(gateway, row).await?;
        return Err(Problem::SignInNeeded.into());
    }
    if row.locked {
        return Err(Problem::SessionLocked.into());
    }
    if now >= row.last_seen_at + minutes(gateway.policy().idle_lock_minutes) {
        lock(gateway, row).await?;
        return Err(Problem::SessionLocked.into());
    }
    // Before the roles are narrowed to the network: whoever holds a strict role proves it everywhere. Else a factor could be
    // added where the role does not exist, and used where it does.
    let proofs = certificate::effective(gateway, &row.proofs, &account, visitor);
    let standing = standing(&account, &rules, &proofs, &enrolled, now);
    network::narrow(gateway, &mut account, visitor)?;
    let is_deputy = is_deputy && network::admits_approvers(gateway, visitor);
    Ok(Found { account, row, token, proofs, standing, is_deputy })
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
    if !account.may_act(now) || row.revoked_at.is_some() || now >= row.expires_at {
        return Err(Problem::SignInNeeded.into());
    }
    network::narrow(gateway, &mut account, visitor)?;
    if row.last_used_at.is_none_or(|used| now.since(used) >= Duration::from_secs(60)) {
        let (id, account) = (row.id, account.id);
        gateway
            .store
            .write(move |tx| {
                accounts::note_use(tx, account, now)?;
                tokens::touch(tx, id, now)
            })
            .await?;
    }
    Ok(SignedIn::by_api_token(account, row, token))
}
