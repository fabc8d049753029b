//! The manifest: what a sealed transfer consists of. Written once, at sealing, and never changed; its hash is in every slot
//! and in the log.

use chrono::{Datelike, NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::part::{chunk_count, head_length};
use super::{CryptError, Identity, Recipient, Result, open, seal};
use crate::model::{BlobId, FileId, TransferId};

const VERSION: u32 = 1;
/// The largest integer that JSON readers agree on (RFC 8785 section 3.2.2.3).
const LARGEST: u64 = (1 << 53) - 1;

/// What a transfer consists of, version 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    version: u32,
    /// The transfer.
    pub transfer: TransferId,
    /// Its files, in order.
    pub files: Vec<ManifestFile>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// The file.
    pub id: FileId,
    /// Its name as the sender's system gave it.
    pub name: String,
    /// Its name when saved: sanitised, unique in the transfer.
    pub zip_name: String,
    /// Its time stamp in a zip, fixed at sealing so that the zip has the same bytes each time.
    pub zip_time: ZipTime,
    /// Its media type as the sender's system gave it; for display only.
    pub media_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    #[serde(with = "hex")]
    pub sha256: [u8; 32],
    /// CRC-32 of its bytes.
    pub crc32: u32,
    /// What it is stored in, in order.
    pub parts: Vec<ManifestPart>,
}

/// A part of a file: one age file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestPart {
    /// The blob that holds it.
    pub blob: BlobId,
    /// Bytes of the file in it.
    pub plain: u64,
    /// Bytes of the blob.
    pub cipher: u64,
    /// SHA-256 of the age header and nonce. Pinning the header pins the key, and with it every chunk, for everybody who
    /// never held the transfer key.
    #[serde(with = "hex")]
    pub head: [u8; 32],
}

/// A moment as zip writes it (APPNOTE 4.4.6): local time, two seconds exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZipTime {
    /// Years since 1980, month, day.
    pub date: u16,
    /// Hour, minute, half seconds.
    pub time: u16,
}

impl ZipTime {
    /// The moment in local time, held within 1980 to 2107.
    pub fn of(local: NaiveDateTime) -> Self {
        let pack = |value: u32| u16::try_from(value).unwrap_or_default();
        let year = u32::try_from(local.year().clamp(1980, 2107) - 1980).unwrap_or_default();
        Self {
            date: pack(year << 9 | local.month() << 5 | local.day()),
            time: pack(local.hour() << 11 | local.minute() << 5 | (local.second() / 2)),
        }
    }
}

/// A manifest as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedManifest {
    /// The age file.
    pub bytes: Vec<u8>,
    /// SHA-256 of the age file (a hash of the plaintext would confirm guesses).
    pub hash: [u8; 32],
}

impl Manifest {
    /// A manifest of these files.
    pub fn new(transfer: TransferId, files: Vec<ManifestFile>) -> Self {
        Self { version: VERSION, transfer, files }
    }

    /// The canonical JSON (RFC 8785).
    ///
    /// # Errors
    /// `Malformed` for a number beyond 2^53.
    pub fn to_jcs(&self) -> Result<Zeroizing<Vec<u8>>> {
        if self.files.iter().any(|file| file.size > LARGEST) {
            return Err(CryptError::Malformed);
        }
        serde_json_canonicalizer::to_vec(self).map(Zeroizing::new).map_err(|_| CryptError::Malformed)
    }

    /// Seals it to the transfer key.
    ///
    /// # Errors
    /// `Malformed` when lengths contradict one another.
    pub fn seal(&self, to: &Recipient) -> Result<SealedManifest> {
        self.check()?;
        let bytes = seal(to, &self.to_jcs()?)?;
        let hash = Sha256::digest(&bytes).into();
        Ok(SealedManifest { bytes, hash })
    }

    /// Opens what [`Manifest::seal`] sealed, after comparing its hash in constant time.
    ///
    /// # Errors
    /// `Damaged` when the hash is another one; `WrongKey` for another transfer key; `Malformed` for an unknown version or
    /// contradictory lengths.
    pub fn open(with: &Identity, bytes: &[u8], expected_hash: &[u8; 32]) -> Result<Self> {
        if !bool::from(Sha256::digest(bytes).as_slice().ct_eq(expected_hash)) {
            return Err(CryptError::Damaged);
        }
        let manifest: Self = serde_json::from_slice(&open(with, bytes)?).map_err(|_| CryptError::Malformed)?;
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<()> {
        let sound = self.version == VERSION && self.files.iter().all(ManifestFile::is_sound);
        if sound { Ok(()) } else { Err(CryptError::Malformed) }
    }
}

impl ManifestFile {
    /// Whether the parts add up to the file and each has the length its content asks for.
    fn is_sound(&self) -> bool {
        let total = self.parts.iter().try_fold(0u64, |sum, part| sum.checked_add(part.plain));
        total == Some(self.size) && self.parts.iter().all(|part| head_length(part.plain, part.cipher).is_some())
    }
}

impl ManifestPart {
    /// Bytes of the age header and nonce at the start of the blob.
    pub fn head_length(&self) -> u64 {
        head_length(self.plain, self.cipher).unwrap_or_default()
    }

    /// Chunks of its payload.
    pub fn chunks(&self) -> u64 {
        chunk_count(self.plain)
    }
}

mod hex {
    use data_encoding::HEXLOWER;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&HEXLOWER.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| D::Error::custom("not lower-case hex"))?;
        bytes.try_into().map_err(|_| D::Error::custom("not 32 bytes"))
    }
}
