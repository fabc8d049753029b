//! Looking inside: those who are asked open the files by a slot of their own, until it is decided. It is made where the
//! transfer key is at hand: at sealing, and through the sender's slot when somebody or something is added later.

use super::approvers;
use crate::crypt::{SlotContent, SlotKind, seal_account_slot};
use crate::error::Result;
use crate::gateway::{Gateway, recipient};
use crate::model::{Account, AccountId, SlotId, Time, TransferId};
use crate::store::Tx;
use crate::store::slots::{self, Slot};
use crate::transfer::way_in::Inside;

/// Those who could decide about what this sender sends and have a key to open files with, but no slot of this transfer.
///
/// # Errors
/// The store cannot be read.
pub(in crate::transfer) fn without_slot(
    tx: &mut Tx,
    (transfer, owner): (TransferId, AccountId),
    now: Time,
) -> Result<Vec<Account>> {
    let mut found = Vec::new();
    for account in approvers(tx, owner, now)?.0 {
        if account.recipient_key.is_some() && slots::of_account(tx, transfer, account.id)?.is_none() {
            found.push(account);
        }
    }
    Ok(found)
}

/// A slot for each of these approvers. They count when [`let_look`] stores them.
///
/// # Errors
/// No shred key can be made, or a stored key is none.
pub(in crate::transfer) async fn slots_for(
    gateway: &Gateway,
    approvers: &[Account],
    inside: &Inside<'_>,
    now: Time,
) -> Result<Vec<Slot>> {
    if approvers.is_empty() {
        return Ok(Vec::new());
    }
    let keys = gateway.store.make_shred_keys(approvers.len(), now).await?;
    let mut made = Vec::with_capacity(approvers.len());
    for (approver, (shred_key, shred)) in approvers.iter().zip(keys) {
        let Some(public) = approver.recipient_key.as_deref() else { continue };
        let content = SlotContent {
            kind: SlotKind::Approver,
            transfer: inside.transfer.id,
            holder: approver.id.to_string(),
            identity: inside.identity.clone(),
            manifest_hash: Some(inside.manifest_hash),
        };
        made.push(Slot {
            id: SlotId::new(now),
            transfer: inside.transfer.id,
            delivery: None,
            account: Some(approver.id),
            kind: SlotKind::Approver,
            shred_key,
            sealed: seal_account_slot(&content, &shred.recipient(), &recipient(public)?)?,
        });
    }
    Ok(made)
}

/// Stores the slots of those who still have none. `false` where somebody could open the files and nothing was made for
/// anybody, because it became a matter of approval in the meantime: the caller refuses, and asked for once more it is made.
///
/// # Errors
/// A key was given up meanwhile, or the store cannot be written.
pub(in crate::transfer) fn let_look(
    tx: &mut Tx,
    (transfer, owner): (TransferId, AccountId),
    made: &[Slot],
    now: Time,
) -> Result<bool> {
    let without = without_slot(tx, (transfer, owner), now)?;
    if made.is_empty() && !without.is_empty() {
        return Ok(false);
    }
    for slot in made.iter().filter(|slot| without.iter().any(|one| Some(one.id) == slot.account)) {
        slots::insert(tx, slot, now)?;
    }
    Ok(true)
}
