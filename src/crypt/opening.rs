//! Opening parts, at any place: the way back of `part`.

use std::cell::RefCell;
use std::iter;
use std::ops::{Range, RangeInclusive};

use age::{DecryptError, Decryptor};
use age_core::format::{FileKey, Stanza};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::part::{CHUNK, NONCE, PayloadKey, SEALED_CHUNK, TAG, chunk_count, copy_of, head_length};
use super::sealed::{is_strict, opening_error};
use super::{CryptError, Identity, Result};

/// Opens the chunks of one part, in any order.
///
/// Opening a chunk proves that it is what was sealed at this place. It does not prove that the part is whole: whoever reads
/// a part for the first time also opens its last chunk, as the last.
pub struct PartOpener {
    payload: PayloadKey,
    head_length: u64,
}

impl PartOpener {
    /// Reads header and nonce at the start of a blob. `start_of_blob` may go on beyond them.
    ///
    /// # Errors
    /// `Damaged` when header or nonce are truncated, altered, or others than `expected_head` (their SHA-256, compared in
    /// constant time); `WrongKey` when sealed to another key.
    pub fn read(identity: &Identity, start_of_blob: &[u8], expected_head: &[u8; 32]) -> Result<Self> {
        let (head, payload) = read_head(identity, start_of_blob)?;
        if !bool::from(Sha256::digest(head).as_slice().ct_eq(expected_head)) {
            return Err(CryptError::Damaged);
        }
        Ok(Self { payload, head_length: head.len() as u64 })
    }

    /// Bytes of header and nonce.
    pub fn head_length(&self) -> u64 {
        self.head_length
    }

    /// Proves that a part of `plain` bytes with this header is stored in `cipher` bytes.
    ///
    /// # Errors
    /// `Damaged` when not.
    pub fn check_lengths(&self, plain: u64, cipher: u64) -> Result<()> {
        if head_length(plain, cipher) == Some(self.head_length) { Ok(()) } else { Err(CryptError::Damaged) }
    }

    /// Where these chunks (from 0) lie in the blob of a part with `plain` bytes. Ends with the blob.
    pub fn cipher_range_of_chunks(&self, chunks: RangeInclusive<u64>, plain: u64) -> Range<u64> {
        let at = |chunk: u64| self.head_length.saturating_add(chunk.saturating_mul(SEALED_CHUNK as u64));
        let end = self.head_length.saturating_add(plain).saturating_add(chunk_count(plain).saturating_mul(TAG as u64));
        at(*chunks.start()).min(end)..at(chunks.end().saturating_add(1)).min(end)
    }

    /// Decrypts a chunk in place and gives its plaintext, at the front of `sealed`. `index` counts from 0; `last` says that
    /// it is the part's last.
    ///
    /// # Errors
    /// `Damaged` when it is anything but that chunk of that part; `sealed` then holds nothing of use.
    pub fn open_chunk<'a>(&self, index: u64, last: bool, sealed: &'a mut [u8]) -> Result<&'a mut [u8]> {
        let length = sealed.len();
        let empty_end = length == TAG && index > 0;
        if length > SEALED_CHUNK || (!last && length != SEALED_CHUNK) || empty_end {
            return Err(CryptError::Damaged);
        }
        let plain = self.payload.open(index, last, sealed)?;
        debug_assert!(plain.len() <= CHUNK);
        Ok(plain)
    }
}

/// The bytes of header and nonce, and the key of what follows.
fn read_head<'a>(identity: &Identity, start: &'a [u8]) -> Result<(&'a [u8], PayloadKey)> {
    let mut rest = start;
    let decryptor = Decryptor::new_buffered(&mut rest).map_err(|_| CryptError::Damaged)?;
    let capture = Capture { inner: &identity.0, file_key: RefCell::default() };
    // The crate checks the header's MAC here; its reader is not needed, and has read nothing yet.
    drop(decryptor.decrypt(iter::once(&capture as &dyn age::Identity)).map_err(opening_error)?);
    let consumed = start.len().saturating_sub(rest.len());
    let head = start.get(..consumed).filter(|head| is_strict(head)).ok_or(CryptError::Damaged)?;
    let file_key = capture.file_key.into_inner().ok_or(CryptError::Damaged)?;
    let nonce = head.last_chunk::<NONCE>().ok_or(CryptError::Damaged)?;
    Ok((head, PayloadKey::derive(&file_key, nonce)?))
}

/// An identity that remembers the file key it unwrapped.
struct Capture<'a> {
    inner: &'a age::x25519::Identity,
    file_key: RefCell<Option<FileKey>>,
}

impl age::Identity for Capture<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let unwrapped = self.inner.unwrap_stanza(stanza)?;
        if let Ok(file_key) = &unwrapped {
            self.file_key.replace(Some(copy_of(file_key)));
        }
        Some(unwrapped)
    }
}
