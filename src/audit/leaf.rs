//! One event as the bytes that are kept for good.
//!
//! A leaf is canonical JSON (RFC 8785), version 1: `v`, `id`, `at` (milliseconds), `actor`, `subject`, `outcome`, `event`
//! and the event's own fields, and `commitments`. Ids, enumerations, counts and times are clear. Every other value is
//! committed to with `SHA-256(salt ‖ value)`, salt 32 random bytes of its own; salt and value are kept aside until they are
//! erased, which leaves the leaf and everything built on it valid.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use rand::CryptoRng;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Doing, Error, Result};
use crate::model::{Actor, Event, EventId, EventKind, Outcome, Private, Subject, Time};

/// Bytes that a leaf has at most.
pub const LEAF_MAX: usize = 4096;

const VERSION: u32 = 1;

/// An event ready to be stored.
pub struct Leaf {
    /// The leaf's bytes, final.
    pub bytes: Vec<u8>,
    /// The event's word, as in the leaf.
    pub word: String,
    /// What the leaf commits to, for the side table.
    pub private: Vec<Disclosure>,
}

/// A value that a leaf commits to. Has no `Debug`: it names persons and files.
pub struct Disclosure {
    /// The field's word among the leaf's commitments.
    pub field: &'static str,
    /// The salt of the commitment.
    pub salt: [u8; 32],
    /// The value.
    pub value: String,
    /// Whether the side table keeps the value sealed to the custody key.
    pub sealed: bool,
}

impl Leaf {
    /// The leaf of an event.
    ///
    /// # Errors
    /// A fault when the event has two values of one field, or its leaf would be longer than [`LEAF_MAX`].
    pub fn of(event: &Event, id: EventId, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Self> {
        let private: Vec<_> = event.private.iter().map(|value| Disclosure::of(value, rng)).collect();
        let commitments: BTreeMap<_, _> = private.iter().map(|value| (value.field, value.commitment())).collect();
        if commitments.len() != private.len() {
            return Err(Error::fault("writing a leaf", "two values of one field"));
        }
        let body = Body {
            v: VERSION,
            id,
            at: event.at,
            actor: event.actor,
            subject: event.subject,
            outcome: event.outcome,
            kind: &event.kind,
            commitments,
        };
        let bytes = serde_json_canonicalizer::to_vec(&body).doing("writing a leaf")?;
        if bytes.len() > LEAF_MAX {
            return Err(Error::fault("writing a leaf", "longer than 4096 bytes"));
        }
        Ok(Self { bytes, word: word_of(&event.kind)?, private })
    }
}

/// The serialised tag of the kind: the one place where an event's word stands is its type.
fn word_of(kind: &EventKind) -> Result<String> {
    let value = serde_json::to_value(kind).doing("naming an event")?;
    let word = value.get("event").and_then(|word| word.as_str());
    word.map(str::to_owned).ok_or_else(|| Error::fault("naming an event", "it has no word"))
}

impl Disclosure {
    /// The commitment in the leaf: lower-case hexadecimal SHA-256 over salt and value.
    pub fn commitment(&self) -> String {
        HEXLOWER.encode(&Sha256::new().chain_update(self.salt).chain_update(&self.value).finalize())
    }

    fn of(private: &Private, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut salt = [0; 32];
        rng.fill_bytes(&mut salt);
        Self { field: private.field(), salt, value: private.text(), sealed: private.is_sealed() }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    v: u32,
    id: EventId,
    at: Time,
    actor: Actor,
    subject: Subject,
    outcome: Outcome,
    #[serde(flatten)]
    kind: &'a EventKind,
    commitments: BTreeMap<&'static str, String>,
}
