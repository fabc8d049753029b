//! Contact: who answers for a transfer. Its sender does; once that account is stopped, the successor; else nobody but the
//! office.

use crate::error::Result;
use crate::model::{Account, AccountState, Correspondent, Language, TransferId};
use crate::store::{Tx, accounts, transfers};

/// Who answers for a transfer, by name.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Name, address and phone number.
    pub person: Correspondent,
    /// The language of mails to this person.
    pub language: Language,
}

impl Contact {
    fn of(account: Account) -> Self {
        let Account { name, email, phone, language, .. } = account;
        Self { person: Correspondent { name, email, phone }, language }
    }
}

/// Who answers for what this account has sent; none: the office.
///
/// # Errors
/// The database cannot be read.
pub(super) fn of_owner(tx: &mut Tx, owner: &Account) -> Result<Option<Contact>> {
    if owner.state != AccountState::Stopped {
        return Ok(Some(Contact::of(owner.clone())));
    }
    let successor = owner.successor.map(|id| accounts::find(tx, id)).transpose()?.flatten();
    Ok(successor.filter(|successor| successor.state == AccountState::Active).map(Contact::of))
}

/// Who sent a transfer, and who answers for it; none: the office.
///
/// # Errors
/// The database cannot be read, or does not hold it.
pub fn of_transfer(tx: &mut Tx, id: TransferId) -> Result<(Account, Option<Contact>)> {
    let owner = transfers::get(tx, id)?.owner;
    let owner = accounts::get(tx, owner)?;
    let contact = of_owner(tx, &owner)?;
    Ok((owner, contact))
}
