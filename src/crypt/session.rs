//! A key carried by a session: a recipient's transfer key, or a staff member's account key. Destroying the session's shred
//! key ends it for everybody, also for an old copy of the database with an old cookie.

use super::{CryptError, Identity, Recipient, Result, open, seal, token_identity};
use crate::model::Token;

/// `age(→ shred, age(→ token, 32 key bytes))`.
///
/// # Errors
/// `Io` when writing to memory fails.
pub fn seal_session(key: &Identity, shred: &Recipient, token: &Token) -> Result<Vec<u8>> {
    seal(shred, &seal(&token_identity(token).recipient(), key.to_bytes().as_ref())?)
}

/// What [`seal_session`] sealed.
///
/// # Errors
/// `WrongKey` for another token or shred key; `Damaged` when truncated or altered; `Malformed` when the content is no key.
pub fn open_session(sealed: &[u8], shred: &Identity, token: &Token) -> Result<Identity> {
    let key = open(&token_identity(token), &open(shred, sealed)?)?;
    key.as_slice().try_into().map(Identity::from_bytes).map_err(|_| CryptError::Malformed)
}
