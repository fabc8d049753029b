//! Passwords of staff: Argon2id for sign-in.

use std::sync::OnceLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{CryptError, Result};
use crate::model::Passphrase;

/// The first row of OWASP's Argon2id table (46 MiB, one pass, one lane). All its rows cost an attacker about the same; this
/// one takes the most memory and the least of our CPU, and a semaphore bounds how many run at once.
const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;
const LANES: u32 = 1;

/// The PHC string of a password. Takes 46 MiB and some 40 ms of CPU.
///
/// # Errors
/// `Malformed` when the parameters are refused or randomness is unavailable.
pub fn hash_password(password: &Passphrase) -> Result<String> {
    let hash: PasswordHash =
        hasher()?.hash_password(as_typed(password).as_bytes()).map_err(|_| CryptError::Malformed)?;
    Ok(hash.to_string())
}

/// Whether the password belongs to this PHC string. An unreadable string belongs to none.
pub fn verify_password(password: &Passphrase, hash: &str) -> bool {
    let (Ok(hasher), Ok(parsed)) = (hasher(), PasswordHash::new(hash)) else {
        return false;
    };
    hasher.verify_password(as_typed(password).as_bytes(), &parsed).is_ok()
}

/// A hash that no password belongs to, to verify against when the account is unknown: the answer then takes as long as for
/// a known one. Made once; empty if it could not be made.
pub fn dummy_hash() -> &'static str {
    static DUMMY: OnceLock<String> = OnceLock::new();
    DUMMY.get_or_init(|| {
        let nobody = super::token_text(&super::generate_token(&mut rand::rng()));
        hash_password(&Passphrase::new(nobody.as_str().to_owned())).unwrap_or_default()
    })
}

/// The same bytes for the same password, whichever keyboard or system it was typed on: RFC 8265 section 4.2.2
/// (OpaqueString: NFC, other blanks as the ASCII space).
pub fn as_typed(password: &Passphrase) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(password.expose().len().saturating_mul(3)));
    text.extend(password.expose().chars().map(|c| if is_blank(c) { ' ' } else { c }).nfc());
    text
}

/// Unicode's general category Zs.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| CryptError::Malformed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}
