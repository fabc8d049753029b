//! SHA-256 and CRC-32 of a file while it arrives, over as many requests as it takes.

use sha2::Digest;
use sha2::Sha256;
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use zeroize::Zeroizing;

use super::{CryptError, Result};

const VERSION: u8 = 1;

/// Digests of the bytes so far.
#[derive(Clone)]
pub struct RunningDigest {
    sha256: Sha256,
    crc32: crc32fast::Hasher,
}

/// Digests of a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// SHA-256 (FIPS 180-4).
    pub sha256: [u8; 32],
    /// CRC-32 as zip uses it (APPNOTE 4.4.7).
    pub crc32: u32,
}

impl RunningDigest {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self { sha256: Sha256::new(), crc32: crc32fast::Hasher::new() }
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.crc32.update(bytes);
    }

    /// How many bytes were taken in.
    pub fn length(&self) -> u64 {
        self.crc32.total_len()
    }

    /// The digests of everything taken in.
    pub fn finish(self) -> Digests {
        Digests { sha256: self.sha256.finalize().into(), crc32: self.crc32.finalize() }
    }

    /// The state, to go on from later at exactly this byte: version (1), length (8), CRC-32 (4), then the hash's state,
    /// which holds up to 63 bytes of the file. Store it sealed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let state = Zeroizing::new(<[u8; STATE]>::from(self.sha256.serialize()));
        let mut bytes = Zeroizing::new(Vec::with_capacity(1 + 8 + 4 + STATE));
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.length().to_be_bytes());
        bytes.extend_from_slice(&self.crc32.clone().finalize().to_be_bytes());
        bytes.extend_from_slice(state.as_ref());
        bytes
    }

    /// Goes on from what [`RunningDigest::to_bytes`] wrote.
    ///
    /// # Errors
    /// `Malformed` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (&[VERSION], rest) = bytes.split_first_chunk().ok_or(CryptError::Malformed)? else {
            return Err(CryptError::Malformed);
        };
        let (length, rest) = rest.split_first_chunk().ok_or(CryptError::Malformed)?;
        let (crc32, rest) = rest.split_first_chunk().ok_or(CryptError::Malformed)?;
        let state = <[u8; STATE]>::try_from(rest).map_err(|_| CryptError::Malformed)?;
        let sha256 = Sha256::deserialize(&SerializedState::<Sha256>::from(state)).map_err(|_| CryptError::Malformed)?;
        let crc32 = crc32fast::Hasher::new_with_initial_len(u32::from_be_bytes(*crc32), u64::from_be_bytes(*length));
        Ok(Self { sha256, crc32 })
    }
}

/// Bytes of a saved SHA-256: eight words, a count of blocks, one block.
const STATE: usize = 32 + 8 + 64;

impl Default for RunningDigest {
    fn default() -> Self {
        Self::new()
    }
}
