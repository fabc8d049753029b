//! An untouched log is good; whatever is changed of one is named.

use super::super::checkpoint::sign_checkpoint;
use super::super::tile::{Tile, write_entries};
use super::super::tree::leaf_hash;
use super::walk::{Nothing, width};
use super::*;
use crate::crypt::LogKey;

const ORIGIN: &str = "files.office.example/audit/2026-1";

/// A published log in memory.
#[derive(Clone, Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Published for Files {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).cloned())
    }
}

fn entries(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("entry {number}").into_bytes()).collect()
}

fn publish(entries: &[Vec<u8>], key: &LogKey) -> Files {
    let (mut edge, mut files) = (Edge::of(0, &Nothing).unwrap(), Files::default());
    let mut tiles = BTreeMap::new();
    for entry in entries {
        edge.push(leaf_hash(entry));
        tiles.extend(edge.take_grown());
    }
    for (tile, hashes) in tiles {
        files.0.insert(tile.path(width(&hashes)), hashes);
    }
    for (index, part) in (0..).zip(entries.chunks(256)) {
        let bytes = write_entries(part.iter().map(Vec::as_slice)).unwrap();
        files.0.insert(Tile::entries_path(index, part.len() as u64), bytes);
    }
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: edge.size(), root: edge.root().unwrap() };
    files.0.insert("checkpoint".into(), sign_checkpoint(&checkpoint, key).unwrap());
    files
}

fn keys() -> (LogKey, VerifierKey) {
    let key = LogKey::generate().unwrap();
    let verifier = VerifierKey::of(ORIGIN, &key).unwrap();
    (key, verifier)
}

fn kept(files: &Files, name: &str) -> KeptCheckpoint {
    KeptCheckpoint { name: name.into(), note: files.0["checkpoint"].clone() }
}

fn flaws(files: &Files, key: &VerifierKey, kept: &[KeptCheckpoint]) -> Vec<Flaw> {
    verify(files, key, kept, |_, _| {}).unwrap().flaws
}

#[test]
fn an_untouched_log_is_good_and_agrees_with_what_was_kept_of_it() {
    let (key, verifier) = keys();
    for size in [0, 1, 255, 256, 257, 700, 66_000] {
        let all = entries(size);
        let earlier = all.get(..all.len() / 2).unwrap();
        let kept = [kept(&publish(earlier, &key), "earlier"), kept(&publish(&all, &key), "now")];
        let verified = verify(&publish(&all, &key), &verifier, &kept, |_, _| {}).unwrap();
        assert_eq!((verified.flaws, verified.entries, verified.kept), (vec![], size, 2), "{size}");
    }
}

#[test]
fn an_edited_entry_is_named() {
    let (key, verifier) = keys();
    let mut files = publish(&entries(700), &key);
    let path = Tile::entries_path(1, 256);
    let at = files.0[&path].windows(9).position(|part| part == b"entry 300").unwrap();
    files.0.get_mut(&path).unwrap()[at + 6] = b'9';
    assert_eq!(flaws(&files, &verifier, &[]), [Flaw::Entry { index: 300 }]);
}

#[test]
fn a_removed_entry_is_named_also_when_its_tiles_were_made_anew() {
    let (key, verifier) = keys();
    let mut all = entries(700);
    let good = publish(&all, &key);
    all.remove(300);
    let mut files = publish(&all, &key);
    files.0.insert("checkpoint".into(), good.0["checkpoint"].clone());
    // The log says 700 entries, the last file has one less and so another name.
    assert!(matches!(flaws(&files, &verifier, &[])[..], [Flaw::NoEntries { first: 512, .. }]));
    let mut patched = good.clone();
    let part = entries(700)[256..512].iter().filter(|entry| *entry != b"entry 300").cloned().collect::<Vec<_>>();
    let bytes = write_entries(part.iter().map(Vec::as_slice)).unwrap();
    patched.0.insert(Tile::entries_path(1, 256), bytes);
    assert_eq!(flaws(&patched, &verifier, &[]), [Flaw::Entry { index: 300 }]);
}

#[test]
fn who_rewrites_everything_needs_the_key_and_is_betrayed_by_what_was_kept() {
    let (key, verifier) = keys();
    let good = publish(&entries(700), &key);
    let mut all = entries(700);
    all[300] = b"another".to_vec();
    let (other, _) = keys();
    assert_eq!(flaws(&publish(&all, &other), &verifier, &[]), [Flaw::Checkpoint(NotACheckpoint::NotSigned)]);
    let mut unsigned = publish(&all, &key);
    unsigned.0.insert("checkpoint".into(), good.0["checkpoint"].clone());
    assert_eq!(flaws(&unsigned, &verifier, &[]), [Flaw::Root]);
    let forked = publish(&all, &key);
    assert_eq!(flaws(&forked, &verifier, &[]), []);
    let size = 700;
    assert_eq!(flaws(&forked, &verifier, &[kept(&good, "mail")]), [Flaw::Forked { name: "mail".into(), size }]);
}

#[test]
fn a_tail_that_was_cut_off_is_missed() {
    let (key, verifier) = keys();
    let (long, short) = (publish(&entries(700), &key), publish(&entries(690), &key));
    let found = flaws(&short, &verifier, &[kept(&long, "mail")]);
    assert_eq!(found, [Flaw::Truncated { name: "mail".into(), size: 700 }]);
    let mut cut = long.clone();
    cut.0.remove(&Tile::entries_path(2, 188));
    assert!(matches!(flaws(&cut, &verifier, &[])[..], [Flaw::NoEntries { first: 512, .. }]));
}

#[test]
fn tiles_that_changed_places_or_bytes_are_named() {
    let (key, verifier) = keys();
    let good = publish(&entries(700), &key);
    let (one, two) = (Tile { level: 0, index: 0 }.path(256), Tile { level: 0, index: 1 }.path(256));
    let mut swapped = good.clone();
    swapped.0.insert(one.clone(), good.0[&two].clone());
    swapped.0.insert(two, good.0[&one].clone());
    assert_eq!(flaws(&swapped, &verifier, &[]), [Flaw::Entry { index: 0 }]);
    let upper = Tile { level: 1, index: 0 }.path(2);
    let mut changed = good.clone();
    changed.0.get_mut(&upper).unwrap()[0] ^= 1;
    assert_eq!(flaws(&changed, &verifier, &[]), [Flaw::Tile { path: upper }]);
    let (entries_one, entries_two) = (Tile::entries_path(0, 256), Tile::entries_path(1, 256));
    let mut moved = good.clone();
    moved.0.insert(entries_one.clone(), good.0[&entries_two].clone());
    moved.0.insert(entries_two, good.0[&entries_one].clone());
    assert_eq!(flaws(&moved, &verifier, &[]), [Flaw::Entry { index: 0 }]);
}

#[test]
fn no_byte_of_a_published_log_can_be_changed() {
    let (key, verifier) = keys();
    let good = publish(&entries(300), &key);
    for (path, bytes) in &good.0 {
        for at in (0..bytes.len()).step_by(37) {
            let mut changed = good.clone();
            changed.0.get_mut(path).unwrap()[at] ^= 1;
            assert_ne!(flaws(&changed, &verifier, &[]), [], "byte {at} of {path}");
        }
        let mut without = good.clone();
        without.0.remove(path);
        assert_ne!(flaws(&without, &verifier, &[]), [], "without {path}");
    }
}

#[test]
fn what_was_kept_of_another_log_is_told_and_not_compared() {
    let (key, verifier) = keys();
    let origin = "files.office.example/audit/2027-2".to_owned();
    let note = sign_checkpoint(&Checkpoint { origin, size: 0, root: crate::audit::EMPTY_ROOT }, &key).unwrap();
    let kept = KeptCheckpoint { name: "new year".into(), note };
    let verified = verify(&publish(&entries(10), &key), &verifier, &[kept], |_, _| {}).unwrap();
    assert_eq!((verified.flaws, verified.kept, verified.others), (vec![], 0, vec!["new year".to_owned()]));
}

#[test]
fn what_somebody_kept_counts_only_with_the_key() {
    let (key, verifier) = keys();
    let (other, _) = keys();
    let files = publish(&entries(10), &key);
    let kept = kept(&publish(&entries(10), &other), "mail");
    let why = NotACheckpoint::NotSigned;
    assert_eq!(flaws(&files, &verifier, &[kept]), [Flaw::Kept { name: "mail".into(), why }]);
}
