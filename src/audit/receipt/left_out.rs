//! What a file of certificates has none of, and says so.

use serde::{Deserialize, Serialize};

use super::super::strict;
use super::{NotAReceipt, Receipt};

/// The format's name and version.
const LEFT_OUT_FORMAT: &str = "kakitome-left-out/1";

/// An erased transfer of which the log cannot prove that it was. Nothing proves this either: it is for readers.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    format: String,
    /// The transfer.
    pub transfer: String,
    /// The references of its deliveries.
    pub references: Vec<String>,
    /// Why, as a word.
    pub why: String,
}

impl LeftOut {
    /// A transfer that is left out.
    pub fn new(transfer: String, references: Vec<String>, why: &str) -> Self {
        Self { format: LEFT_OUT_FORMAT.to_owned(), transfer, references, why: why.to_owned() }
    }
}

/// A line of a file of certificates.
pub enum Line {
    /// A receipt, or a certificate.
    Receipt(Box<Receipt>),
    /// A transfer that is left out.
    LeftOut(LeftOut),
}

impl Line {
    /// Reads one.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, NotAReceipt> {
        match strict::exactly::<LeftOut>(text).filter(|left_out| left_out.format == LEFT_OUT_FORMAT) {
            Some(left_out) => Ok(Self::LeftOut(left_out)),
            None => Receipt::parse(text).map(|receipt| Self::Receipt(Box::new(receipt))),
        }
    }
}
