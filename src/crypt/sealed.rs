//! Small buffers: sealed to a key or to a passphrase.

use std::io::{Read, Write};
use std::iter;

use age::{DecryptError, Decryptor, EncryptError, Encryptor};
use age_core::format::read::age_stanza;
use age_core::format::{FileKey, Stanza};
use age_core::secrecy::SecretString;
use zeroize::Zeroizing;

use super::{CryptError, Identity, Recipient, Result};

/// log2 of scrypt's N: 128 MiB and about a quarter of a second. Set when sealing, and the only one accepted when opening,
/// so that a planted slot can neither be cheap to guess nor exhaust memory.
pub const WORK_FACTOR: u8 = 17;

/// `age(→ to, plain)`.
///
/// # Errors
/// `Io` when writing to memory fails.
pub fn seal(to: &Recipient, plain: &[u8]) -> Result<Vec<u8>> {
    seal_to(&to.0, plain)
}

/// What [`seal`] sealed to this key.
///
/// # Errors
/// `WrongKey` when sealed to another key, `Damaged` when truncated or altered.
pub fn open(with: &Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    open_any(std::slice::from_ref(with), sealed)
}

/// What [`seal`] sealed to any of these keys.
///
/// # Errors
/// As [`open`].
pub fn open_any(with: &[Identity], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let decryptor = decryptor_of(sealed)?;
    read_payload(decryptor, with.iter().map(|identity| &identity.0 as &dyn age::Identity), sealed.len())
}

/// `age-scrypt(passphrase, plain)` with [`WORK_FACTOR`]. Takes 128 MiB and about 0.3 s of CPU.
///
/// # Errors
/// `Io` when writing to memory fails.
pub fn seal_with_passphrase(passphrase: &str, plain: &[u8]) -> Result<Vec<u8>> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(WORK_FACTOR);
    seal_to(&recipient, plain)
}

/// What [`seal_with_passphrase`] sealed. Takes 128 MiB and about 0.3 s of CPU.
///
/// # Errors
/// `WrongKey` for another passphrase; `Damaged` when truncated, altered, not sealed to a passphrase, or sealed with
/// another work factor (at no cost).
pub fn open_with_passphrase(passphrase: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let decryptor = decryptor_of(sealed)?;
    if !decryptor.is_scrypt() {
        return Err(CryptError::Damaged);
    }
    let identity = ExactWork::new(passphrase);
    read_payload(decryptor, iter::once(&identity as &dyn age::Identity), sealed.len())
}

/// A passphrase that refuses every work factor but ours, below as well as above.
struct ExactWork(age::scrypt::Identity);

impl ExactWork {
    fn new(passphrase: &str) -> Self {
        let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase));
        identity.set_max_work_factor(WORK_FACTOR);
        Self(identity)
    }
}

impl age::Identity for ExactWork {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        match stanza.args.as_slice() {
            [_, work] if *work == WORK_FACTOR.to_string() => self.0.unwrap_stanza(stanza),
            _ => Some(Err(DecryptError::InvalidHeader)),
        }
    }
}

fn seal_to(recipient: &dyn age::Recipient, plain: &[u8]) -> Result<Vec<u8>> {
    let encryptor = Encryptor::with_recipients(iter::once(recipient)).map_err(refusal)?;
    let mut sealed = Vec::with_capacity(plain.len().saturating_add(512));
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(plain)?;
    writer.finish()?;
    Ok(sealed)
}

fn read_payload<'a>(
    decryptor: Decryptor<&[u8]>,
    identities: impl Iterator<Item = &'a dyn age::Identity>,
    sealed_length: usize,
) -> Result<Zeroizing<Vec<u8>>> {
    let mut reader = decryptor.decrypt(identities).map_err(opening_error)?;
    // The plaintext is shorter than the sealed bytes, so the buffer never grows and leaves no copy behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed_length));
    reader.read_to_end(&mut plain).map_err(|_| CryptError::Damaged)?;
    Ok(plain)
}

fn decryptor_of(sealed: &[u8]) -> Result<Decryptor<&[u8]>> {
    match Decryptor::new_buffered(sealed) {
        Ok(decryptor) if is_strict(sealed) => Ok(decryptor),
        _ => Err(CryptError::Damaged),
    }
}

/// Whether the stanzas of a header that the crate understood are also in the form that C2SP age asks for. The crate goes on
/// reading what its first versions wrote: stanzas whose body lacks the last, empty line.
pub(super) fn is_strict(file: &[u8]) -> bool {
    let mut rest = file.strip_prefix(b"age-encryption.org/v1\n").unwrap_or_default();
    while let Ok((next, _)) = age_stanza(rest) {
        rest = next;
    }
    rest.starts_with(b"--- ")
}

/// An error while keys were tried. A header whose file key was unwrapped but whose MAC fails was altered.
pub(super) fn opening_error(error: DecryptError) -> CryptError {
    match error {
        DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            CryptError::WrongKey
        }
        _ => CryptError::Damaged,
    }
}

/// An error of the sealing side; only I/O can fail with the recipients that are made here.
pub(super) fn refusal(error: EncryptError) -> CryptError {
    match error {
        EncryptError::Io(source) => CryptError::Io(source),
        _ => CryptError::Malformed,
    }
}
