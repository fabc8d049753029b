//! Changing passwords. The account key moves to the new password; every other session and every API token ends.

use std::time::Duration;

use rand::RngExt;
use zeroize::Zeroizing;

use crate::crypt::{Identity, Recipient, hash_password, seal_account_key};
use crate::error::{Error, PasswordFlaw, Problem, Result};
use crate::gateway::{Gateway, Lane};
use crate::model::{Account, Actor, Event, EventKind, Factor, Passphrase};
use crate::store::accounts;
use crate::store::accounts::Credentials;

use super::guessing;
use super::permit::Newcomer;
use super::rules;
use super::session::{end_others, still_there};
use super::sign_in::{check, open_key};
use super::visitor::Visitor;

/// How long an initial or reset password works.
const ONE_TIME: Duration = Duration::from_secs(24 * 3600);
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

/// Changes the own password. The account key moves to it; every other session and every API token ends.
///
/// # Errors
/// `WrongPassword` for the current one, `SlowDown` after several; `PasswordRefused` for the new one. Nothing was changed then.
pub async fn change(
    gateway: &Gateway,
    newcomer: &Newcomer,
    current: Passphrase,
    new: Passphrase,
    visitor: &Visitor,
) -> Result<()> {
    let account = &newcomer.account;
    let id = account.id;
    let rules = rules::read(gateway).await?;
    examine(&new, rules.minimum_for(&account.roles), account)?;
    if current.expose() == new.expose() {
        return Err(Problem::PasswordRefused(PasswordFlaw::Same).into());
    }
    let credentials = gateway.store.read(move |tx| accounts::credentials(tx, id)).await?;
    let tried = guessing::charge(gateway, &account.email, Some(id), visitor).await?;
    if !check(gateway, Lane::Known, current.clone(), credentials.password_hash.clone()).await? {
        let kind = EventKind::IdentityConfirmed { by: Factor::Password };
        guessing::note_failure(gateway, Some(&tried), (Some(id), &account.email), kind, visitor).await?;
        return Err(Problem::WrongPassword.into());
    }
    let key = open_key(gateway, Lane::Known, &credentials, current).await?.unwrap_or_else(Identity::generate);
    let fresh = seal(gateway, key, new, false).await?;
    let now = gateway.now();
    let (own, source) = (newcomer.clone(), visitor.source);
    gateway
        .store
        .write(move |tx| {
            still_there(tx, &own)?;
            if accounts::credentials(tx, id)?.password_hash != credentials.password_hash {
                return Err(Problem::WrongPassword.into());
            }
            guessing::forgive(tx, &tried)?;
            accounts::set_credentials(tx, id, &fresh, now)?;
            end_others(tx, id, Some(own.row.id), now, Actor::Account(id))?;
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
    let one_time_until = must_change_password.then(|| gateway.now() + ONE_TIME);
    let work = move || {
        Ok::<_, Error>(Credentials {
            password_hash: hash_password(&password)?,
            account_key: Some(seal_account_key(&key, &password, &custody)?),
            recipient_key: Some(key.recipient().to_string()),
            must_change_password,
            one_time_until,
        })
    };
    gateway.passwords.run(Lane::Known, work).await?
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
