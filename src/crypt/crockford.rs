//! Crockford's base32 in lower case, without padding: no letter that reads like a digit, no `u`.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The character of the lowest five bits of `value`.
pub(super) fn symbol(value: u16) -> char {
    ALPHABET.get(usize::from(value & 31)).copied().map_or('0', char::from)
}

/// The five bits of an exact (lower-case) character.
pub(super) fn value(symbol: char) -> Option<u8> {
    let byte = u8::try_from(symbol).ok()?;
    ALPHABET.iter().zip(0u8..).find_map(|(letter, value)| (*letter == byte).then_some(value))
}

/// The character that a person meant: upper case, `o` for 0, `i` and `l` for 1.
pub(super) fn forgive(symbol: char) -> char {
    match symbol.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    }
}

/// Big-endian, the last character filled up with zero bits.
pub(super) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().saturating_mul(8).div_ceil(5).saturating_add(8)));
    let (mut held, mut bits) = (0u16, 0u32);
    for byte in bytes {
        held = (held << 8) | u16::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(symbol(held >> bits));
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        text.push(symbol(held << (5 - bits)));
    }
    text
}

/// Exactly `N` bytes from exact characters. `None` for another length, another character or filling that is not zero:
/// every value has one spelling.
pub(super) fn decode<const N: usize>(text: &str) -> Option<Zeroizing<[u8; N]>> {
    if text.len() != (N * 8).div_ceil(5) {
        return None;
    }
    let mut bytes = Zeroizing::new([0u8; N]);
    let mut places = bytes.iter_mut();
    let (mut held, mut bits) = (0u16, 0u32);
    for symbol in text.chars() {
        held = (held << 5) | u16::from(value(symbol)?);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *places.next()? = u8::try_from(held >> bits).ok()?;
            held &= (1 << bits) - 1;
        }
    }
    (held == 0).then_some(bytes)
}
