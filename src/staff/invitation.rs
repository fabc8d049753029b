//! Joining by invitation: a mail carries the way to the own first password, for a while and once.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, AccountState, Entry, EventKind, Time};
use crate::store::accounts::Credentials;
use crate::store::{Tx, accounts, invitations};

use super::register::{NewAccount, record, store_new};
use super::registrar::Registrar;

/// Adds an account and invites its person.
///
/// # Errors
/// `Field`, `AddressTaken`.
pub async fn add(gateway: &Gateway, new: NewAccount, registrar: &Registrar) -> Result<Account> {
    let now = gateway.now();
    let account = Account { state: AccountState::Invited, ..new.examine(now)? };
    let (stored, registrar) = (account.clone(), registrar.clone());
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, None)?;
            store_new(tx, &stored, &Credentials::none(), &registrar, now)
        })
        .await?;
    Ok(account)
}

/// Invites somebody again who was invited and has not come.
///
/// # Errors
/// `NotFound` for an account that is not invited.
pub async fn resend(gateway: &Gateway, id: AccountId, registrar: &Registrar) -> Result<()> {
    let registrar = registrar.clone();
    let work = move |tx: &mut Tx| {
        registrar.admit(tx, Some(id))?;
        let is_invited = accounts::get(tx, id)?.state == AccountState::Invited;
        if is_invited { Ok(()) } else { Err(Problem::NotFound.into()) }
    };
    gateway.store.write(work).await
}

/// Somebody who was invited came in by another door that proves who it is: a provider or a directory.
pub(super) fn followed_elsewhere(tx: &mut Tx, account: Account, now: Time) -> Result<Account> {
    if account.state != AccountState::Invited {
        return Ok(account);
    }
    invitations::remove(tx, account.id)?;
    let account = Account { state: AccountState::Active, ..account };
    accounts::set_entry(tx, &account, now)?;
    let kind = EventKind::AccountJoined { entry: Entry::of(&account) };
    record(tx, &account, kind, &Registrar::system(), now)?;
    Ok(account)
}
