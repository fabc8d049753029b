//! The policy: what an administrator set, else what the configuration says. Every change says why.

mod history;

use crate::config::{Policy, Setting};
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::{Gateway, Values, over};
use crate::model::{Event, EventKind};
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

/// Sets these values; others stay as they are. They are in force at once, on this node; on others with their next round.
///
/// # Errors
/// `Field` for the first value that cannot be, alone or beside the others; `SignInNeeded`. Nothing was changed.
pub async fn set(gateway: &Gateway, registrar: &Registrar, changes: Values) -> Result<()> {
    let usual = gateway.policy.usual();
    let merge = move |held: &Values| {
        let mut values = held.clone();
        for (name, value) in changes {
            let setting = setting(&name)?;
            if !setting.admits(value) {
                return Err(out_of_bounds(setting, setting.least, setting.most).into());
            }
            // What is typed as it is usually, and was never set, stays with the configuration.
            if values.contains_key(&name) || setting.of(&usual) != value {
                values.insert(name, value);
            }
        }
        Ok(values)
    };
    write(gateway, registrar, merge).await
}

/// Takes settings back to what the configuration says; no name: all of them.
///
/// # Errors
/// `Field` for an unknown name, or where what is left contradicts the configuration. Nothing was changed.
pub async fn reset(gateway: &Gateway, registrar: &Registrar, names: Vec<String>) -> Result<()> {
    let drop_named = move |held: &Values| {
        for name in &names {
            setting(name)?;
        }
        let mut values = held.clone();
        values.retain(|name, _| !names.is_empty() && !names.contains(name));
        Ok(values)
    };
    write(gateway, registrar, drop_named).await
}

/// Takes over what is stored: at the start, and what another node has changed.
///
/// # Errors
/// The store cannot be read.
pub async fn refresh(gateway: &Gateway) -> Result<()> {
    gateway.policy.put(&set_values(gateway).await?);
    Ok(())
}

async fn write(
    gateway: &Gateway,
    registrar: &Registrar,
    change: impl FnOnce(&Values) -> Result<Values> + Send + 'static,
) -> Result<()> {
    let (registrar, usual, now) = (registrar.clone(), gateway.policy.usual(), gateway.now());
    let values = gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, None)?;
            let held = settings::policy(tx)?;
            let values = change(&held)?;
            examine(&over(&usual, &values))?;
            settings::set_policy(tx, &values, now)?;
            record(tx, (&held, &values), |event| registrar.says(event), (registrar.actor(), now))?;
            Ok(values)
        })
        .await?;
    gateway.policy.put(&values);
    Ok(())
}

fn record(
    tx: &mut Tx,
    (held, values): (&Values, &Values),
    says: impl Fn(Event) -> Event,
    (actor, now): (crate::model::Actor, crate::model::Time),
) -> Result<()> {
    for setting in crate::config::SETTINGS {
        let (before, after) = (held.get(setting.name).copied(), values.get(setting.name).copied());
        if before != after {
            let kind = EventKind::PolicyChanged { setting: setting.name, before, after };
            tx.record(&says(Event::new(kind, now, actor)))?;
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
    Problem::Field {
        field: setting.name,
        flaw: FieldFlaw::OutOfBounds { least: signed(least), most: signed(most) },
    }
}
