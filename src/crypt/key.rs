//! Keys: age X25519 identities and their public halves.

use std::fmt;
use std::str::FromStr;

use age_core::primitives::{bech32_decode, bech32_encode};
use age_core::secrecy::{ExposeSecret, SecretString};
use bech32::Hrp;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::{CryptError, Result};

/// The human-readable part of an identity's text (C2SP age, "The X25519 recipient type").
const SECRET_KEY_PREFIX: Hrp = Hrp::parse_unchecked("AGE-SECRET-KEY-");

/// A secret key. Wiped when dropped; has no `Debug`.
#[derive(Clone)]
pub struct Identity(pub(super) age::x25519::Identity);

impl Identity {
    /// A new random key, from the operating system's randomness.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// The key whose scalar is these bytes (clamped when used, as RFC 7748 section 5 says).
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let text = Zeroizing::new(bech32_encode(SECRET_KEY_PREFIX, bytes));
        #[expect(
            clippy::expect_used,
            reason = "the crate has no other constructor, and 32 bytes encoded here always parse"
        )]
        let identity = text.parse().expect("32 bytes under the right prefix are an identity");
        Self(identity)
    }

    /// The bytes that [`Identity::from_bytes`] takes.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let text = self.0.to_string();
        let mut bytes = Zeroizing::new([0; 32]);
        let decoded = bech32_decode(
            text.expose_secret(),
            |_| CryptError::Malformed,
            |_| Ok(()),
            |_, data| {
                bytes.iter_mut().zip(data).for_each(|(byte, value)| *byte = value);
                Ok(())
            },
        );
        #[expect(clippy::expect_used, reason = "the crate encoded the text a line before; a zero key must never pass")]
        decoded.expect("an identity's text decodes");
        bytes
    }

    /// The public half.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// Reads `AGE-SECRET-KEY-1…`.
    ///
    /// # Errors
    /// `Malformed` for any other text.
    pub fn from_text(text: &str) -> Result<Self> {
        text.trim().parse().map(Self).map_err(|_| CryptError::Malformed)
    }

    /// `AGE-SECRET-KEY-1…`, as in a key file.
    pub fn to_text(&self) -> SecretString {
        self.0.to_string()
    }
}

/// A public key.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(pub(super) age::x25519::Recipient);

impl Recipient {
    /// Whether `other` is this key's text, in time that does not depend on where they differ.
    pub fn matches(&self, other: &str) -> bool {
        let mut own = self.to_string();
        let same = bool::from(own.as_bytes().ct_eq(other.as_bytes()));
        own.zeroize();
        same
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Recipient {
    type Err = CryptError;
    fn from_str(text: &str) -> Result<Self> {
        text.parse().map(Self).map_err(|_| CryptError::Malformed)
    }
}
