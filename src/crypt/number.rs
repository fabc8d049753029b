//! The pick-up number: random digits and a Damm check digit.

use rand::CryptoRng;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::spelling::is_filler;
use crate::model::PickUpNumber;

/// The totally anti-symmetric quasigroup of order 10 from H. M. Damm's thesis (2004): it finds every single wrong digit and
/// every transposition of neighbours.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];
/// Nobody types more; what is longer is not looked at.
const LONGEST_INPUT: usize = 1024;

/// Why something typed is not a pick-up number. None of these costs a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing was typed.
    #[error("number missing")]
    Missing,
    /// Another count of digits.
    #[error("{got} digits instead of {want}")]
    Length {
        /// Digits typed.
        got: u32,
        /// Digits that the number has.
        want: u32,
    },
    /// The check digit does not fit: a slip.
    #[error("check digit does not fit")]
    CheckDigit,
    /// Something that is neither a digit nor punctuation between digits.
    #[error("not only digits")]
    Alphabet,
}

/// A new number of `digits` digits, the last of which checks the others.
pub fn generate_number(rng: &mut (impl CryptoRng + ?Sized), digits: u32) -> PickUpNumber {
    let length = usize::try_from(digits).unwrap_or(usize::MAX).clamp(2, LONGEST_INPUT);
    let mut number = String::with_capacity(length);
    let mut byte = Zeroizing::new([0u8; 1]);
    while number.len() + 1 < length {
        rng.fill_bytes(byte.as_mut());
        let [value] = *byte;
        // 250 is the largest multiple of ten in a byte: what lies above would make small digits likelier.
        if value < 250 {
            number.push(char::from(b'0' + value % 10));
        }
    }
    number.push(char::from(b'0' + damm(number.bytes())));
    PickUpNumber::new(number)
}

/// Reads a number of `digits` digits in any spelling: full width, spaces, hyphens and dashes of all kinds, long-vowel marks.
///
/// # Errors
/// Says what is wrong, in this order: missing, a character, the length, the check digit.
pub fn parse_number(input: &str, digits: u32) -> Result<PickUpNumber, NumberError> {
    if input.len() > LONGEST_INPUT {
        return Err(NumberError::Length {
            got: u32::try_from(input.chars().count()).unwrap_or(u32::MAX),
            want: digits,
        });
    }
    let mut number = Zeroizing::new(String::with_capacity(input.len().saturating_mul(4)));
    for character in input.nfkc().filter(|c| !is_filler(*c)) {
        if !character.is_ascii_digit() {
            return Err(NumberError::Alphabet);
        }
        number.push(character);
    }
    let got = u32::try_from(number.len()).unwrap_or(u32::MAX);
    match got {
        0 => Err(NumberError::Missing),
        _ if got != digits => Err(NumberError::Length { got, want: digits }),
        _ if !passes_damm(number.bytes()) => Err(NumberError::CheckDigit),
        _ => Ok(PickUpNumber::new(std::mem::take(&mut *number))),
    }
}

/// The number in groups of four, as it is shown and read out: "4708 1925 6330".
pub fn grouped(number: &PickUpNumber) -> Zeroizing<String> {
    in_groups_of_four(number.expose())
}

/// ASCII text in groups of four characters with single spaces between.
pub(super) fn in_groups_of_four(text: &str) -> Zeroizing<String> {
    let mut grouped = Zeroizing::new(String::with_capacity(text.len().saturating_mul(2)));
    for (position, character) in text.chars().enumerate() {
        if position > 0 && position % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(character);
    }
    grouped
}

/// Whether ASCII digits end with their check digit.
pub(super) fn passes_damm(digits: impl Iterator<Item = u8>) -> bool {
    damm(digits) == 0
}

/// The check digit of ASCII digits: 0 when they include the right one.
fn damm(digits: impl Iterator<Item = u8>) -> u8 {
    digits.fold(0, |interim, digit| {
        let row = DAMM.get(usize::from(interim));
        row.and_then(|row| row.get(usize::from(digit.wrapping_sub(b'0')))).copied().unwrap_or_default()
    })
}
