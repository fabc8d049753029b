//! Files of a transfer and the parts they are stored in.

use super::words::words;
use super::{BlobId, Content, FileId, Report, Time, TransferId};

words! {
    /// Whether all bytes of a file have arrived.
    pub enum FileState {
        /// Bytes are missing.
        Uploading = "uploading",
        /// All bytes are durable.
        Complete = "complete",
    }
}

/// A file of a draft, as stored. Name, media type and digests are sealed to the custody key.
#[derive(Clone, Debug)]
pub struct DraftFile {
    /// Row id; the tus upload id.
    pub id: FileId,
    /// The transfer it belongs to.
    pub transfer: TransferId,
    /// Order among the transfer's files, from 0.
    pub position: i32,
    /// Declared length in bytes.
    pub size: i64,
    /// Durable bytes so far.
    pub received: i64,
    /// Whether it is whole.
    pub state: FileState,
    /// `FileName` as JSON, sealed to the custody key.
    pub name_sealed: Vec<u8>,
    /// Running digests, sealed to the custody key; none before the first byte.
    pub digest_sealed: Option<Vec<u8>>,
    /// When an unfinished upload is given up.
    pub upload_until: Time,
    /// What the scanner said; none before it has looked, or while it looks again.
    pub report: Option<Report>,
    /// Whether it was looked at before, and is looked at again with newer signatures.
    pub again: bool,
    /// What it is by its first bytes; none before they came.
    pub content: Option<Content>,
    /// Whether it carries macros.
    pub macros: bool,
    /// What was seen of its bytes while they arrive, sealed to the custody key.
    pub look_sealed: Option<Vec<u8>>,
}

/// A stored part: one complete age file to the transfer key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its blob.
    pub blob: BlobId,
    /// The file it belongs to.
    pub file: FileId,
    /// Order in the file, from 0.
    pub position: i32,
    /// Plaintext bytes.
    pub plain_length: i64,
    /// Stored bytes.
    pub cipher_length: i64,
    /// SHA-256 of the age header and payload nonce.
    pub head_sha256: [u8; 32],
}
