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
use crate::store::tree::{self, Kept, Signed};
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
    /// Whether it is under a signature.
    pub signing: Signing,
}

/// Whether an entry is under a signature of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// It is.
    Done,
    /// It will be in a few seconds.
    Soon,
    /// Its log ended before: it never will be.
    Never,
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
    let signing = match place(tx, &event)? {
        Place::Signed { .. } => Signing::Done,
        Place::Waiting => Signing::Soon,
        Place::NeverSigned => Signing::Never,
    };
    Ok(Offered { event: event.id, word: event.event, at: event.at, delivery: event.delivery, signing })
}

/// The receipt of one of them. That somebody takes one is no event, and so it tells nothing that is kept sealed.
///
/// # Errors
/// `NotFound`; `NotInLogYet` for some seconds; `NeverSigned`; `NotProved`; the store cannot be read.
pub async fn receipt(gateway: &Gateway, asking: Asking, transfer: TransferId, event: EventId) -> Result<Receipt> {
    let (now, office) = (gateway.now(), gateway.office().name);
    gateway
        .store
        .read(move |tx| {
            asking.transfer(tx, transfer)?;
            let found = proofs::find(tx, event)?.filter(|(about, _)| *about == Some(transfer));
            let (_, found) =
                found.filter(|(_, found)| RECEIPTED.contains(&found.event.as_str())).ok_or(Problem::NotFound)?;
            let entries = vec![prove(tx, &asking, None, &found)?];
            let references = match found.delivery {
                Some(delivery) => references(tx, transfer, |one| one == delivery)?,
                None => references(tx, transfer, |_| true)?,
            };
            let (format, about) = (RECEIPT_FORMAT.to_owned(), About { office, references });
            Ok(Receipt { format, issued_at: now.millis(), about, statement: None, entries })
        })
        .await
}

/// The proof of any event, for whoever reads the log. It tells nothing that is kept sealed, as above.
///
/// # Errors
/// `NotFound`, also for a sender; `NotInLogYet` for some seconds; `NeverSigned`; `NotProved`; the store cannot be read.
pub async fn proof(gateway: &Gateway, asking: Asking, event: EventId) -> Result<Receipt> {
    let (now, office) = (gateway.now(), gateway.office().name);
    gateway
        .store
        .read(move |tx| {
            asking.is_there(tx)?;
            let found = proofs::find(tx, event)?.filter(|_| asking.sees_sources());
            let (_, found) = found.ok_or(Problem::NotFound)?;
            let entries = vec![prove(tx, &asking, None, &found)?];
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

/// Where an event is in the log.
enum Place {
    /// An entry of a log, under this signature.
    Signed { key: String, signed: Signed, index: u64 },
    /// It will be under one in a few seconds.
    Waiting,
    /// Its log ended without one, as when the database that is restored has entries that no signature covers.
    NeverSigned,
}

fn place(tx: &mut Tx, event: &Provable) -> Result<Place> {
    let Some((number, index)) = event.place else { return Ok(Place::Waiting) };
    let Some(log) = tree::by_number(tx, number)? else { return Ok(Place::Waiting) };
    match log.signed.clone().filter(|signed| index < signed.size) {
        Some(signed) => Ok(Place::Signed { key: log.key, signed, index }),
        None if log.closed_at.is_some() => Ok(Place::NeverSigned),
        None => Ok(Place::Waiting),
    }
}

/// An entry with its proof under the newest signature of its log. What would not hold is not given out. What is kept sealed
/// is disclosed with its key alone.
pub(super) fn prove(tx: &mut Tx, asking: &Asking, custody: Option<&CustodyKeys>, event: &Provable) -> Result<Proved> {
    let (key, signed, index) = match place(tx, event)? {
        Place::Signed { key, signed, index } => (key, signed, index),
        Place::Waiting => return Err(Problem::NotInLogYet.into()),
        Place::NeverSigned => return Err(Problem::NeverSigned.into()),
    };
    let path = audit::inclusion(&Kept::of(tx, signed.log), signed.size, index)?;
    let proof = InclusionProof { index, path, checkpoint: signed.checkpoint };
    let key = VerifierKey::parse(&key).ok_or_else(|| Error::fault("proving an entry", "the log's key is not known"))?;
    proof.verify(&event.leaf, &key).map_err(|why| {
        tracing::error!(event = %event.id, %why, "an entry of the log is not what was signed");
        Problem::NotProved
    })?;
    let leaf = String::from_utf8(event.leaf.clone()).doing("reading a leaf")?;
    Ok(Proved { leaf, proof: proof.text(), values: disclosed(tx, asking, custody, event)? })
}

fn disclosed(tx: &mut Tx, asking: &Asking, custody: Option<&CustodyKeys>, event: &Provable) -> Result<Vec<Disclosed>> {
    let kept = proofs::values(tx, event.id)?.into_iter();
    let told = kept.filter(|kept| asking.sees_sources() || kept.field != "source");
    let one = |kept: proofs::Kept| {
        let plain = match kept.sealed {
            true => custody?.open(&kept.value).ok()?.to_vec(),
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
