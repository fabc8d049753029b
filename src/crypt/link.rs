//! The link secret: how it is made, written down, read back, and turned into a key.

use age_core::primitives::hkdf;
use rand::CryptoRng;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::spelling::is_filler;
use super::{Identity, crockford};
use crate::model::LinkSecret;

const IDENTITY_INFO: &[u8] = b"kakitome link v1";
const CHECK_PREFIX: &[u8] = b"kakitome link check v1";
const SECRET_SYMBOLS: usize = 32;
/// Characters of a code.
pub const CODE_SYMBOLS: usize = 34;
/// Nobody pastes more; what is longer is not looked at.
const LONGEST_INPUT: usize = 2048;

/// Why a pasted code is not a link secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not 34 characters.
    #[error("{got} characters instead of 34")]
    Length {
        /// Characters found.
        got: u32,
    },
    /// A character that codes do not use.
    #[error("code has a character that codes do not use")]
    Alphabet,
    /// The check characters do not fit: something was mistyped.
    #[error("check characters do not fit")]
    Check,
}

/// A new link secret.
pub fn generate_link_secret(rng: &mut (impl CryptoRng + ?Sized)) -> LinkSecret {
    let mut bytes = Zeroizing::new([0; 20]);
    rng.fill_bytes(bytes.as_mut());
    LinkSecret::new(*bytes)
}

/// The secret as it stands in the link: 32 characters and 2 check characters.
pub fn link_code(secret: &LinkSecret) -> Zeroizing<String> {
    let mut code = crockford::encode(secret.expose());
    let check = check_bits(secret.expose());
    code.push(crockford::symbol(check >> 5));
    code.push(crockford::symbol(check));
    code
}

/// The code in groups of four, for people to read and paste.
pub fn grouped_code(secret: &LinkSecret) -> Zeroizing<String> {
    super::number::in_groups_of_four(&link_code(secret))
}

/// Reads a code in any spelling that people and mail systems produce: spaces, hyphens, capitals, full width, `o` for 0,
/// `i` or `l` for 1, with a `#` or `%23` and what stands before it.
///
/// # Errors
/// Says what is wrong, in this order: a character, the length, the check characters.
pub fn parse_link_code(text: &str) -> Result<LinkSecret, CodeError> {
    if text.len() > LONGEST_INPUT {
        return Err(CodeError::Length { got: count(text) });
    }
    let plain = Zeroizing::new(text.nfkc().collect::<String>());
    let after_mark = plain.rsplit('#').next().unwrap_or_default().rsplit("%23").next().unwrap_or_default();
    let mut symbols = Zeroizing::new(String::with_capacity(plain.len()));
    symbols.extend(after_mark.chars().filter(|c| !is_filler(*c)).map(crockford::forgive));
    decode_symbols(&symbols)
}

/// The age identity that the secret is: `HKDF-SHA256(secret, "kakitome link v1")`, no salt.
pub fn link_identity(secret: &LinkSecret) -> Identity {
    Identity::from_bytes(&Zeroizing::new(hkdf(&[], IDENTITY_INFO, secret.expose())))
}

fn decode_symbols(symbols: &str) -> Result<LinkSecret, CodeError> {
    if symbols.chars().any(|symbol| crockford::value(symbol).is_none()) {
        return Err(CodeError::Alphabet);
    }
    let length = || CodeError::Length { got: count(symbols) };
    if symbols.len() != CODE_SYMBOLS {
        return Err(length());
    }
    let (secret, check) = symbols.split_at_checked(SECRET_SYMBOLS).ok_or_else(length)?;
    let bytes = crockford::decode::<20>(secret).ok_or_else(length)?;
    let given = check.chars().filter_map(crockford::value).fold(0, |bits, value| (bits << 5) | u16::from(value));
    if given == check_bits(&bytes) { Ok(LinkSecret::new(*bytes)) } else { Err(CodeError::Check) }
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// The first ten bits of SHA-256 over the prefix and the secret.
fn check_bits(secret: &[u8; 20]) -> u16 {
    let digest: [u8; 32] = Sha256::new().chain_update(CHECK_PREFIX).chain_update(secret).finalize().into();
    let [first, second, ..] = digest;
    u16::from_be_bytes([first, second]) >> 6
}
