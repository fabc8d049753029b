//! Parts: a stretch of a file as one age file, sealed while it arrives.
//!
//! The header is the `age` crate's, made through its public traits; only the payload runs on another implementation of the
//! same cipher (aws-lc-rs), which is more than twice as fast. Both are held against one another in tests.
//!
//! Payload (C2SP age, "Payload"): chunks of 64 KiB under ChaCha20-Poly1305, key
//! `HKDF-SHA256(file key, salt = nonce, info "payload")`, chunk nonce an 11-byte big-endian counter and a byte that is 1 for
//! the last chunk. Only an empty payload ends with an empty chunk.

use std::cell::RefCell;
use std::collections::HashSet;
use std::iter;
use std::mem;

use age::{EncryptError, Encryptor};
use age_core::format::{FileKey, Stanza};
use age_core::primitives::hkdf;
use age_core::secrecy::ExposeSecret;
use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::sealed::refusal;
use super::{CryptError, Recipient, Result};

/// Plaintext bytes of a chunk; only the last one of a part may have fewer.
pub const CHUNK: usize = 64 * 1024;
/// Stored bytes of a full chunk.
pub const SEALED_CHUNK: usize = CHUNK + TAG;
/// Stored bytes that are handed on at once. A part being sealed takes two such blocks of memory.
const BLOCK: usize = 6 * SEALED_CHUNK;
/// Plaintext bytes that a part holds at most.
pub const PART_MAX: u64 = 64 * 1024 * 1024;
/// Bytes that a part's header and nonce take at most.
pub const HEAD_MAX: u64 = 1024;

pub(super) const TAG: usize = 16;
pub(super) const NONCE: usize = 16;
const CHUNK_BYTES: u64 = 64 * 1024;
const TAG_BYTES: u64 = 16;

/// Chunks that `plain` bytes are sealed in: at least one.
pub fn chunk_count(plain: u64) -> u64 {
    plain.div_ceil(CHUNK_BYTES).max(1)
}

/// Bytes of header and nonce of a part with these lengths, or `None` when no part has them.
pub fn head_length(plain: u64, cipher: u64) -> Option<u64> {
    let payload = plain.checked_add(chunk_count(plain).checked_mul(TAG_BYTES)?)?;
    let head = cipher.checked_sub(payload)?;
    (plain <= PART_MAX && (NONCE as u64..=HEAD_MAX).contains(&head)).then_some(head)
}

/// Seals one part. Every byte is copied once, into the block that is stored, and sealed there.
pub struct PartSealer {
    payload: PayloadKey,
    /// Sealed chunks and, after them, the open one: up to [`CHUNK`] bytes of plaintext. Whether it is the last is not known
    /// before more follows.
    block: BytesMut,
    /// Where the open chunk begins.
    open: usize,
    /// The memory of the block before, for the next one.
    spare: BytesMut,
    chunks: u64,
    plain: u64,
    cipher: u64,
    head_sha256: [u8; 32],
}

/// What is known of a part when it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartSummary {
    /// Plaintext bytes.
    pub plain_length: u64,
    /// Stored bytes, header included.
    pub cipher_length: u64,
    /// SHA-256 of header and nonce.
    pub head_sha256: [u8; 32],
}

impl PartSealer {
    /// Begins a part: the sealer, and the first bytes to store (header and nonce).
    ///
    /// # Errors
    /// `Io` or `Malformed` when the header cannot be made.
    pub fn begin(to: &Recipient) -> Result<(Self, Bytes)> {
        let capture = Capture { inner: &to.0, file_key: RefCell::default() };
        let encryptor = Encryptor::with_recipients(iter::once(&capture as &dyn age::Recipient)).map_err(refusal)?;
        let mut head = Vec::with_capacity(512);
        // The writer gives out header and nonce at once and nothing more before it is written to: it is not needed further.
        drop(encryptor.wrap_output(&mut head)?);
        let file_key = capture.file_key.into_inner().ok_or(CryptError::Malformed)?;
        let nonce = head.last_chunk().ok_or(CryptError::Malformed)?;
        let sealer = Self {
            payload: PayloadKey::derive(&file_key, nonce)?,
            block: BytesMut::new(),
            open: 0,
            spare: BytesMut::new(),
            chunks: 0,
            plain: 0,
            cipher: head.len() as u64,
            head_sha256: Sha256::digest(&head).into(),
        };
        Ok((sealer, head.into()))
    }

    /// Bytes that still fit into the part.
    pub fn room(&self) -> u64 {
        PART_MAX.saturating_sub(self.plain)
    }

    /// Takes plaintext from the front of `plain` until a block is full, and gives that out; `None` when all was taken in.
    /// Whoever stores a block before asking for the next has its memory used again.
    ///
    /// # Errors
    /// `Malformed` when there is no room for all of it; nothing was taken in.
    pub fn push(&mut self, plain: &mut &[u8]) -> Result<Option<Bytes>> {
        if plain.len() as u64 > self.room() {
            return Err(CryptError::Malformed);
        }
        while !plain.is_empty() {
            if self.open_length() == CHUNK {
                self.seal_open_chunk(false)?;
            }
            if self.block.len() == BLOCK {
                return Ok(Some(self.next_block()));
            }
            let (now, rest) = plain.split_at(plain.len().min(CHUNK - self.open_length()));
            self.block.reserve(BLOCK - self.block.len());
            self.block.extend_from_slice(now);
            self.plain += now.len() as u64;
            *plain = rest;
        }
        Ok(None)
    }

    /// The rest of the part; without it the part cannot be opened.
    ///
    /// # Errors
    /// `Malformed` when the cipher refuses, which it does for no part of legal length.
    pub fn finish(mut self) -> Result<(Bytes, PartSummary)> {
        self.seal_open_chunk(true)?;
        let summary =
            PartSummary { plain_length: self.plain, cipher_length: self.cipher, head_sha256: self.head_sha256 };
        Ok((self.next_block(), summary))
    }

    fn open_length(&self) -> usize {
        self.block.len() - self.open
    }

    fn seal_open_chunk(&mut self, last: bool) -> Result<()> {
        let place = self.block.get_mut(self.open..).ok_or(CryptError::Malformed)?;
        let tag = self.payload.seal(self.chunks, last, place)?;
        self.block.extend_from_slice(&tag);
        self.chunks += 1;
        self.cipher += self.open_length() as u64;
        self.open = self.block.len();
        Ok(())
    }

    /// Gives out the block, all of which is sealed, and begins another.
    fn next_block(&mut self) -> Bytes {
        let block = self.block.split().freeze();
        mem::swap(&mut self.block, &mut self.spare);
        self.open = 0;
        block
    }
}

impl Drop for PartSealer {
    /// A part that is given up leaves no plaintext in memory.
    fn drop(&mut self) {
        self.block.get_mut(self.open..).unwrap_or_default().zeroize();
    }
}

/// The key of one payload.
pub(super) struct PayloadKey(LessSafeKey);

impl PayloadKey {
    pub(super) fn derive(file_key: &FileKey, nonce: &[u8; NONCE]) -> Result<Self> {
        let key = Zeroizing::new(hkdf(nonce, b"payload", file_key.expose_secret()));
        let key = UnboundKey::new(&CHACHA20_POLY1305, key.as_ref()).map_err(|_| CryptError::Malformed)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Encrypts in place; gives the tag to append.
    fn seal(&self, chunk: u64, last: bool, in_place: &mut [u8]) -> Result<[u8; TAG]> {
        let sealed = self.0.seal_in_place_separate_tag(chunk_nonce(chunk, last), Aad::empty(), in_place);
        sealed.ok().and_then(|tag| tag.as_ref().try_into().ok()).ok_or(CryptError::Malformed)
    }

    /// Decrypts in place; gives the plaintext at the front of it.
    pub(super) fn open<'a>(&self, chunk: u64, last: bool, in_place: &'a mut [u8]) -> Result<&'a mut [u8]> {
        self.0.open_in_place(chunk_nonce(chunk, last), Aad::empty(), in_place).map_err(|_| CryptError::Damaged)
    }
}

fn chunk_nonce(chunk: u64, last: bool) -> Nonce {
    let [a, b, c, d, e, f, g, h] = chunk.to_be_bytes();
    Nonce::assume_unique_for_key([0, 0, 0, a, b, c, d, e, f, g, h, u8::from(last)])
}

/// A recipient that remembers the file key the crate made. One per part: the key is used for one payload.
struct Capture<'a> {
    inner: &'a age::x25519::Recipient,
    file_key: RefCell<Option<FileKey>>,
}

impl age::Recipient for Capture<'_> {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        self.file_key.replace(Some(copy_of(file_key)));
        self.inner.wrap_file_key(file_key)
    }
}

pub(super) fn copy_of(file_key: &FileKey) -> FileKey {
    FileKey::init_with_mut(|copy| copy.copy_from_slice(file_key.expose_secret()))
}
