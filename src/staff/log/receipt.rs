//! Receipt: an entry of the log as a file that proves it to somebody who has nothing but the log's key.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::asking::Asking;
use crate::audit::{self, About, Disclosed, InclusionProof, Proved, RECEIPT_FORMAT, Receipt, VerifierKey};
use crate::crypt::CustodyKeys;
use crate::error::{Doing, Error, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{DeliveryId, EventId, Time, TransferId};
use crate::store::proofs::{self, Provable};
use crate::store::tree::{self, Kept};
use crate::store::{Tx, deliveries};

/// The events that receipts are given for.
const RECEIPTED: [&str; 3] = ["dispatched", "retrieved", "shredded"];

/// An event that a receipt can be had for.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The event.
    pub event: EventId,
    /// Its word.
    pub word: String,
    /// When.
    pub at: Time,
    /// The delivery it was about.
    pub delivery: Option<DeliveryId>,
    /// Whether it is under a signature already; otherwise it will be in a few seconds.
    pub is_signed: bool,
}

/// The events of a transfer that receipts can be had for, oldest first.
///
/// # Errors
/// `NotFound`; the store cannot be read.
pub async fn offered(gateway: &Gateway, asking: Asking, transfer: TransferId) -> Result<Vec<Offered>> {
    let read = move |tx: &mut Tx| {
        asking.transfer(tx, transfer)?;
        let found = proofs::of_transfer(tx, transfer, &RECEIPTED)?;
        found.into_iter().map(|event| offer(tx, event)).collect()
    };
    gateway.store.read(read).await
}

fn offer(tx: &mut Tx, event: Provable) -> Result<Offered> {
    let is_signed = signed_place(tx, &event)?.is_some();
    Ok(Offered { event: event.id, word: event.event, at: event.at, delivery: event.delivery, is_signed })
}

/// The receipt of one of them.
///
/// # Errors
/// `NotFound`; `NotInLogYet` for some seconds; the store cannot be read.
pub async fn receipt(gateway: &Gateway, asking: Asking, transfer: TransferId, event: EventId) -> Result<Receipt> {
    let (custody, now, office) = (gateway.store.keys().custody.clone(), gateway.now(), gateway.office().name);
    gateway
        .store
        .read(move |tx| {
            asking.transfer(tx, transfer)?;
            let found = proofs::find(tx, event)?.filter(|(about, _)| *about == Some(transfer));
            let (_, found) =
                found.filter(|(_, found)| RECEIPTED.contains(&found.event.as_str())).ok_or(Problem::NotFound)?;
            let entries = vec![prove_now(tx, &custody, asking, &found)?];
            let references = match found.delivery {
                Some(delivery) => references(tx, transfer, |one| one == delivery)?,
                None => references(tx, transfer, |_| true)?,
            };
            let (format, about) = (RECEIPT_FORMAT.to_owned(), About { office, references });
            Ok(Receipt { format, issued_at: now.millis(), about, statement: None, entries })
        })
        .await
}

/// The proof of any event, at the console.
///
/// # Errors
/// `NotFound`; `NotInLogYet` for some seconds; the store cannot be read.
pub async fn proof(gateway: &Gateway, event: EventId) -> Result<Receipt> {
    let (custody, now, office) = (gateway.store.keys().custody.clone(), gateway.now(), gateway.office().name);
    gateway
        .store
        .read(move |tx| {
            let (_, found) = proofs::find(tx, event)?.ok_or(Problem::NotFound)?;
            let entries = vec![prove_now(tx, &custody, Asking::console(), &found)?];
            let (format, about) = (RECEIPT_FORMAT.to_owned(), About { office, references: BTreeMap::new() });
            Ok(Receipt { format, issued_at: now.millis(), about, statement: None, entries })
        })
        .await
}

/// The references of a transfer's deliveries, by their ids.
///
/// # Errors
/// `NotFound`; the store cannot be read.
pub async fn references_of(gateway: &Gateway, asking: Asking, id: TransferId) -> Result<BTreeMap<String, String>> {
    let read = move |tx: &mut Tx| {
        asking.transfer(tx, id)?;
        references(tx, id, |_| true)
    };
    gateway.store.read(read).await
}

/// The references of a transfer's deliveries, by their ids.
pub(super) fn references(
    tx: &mut Tx,
    transfer: TransferId,
    is_wanted: impl Fn(DeliveryId) -> bool,
) -> Result<BTreeMap<String, String>> {
    let all = deliveries::of_transfer(tx, transfer)?.into_iter();
    Ok(all.filter(|one| is_wanted(one.id)).map(|one| (one.id.to_string(), one.reference)).collect())
}

/// Where an event is, if it is under a signature: its log and the entry.
fn signed_place(tx: &mut Tx, event: &Provable) -> Result<Option<(tree::Log, u64)>> {
    let Some((number, index)) = event.place else { return Ok(None) };
    let log = tree::by_number(tx, number)?;
    Ok(log.filter(|log| covers(log, index)).map(|log| (log, index)))
}

fn covers(log: &tree::Log, index: u64) -> bool {
    log.signed.as_ref().is_some_and(|signed| index < signed.size)
}

/// An entry with its proof under the newest signature of its log. What would not hold is not given out.
fn prove_now(tx: &mut Tx, custody: &CustodyKeys, asking: Asking, event: &Provable) -> Result<Proved> {
    let (log, _) = signed_place(tx, event)?.ok_or(Problem::NotInLogYet)?;
    prove(tx, custody, asking, event, &[log])
}

/// An entry with its proof under the signature that its log has among these: whatever is signed meanwhile, the proof is the
/// same.
pub(super) fn prove(
    tx: &mut Tx,
    custody: &CustodyKeys,
    asking: Asking,
    event: &Provable,
    logs: &[tree::Log],
) -> Result<Proved> {
    let (number, index) = event.place.ok_or(Problem::NotInLogYet)?;
    let log = logs.iter().find(|log| log.number == number && covers(log, index)).ok_or(Problem::NotInLogYet)?;
    let signed = log.signed.as_ref().ok_or(Problem::NotInLogYet)?;
    let path = audit::inclusion(&Kept::of(tx, log.number), signed.size, index)?;
    let proof = InclusionProof { index, path, checkpoint: signed.checkpoint.clone() };
    let key =
        VerifierKey::parse(&log.key).ok_or_else(|| Error::fault("proving an entry", "the log's key is not known"))?;
    proof.verify(&event.leaf, &key).doing("proving an entry of the log")?;
    let leaf = String::from_utf8(event.leaf.clone()).doing("reading a leaf")?;
    Ok(Proved { leaf, proof: proof.text(), values: disclosed(tx, custody, asking, event)? })
}

fn disclosed(tx: &mut Tx, custody: &CustodyKeys, asking: Asking, event: &Provable) -> Result<Vec<Disclosed>> {
    let kept = proofs::values(tx, event.id)?.into_iter();
    let told = kept.filter(|kept| asking.sees_sources() || kept.field != "source");
    let one = |kept: proofs::Kept| {
        let plain = match kept.sealed {
            true => custody.open(&kept.value).ok()?.to_vec(),
            false => kept.value,
        };
        Some(Disclosed::of(&kept.field, &kept.salt, &String::from_utf8(plain).ok()?))
    };
    // What cannot be opened any more is as good as erased.
    Ok(told.filter_map(one).collect())
}

/// A receipt as it is given out, and its SHA-256.
///
/// # Errors
/// None for what was made here.
pub fn written(receipt: &Receipt) -> Result<(String, String)> {
    let text = serde_json::to_string(receipt).doing("writing a receipt")?;
    let digest = HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
    Ok((text, digest))
}
