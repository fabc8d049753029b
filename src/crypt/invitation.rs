//! The code of an invitation: a token as it stands in a mailed link, and as people paste it.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::spelling::is_filler;
use super::{CodeError, crockford};
use crate::model::Token;

/// Characters of an invitation's code: 32 bytes and filling.
pub const INVITATION_SYMBOLS: usize = 52;
/// Nobody pastes more; what is longer is not looked at.
const LONGEST_INPUT: usize = 2048;

/// The secret of an invitation as it stands in the link.
pub fn invitation_code(secret: &Token) -> Zeroizing<String> {
    crockford::encode(secret.expose())
}

/// The code in groups of four, for people to read and paste.
pub fn grouped_invitation_code(secret: &Token) -> Zeroizing<String> {
    super::number::in_groups_of_four(&invitation_code(secret))
}

/// Reads a code in any spelling that people and mail systems produce, as [`super::parse_link_code`] does.
///
/// # Errors
/// Says what is wrong: a character, or the length.
pub fn parse_invitation_code(text: &str) -> Result<Token, CodeError> {
    let length = |text: &str| CodeError::Length { got: u32::try_from(text.chars().count()).unwrap_or(u32::MAX) };
    if text.len() > LONGEST_INPUT {
        return Err(length(text));
    }
    let plain = Zeroizing::new(text.nfkc().collect::<String>());
    let after_mark = plain.rsplit('#').next().unwrap_or_default().rsplit("%23").next().unwrap_or_default();
    let mut symbols = Zeroizing::new(String::with_capacity(plain.len()));
    symbols.extend(after_mark.chars().filter(|c| !is_filler(*c)).map(crockford::forgive));
    if symbols.chars().any(|symbol| crockford::value(symbol).is_none()) {
        return Err(CodeError::Alphabet);
    }
    if symbols.len() != INVITATION_SYMBOLS {
        return Err(length(&symbols));
    }
    // What is left can only be a last character that no code ends with: something was mistyped.
    crockford::decode::<32>(&symbols).map(|bytes| Token::new(*bytes)).ok_or(CodeError::Check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_paste_it() {
        let secret = Token::new([0xa5; 32]);
        let code = invitation_code(&secret);
        assert_eq!(code.len(), INVITATION_SYMBOLS);
        let full_width: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        for text in [
            code.to_string(),
            code.to_uppercase(),
            grouped_invitation_code(&secret).replace(' ', "\n"),
            format!("https://files.office.example/join#{}", *code),
            format!("https://files.office.example/join%23{}", *code),
            full_width,
        ] {
            assert_eq!(parse_invitation_code(&text).unwrap().expose(), secret.expose(), "{text}");
        }
    }

    #[test]
    fn what_is_no_code_is_told_apart() {
        let flaw = |text: &str| parse_invitation_code(text).err();
        assert_eq!(flaw(""), Some(CodeError::Length { got: 0 }));
        assert_eq!(flaw("k7q2 m9d4"), Some(CodeError::Length { got: 8 }));
        assert_eq!(flaw("招待"), Some(CodeError::Alphabet));
        assert_eq!(flaw(&"z".repeat(INVITATION_SYMBOLS)), Some(CodeError::Check));
        assert!(matches!(flaw(&"0".repeat(3000)), Some(CodeError::Length { got: 3000 })));
    }
}
