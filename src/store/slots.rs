//! Slots and the shred keys behind them.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::crypt::SlotKind;
use crate::error::{Error, Result};
use crate::model::{AccountId, DeliveryId, ShredKeyId, SlotId, Time, TransferId};

use super::Tx;
use super::database::on;
use super::doomed;
use super::schema::{doomed_keys, shred_intents, sign_ins, slots, tokens, unlocks};

/// A stored slot.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Row id.
    pub id: SlotId,
    /// The transfer that it opens.
    pub transfer: TransferId,
    /// Whose delivery, for a delivery's slot.
    pub delivery: Option<DeliveryId>,
    /// Whose account, for a staff member's slot.
    pub account: Option<AccountId>,
    /// Which kind.
    pub kind: SlotKind,
    /// The shred key around it.
    pub shred_key: ShredKeyId,
    /// The sealed content.
    pub sealed: Vec<u8>,
}

type Row = (SlotId, TransferId, Option<DeliveryId>, Option<AccountId>, SlotKind, ShredKeyId, Vec<u8>);

const COLUMNS: (
    slots::id,
    slots::transfer_id,
    slots::delivery_id,
    slots::account_id,
    slots::kind,
    slots::shred_key,
    slots::sealed,
) = (
    slots::id,
    slots::transfer_id,
    slots::delivery_id,
    slots::account_id,
    slots::kind,
    slots::shred_key,
    slots::sealed,
);

fn slot((id, transfer, delivery, account, kind, shred_key, sealed): Row) -> Slot {
    Slot { id, transfer, delivery, account, kind, shred_key, sealed }
}

/// Writes down keys that are about to be made.
pub(super) fn insert_intents(tx: &mut Tx, keys: &[ShredKeyId], now: Time) -> Result<()> {
    for key in keys {
        on!(tx, c => diesel::insert_into(shred_intents::table)
            .values((shred_intents::shred_key.eq(key), shred_intents::created_at.eq(now)))
            .execute(c))?;
    }
    Ok(())
}

/// Makes a key count: its intent goes in the same transaction that stores what the key protects.
///
/// # Errors
/// The intent is gone: the reconciler gave the key up, and the transaction must fail.
pub fn consume_intent(tx: &mut Tx, key: ShredKeyId) -> Result<()> {
    let gone = on!(tx, c => diesel::delete(shred_intents::table.find(key)).execute(c))?;
    if gone == 1 { Ok(()) } else { Err(Error::fault("using a new shred key", "it was given up in the meantime")) }
}

pub(super) fn drop_old_intents(tx: &mut Tx, before: Time) -> Result<()> {
    on!(tx, c => diesel::delete(shred_intents::table.filter(shred_intents::created_at.lt(before))).execute(c))?;
    Ok(())
}

/// Every key that a row names.
pub(super) fn known_keys(tx: &mut Tx) -> Result<HashSet<ShredKeyId>> {
    let mut known: HashSet<ShredKeyId> = HashSet::new();
    let keys: Vec<ShredKeyId> = on!(tx, c => slots::table.select(slots::shred_key).load(c))?;
    known.extend(keys);
    let keys: Vec<ShredKeyId> = on!(tx, c => unlocks::table.select(unlocks::shred_key).load(c))?;
    known.extend(keys);
    let keys: Vec<Option<ShredKeyId>> = on!(tx, c => sign_ins::table.select(sign_ins::shred_key).load(c))?;
    known.extend(keys.into_iter().flatten());
    let keys: Vec<Option<ShredKeyId>> = on!(tx, c => tokens::table.select(tokens::shred_key).load(c))?;
    known.extend(keys.into_iter().flatten());
    let keys: Vec<ShredKeyId> = on!(tx, c => shred_intents::table.select(shred_intents::shred_key).load(c))?;
    known.extend(keys);
    let keys: Vec<ShredKeyId> = on!(tx, c => doomed_keys::table.select(doomed_keys::shred_key).load(c))?;
    known.extend(keys);
    Ok(known)
}

/// Stores a slot and consumes its key's intent.
///
/// # Errors
/// The key was given up, or the database cannot be written.
pub fn insert(tx: &mut Tx, slot: &Slot, now: Time) -> Result<()> {
    consume_intent(tx, slot.shred_key)?;
    on!(tx, c => diesel::insert_into(slots::table)
        .values((
            slots::id.eq(slot.id),
            slots::transfer_id.eq(slot.transfer),
            slots::delivery_id.eq(slot.delivery),
            slots::account_id.eq(slot.account),
            slots::kind.eq(slot.kind),
            slots::shred_key.eq(slot.shred_key),
            slots::sealed.eq(slot.sealed.as_slice()),
            slots::created_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// The slot of a delivery.
///
/// # Errors
/// The database cannot be read.
pub fn of_delivery(tx: &mut Tx, delivery: DeliveryId) -> Result<Option<Slot>> {
    let row: Option<Row> = on!(tx, c => slots::table
        .filter(slots::delivery_id.eq(delivery))
        .select(COLUMNS)
        .first(c)
        .optional())?;
    Ok(row.map(slot))
}

/// The slot of a transfer that is not a delivery's: the draft's custody slot, or the sender's.
///
/// # Errors
/// The database cannot be read.
pub fn of_transfer(tx: &mut Tx, transfer: TransferId, kind: SlotKind) -> Result<Option<Slot>> {
    let row: Option<Row> = on!(tx, c => slots::table
        .filter(slots::transfer_id.eq(transfer).and(slots::kind.eq(kind)))
        .select(COLUMNS)
        .first(c)
        .optional())?;
    Ok(row.map(slot))
}

/// The slot of an approver.
///
/// # Errors
/// The database cannot be read.
pub fn of_account(tx: &mut Tx, transfer: TransferId, approver: AccountId) -> Result<Option<Slot>> {
    let row: Option<Row> = on!(tx, c => slots::table
        .filter(slots::transfer_id.eq(transfer).and(slots::kind.eq(SlotKind::Approver)))
        .filter(slots::account_id.eq(approver))
        .select(COLUMNS)
        .first(c)
        .optional())?;
    Ok(row.map(slot))
}

/// Removes a delivery's slot and dooms its key.
///
/// # Errors
/// The database cannot be written.
pub fn doom_of_delivery(tx: &mut Tx, transfer: TransferId, delivery: DeliveryId, now: Time) -> Result<()> {
    let keys: Vec<ShredKeyId> =
        on!(tx, c => slots::table.filter(slots::delivery_id.eq(delivery)).select(slots::shred_key).load(c))?;
    doomed::insert_keys(tx, Some(transfer), &keys, now)?;
    on!(tx, c => diesel::delete(slots::table.filter(slots::delivery_id.eq(delivery))).execute(c))?;
    Ok(())
}

/// Removes the slots of one kind and dooms their keys.
///
/// # Errors
/// The database cannot be written.
pub fn doom_of_kind(tx: &mut Tx, transfer: TransferId, kind: SlotKind, now: Time) -> Result<()> {
    let of_kind = slots::transfer_id.eq(transfer).and(slots::kind.eq(kind));
    let keys: Vec<ShredKeyId> = on!(tx, c => slots::table.filter(of_kind).select(slots::shred_key).load(c))?;
    doomed::insert_keys(tx, Some(transfer), &keys, now)?;
    on!(tx, c => diesel::delete(slots::table.filter(of_kind)).execute(c))?;
    Ok(())
}

/// Removes every slot of a transfer and dooms their keys.
///
/// # Errors
/// The database cannot be written.
pub fn doom_of_transfer(tx: &mut Tx, transfer: TransferId, now: Time) -> Result<()> {
    for kind in SlotKind::ALL {
        doom_of_kind(tx, transfer, *kind, now)?;
    }
    Ok(())
}
