//! Checkpoints: size and root of the tree, signed (C2SP tlog-checkpoint, signed-note).

use data_encoding::BASE64;
use signed_note::{Note, Signer, StandardVerifier, VerifierList};

use super::tree::Hash;
use crate::crypt::LogKey;
use crate::error::{Doing, Error, Result};

/// The kind of key in a verifier key: Ed25519 (C2SP signed-note, "Signatures").
const ED25519: u8 = 1;

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Of which log: host, `/audit/`, year and number.
    pub origin: String,
    /// Entries in the tree.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Why bytes are no checkpoint of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotACheckpoint {
    /// They are no signed note, or not one about a tree.
    #[error("it is no checkpoint")]
    Malformed,
    /// Nobody signed it with this key.
    #[error("it is not signed with this key")]
    NotSigned,
    /// It is signed, and changed afterwards.
    #[error("its signature is false")]
    Forged,
    /// It is of another log.
    #[error("it is of another log")]
    OtherLog,
}

/// Whether a name can be the origin of a log.
pub fn is_origin(name: &str) -> bool {
    signed_note::is_key_name_valid(name) && !name.chars().any(char::is_control)
}

/// Whether bytes are a checkpoint at all, of whatever log.
pub fn is_checkpoint(note: &[u8]) -> bool {
    read(note).is_ok()
}

/// A note, and what it says about a tree.
fn read(note: &[u8]) -> std::result::Result<(Note, tlog_tiles::Checkpoint), NotACheckpoint> {
    let note = Note::from_bytes(note).map_err(|_| NotACheckpoint::Malformed)?;
    let said = tlog_tiles::Checkpoint::from_bytes(note.text()).map_err(|_| NotACheckpoint::Malformed)?;
    if is_origin(said.origin()) { Ok((note, said)) } else { Err(NotACheckpoint::Malformed) }
}

/// Signs a checkpoint.
///
/// # Errors
/// The origin can be none, or the key does not sign.
pub fn sign_checkpoint(checkpoint: &Checkpoint, key: &LogKey) -> Result<Vec<u8>> {
    let text = tlog_tiles::Checkpoint::new(&checkpoint.origin, checkpoint.size, checkpoint.root, "");
    let text = text.map_err(|_| Error::fault("writing a checkpoint", "its origin is empty"))?;
    let mut note = Note::new(&text.to_bytes(), &[]).doing("writing a checkpoint")?;
    note.add_sigs(&[&Signing { origin: &checkpoint.origin, key }]).doing("signing a checkpoint")?;
    Ok(note.to_bytes())
}

struct Signing<'a> {
    origin: &'a str,
    key: &'a LogKey,
}

impl Signer for Signing<'_> {
    fn name(&self) -> &str {
        self.origin
    }

    fn key_id(&self) -> u32 {
        signed_note::key_id(self.origin, &public(self.key))
    }

    fn sign(&self, text: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        self.key.sign(text).map_err(signature::Error::from_source)
    }
}

fn public(key: &LogKey) -> Vec<u8> {
    std::iter::once(ED25519).chain(key.public_key().iter().copied()).collect()
}

/// The key that checkpoints of a log verify with, as text: origin, `+`, id, `+`, key.
#[derive(Clone)]
pub struct VerifierKey {
    origin: String,
    text: String,
    verifier: StandardVerifier,
}

impl VerifierKey {
    /// The public half of a key for this log.
    ///
    /// # Errors
    /// A fault when the origin can be none.
    pub fn of(origin: &str, key: &LogKey) -> Result<Self> {
        let public = public(key);
        let id = signed_note::key_id(origin, &public);
        Self::parse(&format!("{origin}+{id:08x}+{}", BASE64.encode(&public)))
            .ok_or_else(|| Error::fault("writing the log's key", "its origin cannot be one"))
    }

    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let verifier = StandardVerifier::new(text).ok()?;
        let (origin, _) = text.split_once('+')?;
        Some(Self { origin: origin.to_owned(), text: text.to_owned(), verifier })
    }

    /// As it is given to people.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Of which log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Reads a checkpoint of this log that was signed with this key.
    ///
    /// # Errors
    /// Why it is none.
    pub fn open(&self, note: &[u8]) -> std::result::Result<Checkpoint, NotACheckpoint> {
        let (note, said) = read(note)?;
        if said.origin() != self.origin {
            return Err(NotACheckpoint::OtherLog);
        }
        let known = VerifierList::new(vec![Box::new(self.verifier.clone())]);
        match note.verify(&known) {
            Ok(_) => Ok(Checkpoint { origin: said.origin().to_owned(), size: said.size(), root: *said.hash() }),
            Err(signed_note::NoteError::UnverifiedNote) => Err(NotACheckpoint::NotSigned),
            Err(_) => Err(NotACheckpoint::Forged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::{EMPTY_ROOT, leaf_hash};
    use super::*;

    const ORIGIN: &str = "files.office.example/audit/2026-1";

    fn signed(origin: &str, key: &LogKey) -> Vec<u8> {
        sign_checkpoint(&Checkpoint { origin: origin.into(), size: 0, root: EMPTY_ROOT }, key).unwrap()
    }

    #[test]
    fn what_is_signed_is_read_with_its_key_and_no_other() {
        let (key, other) = (LogKey::generate().unwrap(), LogKey::generate().unwrap());
        let verifier = VerifierKey::of(ORIGIN, &key).unwrap();
        let again = VerifierKey::parse(verifier.text()).unwrap();
        assert_eq!(again.open(&signed(ORIGIN, &key)).unwrap().size, 0);
        assert_eq!(again.open(&signed(ORIGIN, &other)), Err(NotACheckpoint::NotSigned));
        assert_eq!(again.open(&signed("files.office.example/audit/2026-2", &key)), Err(NotACheckpoint::OtherLog));
        assert_eq!(again.open(b"garbage"), Err(NotACheckpoint::Malformed));
    }

    #[test]
    fn no_byte_of_what_was_signed_can_be_changed() {
        let key = LogKey::generate().unwrap();
        let verifier = VerifierKey::of(ORIGIN, &key).unwrap();
        let root = leaf_hash(b"entry");
        let note = sign_checkpoint(&Checkpoint { origin: ORIGIN.into(), size: 1, root }, &key).unwrap();
        for at in 0..note.len() {
            let mut changed = note.clone();
            changed[at] ^= 1;
            assert!(verifier.open(&changed).is_err(), "byte {at}");
        }
    }

    /// The key and the note of the specification of signed notes.
    #[test]
    fn the_specifications_own_example_verifies() {
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let note = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n\n\
                    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let verifier = StandardVerifier::new(key).unwrap();
        assert!(
            Note::from_bytes(note.as_bytes()).unwrap().verify(&VerifierList::new(vec![Box::new(verifier)])).is_ok()
        );
    }

    #[test]
    fn names_that_a_note_cannot_bear_are_no_origins() {
        assert!(is_origin(ORIGIN));
        for name in ["", "a b", "a+b", "a\nb"] {
            assert!(!is_origin(name) && VerifierKey::of(name, &LogKey::generate().unwrap()).is_err(), "{name:?}");
        }
    }
}
