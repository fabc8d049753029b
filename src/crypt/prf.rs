//! A copy of the account key that only one passkey opens: by what its authenticator makes of our salt. That output never
//! leaves the request that brings it.

use age_core::primitives::hkdf;
use zeroize::Zeroizing;

use super::{CryptError, Identity, Recipient, Result, open, open_any, seal};
use crate::model::PrfOutput;

const IDENTITY_INFO: &[u8] = b"kakitome passkey v1";

/// The age identity that the authenticator's output is: `HKDF-SHA256(output, "kakitome passkey v1")`, no salt.
pub fn prf_identity(output: &PrfOutput) -> Identity {
    Identity::from_bytes(&Zeroizing::new(hkdf(&[], IDENTITY_INFO, output.expose())))
}

/// `age(→ custody, age(→ passkey key, 32 key bytes))`.
///
/// # Errors
/// `Io` when writing to memory fails.
pub fn seal_passkey_copy(key: &Identity, passkey: &Recipient, custody: &Recipient) -> Result<Vec<u8>> {
    seal(custody, &seal(passkey, key.to_bytes().as_ref())?)
}

/// What [`seal_passkey_copy`] sealed.
///
/// # Errors
/// `WrongKey` for another passkey or when no custody key fits; `Damaged` when truncated or altered; `Malformed` when the
/// content is no key.
pub fn open_passkey_copy(sealed: &[u8], passkey: &Identity, custody: &[Identity]) -> Result<Identity> {
    let key = open(passkey, &open_any(custody, sealed)?)?;
    key.as_slice().try_into().map(Identity::from_bytes).map_err(|_| CryptError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5869 with SHA-256 over 32 bytes of 0x01, computed elsewhere: stored copies outlive code.
    #[test]
    fn the_key_of_an_output_is_final() {
        let identity = prf_identity(&PrfOutput::new([1; 32]));
        let bytes = data_encoding::HEXLOWER.encode(identity.to_bytes().as_ref());
        assert_eq!(bytes, "22bc58b4c19796249a8029739e988b2de05699cd2d59b7e578e3be21ac8c586c");
    }

    #[test]
    fn a_copy_opens_with_its_passkey_and_custody_only() {
        let (key, custody) = (Identity::generate(), Identity::generate());
        let (own, other) = (prf_identity(&PrfOutput::new([1; 32])), prf_identity(&PrfOutput::new([2; 32])));
        let sealed = seal_passkey_copy(&key, &own.recipient(), &custody.recipient()).unwrap();
        let opened = open_passkey_copy(&sealed, &own, std::slice::from_ref(&custody)).unwrap();
        assert_eq!(opened.to_bytes(), key.to_bytes());
        for (passkey, custody) in [(&other, custody), (&own, Identity::generate())] {
            assert!(matches!(open_passkey_copy(&sealed, passkey, &[custody]), Err(CryptError::WrongKey)));
        }
    }
}
