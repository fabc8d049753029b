//! Receipts and certificates: entries of the log with what proves them to somebody who has nothing else, and what they say
//! taken together. The format is described in `docs/RECEIPTS.md`.

mod left_out;
mod statement;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::checkpoint::{NotACheckpoint, VerifierKey, is_origin};
use super::origin::named;
use super::proof::{InclusionProof, NotAProof};
use super::strict;

pub use left_out::{LeftOut, Line};
pub use statement::{Fetched, Statement};

/// The format's name and version: the first member of every such file.
pub const RECEIPT_FORMAT: &str = "kakitome-receipt/1";

/// Entries with their proofs, and for a certificate what they say. Has no `Debug`: it may name persons and files.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`RECEIPT_FORMAT`].
    pub format: String,
    /// When it was made, milliseconds of the unix epoch. Nothing proves it.
    pub issued_at: i64,
    /// What readers know the thing by. Nothing proves it.
    pub about: About,
    /// What the entries say, taken together; only a certificate has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
    /// The entries, in the order in which they happened.
    pub entries: Vec<Proved>,
}

/// What readers know the thing by.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Who hands files out.
    pub office: String,
    /// The reference of each delivery, by the delivery's id.
    pub references: BTreeMap<String, String>,
}

/// An entry with what proves it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proved {
    /// The leaf: these bytes in UTF-8 are the entry.
    pub leaf: String,
    /// The proof (C2SP tlog-proof), with its signed checkpoint.
    pub proof: String,
    /// Values that the leaf commits to, as far as they are disclosed.
    pub values: Vec<Disclosed>,
}

/// A value that a leaf commits to, and its salt.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosed {
    /// Which of the commitments.
    pub field: String,
    /// The salt, hexadecimal.
    pub salt: String,
    /// The value.
    pub value: String,
}

/// Why a receipt proves nothing, or not what it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum NotAReceipt {
    /// It is none, or of a version that is not known.
    #[error("it is no receipt")]
    Malformed,
    /// Its entry is not proved.
    #[error("entry {entry}: {why}")]
    Entry { entry: usize, why: NotAProof },
    /// No key was given for the log of this entry.
    #[error("entry {entry}: no key of {origin}")]
    NoKey { entry: usize, origin: String },
    /// A disclosed value is not the one that was logged.
    #[error("entry {entry}: {field} is another")]
    Value { entry: usize, field: String },
    /// A disclosed value is there more than once.
    #[error("entry {entry}: {field} is there twice")]
    ValueTwice { entry: usize, field: String },
    /// An entry is there more than once.
    #[error("entry {entry}: it is there twice")]
    Repeated { entry: usize },
    /// What it states is not what its entries say.
    #[error("its statement is not what its entries say")]
    Statement,
}

/// A leaf, as far as readers are told what it says.
#[derive(Clone, Deserialize)]
pub struct Fact {
    /// The event's word.
    pub event: String,
    /// When, milliseconds of the unix epoch.
    pub at: i64,
    /// `ok`, or not.
    pub outcome: String,
    /// What it was about, ids by their kind.
    pub subject: BTreeMap<String, String>,
    /// SHA-256 of salt and value, by field.
    pub commitments: BTreeMap<String, String>,
    /// Everything else.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}

/// A proved entry.
pub struct Proof {
    /// What it says.
    pub fact: Fact,
    /// Of which log it is.
    pub origin: String,
    /// Which entry, from 0.
    pub index: u64,
    /// Entries under the signature that proves it.
    pub size: u64,
}

impl Receipt {
    /// What a file has: one receipt, however it is laid out, or one a line.
    pub fn texts(file: &str) -> Vec<&str> {
        match Self::parse(file) {
            Ok(_) => vec![file],
            Err(_) => file.split('\n').filter(|line| !line.trim_matches([' ', '\t', '\r']).is_empty()).collect(),
        }
    }

    /// Reads one.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, NotAReceipt> {
        let receipt: Self = strict::exactly(text).ok_or(NotAReceipt::Malformed)?;
        if receipt.format == RECEIPT_FORMAT && !receipt.entries.is_empty() {
            Ok(receipt)
        } else {
            Err(NotAReceipt::Malformed)
        }
    }

    /// That every entry is in its log, every disclosed value is the one that was logged, and that a statement says what the
    /// entries say. Needs nothing but the keys of the logs.
    ///
    /// # Errors
    /// What is not so.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<Proof>, NotAReceipt> {
        let proofs = (1..).zip(&self.entries).map(|(number, entry)| entry.verify(number, keys));
        let proofs = proofs.collect::<Result<Vec<_>, _>>()?;
        let mut places = HashSet::new();
        for (entry, proof) in (1..).zip(&proofs) {
            if !places.insert((proof.origin.as_str(), proof.index)) {
                return Err(NotAReceipt::Repeated { entry });
            }
        }
        let told = self.entries.iter().zip(&proofs).map(|(entry, proof)| (&proof.fact, entry.values.as_slice()));
        match &self.statement {
            Some(statement) if Statement::of(told).as_ref() != Some(statement) => Err(NotAReceipt::Statement),
            _ => Ok(proofs),
        }
    }
}

impl Proved {
    /// What the leaf says.
    ///
    /// # Errors
    /// `Malformed`, also for a leaf that is not canonical (RFC 8785): it could be read otherwise.
    pub fn fact(&self) -> Result<Fact, NotAReceipt> {
        let said = strict::read(&self.leaf).ok_or(NotAReceipt::Malformed)?;
        let canonical = serde_json_canonicalizer::to_vec(&said).map_err(|_| NotAReceipt::Malformed)?;
        if canonical != self.leaf.as_bytes() {
            return Err(NotAReceipt::Malformed);
        }
        Fact::deserialize(&said).map_err(|_| NotAReceipt::Malformed)
    }

    fn verify(&self, entry: usize, keys: &[VerifierKey]) -> Result<Proof, NotAReceipt> {
        let at = |why| NotAReceipt::Entry { entry, why };
        let proof = InclusionProof::parse(&self.proof).map_err(at)?;
        let origin = named(&proof.checkpoint);
        if !is_origin(origin) {
            return Err(at(NotAProof::Malformed));
        }
        let mut of_log = keys.iter().filter(|key| key.origin() == origin).peekable();
        if of_log.peek().is_none() {
            return Err(NotAReceipt::NoKey { entry, origin: origin.to_owned() });
        }
        let mut result = Err(NotAProof::Checkpoint(NotACheckpoint::NotSigned));
        for key in of_log {
            result = proof.verify(self.leaf.as_bytes(), key);
            if !matches!(result, Err(NotAProof::Checkpoint(NotACheckpoint::NotSigned))) {
                break;
            }
        }
        let checkpoint = result.map_err(at)?;
        let fact = self.fact()?;
        self.compare(entry, &fact)?;
        Ok(Proof { fact, origin: checkpoint.origin, index: proof.index, size: checkpoint.size })
    }

    /// That each disclosed value is there once, and is the one that the leaf commits to. A field that it does not commit to
    /// is none that was logged.
    fn compare(&self, entry: usize, fact: &Fact) -> Result<(), NotAReceipt> {
        let mut fields = HashSet::new();
        for value in &self.values {
            let field = || value.field.clone();
            let logged = fact.commitments.get(&value.field);
            if value.commitment().is_none_or(|told| logged != Some(&told)) {
                return Err(NotAReceipt::Value { entry, field: field() });
            }
            if !fields.insert(value.field.as_str()) {
                return Err(NotAReceipt::ValueTwice { entry, field: field() });
            }
        }
        Ok(())
    }
}

impl Disclosed {
    /// Of a value as it is kept.
    pub fn of(field: &str, salt: &[u8], value: &str) -> Self {
        Self { field: field.to_owned(), salt: HEXLOWER.encode(salt), value: value.to_owned() }
    }

    /// What the leaf has of it; none where the salt is no 32 bytes.
    fn commitment(&self) -> Option<String> {
        let salt = HEXLOWER.decode(self.salt.as_bytes()).ok().filter(|salt| salt.len() == 32)?;
        Some(HEXLOWER.encode(&Sha256::new().chain_update(salt).chain_update(&self.value).finalize()))
    }
}
