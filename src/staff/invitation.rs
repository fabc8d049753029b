//! Joining by invitation: a mail carries the way to the own first password, for a while and once.

use std::time::Duration;

use crate::crypt::{Identity, generate_token, token_hash};
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, AccountState, Actor, Entry, Event, EventKind};
use crate::model::{LetterKind, Passphrase, SignInRules, Time, Token, Validity};
use crate::store::accounts::Credentials;
use crate::store::invitations::{self, Invitation};
use crate::store::letters::QueuedLetter;
use crate::store::{Tx, accounts};
use crate::transfer::dispatch;

use super::register::{self, NewAccount, event_of, record, store_new};
use super::registrar::Registrar;
use super::visitor::Visitor;
use super::{password, rules};

/// Who is invited, as told to the bearer of the secret.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The account that waits.
    pub account: Account,
    /// Until when the invitation can be followed.
    pub expires_at: Time,
    /// The rules that a first password must keep.
    pub rules: SignInRules,
}

/// For how long invitations can be followed.
#[derive(Clone, Copy)]
pub(super) struct Term(Duration);

impl Term {
    /// As the policy says now.
    pub(super) fn of(gateway: &Gateway) -> Self {
        Self(Duration::from_secs(u64::from(gateway.policy().invitation_hours) * 3600))
    }

    /// Invites an account in the transaction that made it, or that asks it again: an earlier secret is void from now on, and
    /// its mail is withdrawn if it has not left. Only the secret's hash and its sealed form go into the store.
    ///
    /// # Errors
    /// The store cannot be written.
    pub(super) fn send(self, tx: &mut Tx, id: AccountId, registrar: &Registrar, now: Time) -> Result<()> {
        let secret = generate_token(&mut rand::rng());
        let expires_at = now + self.0;
        let invitation =
            Invitation { account_id: id, secret_hash: token_hash(&secret).to_vec(), created_at: now, expires_at };
        invitations::put(tx, &invitation)?;
        let event = Event::new(EventKind::AccountInvited { expires_at }, now, registrar.actor()).account(id);
        tx.record(&registrar.says(event))?;
        let sealed = Some(tx.seal_to_custody(secret.expose())?);
        let letter = QueuedLetter { secret_sealed: sealed, ..QueuedLetter::new(LetterKind::Invitation, now) };
        dispatch::queue(tx, &letter.of_account(id), now)
    }
}

/// Adds an account whose owner sets the first password by an invitation.
///
/// # Errors
/// `Field` for a bad address or name or no role; `AddressTaken`.
pub async fn add(gateway: &Gateway, new: NewAccount, registrar: &Registrar) -> Result<Account> {
    add_within(gateway, new, Validity::default(), registrar).await
}

/// The same, for a time.
///
/// # Errors
/// As [`add`].
pub async fn add_within(
    gateway: &Gateway,
    new: NewAccount,
    validity: Validity,
    registrar: &Registrar,
) -> Result<Account> {
    let now = gateway.now();
    let validity = register::validity(validity)?;
    let account = Account { state: AccountState::Invited, validity, ..new.examine(now)? };
    let term = Term::of(gateway);
    let (stored, registrar) = (account.clone(), registrar.clone());
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, None)?;
            store_new(tx, &stored, &Credentials::none(), &registrar, now)?;
            term.send(tx, stored.id, &registrar, now)
        })
        .await?;
    gateway.outbox_bell.notify_one();
    Ok(account)
}

/// Invites somebody again who has not come yet: with a new secret, and the old one is void.
///
/// # Errors
/// `WrongState` for an account that is in use or stopped; `OwnAccount`, `NotFound`.
pub async fn resend(gateway: &Gateway, id: AccountId, registrar: &Registrar) -> Result<()> {
    let now = gateway.now();
    let term = Term::of(gateway);
    let registrar = registrar.clone();
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, Some(id))?;
            accounts::lock(tx, id)?;
            match accounts::get(tx, id)?.state {
                AccountState::Invited => term.send(tx, id, &registrar, now),
                other => Err(Problem::WrongState { state: other.word() }.into()),
            }
        })
        .await?;
    gateway.outbox_bell.notify_one();
    Ok(())
}

/// When the invitation of an account ends or ended; none if it has none.
///
/// # Errors
/// The store cannot be read.
pub async fn of(gateway: &Gateway, id: AccountId) -> Result<Option<Time>> {
    gateway.store.read(move |tx| Ok(invitations::of_account(tx, id)?.map(|invitation| invitation.expires_at))).await
}

/// Who is invited with this secret.
///
/// # Errors
/// `InvitationOver` for one that was followed, replaced, ended or never was.
pub async fn look(gateway: &Gateway, secret: &Token) -> Result<Invited> {
    let (hash, now) = (token_hash(secret), gateway.now());
    let (account, expires_at) = gateway.store.read(move |tx| open(tx, &hash, now)).await?;
    Ok(Invited { account, expires_at, rules: rules::read(gateway).await? })
}

/// The account that this secret opens now.
fn open(tx: &mut Tx, hash: &[u8; 32], now: Time) -> Result<(Account, Time)> {
    let found = invitations::by_secret(tx, hash)?.filter(|invitation| now < invitation.expires_at);
    let invitation = found.ok_or(Problem::InvitationOver)?;
    let account = accounts::get(tx, invitation.account_id)?;
    let waits = account.state == AccountState::Invited && !account.validity.is_over(now);
    if waits { Ok((account, invitation.expires_at)) } else { Err(Problem::InvitationOver.into()) }
}

/// Sets the first password of somebody who was invited, and an account key with it. The account is in use from then on,
/// within its validity. Returns it.
///
/// # Errors
/// `PasswordRefused`: the invitation still stands. `InvitationOver`, also for the slower of two who follow it at once.
pub async fn accept(gateway: &Gateway, secret: &Token, new: Passphrase, visitor: &Visitor) -> Result<Account> {
    let Invited { account, rules, .. } = look(gateway, secret).await?;
    let measure = (&rules.passwords, rules.minimum_for(&account.roles));
    password::examine(gateway, &account, measure, (&new, None)).await?;
    let credentials = password::seal(gateway, Identity::generate(), new, false).await?;
    let (hash, source, now) = (token_hash(secret), visitor.source, gateway.now());
    gateway
        .store
        .write(move |tx| {
            accounts::hold_register(tx)?;
            let id = open(tx, &hash, now)?.0.id;
            accounts::lock(tx, id)?;
            invitations::remove(tx, id)?;
            accounts::set_credentials(tx, id, &credentials, now)?;
            let joined = Account { state: AccountState::Active, ..accounts::get(tx, id)? };
            accounts::set_entry(tx, &joined, now)?;
            let kind = EventKind::AccountJoined { entry: Entry::of(&joined) };
            tx.record(&event_of(&joined, kind, Actor::Account(id), now).source(source))?;
            accounts::get(tx, id)
        })
        .await
}

/// Somebody who was invited came in by another door that proves who it is: a provider or a directory. The register is held.
///
/// # Errors
/// `NotAdmitted` for whoever is not invited any more.
pub(super) fn followed_elsewhere(tx: &mut Tx, account: Account, now: Time) -> Result<Account> {
    if account.state != AccountState::Invited {
        return Ok(account);
    }
    accounts::lock(tx, account.id)?;
    let present = accounts::get(tx, account.id)?;
    if present.state != AccountState::Invited || present.validity.is_over(now) {
        return Err(Problem::NotAdmitted.into());
    }
    invitations::remove(tx, account.id)?;
    let account = Account { state: AccountState::Active, ..present };
    accounts::set_entry(tx, &account, now)?;
    let kind = EventKind::AccountJoined { entry: Entry::of(&account) };
    record(tx, &account, kind, &Registrar::system(), now)?;
    Ok(account)
}
