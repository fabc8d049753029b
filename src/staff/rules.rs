//! The rules of signing in: what an administrator set, else what the configuration says.

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, Actor, Combination, Event, EventKind, Factor, PasswordRules, Proofs, Role, SignInRules};
use crate::store::{Tx, passkeys, settings, totps};

use super::permit::Administrator;

/// The rules as they are now.
///
/// # Errors
/// The store cannot be read.
pub fn current(gateway: &Gateway, tx: &mut Tx) -> Result<SignInRules> {
    Ok(settings::sign_in(tx)?.unwrap_or_else(|| gateway.usual_rules.clone()))
}

/// The rules as they are now.
///
/// # Errors
/// The store cannot be read.
pub async fn read(gateway: &Gateway) -> Result<SignInRules> {
    let usual = gateway.usual_rules.clone();
    gateway.store.read(move |tx| Ok(settings::sign_in(tx)?.unwrap_or(usual))).await
}

/// The combinations that this installation can offer, and those that are chosen already.
pub fn offered(gateway: &Gateway, present: &SignInRules) -> Vec<Combination> {
    let chosen = |one: &Combination| present.combinations.values().any(|chosen| chosen.contains(one));
    let possible = |one: &Combination| {
        one.factors().iter().all(|factor| match factor {
            Factor::Password | Factor::Totp | Factor::RecoveryCode | Factor::Passkey => true,
            Factor::Certificate => gateway.asks_for_certificates,
            Factor::Directory => gateway.elsewhere.directory.is_some(),
            Factor::Oidc => !gateway.elsewhere.providers.is_empty(),
        })
    };
    Combination::ALL.iter().copied().filter(|one| possible(one) || chosen(one)).collect()
}

/// Whether rules are within their bounds.
///
/// # Errors
/// `Field` for the first that is not.
fn examine(rules: &SignInRules) -> Result<()> {
    let passwords = &rules.passwords;
    let bounds = |field, value: u32, least: u32, most: u32| match (least..=most).contains(&value) {
        true => Ok(()),
        false => Err(Problem::Field { field, flaw: FieldFlaw::OutOfBounds { least: least.into(), most: most.into() } }),
    };
    bounds("minimum", passwords.minimum, 8, 64)?;
    bounds("minimum_with_second", passwords.minimum_with_second, 8, passwords.minimum)?;
    bounds("max_age_days", passwords.max_age_days.unwrap_or(90), 15, 365)?;
    bounds("history", passwords.history, 0, 24)?;
    match Role::ALL.iter().all(|role| !rules.for_role(*role).is_empty()) {
        true => Ok(()),
        false => Err(Problem::Field { field: "combinations", flaw: FieldFlaw::Missing }.into()),
    }
}

/// Sets the rules. Every session is measured by them from its next request on.
///
/// # Errors
/// `ConfirmationNeeded`; `Field` out of bounds or a role without a way; `WouldShutOut` when the administrator's own session
/// and factors would not suffice.
pub async fn set(gateway: &Gateway, by: &Administrator, rules: SignInRules) -> Result<()> {
    examine(&rules)?;
    by.require_fresh(gateway)?;
    let (account, proofs) = (by.account().clone(), by.proofs());
    let usual = gateway.usual_rules.clone();
    let now = gateway.now();
    by.write(gateway, move |tx| {
        let before = settings::sign_in(tx)?.unwrap_or(usual);
        let changed = differences(&before, &rules);
        if changed.is_empty() {
            return Ok(());
        }
        if !within_reach(tx, &account, &rules, &proofs)? {
            return Err(Problem::WouldShutOut.into());
        }
        settings::set_sign_in(tx, Some(&rules), now)?;
        let kind = EventKind::SignInRulesChanged { settings: changed };
        tx.record(&Event::new(kind, now, Actor::Account(account.id)).account(account.id))
    })
    .await
}

/// Takes the rules back to what the configuration says, at the console: the way out when nobody can sign in any more.
///
/// # Errors
/// The store cannot be written.
pub async fn reset(gateway: &Gateway) -> Result<()> {
    let now = gateway.now();
    let usual = gateway.usual_rules.clone();
    gateway
        .store
        .write(move |tx| {
            let Some(before) = settings::sign_in(tx)? else { return Ok(()) };
            settings::set_sign_in(tx, None, now)?;
            let kind = EventKind::SignInRulesChanged { settings: differences(&before, &usual) };
            tx.record(&Event::new(kind, now, Actor::Console))
        })
        .await
}

/// Whether what this session has proven, with what the account has set up besides, meets `rules`.
fn within_reach(tx: &mut Tx, account: &Account, rules: &SignInRules, proofs: &Proofs) -> Result<bool> {
    let mut reach = proofs.clone();
    if totps::is_enrolled(tx, account.id)? {
        reach = reach.with(Factor::Totp);
    }
    if !passkeys::of_account(tx, account.id)?.is_empty() {
        reach = reach.with(Factor::Passkey);
    }
    Ok(rules.are_met_by(&account.roles, &reach))
}

/// The names of the settings in which two sets of rules differ.
fn differences(before: &SignInRules, after: &SignInRules) -> Vec<&'static str> {
    let of_role = |role: &Role| match role {
        Role::Sender => "sender",
        Role::Approver => "approver",
        Role::Auditor => "auditor",
        Role::Administrator => "administrator",
    };
    let mut changed: Vec<&'static str> =
        Role::ALL.iter().filter(|role| before.for_role(**role) != after.for_role(**role)).map(of_role).collect();
    let (old, new): (&PasswordRules, &PasswordRules) = (&before.passwords, &after.passwords);
    for (name, differs) in [
        ("profile", old.profile != new.profile),
        ("minimum", old.minimum != new.minimum),
        ("minimum_with_second", old.minimum_with_second != new.minimum_with_second),
        ("mixed_classes", old.mixed_classes != new.mixed_classes),
        ("max_age_days", old.max_age_days != new.max_age_days),
        ("history", old.history != new.history),
    ] {
        if differs {
            changed.push(name);
        }
    }
    changed
}
