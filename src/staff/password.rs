//! Changing passwords. The account key moves to the new password; every other session and every API token ends.

use std::net::IpAddr;

use rand::RngExt;
use zeroize::Zeroizing;

use crate::crypt::{Identity, Recipient, hash_password, seal_account_key};
use crate::error::{Error, PasswordFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, Actor, Event, EventKind, Passphrase};
use crate::store::accounts::Credentials;
use crate::store::{accounts, sign_ins, tokens};

use super::permit::Person;
use super::session::end_in;
use super::sign_in::{charge, check, confirm, in_turn, open_key};

/// Longest password taken, in characters.
const LONGEST: u32 = 256;

/// Checks a new password against the policy (NIST SP 800-63B: length, no composition rules).
///
/// # Errors
/// `PasswordRefused`, with what is wrong.
pub fn examine(new: &Passphrase, minimum: u32, account: &Account) -> Result<()> {
    let text = new.expose();
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let lower = text.to_lowercase();
    let local = account.email.split('@').next().unwrap_or_default();
    let names_owner = [local, account.name.as_str()]
        .iter()
        .any(|name| name.chars().count() >= 4 && lower.contains(&name.to_lowercase()));
    let flaw = if length < minimum {
        PasswordFlaw::TooShort { minimum }
    } else if length > LONGEST {
        PasswordFlaw::TooLong { maximum: LONGEST }
    } else if names_owner {
        PasswordFlaw::ContainsName
    } else {
        return Ok(());
    };
    Err(Problem::PasswordRefused(flaw).into())
}

/// Changes the own password.
///
/// # Errors
/// `WrongPassword` for the current one, `SlowDown` after several; `PasswordRefused` for the new one. Nothing was changed then.
pub async fn change(
    gateway: &Gateway,
    person: &Person,
    current: Passphrase,
    new: Passphrase,
    source: Option<IpAddr>,
) -> Result<()> {
    let id = person.account.id;
    examine(&new, gateway.sign_in.minimum_length, &person.account)?;
    if current.expose() == new.expose() {
        return Err(Problem::PasswordRefused(PasswordFlaw::Same).into());
    }
    let credentials = gateway.store.read(move |tx| accounts::credentials(tx, id)).await?;
    charge(gateway, id).await?;
    if !check(gateway, current.clone(), credentials.password_hash.clone()).await? {
        return Err(Problem::WrongPassword.into());
    }
    let custody = gateway.store.keys().custody.identities().to_vec();
    let key = match credentials.account_key.clone() {
        Some(sealed) => open_key(gateway, sealed, current, custody).await?,
        None => Identity::generate(),
    };
    let fresh = seal(gateway, key, new, false).await?;
    let now = gateway.now();
    let own = person.row.id;
    gateway
        .store
        .write(move |tx| {
            confirm(tx, id, &credentials)?;
            accounts::set_credentials(tx, id, &fresh, now)?;
            for session in sign_ins::of_account(tx, id)?.iter().filter(|session| session.id != own) {
                end_in(tx, session, now)?;
            }
            for token in tokens::of_account(tx, id)? {
                if tokens::revoke(tx, &token, now)? {
                    let event = Event::new(EventKind::TokenRevoked, now, Actor::Account(id));
                    tx.record(&event.account(id).token(token.id))?;
                }
            }
            tx.record(&Event::new(EventKind::PasswordChanged, now, Actor::Account(id)).account(id).source(source))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Hashes a password and seals an account key under it, off the event loop.
pub(super) async fn seal(
    gateway: &Gateway,
    key: Identity,
    password: Passphrase,
    must_change_password: bool,
) -> Result<Credentials> {
    let custody: Recipient = gateway.store.keys().custody.newest_recipient();
    in_turn(gateway, move || {
        Ok::<_, Error>(Credentials {
            password_hash: hash_password(&password)?,
            account_key: Some(seal_account_key(&key, &password, &custody)?),
            recipient_key: Some(key.recipient().to_string()),
            must_change_password,
        })
    })
    .await?
}

/// A one-time password: 100 random bits in five groups, without letters that look alike.
pub(super) fn one_time_password() -> Zeroizing<String> {
    const ALPHABET: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
    let mut rng = rand::rng();
    let mut text = Zeroizing::new(String::with_capacity(24));
    for place in 0..20 {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        let pick = rng.random_range(0..ALPHABET.len());
        text.push(ALPHABET.get(pick).copied().map_or('2', char::from));
    }
    text
}
