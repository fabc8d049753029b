//! Proofs that an entry is in the log, which verify without the log (C2SP tlog-proof).

use std::fmt::Write as _;

use data_encoding::BASE64;

use super::checkpoint::{Checkpoint, NotACheckpoint, VerifierKey};
use super::tree::{Hash, leaf_hash};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// The most hashes of a proof: the height of a tree of 2^63 entries.
const MOST_HASHES: usize = 63;

/// A proof that an entry is in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct InclusionProof {
    /// Which entry, from 0.
    pub index: u64,
    /// From the entry to the root.
    pub path: Vec<Hash>,
    /// The signed checkpoint of the tree.
    pub checkpoint: String,
}

/// Why bytes prove nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAProof {
    /// They are no proof.
    #[error("it is no proof")]
    Malformed,
    /// Its checkpoint is none of this log.
    #[error("its checkpoint does not count: {0}")]
    Checkpoint(#[from] NotACheckpoint),
    /// The entry is not what the proof is about.
    #[error("it is of another entry, or was changed")]
    OtherEntry,
}

impl InclusionProof {
    /// As text.
    pub fn text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\nindex {}\n", self.index);
        for hash in &self.path {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{hash}");
        }
        text + "\n" + &self.checkpoint
    }

    /// Reads one. Extra data of others is passed over.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, NotAProof> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(NotAProof::Malformed)?;
        // Not `lines`: that passes over a carriage return, which nobody may have put there.
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(NotAProof::Malformed);
        }
        if let Some(extra) = lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            BASE64.decode(extra.as_bytes()).map_err(|_| NotAProof::Malformed)?;
            lines.next();
        }
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or(NotAProof::Malformed)?;
        let number: u64 = index.parse().map_err(|_| NotAProof::Malformed)?;
        if number.to_string() != index {
            return Err(NotAProof::Malformed);
        }
        let path: Vec<Hash> = lines
            .map(|line| Hash::parse_hash(line).map_err(|_| NotAProof::Malformed))
            .take(MOST_HASHES + 1)
            .collect::<Result<_, _>>()?;
        if path.len() > MOST_HASHES {
            return Err(NotAProof::Malformed);
        }
        Ok(Self { index: number, path, checkpoint: checkpoint.to_owned() })
    }

    /// That this entry is in the log with this key. Gives what its checkpoint says.
    ///
    /// # Errors
    /// Why it is not proved.
    pub fn verify(&self, entry: &[u8], key: &VerifierKey) -> Result<Checkpoint, NotAProof> {
        let checkpoint = key.open(self.checkpoint.as_bytes())?;
        let leaf = leaf_hash(entry);
        let holds = self.index < checkpoint.size
            && tlog_tiles::check_record(&self.path, checkpoint.size, checkpoint.root, self.index, leaf).is_ok();
        if holds { Ok(checkpoint) } else { Err(NotAProof::OtherEntry) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::checkpoint::sign_checkpoint;
    use super::super::tree::{Edge, Tiles, inclusion};
    use super::*;
    use crate::audit::Tile;
    use crate::crypt::LogKey;
    use crate::error::Result as Done;

    struct Nothing;

    impl Tiles for Nothing {
        fn tile(&self, _: Tile) -> Done<Option<Vec<u8>>> {
            Ok(None)
        }
    }

    fn proof(key: &LogKey) -> InclusionProof {
        let mut edge = Edge::of(0, &Nothing).unwrap();
        for entry in 0..5_u8 {
            edge.push(leaf_hash(&[entry]));
        }
        let root = edge.root().unwrap();
        let note = sign_checkpoint(&Checkpoint { origin: "o".into(), size: 5, root }, key).unwrap();
        let path = inclusion(&edge, 5, 3).unwrap();
        InclusionProof { index: 3, path, checkpoint: String::from_utf8(note).unwrap() }
    }

    #[test]
    fn a_proof_is_of_its_entry_and_log_and_survives_being_written() {
        let (key, other) = (LogKey::generate().unwrap(), LogKey::generate().unwrap());
        let verifier = VerifierKey::of("o", &key).unwrap();
        let proof = proof(&key);
        let again = InclusionProof::parse(&proof.text()).unwrap();
        assert_eq!(again, proof);
        assert_eq!(again.verify(&[3], &verifier).unwrap().size, 5);
        assert_eq!(again.verify(&[4], &verifier), Err(NotAProof::OtherEntry));
        let stranger = VerifierKey::of("o", &other).unwrap();
        assert_eq!(again.verify(&[3], &stranger), Err(NotACheckpoint::NotSigned.into()));
        let with_extra = proof.text().replacen('\n', "\nextra AAAA\n", 1);
        assert_eq!(InclusionProof::parse(&with_extra).unwrap(), proof);
    }

    #[test]
    fn no_byte_of_a_proof_can_be_changed() {
        let key = LogKey::generate().unwrap();
        let verifier = VerifierKey::of("o", &key).unwrap();
        let text = proof(&key).text();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let counts = InclusionProof::parse(&changed).is_ok_and(|proof| proof.verify(&[3], &verifier).is_ok());
            assert!(!counts, "byte {at}");
        }
    }
}
