//! Sealing and opening: every byte format of the product, in one folder.
//!
//! Everything at rest is an [age v1](https://c2sp.org/age) file, readable with any age tool and the right key. A layer is
//! an age file inside an age file, written here as `age(→ recipient, content)`; `age-scrypt(password, content)` is an age
//! file to a passphrase. Headers, recipients and identities are always the `age` crate's. What is written here is final:
//! stored data and mailed links outlive code.
//!
//! | what | bytes | file |
//! |---|---|---|
//! | key | X25519 identity; as text `AGE-SECRET-KEY-1…`, its public half `age1…` | [`Identity`], [`Recipient`] |
//! | small secret | `age(→ recipient, bytes)` or `age-scrypt(password, bytes)`, work factor 17 and no other | [`seal`], [`open`] |
//! | link secret | 20 random bytes; as code 32 lower-case Crockford characters and 2 check characters | [`link_code`] |
//! | link key | `HKDF-SHA256(link secret, info "kakitome link v1")` as an X25519 identity | [`link_identity`] |
//! | pick-up number | 11, 15 or 19 random digits and a Damm check digit, plain ASCII | [`generate_number`] |
//! | token | 32 random bytes, which are an X25519 identity; the server keeps SHA-256 over a prefix and them | [`token_hash`] |
//! | recovery code | 15 random bytes; as text six groups of four Crockford characters; the server keeps SHA-256 over a prefix and them | [`recovery_code_hash`] |
//! | app's secret | 20 random bytes (RFC 6238), kept sealed to the custody key | [`totp_step`] |
//! | staff password | Argon2id, PHC string | [`hash_password`] |
//! | account key | `age(→ custody, age-scrypt(password, 32 key bytes))` | [`seal_account_key`] |
//! | passkey key | `HKDF-SHA256(PRF output, info "kakitome passkey v1")` as an X25519 identity | [`prf_identity`] |
//! | account key of a passkey | `age(→ custody, age(→ passkey key, 32 key bytes))` | [`seal_passkey_copy`] |
//! | custody key | age identity file, the newest first | [`CustodyKeys`] |
//! | return path | 16 bytes of a letter's id and 10 of HMAC-SHA256 under `HKDF-SHA256(custody key, info "kakitome return path v1")`, base32 | [`bounce_mark`] |
//! | log key | Ed25519, PKCS#8 PEM | [`LogKey`] |
//! | delivery slot | `age(→ shred, age(→ link, age-scrypt(number, slot content)))` | [`seal_delivery_slot`] |
//! | other slots | `age(→ shred, age(→ account or custody, slot content))` | [`seal_account_slot`] |
//! | session | `age(→ shred, age(→ token, 32 key bytes))` | [`seal_session`] |
//! | part | `age(→ transfer key, up to 64 MiB of a file)` | [`PartSealer`], [`PartOpener`] |
//! | manifest | `age(→ transfer key, JCS JSON)`, named by the SHA-256 of the age file | [`Manifest`] |
//! | post to a webhook | Standard Webhooks `v1`: `HMAC-SHA256(secret, "id.seconds.body")`, base64 | [`WebhookSecret`] |
//! | running digest | a saved midstate, always stored sealed | [`RunningDigest`] |
//!
//! Nothing here does I/O or reads a clock. Randomness is a parameter where the caller decides on it; age draws its own from
//! the operating system.

mod account_key;
mod bounce;
mod crockford;
mod custody;
mod digest;
mod invitation;
mod key;
mod link;
mod manifest;
mod name;
mod number;
mod opening;
mod part;
mod password;
mod prf;
mod recovery;
mod sealed;
mod session;
mod signature;
mod slot;
mod spelling;
mod token;
mod totp;

use crate::error;

pub use account_key::{open_account_key, seal_account_key};
pub use bounce::{bounce_mark, parse_bounce_mark};
pub use custody::{CustodyKeys, LogKey, verifies};
pub use digest::{Digests, RunningDigest};
pub use invitation::{INVITATION_SYMBOLS, grouped_invitation_code, invitation_code, parse_invitation_code};
pub use key::{Identity, Recipient};
pub use link::{
    CODE_SYMBOLS, CodeError, generate_link_secret, grouped_code, link_code, link_identity, parse_link_code,
};
pub use manifest::{Manifest, ManifestFile, ManifestPart, SealedManifest, ZipTime};
pub use name::{is_unseen, sanitise_name, zip_names};
pub use number::{NumberError, generate_number, grouped, parse_number};
pub use opening::PartOpener;
pub use part::{CHUNK, HEAD_MAX, PART_MAX, PartSealer, PartSummary, SEALED_CHUNK, chunk_count, head_length};
pub use password::{as_typed, dummy_hash, hash_password, verify_password};
pub use prf::{open_passkey_copy, prf_identity, seal_passkey_copy};
pub use recovery::{generate_recovery_code, parse_recovery_code, recovery_code_hash, recovery_code_text};
pub use sealed::{WORK_FACTOR, open, open_any, open_with_passphrase, seal, seal_with_passphrase};
pub use session::{open_session, seal_session};
pub use signature::WebhookSecret;
pub use slot::{
    OuterOpened, SlotContent, SlotKind, open_outer, seal_account_slot, seal_custody_slot, seal_delivery_slot,
};
pub use spelling::looks_like_number_or_link;
pub use token::{
    cookie_text, csrf_matches, csrf_of, generate_token, parse_cookie, parse_token, token_hash, token_identity,
    token_text,
};
pub use totp::{QrPicture, generate_totp_secret, qr_picture, totp_code, totp_secret_text, totp_step, totp_uri};

/// What sealing and opening return.
pub type Result<T, E = CryptError> = std::result::Result<T, E>;

/// Why something sealed was not opened. Never carries any of the content.
#[derive(Debug, thiserror::Error)]
pub enum CryptError {
    /// It was sealed to another key or passphrase.
    #[error("sealed to another key")]
    WrongKey,
    /// Truncated, altered, or not in the format it must be in.
    #[error("sealed data is damaged")]
    Damaged,
    /// The content or an argument is not what this version reads or writes.
    #[error("content is malformed")]
    Malformed,
    /// Reading or writing failed.
    #[error("sealing or opening failed")]
    Io(#[from] std::io::Error),
}

impl From<CryptError> for error::Error {
    fn from(source: CryptError) -> Self {
        error::Error::fault("opening sealed data", source)
    }
}
