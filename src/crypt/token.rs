//! Tokens: 256 random bits that name a session or an API client, and that are an age identity at the same time. The server
//! keeps their hash, and what it seals to them only their bearer can open.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Identity, crockford};
use crate::model::Token;

/// What secret scanners look for.
const TEXT_PREFIX: &str = "kkt_";
const HASH_PREFIX: &[u8] = b"kakitome token hash v1";
const CSRF_PREFIX: &[u8] = b"kakitome anti-forgery v1";

/// A new token.
pub fn generate_token(rng: &mut (impl CryptoRng + ?Sized)) -> Token {
    let mut bytes = Zeroizing::new([0; 32]);
    rng.fill_bytes(bytes.as_mut());
    Token::new(*bytes)
}

/// An API token as a person copies it: `kkt_` and 52 characters.
pub fn token_text(token: &Token) -> Zeroizing<String> {
    let symbols = crockford::encode(token.expose());
    let mut text = Zeroizing::new(String::with_capacity(TEXT_PREFIX.len() + symbols.len()));
    text.push_str(TEXT_PREFIX);
    text.push_str(&symbols);
    text
}

/// Reads what [`token_text`] wrote; blanks around it are ignored. `None` for anything else.
pub fn parse_token(text: &str) -> Option<Token> {
    crockford::decode::<32>(text.trim().strip_prefix(TEXT_PREFIX)?).map(|bytes| Token::new(*bytes))
}

/// A session token as a cookie's value: base64url without padding.
pub fn cookie_text(token: &Token) -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(token.expose()))
}

/// Reads what [`cookie_text`] wrote. `None` for anything else.
pub fn parse_cookie(text: &str) -> Option<Token> {
    let mut bytes = Zeroizing::new([0; 32]);
    let written = URL_SAFE_NO_PAD.decode_slice(text, bytes.as_mut()).ok()?;
    (written == 32).then(|| Token::new(*bytes))
}

/// What the server keeps of a token and finds it by.
pub fn token_hash(token: &Token) -> [u8; 32] {
    prefixed_hash(HASH_PREFIX, token)
}

/// The age identity that the token is.
pub fn token_identity(token: &Token) -> Identity {
    Identity::from_bytes(token.expose())
}

/// The anti-forgery value of a session: stands in its forms, follows from its cookie, reveals nothing of it.
pub fn csrf_of(token: &Token) -> String {
    URL_SAFE_NO_PAD.encode(prefixed_hash(CSRF_PREFIX, token))
}

/// Whether a form carried the session's anti-forgery value, in constant time.
pub fn csrf_matches(token: &Token, given: &str) -> bool {
    csrf_of(token).as_bytes().ct_eq(given.as_bytes()).into()
}

fn prefixed_hash(prefix: &[u8], token: &Token) -> [u8; 32] {
    Sha256::new().chain_update(prefix).chain_update(token.expose()).finalize().into()
}
