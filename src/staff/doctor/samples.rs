//! Small files of which is known what a scanner has to say. They are put together when they are needed: neither the program
//! nor a file on a disk holds one.

use bytes::{BufMut, BytesMut};

use crate::port::Finding;

use super::Seen;

/// Deeper than any clamd can be told to go (MaxRecursion is 100 at most).
const DEPTH: u32 = 110;
/// The test file that every scanner knows (EICAR), backwards: so it is none.
const BACKWARDS: &str = r"*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\4[PA@%P!O5X";
/// An entry of a zip is encrypted (PKWARE's APPNOTE 6.3.9, 4.4.4, bit 0).
const ENCRYPTED: u16 = 1;
/// How it is packed (4.4.5).
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// A file, and what has to be said of it.
pub(super) struct Sample {
    pub(super) bytes: Vec<u8>,
    /// Whether it is this.
    pub(super) is_right: fn(&Finding) -> bool,
    /// What was seen then, and else.
    pub(super) right: Seen,
    pub(super) wrong: Seen,
}

/// Harmless.
pub(super) fn harmless() -> Sample {
    Sample {
        bytes: b"Kakitome asks the scanner whether a harmless text is clean.\n".to_vec(),
        is_right: |finding| *finding == Finding::Clean,
        right: Seen::CleanPasses,
        wrong: Seen::CleanRefused,
    }
}

/// The test file.
pub(super) fn eicar() -> Sample {
    Sample { bytes: test_file(), is_right: is_infected, right: Seen::EicarFound, wrong: Seen::EicarMissed }
}

/// The test file inside an archive, packed: who does not unpack it does not find it.
pub(super) fn eicar_in_zip() -> Sample {
    Sample {
        bytes: zip(&test_file(), &deflated(&test_file()), DEFLATED, 0),
        is_right: is_infected,
        right: Seen::EicarInZipFound,
        wrong: Seen::EicarInZipMissed,
    }
}

/// An archive whose only entry is encrypted, and nonsense once it is opened.
pub(super) fn encrypted() -> Sample {
    let nonsense: Vec<u8> = (0..64_u8).map(|place| place.wrapping_mul(167).wrapping_add(59)).collect();
    Sample {
        bytes: zip(&nonsense, &nonsense, STORED, ENCRYPTED),
        is_right: |finding| matches!(finding, Finding::Encrypted(_)),
        right: Seen::EncryptedTold,
        wrong: Seen::EncryptedPasses,
    }
}

/// Archives in archives, deeper than any scanner goes.
pub(super) fn nested() -> Sample {
    Sample {
        bytes: (0..DEPTH).fold(b"harmless\n".to_vec(), |inner, _| zip(&inner, &inner, STORED, 0)),
        is_right: |finding| matches!(finding, Finding::Limits(_)),
        right: Seen::LimitsTold,
        wrong: Seen::LimitsPass,
    }
}

fn is_infected(finding: &Finding) -> bool {
    matches!(finding, Finding::Infected(_))
}

fn test_file() -> Vec<u8> {
    // What the compiler could work out would stand in the program.
    std::hint::black_box(BACKWARDS).bytes().rev().collect()
}

/// ASCII text as one block of DEFLATE with fixed codes (RFC 1951, 3.2.6). It does not become shorter, but every bit is
/// elsewhere.
fn deflated(text: &[u8]) -> Vec<u8> {
    /// The last block; fixed codes: three bits.
    const HEADER: u32 = 0b011;
    let mut out = Vec::with_capacity(text.len() + 2);
    let (mut held, mut bits) = (HEADER, 3);
    // Codes of eight bits, from their highest on; the end is seven zeros.
    for code in text.iter().map(|byte| byte.wrapping_add(0x30).reverse_bits()).chain([0, 0]) {
        held |= u32::from(code) << bits;
        bits += 8;
        while bits >= 8 {
            out.push((held & 0xff) as u8);
            held >>= 8;
            bits -= 8;
        }
    }
    out
}

/// A zip with one entry (4.3.7, 4.3.12, 4.3.16).
fn zip(content: &[u8], packed: &[u8], method: u16, flags: u16) -> Vec<u8> {
    const NAME: &[u8; 6] = b"sample";
    const NAME_LENGTH: u16 = 6;
    /// The last day of 1980 that everybody can read.
    const DATE: u16 = (12 << 5) | 31;
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let common = |out: &mut BytesMut| {
        out.put_u16_le(20);
        out.put_u16_le(flags);
        out.put_u16_le(method);
        out.put_u16_le(0);
        out.put_u16_le(DATE);
        out.put_u32_le(crc32fast::hash(content));
        out.put_u32_le(length(packed));
        out.put_u32_le(length(content));
        out.put_u16_le(NAME_LENGTH);
        out.put_u16_le(0);
    };
    let mut out = BytesMut::with_capacity(packed.len() + 128);
    out.put_u32_le(0x0403_4b50);
    common(&mut out);
    out.put_slice(NAME);
    out.put_slice(packed);
    let directory = out.len();
    out.put_u32_le(0x0201_4b50);
    out.put_u16_le(20);
    common(&mut out);
    out.put_bytes(0, 14);
    out.put_slice(NAME);
    let end = out.len();
    out.put_u32_le(0x0605_4b50);
    out.put_u32_le(0);
    out.put_u16_le(1);
    out.put_u16_le(1);
    out.put_u32_le(u32::try_from(end - directory).unwrap_or(u32::MAX));
    out.put_u32_le(u32::try_from(directory).unwrap_or(u32::MAX));
    out.put_u16_le(0);
    out.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_file_is_the_one_that_is_known() {
        let digest = <sha2::Sha256 as sha2::Digest>::digest(test_file());
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f");
    }

    #[test]
    fn the_archives_are_small() {
        assert!(nested().bytes.len() < 16 * 1024);
        assert!(eicar_in_zip().bytes.len() < 256);
    }
}
