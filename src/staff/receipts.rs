//! Receipts: a sender chooses whether to get a mail for each recipient who has collected everything.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::store::receipts;

use super::permit::Person;

/// Whether this person gets them.
///
/// # Errors
/// The store cannot be read.
pub async fn wanted(gateway: &Gateway, person: &Person) -> Result<bool> {
    let id = person.account.id;
    gateway.store.read(move |tx| receipts::wanted(tx, id)).await
}

/// Sets whether this person gets them. Mails about what went wrong come in any case.
///
/// # Errors
/// `SignInNeeded` when the session ended meanwhile.
pub async fn set(gateway: &Gateway, person: &Person, wanted: bool) -> Result<()> {
    let id = person.account.id;
    person.write(gateway, move |tx| receipts::set(tx, id, wanted)).await
}
