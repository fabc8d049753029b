//! Verification of a published log, from nothing but its files and its key: every entry is hashed, every tile and root is
//! computed anew, and whatever was kept of the log elsewhere must be a part of it.

use std::collections::BTreeMap;

use super::checkpoint::{Checkpoint, NotACheckpoint, VerifierKey};
use super::tile::{ENTRIES, Tile, read_entries};
use super::tree::{Edge, Hash, Tiles, leaf_hash};
use crate::error::{Error, Result};

/// A published log: files by their path.
pub trait Published {
    /// The bytes of a file; none if there is none.
    ///
    /// # Errors
    /// It is there and cannot be read.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>>;
}

/// A checkpoint that was kept outside of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// What it is called by whoever kept it.
    pub name: String,
    /// As it was kept.
    pub note: Vec<u8>,
}

/// What is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It has no checkpoint.
    NoCheckpoint,
    /// Its checkpoint does not count.
    Checkpoint(NotACheckpoint),
    /// A kept checkpoint does not count.
    Kept {
        /// Which.
        name: String,
        /// Why.
        why: NotACheckpoint,
    },
    /// Files with entries are missing, or cannot be read as such.
    NoEntries {
        /// The first that is missing.
        first: u64,
        /// The file.
        path: String,
    },
    /// A file has more or fewer entries than the tree.
    Count {
        /// The file.
        path: String,
        /// Entries that it should have.
        wanted: u64,
        /// Entries that it has.
        found: u64,
    },
    /// An entry is not the one that the tree was grown with: changed, removed, added, or another's place.
    Entry {
        /// The first that is wrong.
        index: u64,
    },
    /// A tile is missing, or its hashes are not those of what is below it.
    Tile {
        /// The file.
        path: String,
    },
    /// The entries and tiles fit each other, and not what was signed.
    Root,
    /// The log is shorter than it was: its end was cut off.
    Truncated {
        /// The checkpoint that knows better.
        name: String,
        /// Entries that it had then.
        size: u64,
    },
    /// At this size it was another log: it was rewritten, or there are two.
    Forked {
        /// The checkpoint that knows better.
        name: String,
        /// Entries that it had then.
        size: u64,
    },
}

/// What verification found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What the log's own checkpoint says, if it counts.
    pub checkpoint: Option<Checkpoint>,
    /// Entries that were hashed.
    pub entries: u64,
    /// Kept checkpoints that are a part of it.
    pub kept: usize,
    /// Kept checkpoints of other logs of the same host, such as that of another year: they say nothing about this one.
    pub others: Vec<String>,
    /// What is wrong; nothing if it is empty.
    pub flaws: Vec<Flaw>,
}

/// What an empty tree grows from.
struct Nothing;

impl Tiles for Nothing {
    fn tile(&self, _: Tile) -> Result<Vec<u8>> {
        Err(Error::fault("reading a tile", "an empty tree has none"))
    }
}

/// Verifies a log. `progress` is told how many of how many entries were looked at.
///
/// # Errors
/// A file is there and cannot be read.
pub fn verify(
    log: &impl Published,
    key: &VerifierKey,
    kept: &[KeptCheckpoint],
    mut progress: impl FnMut(u64, u64),
) -> Result<Verified> {
    let mut verified = Verified { checkpoint: None, entries: 0, kept: 0, others: Vec::new(), flaws: Vec::new() };
    let Some(note) = log.read("checkpoint")? else {
        verified.flaws.push(Flaw::NoCheckpoint);
        return Ok(verified);
    };
    let checkpoint = match key.open(&note) {
        Ok(checkpoint) => checkpoint,
        Err(why) => {
            verified.flaws.push(Flaw::Checkpoint(why));
            return Ok(verified);
        }
    };
    let mut known = Known::read(kept, key, checkpoint.size, &mut verified);
    let mut walk = Walk { log, size: checkpoint.size, edge: Edge::of(0, &Nothing)?, flaws: Vec::new() };
    known.pass(&walk.edge)?;
    while walk.edge.size() < checkpoint.size && walk.flaws.is_empty() {
        walk.step(&mut known)?;
        progress(walk.edge.size(), checkpoint.size);
    }
    if walk.flaws.is_empty() {
        walk.end(checkpoint.root)?;
    }
    verified.entries = walk.edge.size();
    verified.kept = known.agreed;
    verified.flaws.append(&mut walk.flaws);
    verified.flaws.append(&mut known.flaws);
    verified.checkpoint = Some(checkpoint);
    Ok(verified)
}

/// Kept checkpoints, by the size of their tree.
struct Known {
    by_size: BTreeMap<u64, Vec<(String, Hash)>>,
    agreed: usize,
    flaws: Vec<Flaw>,
}

impl Known {
    fn read(kept: &[KeptCheckpoint], key: &VerifierKey, size: u64, verified: &mut Verified) -> Self {
        let mut known = Self { by_size: BTreeMap::new(), agreed: 0, flaws: Vec::new() };
        for one in kept {
            match key.open(&one.note) {
                Err(NotACheckpoint::OtherLog) => verified.others.push(one.name.clone()),
                Err(why) => verified.flaws.push(Flaw::Kept { name: one.name.clone(), why }),
                Ok(checkpoint) if checkpoint.size > size => {
                    known.flaws.push(Flaw::Truncated { name: one.name.clone(), size: checkpoint.size });
                }
                Ok(checkpoint) => {
                    known.by_size.entry(checkpoint.size).or_default().push((one.name.clone(), checkpoint.root));
                }
            }
        }
        known
    }

    /// The log has this size and root on its way.
    fn pass(&mut self, edge: &Edge) -> Result<()> {
        let Some(kept) = self.by_size.remove(&edge.size()) else { return Ok(()) };
        let root = edge.root()?;
        for (name, kept) in kept {
            if kept == root {
                self.agreed += 1;
            } else {
                self.flaws.push(Flaw::Forked { name, size: edge.size() });
            }
        }
        Ok(())
    }
}

/// On the way through the entries.
struct Walk<'a, P: Published> {
    log: &'a P,
    size: u64,
    edge: Edge,
    flaws: Vec<Flaw>,
}

impl<P: Published> Walk<'_, P> {
    /// The next file of entries, and the tiles that become full with it.
    fn step(&mut self, known: &mut Known) -> Result<()> {
        let (first, index) = (self.edge.size(), self.edge.size() / ENTRIES);
        let width = ENTRIES.min(self.size - first);
        let path = Tile::entries_path(index, width);
        let bytes = self.log.read(&path)?;
        let Some(entries) = bytes.as_deref().and_then(read_entries) else {
            self.flaws.push(Flaw::NoEntries { first, path });
            return Ok(());
        };
        let hashes: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        self.compare(index, width, &hashes)?;
        let found = u64::try_from(hashes.len()).unwrap_or(u64::MAX);
        if self.flaws.is_empty() && found != width {
            self.flaws.push(Flaw::Count { path, wanted: width, found });
        }
        if !self.flaws.is_empty() {
            return Ok(());
        }
        for hash in hashes {
            self.edge.push(hash);
            known.pass(&self.edge)?;
        }
        self.look_at_tiles()
    }

    /// Hashes of entries with those that the tree was grown with: the first that differs is named.
    fn compare(&mut self, index: u64, width: u64, hashes: &[Hash]) -> Result<()> {
        let path = Tile { level: 0, index }.path(width);
        let Some(tile) = self.log.read(&path)? else {
            self.flaws.push(Flaw::Tile { path });
            return Ok(());
        };
        let theirs = tile.chunks(size_of::<Hash>());
        let differs = theirs.zip(hashes).position(|(theirs, ours)| theirs != ours.0);
        if let Some(at) = differs.and_then(|at| u64::try_from(at).ok()) {
            self.flaws.push(Flaw::Entry { index: index * ENTRIES + at });
        }
        Ok(())
    }

    /// Every tile that has become full must be published as it was computed.
    fn look_at_tiles(&mut self) -> Result<()> {
        for (tile, hashes) in self.edge.take_grown() {
            if width(&hashes) == ENTRIES {
                self.look_at_tile(tile, &hashes)?;
            }
        }
        Ok(())
    }

    fn look_at_tile(&mut self, tile: Tile, hashes: &[u8]) -> Result<()> {
        let path = tile.path(width(hashes));
        if self.log.read(&path)?.as_deref() != Some(hashes) {
            self.flaws.push(Flaw::Tile { path });
        }
        Ok(())
    }

    fn end(&mut self, root: Hash) -> Result<()> {
        let last: Vec<_> = self.edge.unfinished().map(|(tile, hashes)| (tile, hashes.to_vec())).collect();
        for (tile, hashes) in last {
            self.look_at_tile(tile, &hashes)?;
        }
        if self.edge.root()? != root {
            self.flaws.push(Flaw::Root);
        }
        Ok(())
    }
}

/// How many hashes these are.
fn width(hashes: &[u8]) -> u64 {
    u64::try_from(hashes.len() / size_of::<Hash>()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::checkpoint::sign_checkpoint;
    use super::super::tile::write_entries;
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
        let note =
            sign_checkpoint(&Checkpoint { origin, size: 0, root: super::super::tree::EMPTY_ROOT }, &key).unwrap();
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
}
