//! Joining by invitation: a mail carries the way to the own first password, for a while and once.

use crate::error::Result;
use crate::model::{Account, AccountState, Entry, EventKind, Time};
use crate::store::{Tx, accounts, invitations};

use super::register::record;
use super::registrar::Registrar;

/// Somebody who was invited came in by another door that proves who it is: a provider or a directory.
pub(super) fn followed_elsewhere(tx: &mut Tx, account: Account, now: Time) -> Result<Account> {
    if account.state != AccountState::Invited {
        return Ok(account);
    }
    accounts::lock(tx, account.id)?;
    invitations::remove(tx, account.id)?;
    let account = Account { state: AccountState::Active, ..accounts::get(tx, account.id)? };
    accounts::set_entry(tx, &account, now)?;
    let kind = EventKind::AccountJoined { entry: Entry::of(&account) };
    record(tx, &account, kind, &Registrar::system(), now)?;
    Ok(account)
}
