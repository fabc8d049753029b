//! The mark of a mail's return path: the letter's id, and a piece of an HMAC under a key of this installation, so that a
//! report of a mail that came back can only name a letter that left here, and only whoever saw its envelope can name it.

use age_core::primitives::hkdf;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{CryptError, CustodyKeys, Identity, Result};

const KEY_INFO: &[u8] = b"kakitome return path v1";
/// Bytes of an id.
const ID: usize = 16;
/// Bytes of the HMAC that are kept: 80 bits, which nobody guesses by mail.
const PROOF: usize = 10;

/// The mark of the letter with this id: 42 lower-case letters and digits, which survive servers that fold case.
///
/// # Errors
/// `Malformed` when the key cannot be used.
pub fn bounce_mark(keys: &CustodyKeys, id: [u8; ID]) -> Result<String> {
    let newest = keys.identities().first().ok_or(CryptError::Malformed)?;
    let proof = mac(newest, &id)?.finalize().into_bytes();
    let bytes: Vec<u8> = id.iter().chain(proof.iter().take(PROOF)).copied().collect();
    Ok(BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
}

/// The letter that a mark names; none if it was not made here.
pub fn parse_bounce_mark(keys: &CustodyKeys, mark: &str) -> Option<[u8; ID]> {
    let bytes = BASE32_NOPAD.decode(mark.to_ascii_uppercase().as_bytes()).ok()?;
    let (id, proof) = bytes.split_first_chunk::<ID>()?;
    let is_ours = |key: &Identity| mac(key, id).is_ok_and(|mac| mac.verify_truncated_left(proof).is_ok());
    (proof.len() == PROOF && keys.identities().iter().any(is_ours)).then_some(*id)
}

fn mac(key: &Identity, id: &[u8]) -> Result<Hmac<Sha256>> {
    let key = Zeroizing::new(hkdf(&[], KEY_INFO, key.to_bytes().as_ref()));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).map_err(|_| CryptError::Malformed)?;
    mac.update(id);
    Ok(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_names_its_letter_whatever_the_case_and_nobody_elses() {
        let (keys, others) = (CustodyKeys::generate(), CustodyKeys::generate());
        let mark = bounce_mark(&keys, [7; ID]).unwrap();
        assert_eq!(mark.len(), 42);
        assert_eq!(parse_bounce_mark(&keys, &mark.to_uppercase()), Some([7; ID]));
        assert_eq!(parse_bounce_mark(&others, &mark), None);
        assert_eq!(parse_bounce_mark(&keys, &mark.chars().take(40).collect::<String>()), None);
        assert_eq!(parse_bounce_mark(&keys, ""), None);
    }

    #[test]
    fn no_byte_of_a_mark_can_be_changed() {
        let keys = CustodyKeys::generate();
        let mark = bounce_mark(&keys, [7; ID]).unwrap();
        for at in 0..mark.len() {
            let mut other = mark.clone().into_bytes();
            other[at] = if other[at] == b'a' { b'b' } else { b'a' };
            assert_eq!(parse_bounce_mark(&keys, std::str::from_utf8(&other).unwrap()), None, "{at}");
        }
    }

    #[test]
    fn marks_outlive_a_change_of_custody_keys() {
        let old = CustodyKeys::generate();
        let mark = bounce_mark(&old, [9; ID]).unwrap();
        let text = [CustodyKeys::generate().to_text().to_string(), old.to_text().to_string()].concat();
        assert_eq!(parse_bounce_mark(&CustodyKeys::from_text(&text).unwrap(), &mark), Some([9; ID]));
    }
}
