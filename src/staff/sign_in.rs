//! Proving who one is with a password, the own or the directory's: signing in, and whatever a running session needs it for.

use zeroize::Zeroizing;

use crate::crypt::{Identity, dummy_hash, open_account_key, verify_password};
use crate::error::{Error, Problem, Result};
use crate::gateway::{Gateway, Lane};
use crate::model::{Account, AccountState, EventKind, Factor, Passphrase, Time};
use crate::store::accounts::Credentials;
use crate::store::{Tx, accounts};

use super::directory;
use super::guessing::{self, Try};
use super::session::{self, Proof, Running, Session};
use super::visitor::Visitor;

/// Bytes of a mail address at most (RFC 5321, 4.5.3.1.3): longer names are nobody's.
const LONGEST_ADDRESS: usize = 254;

/// Signs in with mail address and password. Unknown addresses, stopped accounts and accounts without a password take the
/// same time and get the same answer as a wrong password.
///
/// # Errors
/// `WrongPassword`; `SlowDown` and `SourceBanned` after several failures; `Busy` when too many try at once.
pub async fn sign_in(gateway: &Gateway, email: &str, password: Passphrase, visitor: &Visitor) -> Result<Session> {
    let email = Zeroizing::new(email.trim().to_lowercase());
    if email.len() > LONGEST_ADDRESS {
        return Err(Problem::WrongPassword.into());
    }
    let found = find(gateway, &email).await?;
    let id = found.as_ref().map(|(account, _)| account.id);
    let elsewhere = directory::decides(gateway, found.as_ref().map(|(_, credentials)| credentials));
    let tried = guessing::charge(gateway, &email, id, visitor).await?;
    let hash = found.as_ref().map(|(_, credentials)| credentials).filter(|one| one.has_password());
    let hash = hash.map_or_else(|| dummy_hash().to_owned(), |credentials| credentials.password_hash.clone());
    let right = check(gateway, tried.turn(), password.clone(), hash).await?;
    let now = gateway.now();
    let accepted = found.filter(|(account, credentials)| {
        right && !tried.stopped && account.may_act(now) && is_in_time(credentials, now)
    });
    let Some((account, credentials)) = accepted else {
        if let Some(decides) = elsewhere {
            return directory::enter(gateway, decides, (tried, &email), &password, visitor).await;
        }
        let kind = EventKind::SignedIn { by: Factor::Password };
        guessing::note_failure(gateway, Some(&tried), (id, &email), kind, visitor).await?;
        directory::pretend(gateway, &email).await?;
        return Err(Problem::WrongPassword.into());
    };
    let key = open_key(gateway, tried.turn(), &credentials, password).await?;
    session::begin(gateway, account, Proof::now(Factor::Password, key), visitor, accept(tried, credentials)).await
}

async fn find(gateway: &Gateway, email: &str) -> Result<Option<(Account, Credentials)>> {
    let email = email.to_owned();
    gateway
        .store
        .read(move |tx| {
            let Some(account) = accounts::by_email(tx, &email)? else { return Ok(None) };
            let credentials = accounts::credentials(tx, account.id)?;
            Ok(Some((account, credentials)))
        })
        .await
}

/// An initial or reset password works for a day.
fn is_in_time(credentials: &Credentials, now: Time) -> bool {
    credentials.one_time_until.is_none_or(|until| now < until)
}

/// What must still hold when the session is stored: the try is forgiven, the password is the one that was checked.
fn accept(tried: Try, checked: Credentials) -> impl FnOnce(&mut Tx) -> Result<()> + Send + 'static {
    move |tx| confirm(tx, &tried, &checked).and_then(|()| guessing::forgive(tx, &tried))
}

/// A running session proves the password again: it is unlocked, or confirmed. With the own one it carries the account key.
///
/// # Errors
/// `WrongPassword`; `SlowDown`, `SourceBanned`, `Busy`; `SignInNeeded` when the session ended meanwhile;
/// `ProviderUnavailable` with a directory.
pub async fn prove(gateway: &Gateway, running: &Running, password: Passphrase, visitor: &Visitor) -> Result<()> {
    let id = running.row.account_id;
    let own = gateway.store.read(move |tx| accounts::credentials(tx, id)).await?;
    if let Some(decides) = directory::decides(gateway, Some(&own)) {
        return directory::prove(gateway, decides, running, &password, visitor).await;
    }
    let (tried, credentials) = again(gateway, running, password.clone(), visitor).await?;
    let key = open_key(gateway, tried.turn(), &credentials, password).await?;
    session::prove(gateway, running, Factor::Password, key, visitor, accept(tried, credentials)).await
}

/// Checks the own password of a running session, charged as any other try.
async fn again(
    gateway: &Gateway,
    running: &Running,
    password: Passphrase,
    visitor: &Visitor,
) -> Result<(Try, Credentials)> {
    let id = running.row.account_id;
    let (account, credentials) =
        gateway.store.read(move |tx| Ok((accounts::get(tx, id)?, accounts::credentials(tx, id)?))).await?;
    let tried = guessing::charge(gateway, &account.email, Some(id), visitor).await?;
    let right = check(gateway, tried.turn(), password, credentials.password_hash.clone()).await?;
    if right && !tried.stopped && account.may_act(gateway.now()) {
        return Ok((tried, credentials));
    }
    let kind = running.proving(Factor::Password);
    guessing::note_failure(gateway, Some(&tried), (Some(id), &account.email), kind, visitor).await?;
    Err(Problem::WrongPassword.into())
}

pub(super) async fn check(gateway: &Gateway, lane: Lane, password: Passphrase, hash: String) -> Result<bool> {
    gateway.passwords.run(lane, move || verify_password(&password, &hash)).await
}

/// Opens the account key with the password that protects it; none for an account without a key.
///
/// # Errors
/// Sealed to another password, or damaged.
pub(super) async fn open_key(
    gateway: &Gateway,
    lane: Lane,
    credentials: &Credentials,
    password: Passphrase,
) -> Result<Option<Identity>> {
    let Some(sealed) = credentials.account_key.clone() else { return Ok(None) };
    let custody = gateway.store.keys().custody.identities().to_vec();
    let opened = gateway.passwords.run(lane, move || open_account_key(&sealed, &password, &custody)).await?;
    opened.map(Some).map_err(Error::from)
}

/// While the password was being checked it may have been changed or reset, or the account stopped.
///
/// # Errors
/// `WrongPassword` when it was.
fn confirm(tx: &mut Tx, tried: &Try, checked: &Credentials) -> Result<()> {
    let id = tried.account.ok_or(Problem::WrongPassword)?;
    accounts::lock(tx, id)?;
    let same = accounts::credentials(tx, id)?.password_hash == checked.password_hash;
    let active = accounts::get(tx, id)?.state == AccountState::Active;
    if same && active { Ok(()) } else { Err(Problem::WrongPassword.into()) }
}
