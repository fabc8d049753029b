//! Signatures under mails (DKIM, RFC 6376): whoever gets one can tell that it came from the office's domain, unchanged.
//!
//! RSA with SHA-256 and 2048 bits, which every receiver can check (RFC 8301).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use data_encoding::BASE64;
use mail_auth::common::crypto::{Algorithm, RsaKey, Sha256, SigningKey, VerifyingKey};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::{DkimSigner, Done};
use pem::Pem;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use zeroize::{Zeroize, Zeroizing};

use crate::error::{Doing, Error, Result};

/// The shortest key that receivers must take (RFC 8301, 3.2), in bytes of its modulus.
const SHORTEST_MODULUS: usize = 256;
/// Header fields that a signature covers. Those that stand twice cannot be added to either: who reads a mail sees the
/// first `From` or the last, depending on the program (RFC 6376, 8.15).
const SIGNED: [&str; 21] = [
    "From",
    "From",
    "To",
    "To",
    "Cc",
    "Reply-To",
    "Reply-To",
    "Subject",
    "Subject",
    "Date",
    "Date",
    "Message-ID",
    "Message-ID",
    "MIME-Version",
    "MIME-Version",
    "Content-Type",
    "Content-Type",
    "Content-Language",
    "Kakitome-Checkpoint",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
];

/// The office's key for signing mails.
pub struct DkimKey(PrivateKeyDer<'static>);

impl DkimKey {
    /// A new key, as PEM (PKCS #8).
    ///
    /// # Errors
    /// A fault when the machine has no randomness to give.
    pub fn generate() -> Result<Zeroizing<String>> {
        let made = KeyPair::generate(KeySize::Rsa2048).doing("making a key for signing mails")?;
        // Whose bytes are wiped when it goes.
        let der = AsDer::<Pkcs8V1Der>::as_der(&made).doing("writing a key for signing mails")?;
        let pem = Pem::new("PRIVATE KEY", der.as_ref());
        let text = Zeroizing::new(pem::encode(&pem));
        pem.into_contents().zeroize();
        Ok(text)
    }

    /// Reads PEM, PKCS #8 or PKCS #1.
    ///
    /// # Errors
    /// A fault when it holds no RSA key, or one that is too short.
    pub fn read(text: &[u8]) -> Result<Self> {
        let der = PrivateKeyDer::from_pem_slice(text).doing("reading the key for signing mails")?;
        let key = Self(der);
        if key.pair()?.public_key().modulus_len() < SHORTEST_MODULUS {
            return Err(Error::fault("reading the key for signing mails", "it is shorter than 2048 bits"));
        }
        Ok(key)
    }

    /// What the domain name system says of the key: the text of its TXT record (RFC 6376, 3.6.1).
    ///
    /// # Errors
    /// A fault when the key cannot be written.
    pub fn record(&self) -> Result<String> {
        let public = AsDer::<PublicKeyX509Der>::as_der(self.pair()?.public_key());
        let public = public.doing("writing the public key of mails")?;
        Ok(format!("v=DKIM1; k=rsa; p={}", BASE64.encode(public.as_ref())))
    }

    /// Whether what this key signs verifies with `other`.
    pub(super) fn fits(&self, other: &dyn VerifyingKey) -> bool {
        const SAMPLE: &[u8] = b"kakitome";
        let signature = self.signing().and_then(|key| key.sign(SAMPLE).doing("trying the key of mails"));
        signature.is_ok_and(|signature| other.verify_bytes(SAMPLE, &signature, Algorithm::RsaSha256).is_ok())
    }

    fn pair(&self) -> Result<KeyPair> {
        let pair = match &self.0 {
            PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(Error::fault("reading the key for signing mails", "it is no RSA key")),
        };
        pair.map_err(|_| Error::fault("reading the key for signing mails", "it is no RSA key"))
    }

    fn signing(&self) -> Result<RsaKey<Sha256>> {
        RsaKey::from_key_der(self.0.clone_key()).doing("reading the key for signing mails")
    }
}

/// Under which name mails are signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DkimName {
    /// The domain of the office's mail address, as the domain name system has it.
    pub domain: String,
    /// Which of its keys.
    pub selector: String,
}

impl DkimName {
    /// Where the record stands.
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }
}

/// Signs mails.
pub struct DkimSignature(DkimSigner<RsaKey<Sha256>, Done>);

impl DkimSignature {
    /// With this key, under this name.
    ///
    /// # Errors
    /// A fault when the key cannot be used.
    pub fn new(key: &DkimKey, name: &DkimName) -> Result<Self> {
        let signer = DkimSigner::from_key(key.signing()?).domain(&name.domain).selector(&name.selector);
        Ok(Self(signer.headers(SIGNED)))
    }

    /// The mail with its signature on top.
    pub(super) fn sign(&self, mail: &[u8]) -> Result<Vec<u8>> {
        let signature = self.0.sign(mail).doing("signing a mail")?;
        Ok([signature.to_header().as_bytes(), mail].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_made_is_read_and_its_record_names_it() {
        let text = DkimKey::generate().unwrap();
        assert!(text.starts_with("-----BEGIN PRIVATE KEY-----"));
        let (key, again) = (DkimKey::read(text.as_bytes()).unwrap(), DkimKey::read(text.as_bytes()).unwrap());
        let record = key.record().unwrap();
        assert!(record.starts_with("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), "{record}");
        assert_eq!(record, again.record().unwrap());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let other = rcgen::KeyPair::generate().unwrap().serialize_pem();
        for text in ["", "garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", &other] {
            assert!(DkimKey::read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
