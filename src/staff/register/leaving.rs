//! Leaving: an account stops at once; what becomes of its running transfers is decided with it. Coming back.

use crate::error::{Error, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, AccountState, Entry, EventKind, Leaving, Time, Transfer, TransferId, Validity};
use crate::staff::registrar::Registrar;
use crate::staff::session::end_others;
use crate::store::{Tx, accounts, invitations, transfers};
use crate::transfer::recall;

use super::entry::record;

/// Stops an account: sessions and tokens end in the same transaction, and its running transfers are taken back with it, or
/// kept until they expire.
///
/// # Errors
/// `LastAdministrator`, `OwnAccount`, `NotFound`: nothing was changed.
pub async fn stop(gateway: &Gateway, account: &Account, transfers: Leaving, registrar: &Registrar) -> Result<()> {
    let (id, now) = (account.id, gateway.now());
    let registrar = registrar.clone();
    let recalled = gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, Some(id))?;
            stop_in(tx, id, transfers, &registrar, now)
        })
        .await?;
    finish(gateway, &recalled).await
}

/// Stops an account within a transaction that was admitted. Returns the transfers that were taken back.
///
/// # Errors
/// `LastAdministrator`.
pub(in crate::staff) fn stop_in(
    tx: &mut Tx,
    id: AccountId,
    transfers: Leaving,
    registrar: &Registrar,
    now: Time,
) -> Result<Vec<TransferId>> {
    accounts::lock(tx, id)?;
    let before = accounts::get(tx, id)?;
    if before.state == AccountState::Stopped {
        return Ok(Vec::new());
    }
    let after = Account { state: AccountState::Stopped, ..before };
    accounts::set_entry(tx, &after, now)?;
    invitations::remove(tx, id)?;
    end_others(tx, id, None, now, registrar.actor())?;
    record(tx, &after, EventKind::AccountStopped { transfers, entry: Entry::of(&after) }, registrar, now)?;
    match transfers {
        Leaving::Recall => recall::recall_all(tx, id, now, registrar.actor()),
        Leaving::Keep => Ok(Vec::new()),
    }
}

/// What follows the transaction that took transfers back.
pub(in crate::staff) async fn finish(gateway: &Gateway, recalled: &[TransferId]) -> Result<()> {
    gateway.destroy_doomed_keys().await;
    for id in recalled {
        recall::after(gateway, *id).await?;
    }
    Ok(())
}

/// The running transfers of somebody, stopped or not.
///
/// # Errors
/// The store cannot be read.
pub async fn running(gateway: &Gateway, id: AccountId) -> Result<Vec<Transfer>> {
    gateway.store.read(move |tx| transfers::running_of(tx, id)).await
}

/// Takes back the running transfers of somebody who was stopped, if they were kept at first.
///
/// # Errors
/// `NotFound` while the account is in use: its owner decides.
pub async fn recall_running(gateway: &Gateway, id: AccountId, registrar: &Registrar) -> Result<()> {
    let now = gateway.now();
    let registrar = registrar.clone();
    let recalled = gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, Some(id))?;
            if accounts::get(tx, id)?.state != AccountState::Stopped {
                return Err(Problem::NotFound.into());
            }
            recall::recall_all(tx, id, now, registrar.actor())
        })
        .await?;
    finish(gateway, &recalled).await
}

/// Takes a stopped account back into use. Whoever never had a password gets one by a reset.
///
/// # Errors
/// `OwnAccount`; the store cannot be written.
pub async fn resume(gateway: &Gateway, account: &Account, registrar: &Registrar) -> Result<()> {
    let (id, now) = (account.id, gateway.now());
    let registrar = registrar.clone();
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, Some(id))?;
            accounts::lock(tx, id)?;
            let before = accounts::get(tx, id)?;
            if before.state != AccountState::Stopped {
                return Ok(());
            }
            // An end that is over would stop it again within the minute.
            let until = before.validity.until.filter(|_| !before.validity.is_over(now));
            let validity = Validity { until, ..before.validity };
            let after = Account { state: AccountState::Active, validity, ..before };
            accounts::set_entry(tx, &after, now)?;
            record(tx, &after, EventKind::AccountResumed { entry: Entry::of(&after) }, &registrar, now)
        })
        .await
}

/// Stops the accounts whose validity has ended. Returns how many.
///
/// # Errors
/// The store cannot be read or written.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let now = gateway.now();
    let over = gateway.store.read(move |tx| accounts::over(tx, now)).await?;
    let mut stopped = 0;
    for id in over {
        let work = move |tx: &mut Tx| {
            accounts::hold_register(tx)?;
            let is_over = accounts::get(tx, id)?.validity.is_over(now);
            if is_over { stop_in(tx, id, Leaving::Keep, &Registrar::system(), now) } else { Ok(Vec::new()) }
        };
        match gateway.store.write(work).await {
            Ok(_) => stopped += 1,
            // A clock that went back may make nobody administer for good. Nobody acts on an account that is over anyway.
            Err(Error::Problem(problem)) => tracing::warn!(account = %id, %problem, "an account that is over stays"),
            Err(fault) => return Err(fault),
        }
    }
    gateway.destroy_doomed_keys().await;
    Ok(stopped)
}
