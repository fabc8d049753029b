//! The account register, first cut: add, list, change roles, stop, resume, reset.

use zeroize::Zeroizing;

use crate::crypt::Identity;
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, AccountState, Actor, Event, EventKind, Language, Passphrase, Private, Role};
use crate::store::{accounts, devices, identities, passkeys, totps};
use crate::transfer::recipients::check_email;

use super::permit::Person;
use super::session::end_others;
use super::{guessing, password, rules};

/// Who shall get an account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Mail address, also the sign-in name.
    pub email: String,
    /// Name shown to recipients.
    pub name: String,
    /// Department; may be empty.
    pub department: String,
    /// Direct phone number; may be empty.
    pub phone: String,
    /// Language of the staff pages.
    pub language: Language,
    /// What it may do.
    pub roles: Vec<Role>,
}

/// A new or reset account and the password that it must change at once.
pub struct Issued {
    /// The account.
    pub account: Account,
    /// Shown once, stored nowhere.
    pub one_time_password: Zeroizing<String>,
}

/// Adds an account with a one-time password.
///
/// # Errors
/// `Field` for a bad address or name or no role; `AddressTaken`.
pub async fn add(gateway: &Gateway, new: NewAccount, actor: Actor) -> Result<Issued> {
    let email = check_email("email", &new.email)?.to_lowercase();
    let name = new.name.trim().to_owned();
    for (field, missing) in [("name", name.is_empty()), ("role", new.roles.is_empty())] {
        if missing {
            return Err(Problem::Field { field, flaw: FieldFlaw::Missing }.into());
        }
    }
    let one_time_password = password::one_time_password();
    let secret = Passphrase::new(one_time_password.as_str().to_owned());
    let credentials = password::seal(gateway, Identity::generate(), secret, true).await?;
    let now = gateway.now();
    let account = Account {
        id: AccountId::new(now),
        email,
        name,
        department: new.department,
        phone: new.phone,
        language: new.language,
        roles: new.roles,
        state: AccountState::Active,
        must_change_password: true,
        password_changed_at: now,
        recipient_key: credentials.recipient_key.clone(),
        key_renewed_at: None,
        created_at: now,
    };
    let stored = account.clone();
    gateway
        .store
        .write(move |tx| {
            accounts::insert(tx, &stored, &credentials)?;
            let event = Event::new(EventKind::AccountCreated { roles: stored.roles.clone() }, now, actor);
            let event =
                event.account(stored.id).with(Private::Email(stored.email)).with(Private::PersonName(stored.name));
            tx.record(&event)
        })
        .await?;
    Ok(Issued { account, one_time_password })
}

/// The first account of an empty installation: administrator and sender. `None` when there are accounts already.
///
/// # Errors
/// The store cannot be read or written.
pub async fn first(gateway: &Gateway, email: &str, name: &str) -> Result<Option<Issued>> {
    if !gateway.store.read(accounts::all).await?.is_empty() {
        return Ok(None);
    }
    let new = NewAccount {
        email: email.to_owned(),
        name: name.to_owned(),
        department: String::new(),
        phone: gateway.office().phone,
        language: gateway.default_language(),
        roles: vec![Role::Administrator, Role::Sender],
    };
    add(gateway, new, Actor::Console).await.map(Some)
}

/// Every account, by address.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway) -> Result<Vec<Account>> {
    gateway.store.read(accounts::all).await
}

/// The account of this address.
///
/// # Errors
/// `NotFound`.
pub async fn find(gateway: &Gateway, email: &str) -> Result<Account> {
    let email = email.trim().to_lowercase();
    gateway.store.read(move |tx| accounts::by_email(tx, &email)).await?.ok_or_else(|| Problem::NotFound.into())
}

/// Replaces an account's roles. Its sessions and tokens end: they were granted under other rights.
///
/// # Errors
/// `LastAdministrator`; `Field` when no role is left.
pub async fn set_roles(gateway: &Gateway, account: &Account, roles: Vec<Role>, actor: Actor) -> Result<()> {
    if roles.is_empty() {
        return Err(Problem::Field { field: "role", flaw: FieldFlaw::Missing }.into());
    }
    let id = account.id;
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            accounts::set_roles(tx, id, &roles)?;
            end_others(tx, id, None, now, actor)?;
            tx.record(&Event::new(EventKind::RolesChanged { roles }, now, actor).account(id))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Stops an account: sessions and tokens end in the same transaction. Its transfers go on.
///
/// # Errors
/// `LastAdministrator`.
pub async fn stop(gateway: &Gateway, account: &Account, actor: Actor) -> Result<()> {
    set_state(gateway, account.id, AccountState::Stopped, EventKind::AccountStopped, actor).await
}

/// Takes a stopped account back into use.
///
/// # Errors
/// The store cannot be written.
pub async fn resume(gateway: &Gateway, account: &Account, actor: Actor) -> Result<()> {
    set_state(gateway, account.id, AccountState::Active, EventKind::AccountResumed, actor).await
}

async fn set_state(gateway: &Gateway, id: AccountId, state: AccountState, kind: EventKind, actor: Actor) -> Result<()> {
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            accounts::set_state(tx, id, state)?;
            if state == AccountState::Stopped {
                end_others(tx, id, None, now, actor)?;
            }
            tx.record(&Event::new(kind, now, actor).account(id))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Issues a new one-time password and a new account key, and forgets every other way to sign in: whoever needs a reset has
/// lost something, and nobody knows who found it. The old key is gone: the account's running transfers can be recalled, but
/// no new numbers issued for them. The person is told so at the next sign-in.
///
/// # Errors
/// The store cannot be written.
pub async fn reset(gateway: &Gateway, account: &Account, actor: Actor) -> Result<Issued> {
    let one_time_password = password::one_time_password();
    let secret = Passphrase::new(one_time_password.as_str().to_owned());
    let credentials = password::seal(gateway, Identity::generate(), secret, true).await?;
    let (id, email) = (account.id, account.email.clone());
    let history = rules::read(gateway).await?.passwords.history;
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            accounts::lock(tx, id)?;
            let had_key = accounts::get(tx, id)?.recipient_key.is_some();
            let old = accounts::credentials(tx, id)?;
            password::give_up(tx, id, &old, history, now)?;
            accounts::set_credentials(tx, id, &credentials, now)?;
            accounts::set_key_renewed(tx, id, had_key.then_some(now))?;
            totps::remove(tx, id)?;
            passkeys::remove_all(tx, id)?;
            devices::forget(tx, id)?;
            identities::forget(tx, id)?;
            guessing::forget(tx, &email)?;
            guessing::forget_codes(tx, &email)?;
            end_others(tx, id, None, now, actor)?;
            tx.record(&Event::new(EventKind::PasswordReset, now, actor).account(id))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(Issued { account: account.clone(), one_time_password })
}

/// Changes the own name, phone number and language.
///
/// # Errors
/// `Field` for an empty or overlong value.
pub async fn set_profile(
    gateway: &Gateway,
    person: &Person,
    name: String,
    phone: String,
    language: Language,
) -> Result<()> {
    for (field, text, limit, needed) in [("name", &name, 100, true), ("phone", &phone, 40, false)] {
        if needed && text.trim().is_empty() {
            return Err(Problem::Field { field, flaw: FieldFlaw::Missing }.into());
        }
        if text.chars().count() > limit || text.chars().any(char::is_control) {
            let flaw = FieldFlaw::TooLong { limit: u32::try_from(limit).unwrap_or(u32::MAX) };
            return Err(Problem::Field { field, flaw }.into());
        }
    }
    let id = person.account.id;
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            accounts::set_profile(tx, id, name.trim(), phone.trim(), language)?;
            tx.record(&Event::new(EventKind::ProfileChanged, now, Actor::Account(id)).account(id))
        })
        .await
}
