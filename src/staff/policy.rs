//! The policy: what an administrator set, else what the configuration says. Every change says why.

mod history;

use std::collections::BTreeMap;

use crate::config::{Policy, SETTINGS, Setting};
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::{Gateway, Values, over};
use crate::model::{Event, EventKind, Time};
use crate::store::{Tx, settings};

use super::registrar::Registrar;

pub use history::{Change, Changed, history};

/// What an administrator has set, by the names of the settings.
///
/// # Errors
/// The store cannot be read.
pub async fn set_values(gateway: &Gateway) -> Result<Values> {
    gateway.store.read(settings::policy).await
}

/// What shall be different: a value, or none for what the configuration says.
pub type Changes = BTreeMap<String, Option<u64>>;

/// Changes settings; others stay as they are. It is in force at once on this node, on others with their next round.
///
/// # Errors
/// `Field` for an unknown name, or the first value that cannot be, alone or beside the others; `SignInNeeded`. Nothing was
/// changed.
pub async fn change(gateway: &Gateway, registrar: &Registrar, changes: Changes) -> Result<()> {
    let (registrar, usual, now) = (registrar.clone(), gateway.policy.usual(), gateway.now());
    let values = gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, None)?;
            let held = settings::policy(tx)?;
            let values = merged(&usual, &held, &changes)?;
            examine(&over(&usual, &values))?;
            settings::set_policy(tx, &values, now)?;
            record(tx, (&held, &values), &registrar, now)?;
            Ok(values)
        })
        .await?;
    gateway.policy.put(&values);
    Ok(())
}

/// Takes settings back to what the configuration says; no name: all of them.
///
/// # Errors
/// As [`change`].
pub async fn reset(gateway: &Gateway, registrar: &Registrar, names: Vec<String>) -> Result<()> {
    let all = || SETTINGS.iter().map(|setting| setting.name.to_owned()).collect();
    let names = if names.is_empty() { all() } else { names };
    change(gateway, registrar, names.into_iter().map(|name| (name, None)).collect()).await
}

/// Takes over what is stored: at the start, and what another node has changed.
///
/// # Errors
/// The store cannot be read.
pub async fn refresh(gateway: &Gateway) -> Result<()> {
    gateway.policy.put(&set_values(gateway).await?);
    Ok(())
}

fn merged(usual: &Policy, held: &Values, changes: &Changes) -> Result<Values> {
    let mut values = held.clone();
    for (name, change) in changes {
        let setting = setting(name)?;
        match change {
            None => drop(values.remove(name)),
            Some(value) if !setting.admits(*value) => {
                return Err(out_of_bounds(setting, setting.least, setting.most).into());
            }
            // What is typed as it is usually, and was never set, stays with the configuration.
            Some(value) if !values.contains_key(name) && setting.of(usual) == *value => {}
            Some(value) => drop(values.insert(name.clone(), *value)),
        }
    }
    Ok(values)
}

fn record(tx: &mut Tx, (held, values): (&Values, &Values), registrar: &Registrar, now: Time) -> Result<()> {
    for setting in SETTINGS {
        let (before, after) = (held.get(setting.name).copied(), values.get(setting.name).copied());
        if before != after {
            let kind = EventKind::PolicyChanged { setting: setting.name, before, after };
            tx.record(&registrar.says(Event::new(kind, now, registrar.actor())))?;
        }
    }
    Ok(())
}

fn setting(name: &str) -> Result<&'static Setting> {
    let malformed = Problem::Field { field: "setting", flaw: FieldFlaw::Malformed };
    Setting::named(name).ok_or_else(|| malformed.into())
}

fn examine(policy: &Policy) -> Result<()> {
    match policy.flaws().first() {
        Some((setting, least, most)) => Err(out_of_bounds(setting, *least, *most).into()),
        None => Ok(()),
    }
}

/// A value of a setting outside these bounds.
pub fn out_of_bounds(setting: &Setting, least: u64, most: u64) -> Problem {
    let signed = |bound: u64| i64::try_from(bound).unwrap_or(i64::MAX);
    Problem::Field { field: setting.name, flaw: FieldFlaw::OutOfBounds { least: signed(least), most: signed(most) } }
}
