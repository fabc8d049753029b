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
    let (id, signed_in) = (person.account.id, person.signed_in());
    gateway
        .store
        .write(move |tx| {
            signed_in.still_holds(tx)?;
            receipts::set(tx, id, wanted)
        })
        .await
}
