//! Whom alerts reach.

use crate::error::Result;
use crate::staff::alarm;

use super::facts::Facts;
use super::{Saw, Seen};

/// Administrators who can act get alerts by mail.
pub(super) async fn administrators(facts: &Facts<'_>) -> Result<Saw> {
    let now = facts.gateway().now();
    let told = facts.gateway().store.read(move |tx| alarm::told(tx, now)).await?;
    let is_elsewhere = |email: &str| !email.ends_with("@localhost") && !email.ends_with(".invalid");
    let reached = told.iter().filter(|account| is_elsewhere(&account.email)).count();
    let seen = match (told.is_empty(), reached) {
        (true, _) => Seen::AdministratorsNone,
        (false, 0) => Seen::AdministratorsLocal,
        (false, _) => Seen::AdministratorsTold,
    };
    Ok(Saw::new(seen).with("count", reached as u64))
}
