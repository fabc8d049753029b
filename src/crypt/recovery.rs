//! Recovery codes, for the day the app is lost: 120 random bits each, of which the server keeps a hash.

use rand::CryptoRng;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::crockford;
use crate::model::RecoveryCode;

/// Characters in a group.
const GROUP: usize = 4;
/// Characters of a code: 15 bytes and no filling.
const SYMBOLS: usize = 24;
const HASH_PREFIX: &[u8] = b"kakitome recovery code v1";

/// A new code.
pub fn generate_recovery_code(rng: &mut (impl CryptoRng + ?Sized)) -> RecoveryCode {
    let mut bytes = Zeroizing::new([0; 15]);
    rng.fill_bytes(bytes.as_mut());
    RecoveryCode::new(*bytes)
}

/// A code as it is printed: six groups of four Crockford characters.
pub fn recovery_code_text(code: &RecoveryCode) -> Zeroizing<String> {
    let symbols = crockford::encode(code.expose());
    let mut text = Zeroizing::new(String::with_capacity(SYMBOLS * 2));
    for (place, symbol) in symbols.chars().enumerate() {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        text.push(symbol);
    }
    text
}

/// Reads what a person typed: any case, any gaps, full-width characters, `o` for 0. `None` for anything else.
pub fn parse_recovery_code(typed: &str) -> Option<RecoveryCode> {
    let mut symbols = Zeroizing::new(String::with_capacity(SYMBOLS * 4));
    let meant = typed.nfkc().filter(|c| !c.is_whitespace() && !is_dash(*c)).map(crockford::forgive);
    symbols.extend(meant.take(SYMBOLS + 1));
    crockford::decode::<15>(&symbols).map(|bytes| RecoveryCode::new(*bytes))
}

/// What the server keeps of a code. 120 random bits need no slow hash.
pub fn recovery_code_hash(code: &RecoveryCode) -> [u8; 32] {
    Sha256::new().chain_update(HASH_PREFIX).chain_update(code.expose()).finalize().into()
}

/// Hyphens and dashes, and the long vowel mark that a Japanese keyboard makes of one.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = RecoveryCode::new([0x5a; 15]);
        let text = recovery_code_text(&code);
        assert_eq!((text.len(), text.matches('-').count()), (29, 5), "{}", *text);
        let plain = text.replace('-', "");
        let wide: String = plain.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xfee0)).collect();
        for typed in
            [text.to_string(), plain.to_uppercase(), plain.clone(), wide, format!(" {} ", text.replace('-', " ー "))]
        {
            assert_eq!(parse_recovery_code(&typed).map(|code| *code.expose()), Some(*code.expose()), "{typed:?}");
        }
        for typed in ["", "123456", plain.get(1..).unwrap(), &format!("{plain}0"), &plain.replacen('b', "u", 1)] {
            assert!(parse_recovery_code(typed).is_none(), "{typed:?}");
        }
    }

    #[test]
    fn the_hash_is_final() {
        let hash = recovery_code_hash(&RecoveryCode::new([0; 15]));
        let again = Sha256::digest([&b"kakitome recovery code v1"[..], &[0; 15]].concat());
        assert_eq!(hash[..], again[..]);
    }
}
