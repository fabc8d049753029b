//! Copies of the log where its operator does not reach.

use super::Time;
use super::words::words;

/// Where the log is copied to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// Into mails that a mail system took.
    Mail,
    /// Into the bucket.
    Bucket,
    /// To the witness of this name.
    Witness(String),
}

/// Before the name of a witness.
const WITNESS: &str = "witness/";

impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mail => f.write_str("mail"),
            Self::Bucket => f.write_str("bucket"),
            Self::Witness(name) => write!(f, "{WITNESS}{name}"),
        }
    }
}

impl Destination {
    /// Whether a stored word is that of a witness.
    pub fn is_witness(word: &str) -> bool {
        word.starts_with(WITNESS)
    }
}

words! {
    /// Why a destination does not take the log.
    pub enum CopyFailure {
        /// It cannot be reached, or the line broke.
        Silent = "silent",
        /// It took too long.
        TimedOut = "timed_out",
        /// Its address is one that may not be called.
        Forbidden = "forbidden",
        /// It answered something else than success.
        Refused = "refused",
        /// The witness does not know this log, or not its key.
        Unknown = "unknown",
        /// What the witness answered carries no signature of its key on this checkpoint.
        FalseSignature = "false_signature",
        /// What it has is not the beginning of this log: one of the two was rewritten.
        Inconsistent = "inconsistent",
    }
}

/// What a destination has of the log, and whether it takes more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyState {
    /// Which.
    pub destination: Destination,
    /// The newest checkpoint that is there, of so many entries, and when it left; none: nothing is there.
    pub left: Option<(u64, Time)>,
    /// Since when it takes nothing, and why.
    pub failing: Option<(Time, CopyFailure)>,
    /// Whether we may not read what is there: then nothing of it is compared.
    pub is_unread: bool,
}

impl CopyState {
    /// Nothing was tried yet.
    pub const fn none(destination: Destination) -> Self {
        Self { destination, left: None, failing: None, is_unread: false }
    }
}
