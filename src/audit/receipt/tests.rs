//! A receipt proves its entries with the key alone; whatever is changed of one is named.

use serde_json::{Value, json};

use super::super::checkpoint::{Checkpoint, sign_checkpoint};
use super::super::tree::{Edge, inclusion, leaf_hash};
use super::super::verify::Nothing;
use super::*;
use crate::crypt::LogKey;

const ORIGIN: &str = "files.office.example/audit/2026-1";
const SALT: [u8; 32] = [7; 32];

fn leaf(event: &str, more: &Value) -> String {
    let mut said = json!({
        "actor": {"by": "system"}, "at": 5, "commitments": {}, "event": event, "outcome": "ok",
        "subject": {"transfer": "t"}, "v": 1,
    });
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    String::from_utf8(serde_json_canonicalizer::to_vec(&said).unwrap()).unwrap()
}

fn leaves() -> Vec<String> {
    let named = Disclosed::of("file_name", &SALT, "契約書.pdf").commitment().unwrap();
    vec![
        leaf("file_added", &json!({"commitments": {"file_name": named}, "size": 12})),
        leaf("sealed", &json!({"files": 1, "bytes": 12})),
        leaf("finished", &json!({"reason": "expired"})),
        leaf("shredded", &json!({})),
    ]
}

fn certificate(key: &LogKey) -> Receipt {
    let mut edge = Edge::of(0, &Nothing).unwrap();
    let leaves = leaves();
    leaves.iter().for_each(|leaf| edge.push(leaf_hash(leaf.as_bytes())));
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: 4, root: edge.root().unwrap() };
    let note = String::from_utf8(sign_checkpoint(&checkpoint, key).unwrap()).unwrap();
    let prove = |(index, leaf): (u64, String)| {
        let path = inclusion(&edge, 4, index).unwrap();
        let proof = InclusionProof { index, path, checkpoint: note.clone() }.text();
        let values = if index == 0 { vec![Disclosed::of("file_name", &SALT, "契約書.pdf")] } else { Vec::new() };
        Proved { leaf, proof, values }
    };
    let entries: Vec<Proved> = (0..).zip(leaves).map(prove).collect();
    let facts: Vec<Fact> = entries.iter().map(|entry| entry.fact().unwrap()).collect();
    let statement = Statement::of(facts.iter().zip(&entries).map(|(fact, entry)| (fact, entry.values.as_slice())));
    let about = About { office: "Office".into(), references: BTreeMap::new() };
    Receipt { format: RECEIPT_FORMAT.into(), issued_at: 9, about, statement, entries }
}

#[test]
fn a_certificate_says_what_its_entries_say_and_survives_being_written() {
    let key = LogKey::generate().unwrap();
    let verifier = VerifierKey::of(ORIGIN, &key).unwrap();
    let text = serde_json::to_string(&certificate(&key)).unwrap();
    let certificate = Receipt::parse(&text).unwrap();
    let proofs = certificate.verify(&[verifier]).unwrap();
    assert_eq!(proofs.iter().map(|proof| proof.index).collect::<Vec<_>>(), [0, 1, 2, 3]);
    let said = certificate.statement.unwrap();
    assert_eq!((said.files, said.bytes, said.names), (1, 12, vec!["契約書.pdf".to_owned()]));
    assert_eq!((said.reason.as_str(), said.by.as_str(), said.erased_at), ("expired", "system", 5));
}

#[test]
fn whatever_is_changed_is_named() {
    let key = LogKey::generate().unwrap();
    let keys = [VerifierKey::of(ORIGIN, &key).unwrap()];
    let good = certificate(&key);
    let refused = |change: fn(&mut Receipt)| {
        let mut changed = good.clone();
        change(&mut changed);
        changed.verify(&keys).err()
    };
    let other = |entry| Some(NotAReceipt::Entry { entry, why: NotAProof::OtherEntry });
    assert_eq!(refused(|_| {}), None);
    assert_eq!(refused(|one| one.entries[3].leaf = one.entries[3].leaf.replace(":5", ":6")), other(4));
    let value = Some(NotAReceipt::Value { entry: 1, field: "file_name".into() });
    assert_eq!(refused(|one| one.entries[0].values[0].value = "another.pdf".into()), value);
    assert_eq!(refused(|one| one.entries[0].values[0].salt = "00".into()), value);
    for salt in ["", "zz", &"07".repeat(32)] {
        let mut changed = good.clone();
        let (field, salt, value) = ("email".to_owned(), salt.to_owned(), "ceo@example.com".to_owned());
        changed.entries[0].values.push(Disclosed { field, salt, value });
        let why = NotAReceipt::Value { entry: 1, field: "email".into() };
        assert_eq!(changed.verify(&keys).err(), Some(why), "what the leaf does not commit to was never logged");
    }
    let twice = Some(NotAReceipt::ValueTwice { entry: 1, field: "file_name".into() });
    assert_eq!(refused(|one| one.entries[0].values.push(Disclosed::of("file_name", &SALT, "契約書.pdf"))), twice);
    assert_eq!(refused(|one| one.statement.as_mut().unwrap().bytes = 13), Some(NotAReceipt::Statement));
    assert_eq!(refused(|one| one.statement.as_mut().unwrap().names.clear()), Some(NotAReceipt::Statement));
    assert_eq!(refused(|one| drop(one.entries.pop())), Some(NotAReceipt::Statement), "the erasure is not proved");
}

#[test]
fn another_key_and_another_log_do_not_count() {
    let (key, other) = (LogKey::generate().unwrap(), LogKey::generate().unwrap());
    let certificate = certificate(&key);
    let strange = VerifierKey::of(ORIGIN, &other).unwrap();
    let why = NotAProof::Checkpoint(NotACheckpoint::NotSigned);
    assert_eq!(certificate.verify(std::slice::from_ref(&strange)).err(), Some(NotAReceipt::Entry { entry: 1, why }));
    let both = [strange, VerifierKey::of(ORIGIN, &key).unwrap()];
    assert!(certificate.verify(&both).is_ok(), "a key was replaced within one name: one of them fits");
    let elsewhere = VerifierKey::of("files.office.example/audit/2027-2", &key).unwrap();
    let none = NotAReceipt::NoKey { entry: 1, origin: ORIGIN.into() };
    assert_eq!(certificate.verify(&[elsewhere]).err(), Some(none));
}

#[test]
fn what_is_no_receipt_is_refused() {
    let good = serde_json::to_string(&certificate(&LogKey::generate().unwrap())).unwrap();
    let left_out = LeftOut::new("t".into(), vec!["K-1".into()], "never_signed");
    let left_out = serde_json::to_string(&left_out).unwrap();
    assert!(matches!(Line::parse(&left_out), Ok(Line::LeftOut(_))) && Receipt::parse(&left_out).is_err());
    assert!(Line::parse(&left_out.replace("out/1", "out/2")).is_err());
    for text in ["", "{}", &good.replace("receipt/1", "receipt/2"), &good.replacen('{', r#"{"more":1,"#, 1)] {
        assert_eq!(Receipt::parse(text).err(), Some(NotAReceipt::Malformed), "{text}");
    }
}
