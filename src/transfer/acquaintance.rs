//! Acquaintance: the flags of recipients, measured by whom the sender and the office know.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{AccountId, TransferId, domain_of};
use crate::store::{acquaintance, deliveries};

use super::flag::{self, Acquaintance, Flag};

/// The flags of somebody who is to be added to a transfer that was sent, or written to instead of another recipient.
///
/// # Errors
/// The store cannot be read.
pub async fn of_one(gateway: &Gateway, owner: AccountId, id: TransferId, email: &str) -> Result<Vec<Flag>> {
    let others = gateway.store.read(move |tx| deliveries::of_transfer(tx, id)).await?;
    let staying = others.into_iter().filter(|other| !other.state.is_ended()).map(|other| other.recipient.email);
    let mut emails: Vec<String> = staying.filter(|other| !other.eq_ignore_ascii_case(email.trim())).collect();
    emails.push(email.trim().to_owned());
    Ok(flags(gateway, owner, id, emails).await?.pop().unwrap_or_default())
}

/// The flags of each of these recipients of one transfer, in their order: what this very transfer made known does not count.
///
/// # Errors
/// The store cannot be read.
pub async fn flags(gateway: &Gateway, owner: AccountId, id: TransferId, emails: Vec<String>) -> Result<Vec<Vec<Flag>>> {
    let office = domain_of(&gateway.store.read(move |tx| crate::store::accounts::get(tx, owner)).await?.email);
    let asked = emails.clone();
    let mut known = gateway
        .store
        .read(move |tx| {
            Ok(Acquaintance {
                addresses: acquaintance::sent_to(tx, owner, &asked, id)?,
                bounced: acquaintance::refused(tx, &asked)?,
                domains: acquaintance::domains(tx, id)?,
            })
        })
        .await?;
    known.domains.push(office);
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    Ok(flag::flags(&emails, &known))
}
