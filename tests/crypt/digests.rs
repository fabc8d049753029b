//! A running digest goes on from any byte.

use kakitome::crypt::RunningDigest;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

proptest! {
    #[test]
    fn a_saved_digest_goes_on_from_any_byte(bytes in prop::collection::vec(any::<u8>(), 0..700), cuts in prop::collection::vec(0usize..700, 0..6)) {
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.sort_unstable();
        let mut digest = RunningDigest::new();
        let mut start = 0;
        for cut in cuts.into_iter().chain([bytes.len()]) {
            digest.update(&bytes[start..cut]);
            start = cut;
            digest = RunningDigest::from_bytes(&digest.to_bytes()).unwrap();
            prop_assert_eq!(digest.length(), cut as u64);
        }
        let digests = digest.finish();
        prop_assert_eq!(digests.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        prop_assert_eq!(digests.crc32, crc32fast::hash(&bytes));
    }
}

#[test]
fn what_is_no_saved_digest_is_refused() {
    let saved = RunningDigest::new().to_bytes();
    let mut other_version = saved.to_vec();
    other_version[0] = 2;
    for wrong in [&[][..], &saved[1..], &saved[..saved.len() - 1], &other_version] {
        assert!(RunningDigest::from_bytes(wrong).is_err());
    }
}
