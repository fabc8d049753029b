//! Hand over: a sender who leaves gives the running transfers to the successor whom an administrator has named. The sender's
//! own slot goes along, sealed anew; that takes the sender's account key, so that nobody else can do it.

use crate::crypt::{Identity, SlotContent, SlotKind, open_outer, seal_account_slot};
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::gateway::{Gateway, recipient};
use crate::model::{
    Account, AccountId, Event, EventKind, LetterKind, Role, ShredKeyId, SlotId, Time, Transfer, TransferId,
};
use crate::staff::permit::Sender;
use crate::store::letters::QueuedLetter;
use crate::store::slots::{self, Slot};
use crate::store::{Tx, accounts, approvals, transfers};

use super::{dispatch, fax};

/// What there is to hand over, and to whom.
#[derive(Clone, Debug)]
pub struct Prospect {
    /// Who takes over; none while nobody is named, or who was named is no sender any more.
    pub successor: Option<Account>,
    /// The running transfers, oldest first.
    pub running: Vec<Transfer>,
}

/// What a sender could hand over now.
///
/// # Errors
/// The store cannot be read.
pub async fn prospect(gateway: &Gateway, sender: &Sender) -> Result<Prospect> {
    let (id, now) = (sender.account().id, gateway.now());
    gateway
        .store
        .read(move |tx| Ok(Prospect { successor: successor(tx, id, now)?, running: transfers::running_of(tx, id)? }))
        .await
}

fn successor(tx: &mut Tx, leaver: AccountId, now: Time) -> Result<Option<Account>> {
    let Some(id) = accounts::get(tx, leaver)?.successor else { return Ok(None) };
    let found = accounts::find(tx, id)?;
    Ok(found.filter(|found| found.may_act(now) && found.has(Role::Sender)))
}

/// Hands every running transfer over. Returns how many. Where this sign-in holds no account key, or the successor has none
/// yet, the transfers go without the sender's slot: they can be recalled and extended, but get no new numbers.
///
/// # Errors
/// `ConfirmationNeeded`; `Field` while no successor is named; nothing was handed over.
pub async fn hand_over(gateway: &Gateway, sender: &Sender) -> Result<usize> {
    sender.require_fresh(gateway)?;
    let Prospect { successor, running } = prospect(gateway, sender).await?;
    let successor = successor.ok_or(Problem::Field { field: "successor", flaw: FieldFlaw::Missing })?;
    let key = match sender.signed_in().account_key(&gateway.store).await {
        Ok(key) => Some(key),
        Err(Error::Problem(Problem::AccountKeyNeeded)) => None,
        Err(error) => return Err(error),
    };
    let mut moves = Vec::with_capacity(running.len());
    for transfer in running {
        let slot = match &key {
            Some(key) => seal_anew(gateway, transfer.id, key, &successor).await?,
            None => None,
        };
        moves.push((transfer.id, slot));
    }
    let (to, now) = (successor.id, gateway.now());
    let (from, signed_in, actor) = (sender.account().id, sender.signed_in().clone(), sender.actor());
    let count = gateway
        .store
        .write(move |tx| {
            // The register comes before the account.
            accounts::hold_register(tx)?;
            signed_in.still_holds(tx)?;
            if self::successor(tx, from, now)?.is_none_or(|present| present.id != to) {
                return Err(Problem::Field { field: "successor", flaw: FieldFlaw::Missing }.into());
            }
            let mut count = 0;
            for (id, slot) in moves {
                transfers::lock(tx, id)?;
                // What ended while the slots were made stays where it is.
                if !transfers::hand_over(tx, id, (from, to))? {
                    continue;
                }
                approvals::set_owner(tx, id, to)?;
                slots::doom_of_kind(tx, id, SlotKind::Sender, now)?;
                if let Some(slot) = &slot {
                    slots::insert(tx, slot, now)?;
                }
                tx.record(&Event::new(EventKind::HandedOver { to }, now, actor).transfer(id).account(from))?;
                count += 1;
            }
            fax::hand_over(tx, (from, to), actor, now)?;
            if count > 0 {
                dispatch::queue(tx, &QueuedLetter::new(LetterKind::HandedOver, now).of_account(to), now)?;
            }
            Ok(count)
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    gateway.outbox_bell.notify_one();
    Ok(count)
}

/// The sender's slot of a transfer, sealed to the successor; none where it is gone, or was sealed to a key that was lost.
async fn seal_anew(
    gateway: &Gateway,
    transfer: TransferId,
    key: &Identity,
    successor: &Account,
) -> Result<Option<Slot>> {
    let Some(public) = successor.recipient_key.as_deref() else { return Ok(None) };
    let slot = gateway.store.read(move |tx| slots::of_transfer(tx, transfer, SlotKind::Sender)).await?;
    let Some(slot) = slot else { return Ok(None) };
    let Some(shred) = gateway.store.shred_key(slot.shred_key).await? else { return Ok(None) };
    let Ok(opened) = open_outer(&shred, &slot.sealed)?.open_account(key) else { return Ok(None) };
    let content = SlotContent {
        kind: SlotKind::Sender,
        transfer,
        holder: successor.id.to_string(),
        manifest_hash: opened.manifest_hash,
        identity: opened.transfer_identity(),
    };
    let now = gateway.now();
    let (shred_key, shred): (ShredKeyId, Identity) = gateway.store.make_shred_key(now).await?;
    let sealed = seal_account_slot(&content, &shred.recipient(), &recipient(public)?)?;
    let account = Some(successor.id);
    Ok(Some(Slot {
        id: SlotId::new(now),
        transfer,
        delivery: None,
        account,
        kind: SlotKind::Sender,
        shred_key,
        sealed,
    }))
}
