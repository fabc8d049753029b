//! A sealing passphrase: what protects the account key of somebody who has no password here. Without an account key own
//! transfers get no new numbers.

use crate::crypt::{CryptError, Identity, seal_account_key};
use crate::error::{Error, Problem, Result};
use crate::gateway::{Gateway, Lane};
use crate::model::{Actor, Event, EventKind, Factor, Passphrase};
use crate::store::accounts::{self, Credentials};

use super::guessing;
use super::password::examine;
use super::permit::Person;
use super::rules;
use super::session::{self, still_there};
use super::sign_in::open_key;
use super::visitor::Visitor;

/// How it stands with somebody's account key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealing {
    /// The own password protects it.
    ByPassword,
    /// There is none.
    Unset,
    /// A passphrase protects it, and this session does not carry it.
    Closed,
    /// A passphrase protects it, and this session carries it.
    Open,
}

/// How it stands.
///
/// # Errors
/// The store cannot be read.
pub async fn state(gateway: &Gateway, person: &Person) -> Result<Sealing> {
    let id = person.account.id;
    let credentials = gateway.store.read(move |tx| accounts::credentials(tx, id)).await?;
    Ok(of(&credentials, person.carries_key()))
}

fn of(credentials: &Credentials, carries_key: bool) -> Sealing {
    match (&credentials.account_key, carries_key) {
        _ if credentials.has_password() => Sealing::ByPassword,
        (None, _) => Sealing::Unset,
        (Some(_), false) => Sealing::Closed,
        (Some(_), true) => Sealing::Open,
    }
}

/// Characters at least: it stands alone before the key, whatever the sign-in asks for besides.
///
/// # Errors
/// The store cannot be read.
pub async fn minimum(gateway: &Gateway) -> Result<u32> {
    Ok(rules::read(gateway).await?.passwords.minimum)
}

/// Makes an account key behind `passphrase`. The session carries it at once.
///
/// # Errors
/// `ConfirmationNeeded`; `PasswordRefused`; `Forbidden` where a password or a passphrase protects a key already;
/// `AccountKeyNeeded` where a passkey does, and the session does not carry it.
pub async fn set(gateway: &Gateway, person: &Person, passphrase: Passphrase) -> Result<()> {
    person.require_fresh(gateway)?;
    let rules = rules::read(gateway).await?.passwords;
    examine(gateway, &person.account, (&rules, rules.minimum), (&passphrase, None)).await?;
    // A passkey may hold a key already; only a session that carries it may put it behind a passphrase too.
    let key = match &person.account.recipient_key {
        None => Identity::generate(),
        Some(public) => {
            let carried = person.signed_in().account_key(&gateway.store).await?;
            if carried.recipient().to_string() != *public {
                return Err(Problem::AccountKeyNeeded.into());
            }
            carried
        }
    };
    let sealed = seal(gateway, key.clone(), passphrase).await?;
    let public = key.recipient().to_string();
    let (own, now) = (person.clone(), gateway.now());
    let check = move |tx: &mut crate::store::Tx| {
        let id = own.account.id;
        still_there(tx, &own.into())?;
        if of(&accounts::credentials(tx, id)?, false) != Sealing::Unset {
            return Err(Problem::Forbidden.into());
        }
        accounts::set_account_key(tx, id, &public, Some(&sealed))?;
        tx.record(&Event::new(EventKind::SealingPassphraseSet, now, Actor::Account(id)).account(id))
    };
    session::carry(gateway, person, key, check).await
}

/// Moves the account key to another passphrase.
///
/// # Errors
/// `WrongPassword` for the current one, `SlowDown` after several; `PasswordRefused`; `Forbidden` where there is none.
pub async fn change(
    gateway: &Gateway,
    person: &Person,
    current: Passphrase,
    new: Passphrase,
    visitor: &Visitor,
) -> Result<()> {
    person.require_fresh(gateway)?;
    let rules = rules::read(gateway).await?.passwords;
    examine(gateway, &person.account, (&rules, rules.minimum), (&new, Some(&current))).await?;
    let opened = unseal(gateway, person, current, visitor).await?;
    let fresh = seal(gateway, opened.key.clone(), new).await?;
    let public = opened.key.recipient().to_string();
    let (own, now) = (person.clone(), gateway.now());
    let Opened { key, tried, before } = opened;
    let check = move |tx: &mut crate::store::Tx| {
        let id = own.account.id;
        still_there(tx, &own.into())?;
        unchanged(tx, id, &before)?;
        guessing::forgive(tx, &tried)?;
        accounts::set_account_key(tx, id, &public, Some(&fresh))?;
        tx.record(&Event::new(EventKind::SealingPassphraseSet, now, Actor::Account(id)).account(id))
    };
    session::carry(gateway, person, key, check).await
}

/// This session carries the account key from now on. The passphrase opens the key; it does not prove who sits here.
///
/// # Errors
/// `WrongPassword`, `SlowDown` after several; `Forbidden` where there is none.
pub async fn open(gateway: &Gateway, person: &Person, passphrase: Passphrase, visitor: &Visitor) -> Result<()> {
    let Opened { key, tried, before } = unseal(gateway, person, passphrase, visitor).await?;
    let id = person.account.id;
    let check = move |tx: &mut crate::store::Tx| {
        unchanged(tx, id, &before)?;
        guessing::forgive(tx, &tried)
    };
    session::carry(gateway, person, key, check).await
}

/// A key that was opened, and what it was opened from.
struct Opened {
    key: Identity,
    tried: guessing::Try,
    before: Option<Vec<u8>>,
}

async fn unseal(gateway: &Gateway, person: &Person, passphrase: Passphrase, visitor: &Visitor) -> Result<Opened> {
    let (id, email) = (person.account.id, person.account.email.clone());
    let credentials = gateway.store.read(move |tx| accounts::credentials(tx, id)).await?;
    if !matches!(of(&credentials, false), Sealing::Closed) {
        return Err(Problem::Forbidden.into());
    }
    let tried = guessing::charge(gateway, &email, Some(id), visitor).await?;
    let opened = match tried.stopped {
        true => Err(CryptError::WrongKey.into()),
        false => open_key(gateway, Lane::Known, &credentials, passphrase).await,
    };
    match opened {
        Ok(Some(key)) => Ok(Opened { key, tried, before: credentials.account_key }),
        Ok(None) => Err(Problem::Forbidden.into()),
        Err(error) if is_wrong_key(&error) => {
            let kind = EventKind::IdentityConfirmed { by: Factor::Password };
            guessing::note_failure(gateway, Some(&tried), (Some(id), &email), kind, visitor).await?;
            Err(Problem::WrongPassword.into())
        }
        Err(error) => Err(error),
    }
}

fn is_wrong_key(error: &Error) -> bool {
    matches!(error, Error::Fault { source, .. } if matches!(source.downcast_ref(), Some(CryptError::WrongKey)))
}

/// While the passphrase was being worked on it may have been changed.
fn unchanged(tx: &mut crate::store::Tx, id: crate::model::AccountId, before: &Option<Vec<u8>>) -> Result<()> {
    accounts::lock(tx, id)?;
    match accounts::credentials(tx, id)?.account_key == *before {
        true => Ok(()),
        false => Err(Problem::WrongPassword.into()),
    }
}

async fn seal(gateway: &Gateway, key: Identity, passphrase: Passphrase) -> Result<Vec<u8>> {
    let custody = gateway.store.keys().custody.newest_recipient();
    let work = move || seal_account_key(&key, &passphrase, &custody);
    Ok(gateway.passwords.run(Lane::Known, work).await??)
}
