//! A staff member's account key at rest: behind the installation's key and the person's password, so that neither a stolen
//! database nor a curious operator opens it.

use super::password::as_typed;
use super::{CryptError, Identity, Recipient, Result, open_any, open_with_passphrase, seal, seal_with_passphrase};
use crate::model::Passphrase;

/// `age(→ custody, age-scrypt(password, 32 key bytes))`. Takes one scrypt.
///
/// # Errors
/// `Io` when writing to memory fails.
pub fn seal_account_key(key: &Identity, password: &Passphrase, custody: &Recipient) -> Result<Vec<u8>> {
    seal(custody, &seal_with_passphrase(&as_typed(password), key.to_bytes().as_ref())?)
}

/// What [`seal_account_key`] sealed. Takes one scrypt.
///
/// # Errors
/// `WrongKey` for another password or when no custody key fits; `Damaged` when truncated or altered; `Malformed` when the
/// content is no key.
pub fn open_account_key(sealed: &[u8], password: &Passphrase, custody: &[Identity]) -> Result<Identity> {
    let key = open_with_passphrase(&as_typed(password), &open_any(custody, sealed)?)?;
    key.as_slice().try_into().map(Identity::from_bytes).map_err(|_| CryptError::Malformed)
}
