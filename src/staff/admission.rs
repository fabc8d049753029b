//! Whom a provider or directory knows, and who that is here: an account that was tied to the person before, one in the
//! register with the same mail address, or one that is made now.

use std::net::IpAddr;

use crate::error::{Error, Problem, Result};
use crate::gateway::{Admission, Gateway};
use crate::model::{Account, AccountId, AccountState, Actor, Event, EventKind, Factor, Language, Role, Time};
use crate::port::Known;
use crate::store::accounts::Credentials;
use crate::store::{Tx, accounts, identities};
use crate::transfer::recipients::check_email;

use super::registrar::Registrar;
use super::visitor::Visitor;
use super::{invitation, register};

/// The account of somebody who was proven elsewhere, with the roles that it has from there.
///
/// # Errors
/// `NotAdmitted`: nobody here, stopped, or without a role; the store cannot be written.
pub(super) async fn admit(
    gateway: &Gateway,
    admission: &Admission,
    by: Factor,
    known: Known,
    visitor: &Visitor,
) -> Result<Account> {
    let roles = admission.roles.as_ref().map(|map| {
        let mapped = mapped(known.groups.iter().filter_map(|group| map.get(group)));
        if mapped.is_empty() { admission.just_in_time.clone().unwrap_or_default() } else { mapped }
    });
    if roles.as_ref().is_some_and(Vec::is_empty) {
        return Err(Problem::NotAdmitted.into());
    }
    let newcomer = Newcomer {
        realm: admission.realm.clone(),
        by,
        roles: admission.just_in_time.clone().map(|given| roles.clone().unwrap_or(given)),
        language: gateway.default_language(),
        source: visitor.source,
        now: gateway.now(),
        known,
    };
    let account = gateway.store.write(move |tx| newcomer.find_or_make(tx)).await?;
    if !account.may_act(gateway.now()) {
        return Err(Problem::NotAdmitted.into());
    }
    match roles {
        Some(roles) => follow(gateway, account, roles).await,
        None => Ok(account),
    }
}

/// Each role once, in the order of their declaration.
fn mapped<'a>(roles: impl Iterator<Item = &'a Role>) -> Vec<Role> {
    let given: Vec<&Role> = roles.collect();
    Role::ALL.iter().filter(|role| given.contains(role)).copied().collect()
}

/// The account's roles follow what is said elsewhere. Its sessions were granted under other rights, and end.
async fn follow(gateway: &Gateway, account: Account, roles: Vec<Role>) -> Result<Account> {
    if mapped(account.roles.iter()) == mapped(roles.iter()) {
        return Ok(account);
    }
    match register::set_roles(gateway, &account, roles.clone(), &Registrar::system()).await {
        Ok(()) => Ok(Account { roles, ..account }),
        // Nobody could give the role back.
        Err(Error::Problem(Problem::LastAdministrator)) => {
            tracing::warn!(account = %account.id, "the last administrator keeps the roles that a provider took away");
            Ok(account)
        }
        Err(error) => Err(error),
    }
}

/// What must still hold when the session is stored.
///
/// # Errors
/// `NotAdmitted` when the account was stopped meanwhile.
pub(super) fn confirm(tx: &mut Tx, account: AccountId) -> Result<()> {
    accounts::lock(tx, account)?;
    match accounts::get(tx, account)?.state {
        AccountState::Active => Ok(()),
        AccountState::Invited | AccountState::Stopped => Err(Problem::NotAdmitted.into()),
    }
}

/// Whether this person is the one whose session runs.
///
/// # Errors
/// `ProviderRefused` when it is somebody else.
pub(super) fn is_the_same(tx: &mut Tx, realm: &str, subject: &str, account: AccountId) -> Result<()> {
    let same = identities::account(tx, realm, subject)? == Some(account);
    if same { Ok(()) } else { Err(Problem::ProviderRefused.into()) }
}

/// Somebody proven elsewhere who may not be known here yet.
struct Newcomer {
    realm: String,
    by: Factor,
    known: Known,
    /// What an account that is made has; none: no account is made.
    roles: Option<Vec<Role>>,
    language: Language,
    source: Option<IpAddr>,
    now: Time,
}

impl Newcomer {
    fn find_or_make(self, tx: &mut Tx) -> Result<Account> {
        // A stop, an import or a first password that comes at the same moment comes before or after.
        accounts::hold_register(tx)?;
        if let Some(id) = identities::account(tx, &self.realm, &self.known.subject)? {
            self.decides_alone(tx, id)?;
            return accounts::get(tx, id);
        }
        // Only an address that the provider has verified names anybody.
        let email = self.known.email.as_deref().and_then(|email| check_email("email", email).ok());
        let email = email.ok_or(Problem::NotAdmitted)?.to_lowercase();
        match (accounts::by_email(tx, &email)?, self.roles.clone()) {
            (Some(account), _) => self.tie(tx, account),
            (None, Some(roles)) => self.make(tx, email, roles),
            (None, None) => Err(Problem::NotAdmitted.into()),
        }
    }

    /// The first time, by mail address. An address may pass to another person: where the account is somebody's there
    /// already, an administrator decides.
    fn tie(&self, tx: &mut Tx, account: Account) -> Result<Account> {
        self.decides_alone(tx, account.id)?;
        let taken = identities::of_account(tx, account.id)?.iter().any(|(realm, _)| *realm == self.realm);
        if taken || account.state == AccountState::Stopped || account.validity.is_over(self.now) {
            return Err(Problem::NotAdmitted.into());
        }
        let account = invitation::followed_elsewhere(tx, account, self.now)?;
        let account = self.give_up_initial_password(tx, account)?;
        self.link(tx, account.id)?;
        Ok(account)
    }

    /// A directory has no say about an account whose password was chosen here, whatever address it gives a person: nothing
    /// is tied to it, and its roles stay.
    fn decides_alone(&self, tx: &mut Tx, account: AccountId) -> Result<()> {
        let chosen = self.by == Factor::Directory && accounts::credentials(tx, account)?.has_chosen_password();
        if chosen { Err(Problem::WrongPassword.into()) } else { Ok(()) }
    }

    /// A password that nobody has chosen is not needed any more, and the key behind it opens nothing yet.
    fn give_up_initial_password(&self, tx: &mut Tx, account: Account) -> Result<Account> {
        accounts::lock(tx, account.id)?;
        if !accounts::credentials(tx, account.id)?.must_change_password {
            return Ok(account);
        }
        accounts::set_credentials(tx, account.id, &Credentials::none(), self.now)?;
        accounts::get(tx, account.id)
    }

    fn make(&self, tx: &mut Tx, email: String, roles: Vec<Role>) -> Result<Account> {
        let name = if self.known.name.trim().is_empty() { email.as_str() } else { self.known.name.trim() };
        let name = name.chars().filter(|c| !c.is_control()).take(100).collect();
        let account = Account { name, ..register::new_account(email, roles, self.language, self.now) };
        register::store_new(tx, &account, &Credentials::none(), &Registrar::system(), self.now)?;
        self.link(tx, account.id)?;
        Ok(account)
    }

    fn link(&self, tx: &mut Tx, account: AccountId) -> Result<()> {
        identities::link(tx, &self.realm, &self.known.subject, account, self.now)?;
        let event = Event::new(EventKind::IdentityLinked { by: self.by }, self.now, Actor::Account(account));
        tx.record(&event.account(account).source(self.source))
    }
}
