//! The installation's own keys, as files that an operator keeps apart from the data.

use age_core::secrecy::ExposeSecret;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use rcgen::{KeyPair, PKCS_ED25519, PublicKeyData, SigningKey};
use zeroize::Zeroizing;

use super::{CryptError, Identity, Recipient, Result, open_any, seal};

/// The custody keys: the newest seals, all open.
#[derive(Clone)]
pub struct CustodyKeys {
    newest: Identity,
    all: Vec<Identity>,
}

impl CustodyKeys {
    /// A first key.
    pub fn generate() -> Self {
        let newest = Identity::generate();
        Self { all: vec![newest.clone()], newest }
    }

    /// Reads an age identity file: one `AGE-SECRET-KEY-1…` a line, the newest first; empty lines and lines that begin with
    /// `#` are ignored.
    ///
    /// # Errors
    /// `Malformed` when there is anything else in it, or no key.
    pub fn from_text(text: &str) -> Result<Self> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let all = lines.map(Identity::from_text).collect::<Result<Vec<_>>>()?;
        let newest = all.first().cloned().ok_or(CryptError::Malformed)?;
        Ok(Self { newest, all })
    }

    /// The file that [`CustodyKeys::from_text`] reads.
    pub fn to_text(&self) -> Zeroizing<String> {
        // An identity's block is some 160 bytes; the room keeps the text from being copied while it grows.
        let mut text = Zeroizing::new(String::with_capacity(256 + self.all.len().saturating_mul(256)));
        text.push_str("# Kakitome custody keys: the first one seals, all of them open. Keep apart from the data.\n");
        for identity in &self.all {
            text.push_str("# public key: ");
            text.push_str(&identity.recipient().to_string());
            text.push('\n');
            text.push_str(identity.to_text().expose_secret());
            text.push('\n');
        }
        text
    }

    /// What new things are sealed to.
    pub fn newest_recipient(&self) -> Recipient {
        self.newest.recipient()
    }

    /// Every key, the newest first.
    pub fn identities(&self) -> &[Identity] {
        &self.all
    }

    /// Seals to the newest key.
    ///
    /// # Errors
    /// `Io` when writing to memory fails.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        seal(&self.newest_recipient(), plain)
    }

    /// Opens what was sealed to any of the keys.
    ///
    /// # Errors
    /// `WrongKey` when none fits, `Damaged` when truncated or altered.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        open_any(&self.all, sealed)
    }
}

/// The key that signs the log's checkpoints: Ed25519, kept as PKCS#8 PEM (RFC 8410).
pub struct LogKey(KeyPair);

impl LogKey {
    /// A new key.
    ///
    /// # Errors
    /// `Malformed` when the operating system gives no randomness.
    pub fn generate() -> Result<Self> {
        KeyPair::generate_for(&PKCS_ED25519).map(Self).map_err(|_| CryptError::Malformed)
    }

    /// Reads the PEM file.
    ///
    /// # Errors
    /// `Malformed` when it is not an Ed25519 key.
    pub fn from_pem(pem: &str) -> Result<Self> {
        let key = KeyPair::from_pem(pem).map_err(|_| CryptError::Malformed)?;
        if key.is_compatible(&PKCS_ED25519) { Ok(Self(key)) } else { Err(CryptError::Malformed) }
    }

    /// The PEM file.
    pub fn to_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.serialize_pem())
    }

    /// The signature of this text, 64 bytes.
    ///
    /// # Errors
    /// `Malformed` when the key does not sign.
    pub fn sign(&self, text: &[u8]) -> Result<Vec<u8>> {
        self.0.sign(text).map_err(|_| CryptError::Malformed)
    }

    /// The 32 bytes of the public key.
    pub fn public_key(&self) -> &[u8] {
        self.0.der_bytes()
    }
}

/// Whether somebody signed a text with the Ed25519 key of which these are the 32 public bytes.
pub fn verifies(public: &[u8], text: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(text, signature).is_ok()
}
