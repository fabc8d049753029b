//! What narrows the policy for everybody of a department. Departments are those that stand in the account register.

use std::collections::BTreeMap;

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{AccountState, Event, EventKind, Limits, Private};
use crate::store::{accounts, departments};

use super::register::{examine_limits, line};
use super::registrar::Registrar;

/// A department of the register, or one that has limits although nobody belongs to it any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Its name, as the register writes it.
    pub name: String,
    /// Accounts that belong to it and are not stopped.
    pub members: usize,
    /// What narrows the policy for it; none: nothing does.
    pub limits: Option<Limits>,
}

/// Every department, by name.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway) -> Result<Vec<Department>> {
    let (accounts, limited) = gateway.store.read(|tx| Ok((accounts::all(tx)?, departments::all(tx)?))).await?;
    let mut found: BTreeMap<String, (usize, Option<Limits>)> = BTreeMap::new();
    let members = accounts.into_iter().filter(|account| account.state != AccountState::Stopped);
    for account in members.filter(|account| !account.department.is_empty()) {
        found.entry(account.department).or_default().0 += 1;
    }
    for (name, limits) in limited {
        found.entry(name).or_default().1 = Some(limits);
    }
    Ok(found.into_iter().map(|(name, (members, limits))| Department { name, members, limits }).collect())
}

/// Sets the limits of a department; limits that limit nothing take them away.
///
/// # Errors
/// `Field` for a name or a limit that cannot be; `OwnAccount` for an administrator who would widen what holds for himself;
/// `SignInNeeded`. Nothing was changed.
pub async fn limit(gateway: &Gateway, registrar: &Registrar, name: &str, limits: Limits) -> Result<()> {
    let name = line("department", name)?;
    if name.is_empty() {
        return Err(Problem::Field { field: "department", flaw: FieldFlaw::Missing }.into());
    }
    let limits = examine_limits(limits)?;
    let (registrar, now) = (registrar.clone(), gateway.now());
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, None)?;
            let before = departments::limits(tx, &name)?.unwrap_or_default();
            if before == limits {
                return Ok(());
            }
            let own = registrar.account().map(|id| accounts::get(tx, id)).transpose()?;
            if own.is_some_and(|own| own.department == name) && limits.are_wider_than(&before) {
                return Err(Problem::OwnAccount.into());
            }
            departments::set(tx, &name, (limits != Limits::default()).then_some(&limits))?;
            let kind = EventKind::DepartmentLimited {
                most_bytes: limits.most_bytes,
                most_recipients: limits.most_recipients,
                most_keep_hours: limits.most_keep_hours,
                needs_approval: limits.needs_approval,
            };
            let event = Event::new(kind, now, registrar.actor()).with(Private::Department(name));
            tx.record(&registrar.says(event.with(Private::Domains(limits.domains.join(" ")))))
        })
        .await
}
