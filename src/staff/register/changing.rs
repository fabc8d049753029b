//! Moving: what changes of an entry while its person stays.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{
    Account, AccountId, Actor, Detail, Entry, EventKind, Language, Limits, Role, Validity, differences,
};
use crate::staff::permit::Person;
use crate::staff::registrar::Registrar;
use crate::store::{Tx, accounts};

use super::entry::{self, address, line};

/// What shall be different; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The mail address.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The phone number; may become empty.
    pub phone: Option<String>,
    /// The department; may become empty.
    pub department: Option<String>,
    /// The language.
    pub language: Option<Language>,
    /// The roles, all of them.
    pub roles: Option<Vec<Role>>,
    /// From when on and until when.
    pub validity: Option<Validity>,
    /// What narrows the policy.
    pub limits: Option<Limits>,
    /// Who takes over; `Some(None)` for nobody.
    pub successor: Option<Option<AccountId>>,
}

impl Change {
    /// The entry that `before` becomes.
    ///
    /// # Errors
    /// `Field` for the first value that cannot be.
    pub(in crate::staff) fn apply(&self, tx: &mut Tx, before: &Account) -> Result<Account> {
        let text = |field, new: &Option<String>, old: &String| match new {
            Some(new) => line(field, new),
            None => Ok(old.clone()),
        };
        Ok(Account {
            email: self.email.as_deref().map_or_else(|| Ok(before.email.clone()), address)?,
            name: text("name", &self.name, &before.name)?,
            phone: text("phone", &self.phone, &before.phone)?,
            department: text("department", &self.department, &before.department)?,
            language: self.language.unwrap_or(before.language),
            roles: self.roles.as_deref().map_or_else(|| Ok(before.roles.clone()), entry::roles)?,
            validity: self.validity.map_or(Ok(before.validity), entry::validity)?,
            limits: self.limits.clone().map_or_else(|| Ok(before.limits.clone()), entry::limits)?,
            successor: match self.successor {
                Some(successor) => entry::successor(tx, before.id, successor)?,
                None => before.successor,
            },
            ..before.clone()
        })
    }
}

/// Changes an entry. Returns it as it is now.
///
/// # Errors
/// `Field`, `AddressTaken`, `LastAdministrator`, `OwnAccount`, `NotFound`: nothing was changed.
pub async fn change(gateway: &Gateway, registrar: &Registrar, id: AccountId, change: Change) -> Result<Account> {
    let now = gateway.now();
    let registrar = registrar.clone();
    let after = gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, Some(id))?;
            accounts::lock(tx, id)?;
            let before = accounts::get(tx, id)?;
            let after = change.apply(tx, &before)?;
            entry::write(tx, (&before, &after), &registrar, now)?;
            Ok(after)
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(after)
}

/// Replaces an account's roles. Its sessions and tokens end: they were granted under other rights.
///
/// # Errors
/// As [`change`].
pub async fn set_roles(gateway: &Gateway, account: &Account, roles: Vec<Role>, registrar: &Registrar) -> Result<()> {
    let wanted = Change { roles: Some(roles), ..Change::default() };
    change(gateway, registrar, account.id, wanted).await.map(drop)
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
    let (name, phone) = (line("name", &name)?, line("phone", &phone)?);
    let (id, signed_in) = (person.account.id, person.signed_in());
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            // The register comes before the account.
            accounts::hold_register(tx)?;
            signed_in.still_holds(tx)?;
            let before = accounts::get(tx, id)?;
            let after = Account { name, phone, language, ..before.clone() };
            let changed: Vec<Detail> = differences(&before, &after);
            if changed.is_empty() {
                return Ok(());
            }
            accounts::set_entry(tx, &after, now)?;
            let kind = EventKind::AccountChanged { changed, entry: Entry::of(&after) };
            tx.record(&entry::of(&after, kind, Actor::Account(id), now))
        })
        .await
}
