//! Changing passwords. The account key moves to the new password; every other session and every API token ends.

use std::time::Duration;

use rand::RngExt;
use zeroize::Zeroizing;

use crate::crypt::{Identity, Recipient, hash_password, seal_account_key, token_hash, verify_password};
use crate::error::{Error, PasswordFlaw, Problem, Result};
use crate::gateway::{Gateway, Lane};
use crate::model::{Account, AccountId, Actor, Event, EventKind, Factor, Passphrase, PasswordRules, Time};
use crate::store::accounts::Credentials;
use crate::store::{Tx, accounts, devices, password_history, transfers};

use super::guessing::{self, Try};
use super::permit::Newcomer;
use super::rules;
use super::session::{end_others, still_there};
use super::sign_in::{check, open_key};
use super::strength::{self, Owner};
use super::visitor::Visitor;

/// How long an initial or reset password works.
const ONE_TIME: Duration = Duration::from_secs(24 * 3600);

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
    let account = newcomer.account.clone();
    let id = account.id;
    let rules = rules::read(gateway).await?;
    let measure = (&rules.passwords, rules.minimum_for(&account.roles));
    examine(gateway, &account, measure, (&new, Some(&current))).await?;
    let (tried, credentials) = check_present(gateway, &account, current.clone(), visitor).await?;
    let history = rules.passwords.history;
    if is_reused(gateway, &account, history, new.clone()).await? {
        // The present password was right: that try counts as none.
        gateway.store.write(move |tx| guessing::forgive(tx, &tried)).await?;
        return Err(Problem::PasswordRefused(PasswordFlaw::Reused { history }).into());
    }
    let key = open_key(gateway, Lane::Known, &credentials, current).await?.unwrap_or_else(Identity::generate);
    let fresh = seal(gateway, key, new, false).await?;
    let now = gateway.now();
    let (own, source) = (newcomer.clone(), visitor.source);
    let device = visitor.device.as_ref().map(token_hash);
    gateway
        .store
        .write(move |tx| {
            still_there(tx, &own)?;
            if accounts::credentials(tx, id)?.password_hash != credentials.password_hash {
                return Err(Problem::WrongPassword.into());
            }
            guessing::forgive(tx, &tried)?;
            // Whoever knew the old password is no friend any more, in whichever browser.
            devices::forget_others(tx, id, device.as_ref())?;
            give_up(tx, id, &credentials, history, now)?;
            accounts::set_credentials(tx, id, &fresh, now)?;
            end_others(tx, id, Some(own.row.id), now, Actor::Account(id))?;
            tx.record(&Event::new(EventKind::PasswordChanged, now, Actor::Account(id)).account(id).source(source))?;
            acknowledge_key_renewal(tx, id, now)
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Checks the present password, charged as any other try.
async fn check_present(
    gateway: &Gateway,
    account: &Account,
    present: Passphrase,
    visitor: &Visitor,
) -> Result<(Try, Credentials)> {
    let id = account.id;
    let credentials = gateway.store.read(move |tx| accounts::credentials(tx, id)).await?;
    let tried = guessing::charge(gateway, &account.email, Some(id), visitor).await?;
    if check(gateway, Lane::Known, present, credentials.password_hash.clone()).await? && !tried.stopped {
        return Ok((tried, credentials));
    }
    let kind = EventKind::IdentityConfirmed { by: Factor::Password };
    guessing::note_failure(gateway, Some(&tried), (Some(id), &account.email), kind, visitor).await?;
    Err(Problem::WrongPassword.into())
}

/// Measures a new password or passphrase of an account by the policy, in a turn: the estimate takes CPU.
///
/// # Errors
/// `PasswordRefused`, with what is wrong.
pub(super) async fn examine(
    gateway: &Gateway,
    account: &Account,
    (rules, minimum): (&PasswordRules, u32),
    (new, present): (&Passphrase, Option<&Passphrase>),
) -> Result<()> {
    let owner = Owner::of(account, &gateway.office().name);
    let (new, rules) = (new.clone(), rules.clone());
    let present = present.cloned().unwrap_or_else(|| Passphrase::new(String::new()));
    let work = move || strength::examine(&new, &present, &rules, minimum, &owner);
    gateway.passwords.run(Lane::Known, work).await?.map_err(|flaw| Problem::PasswordRefused(flaw).into())
}

/// Whether it is one of the last `history` passwords. One turn for all: each costs an Argon2.
async fn is_reused(gateway: &Gateway, account: &Account, history: u32, new: Passphrase) -> Result<bool> {
    let id = account.id;
    let earlier = gateway.store.read(move |tx| password_history::latest(tx, id, history)).await?;
    if earlier.is_empty() {
        return Ok(false);
    }
    gateway.passwords.run(Lane::Known, move || earlier.iter().any(|hash| verify_password(&new, hash))).await
}

/// The password that is given up becomes history, within the transaction that replaces it. An initial one was chosen by
/// nobody and would only push out what was.
pub(super) fn give_up(tx: &mut Tx, id: AccountId, old: &Credentials, history: u32, now: Time) -> Result<()> {
    if !old.has_password() || old.must_change_password {
        return Ok(());
    }
    password_history::keep(tx, id, &old.password_hash, history, now)
}

/// How many of an account's transfers are running: after a reset of its key they can be taken back, but get no new number.
///
/// # Errors
/// The store cannot be read.
pub async fn running_transfers(gateway: &Gateway, id: AccountId) -> Result<i64> {
    gateway.store.read(move |tx| transfers::running(tx, id)).await
}

/// The page of a reset password says what became of the account key; whoever has changed it has read that.
fn acknowledge_key_renewal(tx: &mut Tx, id: AccountId, now: Time) -> Result<()> {
    if accounts::get(tx, id)?.key_renewed_at.is_none() {
        return Ok(());
    }
    accounts::set_key_renewed(tx, id, None)?;
    tx.record(&Event::new(EventKind::KeyRenewalRead, now, Actor::Account(id)).account(id))
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
