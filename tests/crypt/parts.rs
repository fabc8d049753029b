//! Parts are age files like any other, open at any place, and never yield wrong bytes.

use std::io::Read;
use std::iter;

use kakitome::crypt::{
    CHUNK, CryptError, HEAD_MAX, Identity, PartOpener, PartSealer, PartSummary, SEALED_CHUNK, chunk_count, head_length,
    seal,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// Lengths around every boundary of a chunk.
const LENGTHS: [usize; 12] = [
    0,
    1,
    15,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    2 * CHUNK - 1,
    2 * CHUNK,
    2 * CHUNK + 1,
    3 * CHUNK,
    5 * CHUNK + 777,
    8 * CHUNK,
];

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 + at / 251) as u8).collect()
}

/// Seals in pushes of the given sizes, repeated as often as needed.
fn sealed_in(identity: &Identity, plain: &[u8], pushes: &[usize]) -> (Vec<u8>, PartSummary) {
    let (mut sealer, head) = PartSealer::begin(&identity.recipient()).unwrap();
    let mut blocks = vec![head];
    let mut rest = plain;
    let mut sizes = pushes.iter().cycle();
    while !rest.is_empty() {
        let (mut now, later) = rest.split_at((*sizes.next().unwrap()).clamp(1, rest.len()));
        blocks.extend(iter::from_fn(|| sealer.push(&mut now).unwrap()));
        rest = later;
    }
    let (end, summary) = sealer.finish().unwrap();
    blocks.push(end);
    let out = blocks.concat();
    assert_eq!(summary.cipher_length, out.len() as u64);
    assert_eq!(summary.plain_length, plain.len() as u64);
    (out, summary)
}

/// Opens a whole blob the way a download does: header, lengths, every chunk.
fn opened(identity: &Identity, blob: &[u8], plain: u64, head: &[u8; 32]) -> Result<Vec<u8>, CryptError> {
    let opener = PartOpener::read(identity, &blob[..blob.len().min(HEAD_MAX as usize)], head)?;
    opener.check_lengths(plain, blob.len() as u64)?;
    let mut all = Vec::new();
    for chunk in 0..chunk_count(plain) {
        let range = opener.cipher_range_of_chunks(chunk..=chunk, plain);
        let mut sealed = blob[range.start as usize..range.end as usize].to_vec();
        all.extend_from_slice(opener.open_chunk(chunk, chunk + 1 == chunk_count(plain), &mut sealed)?);
    }
    Ok(all)
}

fn by_the_crate(identity: &Identity, blob: &[u8]) -> std::io::Result<Vec<u8>> {
    use age_core::secrecy::ExposeSecret;
    let identity: age::x25519::Identity = identity.to_text().expose_secret().parse().unwrap();
    let mut plain = Vec::new();
    let decryptor = age::Decryptor::new(blob).map_err(std::io::Error::other)?;
    decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .map_err(std::io::Error::other)?
        .read_to_end(&mut plain)?;
    Ok(plain)
}

#[test]
fn the_crate_opens_what_we_seal_at_every_boundary() {
    let identity = Identity::generate();
    for length in LENGTHS {
        for pushes in [&[usize::MAX][..], &[1000], &[CHUNK], &[CHUNK - 1, 2], &[CHUNK + 1, 1, 70_000]] {
            let plain = content(length);
            let (blob, summary) = sealed_in(&identity, &plain, pushes);
            assert!(by_the_crate(&identity, &blob).unwrap() == plain, "{length} bytes in pushes of {pushes:?}");
            assert!(opened(&identity, &blob, length as u64, &summary.head_sha256).unwrap() == plain, "{length} bytes");
        }
    }
}

#[test]
fn we_open_what_the_crate_seals_at_every_boundary() {
    let identity = Identity::generate();
    for length in LENGTHS {
        let plain = content(length);
        let blob = seal(&identity.recipient(), &plain).unwrap();
        let head = head_length(length as u64, blob.len() as u64).unwrap() as usize;
        let hash: [u8; 32] = Sha256::digest(&blob[..head]).into();
        assert!(opened(&identity, &blob, length as u64, &hash).unwrap() == plain, "{length} bytes");
    }
}

#[test]
fn a_truncated_part_is_damaged_wherever_it_is_cut() {
    let identity = Identity::generate();
    let plain = content(2 * CHUNK + 100);
    let (blob, summary) = sealed_in(&identity, &plain, &[usize::MAX]);
    let head = head_length(summary.plain_length, summary.cipher_length).unwrap() as usize;
    let around = |at: usize| [at.saturating_sub(1), at, at + 1];
    let cuts = [
        0,
        1,
        head - 16,
        head,
        head + 16,
        head + SEALED_CHUNK,
        head + 2 * SEALED_CHUNK,
        blob.len() - 16,
        blob.len() - 1,
    ];
    for cut in cuts.into_iter().flat_map(around).filter(|cut| *cut < blob.len()) {
        let result = opened(&identity, &blob[..cut], summary.plain_length, &summary.head_sha256);
        assert!(matches!(result, Err(CryptError::Damaged)), "cut at {cut}");
        // Lengths that were altered to agree with the cut: the last chunk still tells.
        if let Some(plain_length) = plain_length_of(cut, head) {
            let result = opened(&identity, &blob[..cut], plain_length, &summary.head_sha256);
            assert!(matches!(result, Err(CryptError::Damaged)), "cut at {cut} with {plain_length} claimed");
        }
    }
}

fn plain_length_of(cipher: usize, head: usize) -> Option<u64> {
    let payload = cipher.checked_sub(head)?;
    let plain = payload.checked_sub(16 * payload.div_ceil(SEALED_CHUNK))?;
    (head_length(plain as u64, cipher as u64)? == head as u64).then_some(plain as u64)
}

#[test]
fn an_empty_last_chunk_after_a_full_one_is_damaged() {
    // Cut to the first chunk of two, and claimed to be followed by an empty one: nobody could have sealed that.
    let identity = Identity::generate();
    let (blob, summary) = sealed_in(&identity, &content(CHUNK), &[usize::MAX]);
    let opener = PartOpener::read(&identity, &blob, &summary.head_sha256).unwrap();
    assert!(matches!(opener.open_chunk(1, true, &mut [0; 16]), Err(CryptError::Damaged)));
    assert!(matches!(opener.open_chunk(0, false, &mut [0; 40]), Err(CryptError::Damaged)));
    assert!(matches!(opener.open_chunk(0, true, &mut [0; 15]), Err(CryptError::Damaged)));
    assert!(matches!(opener.open_chunk(0, true, &mut vec![0; SEALED_CHUNK + 1]), Err(CryptError::Damaged)));
}

#[test]
fn chunks_open_only_in_their_place_and_under_their_header() {
    let identity = Identity::generate();
    let plain = content(3 * CHUNK);
    let (blob, summary) = sealed_in(&identity, &plain, &[usize::MAX]);
    let (other, other_summary) = sealed_in(&identity, &plain, &[usize::MAX]);
    let opener = PartOpener::read(&identity, &blob, &summary.head_sha256).unwrap();
    let second = opener.cipher_range_of_chunks(1..=1, 3 * CHUNK as u64);
    let stored = blob[second.start as usize..second.end as usize].to_vec();
    assert_eq!(opener.open_chunk(1, false, &mut stored.clone()).unwrap(), &plain[CHUNK..2 * CHUNK]);
    for (index, last) in [(0, false), (2, false), (1, true), (2, true), (1 << 40, false)] {
        assert!(opener.open_chunk(index, last, &mut stored.clone()).is_err(), "chunk 1 as {index}, last {last}");
    }
    assert!(matches!(PartOpener::read(&identity, &other, &summary.head_sha256), Err(CryptError::Damaged)));
    let swapped = PartOpener::read(&identity, &other, &other_summary.head_sha256).unwrap();
    assert!(swapped.open_chunk(1, false, &mut stored.clone()).is_err());
}

#[test]
fn another_key_opens_nothing() {
    let (identity, stranger) = (Identity::generate(), Identity::generate());
    let (blob, summary) = sealed_in(&identity, b"secret", &[usize::MAX]);
    assert!(matches!(PartOpener::read(&stranger, &blob, &summary.head_sha256), Err(CryptError::WrongKey)));
}

#[test]
fn a_part_holds_64_mib_and_not_a_byte_more() {
    let (mut sealer, _) = PartSealer::begin(&Identity::generate().recipient()).unwrap();
    let mebibyte = content(1 << 20);
    for _ in 0..64 {
        let mut plain = &mebibyte[..];
        while sealer.push(&mut plain).unwrap().is_some() {}
    }
    assert_eq!(sealer.room(), 0);
    assert!(matches!(sealer.push(&mut &[0][..]), Err(CryptError::Malformed)));
}

#[test]
fn a_header_never_outgrows_its_bound() {
    // The crate adds a random stanza ("grease") to each header.
    let recipient = Identity::generate().recipient();
    let longest = (0..500).map(|_| PartSealer::begin(&recipient).unwrap().1.len()).max().unwrap();
    assert!((longest as u64) < HEAD_MAX / 2, "{longest} bytes");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_content_in_any_pieces_comes_back(
        length in 0usize..4 * CHUNK,
        pushes in prop::collection::vec(1usize..2 * CHUNK, 1..6),
    ) {
        let identity = Identity::generate();
        let plain = content(length);
        let (blob, summary) = sealed_in(&identity, &plain, &pushes);
        prop_assert!(by_the_crate(&identity, &blob).unwrap() == plain);
        prop_assert!(opened(&identity, &blob, length as u64, &summary.head_sha256).unwrap() == plain);
    }

    #[test]
    fn a_flipped_bit_never_yields_wrong_bytes(at in 0.0f64..1.0, bit in 0u8..8, length in 1usize..2 * CHUNK + 2) {
        let identity = Identity::generate();
        let (mut blob, summary) = sealed_in(&identity, &content(length), &[usize::MAX]);
        let place = (at * blob.len() as f64) as usize;
        blob[place] ^= 1 << bit;
        let result = opened(&identity, &blob, length as u64, &summary.head_sha256);
        prop_assert!(result.is_err(), "byte {place} of {}", blob.len());
    }

    #[test]
    fn ranges_of_chunks_cover_the_blob_without_gap(length in 0u64..10 * CHUNK as u64) {
        let identity = Identity::generate();
        let (blob, summary) = sealed_in(&identity, &content(length as usize), &[usize::MAX]);
        let opener = PartOpener::read(&identity, &blob, &summary.head_sha256).unwrap();
        let mut next = opener.head_length();
        for chunk in 0..chunk_count(length) {
            let range = opener.cipher_range_of_chunks(chunk..=chunk, length);
            prop_assert_eq!(range.start, next);
            next = range.end;
        }
        prop_assert_eq!(next, summary.cipher_length);
        let all = opener.cipher_range_of_chunks(0..=chunk_count(length) - 1, length);
        prop_assert_eq!(all, opener.head_length()..summary.cipher_length);
    }
}
