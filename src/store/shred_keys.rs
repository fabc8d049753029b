//! The shred store: the one place where shred keys live, in no backup. A file of fixed records, written and overwritten in
//! place and synced: a database journal would keep copies of deleted keys.
//!
//! ```text
//! header  4096 bytes   magic 16 · store id 16 · epoch current 8 · epoch next 8 · zeros
//! record    64 bytes   state 1 · zeros 7 · tag 8 · secret 32 · check 8 (SHA-256 of what precedes) · zeros 8
//! ```
//! A record is smaller than a disk sector and aligned to its own size, so it is written whole or not at all; the check
//! tells a torn one. Several processes may use the file: every change happens under a lock on it.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rand::{Rng, RngExt};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::crypt::Identity;
use crate::error::{Doing, Error, Result};
use crate::model::ShredKeyId;

const MAGIC: &[u8; 16] = b"kakitome shred 1";
const HEADER: u64 = 4096;
const RECORD: usize = 64;
/// Records added at a time; zeros are written, so that later writes change no file metadata.
const GROWTH: u32 = 4096;

const FREE: u8 = 0;
const RESERVED: u8 = 2;
const LIVE: u8 = 1;

/// The shred store.
pub struct ShredKeys {
    inner: Mutex<Inner>,
    id: [u8; 16],
}

struct Inner {
    file: File,
    /// Where the search for a free record begins.
    hint: u32,
}

/// What a record holds.
struct Record {
    state: u8,
    tag: u64,
    secret: Zeroizing<[u8; 32]>,
}

/// The two epochs of the header: see `Store::open`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Epochs {
    pub(crate) current: u64,
    pub(crate) next: u64,
}

impl ShredKeys {
    /// Opens the file, or makes it when there is none.
    ///
    /// # Errors
    /// The file cannot be read or written, or is no shred store.
    pub fn open(path: &Path, rng: &mut impl Rng) -> Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .doing("opening the shred store")?;
        let mut inner = Inner { file, hint: 0 };
        let id = inner.locked(|inner| inner.read_or_make_header(rng))?;
        Ok(Self { inner: Mutex::new(inner), id })
    }

    /// The store's random id; the database remembers it.
    pub fn id(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.id)
    }

    /// Sets records aside for `count` keys that do not exist yet. Their ids can be written down as intents first.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn reserve(&self, count: usize, rng: &mut impl Rng) -> Result<Vec<ShredKeyId>> {
        self.with(|inner| {
            let mut ids = Vec::with_capacity(count);
            for _ in 0..count {
                let position = inner.find_free()?;
                let id = ShredKeyId { position, tag: rng.random() };
                inner.write(id.position, RESERVED, id.tag, &[0; 32])?;
                ids.push(id);
            }
            Ok(ids)
        })
    }

    /// Makes keys in reserved records. When this returns they are durable.
    ///
    /// # Errors
    /// A record is not reserved for that id, or the file cannot be written.
    pub fn create(&self, ids: &[ShredKeyId]) -> Result<Vec<Identity>> {
        self.with(|inner| {
            let mut made = Vec::with_capacity(ids.len());
            for id in ids {
                let record = inner.read(id.position)?;
                if record.state != RESERVED || record.tag != id.tag {
                    return Err(Error::fault("making a shred key", "its record is not reserved"));
                }
                let identity = Identity::generate();
                inner.write(id.position, LIVE, id.tag, &identity.to_bytes())?;
                made.push(identity);
            }
            inner.file.sync_data().doing("syncing the shred store")?;
            Ok(made)
        })
    }

    /// The key of a record, or `None` once it was destroyed.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn find(&self, id: ShredKeyId) -> Result<Option<Identity>> {
        self.with(|inner| {
            if u64::from(id.position) >= inner.capacity()? {
                return Ok(None);
            }
            let record = inner.read(id.position)?;
            Ok((record.state == LIVE && record.tag == id.tag).then(|| Identity::from_bytes(&record.secret)))
        })
    }

    /// Overwrites keys in place, syncs, and reads back that nothing is left. Destroying what is gone is success.
    ///
    /// # Errors
    /// The file cannot be written, or a record did not read back as zeros.
    pub fn destroy(&self, ids: &[ShredKeyId]) -> Result<()> {
        self.with(|inner| {
            let capacity = inner.capacity()?;
            let mut erased = Vec::with_capacity(ids.len());
            for id in ids.iter().filter(|id| u64::from(id.position) < capacity) {
                // A damaged record opens nothing and its tag cannot be believed: it is erased, or it would stand in the way
                // of every other destruction.
                let named = inner.read(id.position).map_or(true, |record| record.state != FREE && record.tag == id.tag);
                if named {
                    inner.file.write_all_at(&[0; RECORD], offset(id.position)).doing("erasing a shred key")?;
                    erased.push(id.position);
                }
            }
            inner.file.sync_data().doing("syncing the shred store")?;
            for position in erased {
                let mut bytes = Zeroizing::new([0xff; RECORD]);
                inner.file.read_exact_at(&mut *bytes, offset(position)).doing("verifying an erased shred key")?;
                if bytes.iter().any(|byte| *byte != 0) {
                    return Err(Error::fault("verifying an erased shred key", "the record is not empty"));
                }
                inner.hint = inner.hint.min(position);
            }
            Ok(())
        })
    }

    /// Every record in use: the id, and whether it holds a key (or is only reserved).
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn list(&self) -> Result<Vec<(ShredKeyId, bool)>> {
        self.with(|inner| {
            let mut found = Vec::new();
            for position in 0..u32::try_from(inner.capacity()?).unwrap_or(u32::MAX) {
                // Damaged ones are listed as they are: no row names them, so they are destroyed like any orphan.
                let (record, _) = inner.read_unchecked(position)?;
                if record.state != FREE {
                    found.push((ShredKeyId { position, tag: record.tag }, record.state != RESERVED));
                }
            }
            Ok(found)
        })
    }

    pub(crate) fn epochs(&self) -> Result<Epochs> {
        self.with(|inner| {
            let mut bytes = [0; 16];
            inner.file.read_exact_at(&mut bytes, 32).doing("reading the shred store")?;
            let (current, next) = bytes.split_first_chunk().map_or(([0; 8], [0; 8]), |(current, rest)| {
                (*current, rest.first_chunk().copied().unwrap_or_default())
            });
            Ok(Epochs { current: u64::from_be_bytes(current), next: u64::from_be_bytes(next) })
        })
    }

    pub(crate) fn set_epochs(&self, epochs: Epochs) -> Result<()> {
        self.with(|inner| {
            let number = (u128::from(epochs.current) << 64) | u128::from(epochs.next);
            inner.file.write_all_at(&number.to_be_bytes(), 32).doing("writing the shred store")?;
            inner.file.sync_data().doing("syncing the shred store")
        })
    }

    /// The database has moved to `next`: the count before it fits no longer. Does nothing when another node moved on since.
    pub(crate) fn settle_epoch(&self, next: u64) -> Result<()> {
        if self.epochs()?.next == next { self.set_epochs(Epochs { current: next, next }) } else { Ok(()) }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> Result<T>) -> Result<T> {
        // A panic while holding the lock leaves whole records behind; the next caller may go on.
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.locked(work)
    }
}

const fn offset(position: u32) -> u64 {
    HEADER + position as u64 * RECORD as u64
}

fn check(record: &[u8]) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(record).into();
    let mut check = [0; 8];
    check.copy_from_slice(digest.split_at(8).0);
    check
}

impl Inner {
    fn locked<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.file.lock().doing("locking the shred store")?;
        let done = work(self);
        self.file.unlock().doing("unlocking the shred store")?;
        done
    }

    fn capacity(&self) -> Result<u64> {
        let length = self.file.metadata().doing("reading the shred store")?.len();
        Ok(length.saturating_sub(HEADER) / RECORD as u64)
    }

    fn read_or_make_header(&mut self, rng: &mut impl Rng) -> Result<[u8; 16]> {
        let length = self.file.metadata().doing("reading the shred store")?.len();
        let mut id = [0; 16];
        if length == 0 {
            rng.fill_bytes(&mut id);
            let mut header = vec![0; 4096];
            header.splice(0..16, *MAGIC);
            header.splice(16..32, id);
            self.file.write_all_at(&header, 0).doing("making the shred store")?;
            self.grow(0)?;
            return Ok(id);
        }
        let mut magic = [0; 16];
        self.file.read_exact_at(&mut magic, 0).doing("reading the shred store")?;
        if &magic != MAGIC {
            return Err(Error::fault("reading the shred store", "the file is no shred store"));
        }
        self.file.read_exact_at(&mut id, 16).doing("reading the shred store")?;
        Ok(id)
    }

    fn grow(&mut self, capacity: u64) -> Result<()> {
        let zeros = vec![0; GROWTH as usize * RECORD];
        let end = HEADER + capacity * RECORD as u64;
        self.file.write_all_at(&zeros, end).doing("growing the shred store")?;
        self.file.sync_all().doing("syncing the shred store")
    }

    fn find_free(&mut self) -> Result<u32> {
        loop {
            let capacity = self.capacity()?;
            let mut state = [FREE];
            while u64::from(self.hint) < capacity {
                let position = self.hint;
                self.hint += 1;
                self.file.read_exact_at(&mut state, offset(position)).doing("reading the shred store")?;
                if state == [FREE] {
                    return Ok(position);
                }
            }
            self.grow(capacity)?;
        }
    }

    fn write(&self, position: u32, state: u8, tag: u64, secret: &[u8; 32]) -> Result<()> {
        let mut record = Zeroizing::new(Vec::with_capacity(RECORD));
        record.extend([state, 0, 0, 0, 0, 0, 0, 0]);
        record.extend(tag.to_be_bytes());
        record.extend_from_slice(secret);
        let check = check(&record);
        record.extend(check);
        record.resize(RECORD, 0);
        self.file.write_all_at(&record, offset(position)).doing("writing the shred store")
    }

    fn read(&self, position: u32) -> Result<Record> {
        match self.read_unchecked(position)? {
            (record, true) => Ok(record),
            (_, false) => Err(Error::fault("reading the shred store", format!("record {position} is damaged"))),
        }
    }

    /// A record, and whether its check fits.
    fn read_unchecked(&self, position: u32) -> Result<(Record, bool)> {
        let mut bytes = Zeroizing::new([0; RECORD]);
        self.file.read_exact_at(&mut *bytes, offset(position)).doing("reading the shred store")?;
        let torn = || Error::fault("reading the shred store", format!("record {position} is damaged"));
        let (body, rest) = bytes.split_at(48);
        let state = *body.first().ok_or_else(torn)?;
        let tag = u64::from_be_bytes(body.get(8..16).and_then(|b| b.try_into().ok()).ok_or_else(torn)?);
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(body.get(16..48).ok_or_else(torn)?);
        let sound = state == FREE || rest.get(..8) == Some(&check(body));
        Ok((Record { state, tag, secret }, sound))
    }
}
