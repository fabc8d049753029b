//! Signing in with mail address and password, and unlocking an idle session.

use std::net::IpAddr;
use std::time::Duration;

use crate::crypt::{
    Identity, cookie_text, dummy_hash, generate_token, open_account_key, seal_session, token_hash, verify_password,
};
use crate::error::{Doing, Error, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{
    Account, AccountId, AccountState, Actor, Event, EventKind, Passphrase, Private, ShredKeyId, SignInId, Time, Token,
};
use crate::store::accounts::Credentials;
use crate::store::sign_ins::SignIn;
use crate::store::{Tx, accounts, sign_ins};
use zeroize::Zeroizing;

/// Failures in a row that begin to slow the next try.
const FREE_FAILURES: i32 = 5;
/// The longest wait between tries.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// A fresh session.
pub struct Session {
    /// The cookie's value.
    pub cookie: Zeroizing<String>,
    /// Who signed in.
    pub account: Account,
}

/// Signs in. An unknown address and a stopped account take the same time and get the same answer as a wrong password.
///
/// # Errors
/// `WrongPassword`; `SlowDown` after several failures in a row.
pub async fn sign_in(gateway: &Gateway, email: &str, password: Passphrase, source: Option<IpAddr>) -> Result<Session> {
    let address = email.trim().to_lowercase();
    let found = gateway
        .store
        .read({
            let address = address.clone();
            move |tx| {
                let Some(account) = accounts::by_email(tx, &address)? else { return Ok(None) };
                let credentials = accounts::credentials(tx, account.id)?;
                Ok(Some((account, credentials)))
            }
        })
        .await?;
    let Some((account, credentials)) = found else {
        check(gateway, password, dummy_hash().to_owned()).await?;
        refuse_unknown(gateway, address, source).await?;
        return Err(Problem::WrongPassword.into());
    };
    charge(gateway, account.id).await?;
    let right = check(gateway, password.clone(), credentials.password_hash.clone()).await?;
    if !right || account.state != AccountState::Active {
        note_failure(gateway, account.id, EventKind::SignedIn, source).await?;
        return Err(Problem::WrongPassword.into());
    }
    begin(gateway, account, credentials, password, source).await
}

/// Unlocks an idle session with the password; the work that was open goes on under the same cookie.
///
/// # Errors
/// `SignInNeeded` when there is nothing to unlock; `WrongPassword`; `SlowDown`.
pub async fn unlock(gateway: &Gateway, cookie: &str, password: Passphrase, source: Option<IpAddr>) -> Result<()> {
    let (row, token) = super::session::locked_by_cookie(gateway, cookie).await?;
    let id = row.account_id;
    let (account, credentials) =
        gateway.store.read(move |tx| Ok((accounts::get(tx, id)?, accounts::credentials(tx, id)?))).await?;
    charge(gateway, id).await?;
    let right = check(gateway, password.clone(), credentials.password_hash.clone()).await?;
    if !right || account.state != AccountState::Active {
        note_failure(gateway, id, EventKind::SessionUnlocked, source).await?;
        return Err(Problem::WrongPassword.into());
    }
    let now = gateway.now();
    let sealed = seal_for_session(gateway, &credentials, password, &token, now).await?;
    gateway
        .store
        .write(move |tx| {
            confirm(tx, id, &credentials)?;
            let (key, account_key) = sealed.unzip();
            if !sign_ins::unlock(tx, row.id, key, account_key.as_deref(), now)? {
                return Err(Problem::SignInNeeded.into());
            }
            accounts::set_failures(tx, id, 0, None)?;
            let event = Event::new(EventKind::SessionUnlocked, now, Actor::Account(id)).account(id).source(source);
            tx.record(&event)
        })
        .await
}

fn slow_down(failed_until: Option<Time>, now: Time) -> Result<()> {
    match failed_until {
        Some(until) if until > now => {
            let seconds = u32::try_from(until.since(now).as_secs() + 1).unwrap_or(u32::MAX);
            Err(Problem::SlowDown { seconds }.into())
        }
        _ => Ok(()),
    }
}

/// Runs work that takes memory (Argon2id, scrypt): a bounded number at once, off the event loop. Its turn lasts until the
/// work ends, also when its caller went away: a dropped connection must not make room for the next.
pub(super) async fn in_turn<T: Send + 'static>(
    gateway: &Gateway,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let turn = gateway.passwords.clone().acquire_owned().await.doing("waiting to work on a password")?;
    let work = move || {
        let done = work();
        drop(turn);
        done
    };
    tokio::task::spawn_blocking(work).await.doing("working on a password")
}

pub(super) async fn check(gateway: &Gateway, password: Passphrase, hash: String) -> Result<bool> {
    in_turn(gateway, move || verify_password(&password, &hash)).await
}

async fn begin(
    gateway: &Gateway,
    account: Account,
    credentials: Credentials,
    password: Passphrase,
    source: Option<IpAddr>,
) -> Result<Session> {
    let now = gateway.now();
    let token = generate_token(&mut rand::rng());
    let sealed = seal_for_session(gateway, &credentials, password, &token, now).await?;
    let (shred_key, account_key) = sealed.unzip();
    let row = SignIn {
        id: SignInId::new(now),
        account_id: account.id,
        token_hash: token_hash(&token).to_vec(),
        created_at: now,
        last_seen_at: now,
        locked: false,
        shred_key,
        account_key,
    };
    let id = account.id;
    gateway
        .store
        .write(move |tx| {
            confirm(tx, id, &credentials)?;
            sign_ins::insert(tx, &row)?;
            accounts::set_failures(tx, id, 0, None)?;
            tx.record(&Event::new(EventKind::SignedIn, now, Actor::Account(id)).account(id).source(source))
        })
        .await?;
    Ok(Session { cookie: cookie_text(&token), account })
}

/// Opens the account key with the password and seals it again for one session.
async fn seal_for_session(
    gateway: &Gateway,
    credentials: &Credentials,
    password: Passphrase,
    token: &Token,
    now: Time,
) -> Result<Option<(ShredKeyId, Vec<u8>)>> {
    let Some(sealed) = credentials.account_key.clone() else { return Ok(None) };
    let custody = gateway.store.keys().custody.identities().to_vec();
    let key = open_key(gateway, sealed, password, custody).await?;
    let (id, shred) = gateway.store.make_shred_key(now).await?;
    Ok(Some((id, seal_session(&key, &shred.recipient(), token)?)))
}

pub(super) async fn open_key(
    gateway: &Gateway,
    sealed: Vec<u8>,
    password: Passphrase,
    custody: Vec<Identity>,
) -> Result<Identity> {
    in_turn(gateway, move || open_account_key(&sealed, &password, &custody)).await?.map_err(Error::from)
}

async fn refuse_unknown(gateway: &Gateway, address: String, source: Option<IpAddr>) -> Result<()> {
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            let event = Event::new(EventKind::SignedIn, now, Actor::Anonymous).failed();
            tx.record(&event.with(Private::Email(address)).source(source))
        })
        .await
}

/// Charges a failure before the password is looked at, so that many guesses at once are no way round the wait; success
/// forgets it. From the sixth in a row on, the next try waits twice as long as the one before. The wait ends by itself:
/// nobody can lock a colleague out for longer than a quarter of an hour at a time.
pub(super) async fn charge(gateway: &Gateway, id: AccountId) -> Result<()> {
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            accounts::lock(tx, id)?;
            let (failures, failed_until) = accounts::failures(tx, id)?;
            slow_down(failed_until, now)?;
            let failures = failures.saturating_add(1);
            let over = u32::try_from(failures - FREE_FAILURES).unwrap_or(0);
            let wait = Duration::from_secs(5).saturating_mul(2_u32.saturating_pow(over.min(12))).min(LONGEST_WAIT);
            accounts::set_failures(tx, id, failures, (over > 0).then_some(now + wait))
        })
        .await
}

/// While the password was being checked it may have been changed or reset, or the account stopped.
///
/// # Errors
/// `WrongPassword` when it was.
pub(super) fn confirm(tx: &mut Tx, id: AccountId, checked: &Credentials) -> Result<()> {
    accounts::lock(tx, id)?;
    let same = accounts::credentials(tx, id)?.password_hash == checked.password_hash;
    let active = accounts::get(tx, id)?.state == AccountState::Active;
    if same && active { Ok(()) } else { Err(Problem::WrongPassword.into()) }
}

async fn note_failure(gateway: &Gateway, id: AccountId, kind: EventKind, source: Option<IpAddr>) -> Result<()> {
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| tx.record(&Event::new(kind, now, Actor::Anonymous).account(id).failed().source(source)))
        .await
}
