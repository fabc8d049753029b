//! API tokens. One that a person makes carries a sealed copy of the account key; one made at the console does not.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::crypt::{generate_token, seal_session, token_hash, token_text};
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Actor, Event, EventKind, Role, Scope, SignInId, Time, TokenId};
use crate::store::tokens::{self, ApiToken};
use crate::store::{Tx, accounts, sign_ins};

use super::permit::Person;

/// The longest life of a token, in days.
pub const LONGEST_DAYS: u32 = 366;

/// A token that was just made.
pub struct Made {
    /// Its row.
    pub row: ApiToken,
    /// `kkt_…`, shown once, stored nowhere.
    pub text: Zeroizing<String>,
}

/// Who makes a token.
enum Maker {
    Session(SignInId),
    Console,
}

/// Makes a token for the person at the browser.
///
/// # Errors
/// `ConfirmationNeeded`; `Field` for bounds; `Forbidden` for a scope beyond the account's roles.
pub async fn make(gateway: &Gateway, person: &Person, name: &str, scope: Scope, days: u32) -> Result<Made> {
    person.require_fresh(gateway)?;
    let key = match person.signed_in().account_key(&gateway.store).await {
        Ok(key) => Some(key),
        Err(crate::error::Error::Problem(Problem::AccountKeyNeeded)) => None,
        Err(error) => return Err(error),
    };
    insert(gateway, &person.account, name, scope, days, key, Maker::Session(person.row.id)).await
}

/// Makes a token at the console of the server: without the account key.
///
/// # Errors
/// As `make`.
pub async fn make_at_console(
    gateway: &Gateway,
    account: &Account,
    name: &str,
    scope: Scope,
    days: u32,
) -> Result<Made> {
    insert(gateway, account, name, scope, days, None, Maker::Console).await
}

async fn insert(
    gateway: &Gateway,
    account: &Account,
    name: &str,
    scope: Scope,
    days: u32,
    key: Option<crate::crypt::Identity>,
    maker: Maker,
) -> Result<Made> {
    if !(1..=LONGEST_DAYS).contains(&days) {
        let flaw = FieldFlaw::OutOfBounds { least: 1, most: LONGEST_DAYS.into() };
        return Err(Problem::Field { field: "days", flaw }.into());
    }
    if name.chars().count() > 100 {
        return Err(Problem::Field { field: "name", flaw: FieldFlaw::TooLong { limit: 100 } }.into());
    }
    let role = match scope {
        Scope::Send | Scope::Read => Role::Sender,
        Scope::Audit => Role::Auditor,
        Scope::Admin => Role::Administrator,
    };
    if !account.has(role) {
        return Err(Problem::Forbidden.into());
    }
    let now = gateway.now();
    let token = generate_token(&mut rand::rng());
    let (shred_key, account_key) = match key {
        Some(key) => {
            let (id, shred) = gateway.store.make_shred_key(now).await?;
            (Some(id), Some(seal_session(&key, &shred.recipient(), &token)?))
        }
        None => (None, None),
    };
    let row = ApiToken {
        id: TokenId::new(now),
        account_id: account.id,
        name: name.trim().to_owned(),
        scope,
        token_hash: token_hash(&token).to_vec(),
        shred_key,
        account_key,
        created_at: now,
        expires_at: now + Duration::from_secs(u64::from(days) * 24 * 3600),
        last_used_at: None,
        revoked_at: None,
    };
    let stored = row.clone();
    gateway
        .store
        .write(move |tx| {
            accounts::lock(tx, stored.account_id)?;
            let actor = match maker {
                Maker::Console => Actor::Console,
                // What ended the session, or locked it, must end what it was about to make.
                Maker::Session(id) => {
                    match sign_ins::of_account(tx, stored.account_id)?.iter().find(|row| row.id == id) {
                        Some(row) if !row.locked => Actor::Account(stored.account_id),
                        _ => return Err(Problem::SignInNeeded.into()),
                    }
                }
            };
            tokens::insert(tx, &stored)?;
            let kind = EventKind::TokenCreated { scope, expires_at: stored.expires_at };
            tx.record(&Event::new(kind, now, actor).account(stored.account_id).token(stored.id))
        })
        .await?;
    Ok(Made { row, text: token_text(&token) })
}

/// The tokens of an account, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway, account: AccountId) -> Result<Vec<ApiToken>> {
    gateway.store.read(move |tx| tokens::of_account(tx, account)).await
}

/// Revokes a token of the own.
///
/// # Errors
/// `NotFound` when there is no such token; `SignInNeeded` when the session ended meanwhile.
pub async fn revoke(gateway: &Gateway, person: &Person, id: TokenId) -> Result<()> {
    let account = person.account.id;
    person.write(gateway, revoking(account, id, gateway.now(), Actor::Account(account))).await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Revokes a token of an account, at the console of the server.
///
/// # Errors
/// `NotFound` when it has no such token.
pub async fn revoke_at_console(gateway: &Gateway, account: AccountId, id: TokenId) -> Result<()> {
    gateway.store.write(revoking(account, id, gateway.now(), Actor::Console)).await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

fn revoking(
    account: AccountId,
    id: TokenId,
    now: Time,
    actor: Actor,
) -> impl FnOnce(&mut Tx) -> Result<()> + Send + 'static {
    move |tx| {
        let all = tokens::of_account(tx, account)?;
        let token = all.iter().find(|token| token.id == id).ok_or(Problem::NotFound)?;
        if tokens::revoke(tx, token, now)? {
            tx.record(&Event::new(EventKind::TokenRevoked, now, actor).account(account).token(id))?;
        }
        Ok(())
    }
}
