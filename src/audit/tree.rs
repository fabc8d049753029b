//! The Merkle tree over the log's entries (RFC 6962, 2.1), grown at its right edge and kept in tiles.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tlog_tiles::{EMPTY_HASH, HASH_SIZE, HashReader, Tile as Subtree};

use super::tile::{ENTRIES, Tile};
use crate::error::{Doing, Error, Result};

pub use tlog_tiles::Hash;

/// The root of a tree without entries.
pub const EMPTY_ROOT: Hash = EMPTY_HASH;
/// Levels of the tree in one level of tiles.
const HEIGHT: u8 = 8;

/// The hash of an entry.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    tlog_tiles::record_hash(entry)
}

/// The root of the subtree that a full tile holds: its hash in the tile above.
pub fn root_of_full(hashes: &[u8]) -> Hash {
    Subtree::subtree_hash(hashes)
}

/// Where tiles are read from.
pub trait Tiles {
    /// The hashes of a tile, one after the other: at least those of the tree that is asked about. None if there is none.
    ///
    /// # Errors
    /// It cannot be read: that says nothing about the tree.
    fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>>;
}

/// Reads hashes of the tree out of tiles, and keeps what could not be read apart from what is not there.
struct Reader<'a, T: Tiles> {
    tiles: &'a T,
    failed: RefCell<Option<Error>>,
}

impl<T: Tiles> HashReader for Reader<'_, T> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        indexes.iter().map(|index| self.read(*index).ok_or(tlog_tiles::Error::InvalidTile)).collect()
    }
}

impl<'a, T: Tiles> Reader<'a, T> {
    fn of(tiles: &'a T) -> Self {
        Self { tiles, failed: RefCell::new(None) }
    }

    fn read(&self, stored: u64) -> Option<Hash> {
        let (level, number) = tlog_tiles::split_stored_hash_index(stored);
        let (tile, within) = (level / HEIGHT, level % HEIGHT);
        let first = number.checked_shl(within.into())?;
        let hashes = match self.tiles.tile(Tile { level: tile, index: first / ENTRIES }) {
            Ok(hashes) => hashes?,
            Err(error) => {
                self.failed.borrow_mut().get_or_insert(error);
                return None;
            }
        };
        let from = usize::try_from(first % ENTRIES).ok()? * HASH_SIZE;
        let subtree = hashes.get(from..from + (HASH_SIZE << within))?;
        Some(Subtree::subtree_hash(subtree))
    }

    /// What was computed; the error below where that was why it could not be.
    fn outcome<R>(self, computed: Result<R, tlog_tiles::Error>) -> Result<Result<R, tlog_tiles::Error>> {
        match self.failed.into_inner() {
            Some(error) => Err(error),
            None => Ok(computed),
        }
    }
}

/// The root of the tree when it had this size; none where a tile is missing or too short.
///
/// # Errors
/// A tile cannot be read.
pub fn root_at(tiles: &impl Tiles, size: u64) -> Result<Option<Hash>> {
    let reader = Reader::of(tiles);
    let root = tlog_tiles::tree_hash(size, &reader);
    Ok(reader.outcome(root)?.ok())
}

/// The proof that the entry at `index` is in the tree of this size.
///
/// # Errors
/// There is no such entry, or a tile is missing, too short, or cannot be read.
pub fn inclusion(tiles: &impl Tiles, size: u64, index: u64) -> Result<Vec<Hash>> {
    if index >= size {
        return Err(Error::fault("proving an entry of the log", "it is not in the tree"));
    }
    let reader = Reader::of(tiles);
    let proof = tlog_tiles::prove_record(size, index, &reader);
    reader.outcome(proof)?.doing("proving an entry of the log")
}

/// The proof that the tree of size `new` has that of size `old` as its beginning.
///
/// # Errors
/// `old` is nothing or more than `new`, or a tile is missing, too short, or cannot be read.
pub fn consistency(tiles: &impl Tiles, old: u64, new: u64) -> Result<Vec<Hash>> {
    if old == 0 || old > new {
        return Err(Error::fault("proving the growth of the log", "there is no such growth"));
    }
    let reader = Reader::of(tiles);
    let proof = tlog_tiles::prove_tree(new, old, &reader);
    reader.outcome(proof)?.doing("proving the growth of the log")
}

/// Whether such a proof holds between two roots.
pub fn is_consistent(proof: &Vec<Hash>, old: (u64, Hash), new: (u64, Hash)) -> bool {
    old.0 > 0 && old.0 <= new.0 && tlog_tiles::check_tree(proof, new.0, new.1, old.0, old.1).is_ok()
}

/// The right edge of a tree: all that is needed to grow it.
#[derive(Clone, Debug)]
pub struct Edge {
    size: u64,
    /// The unfinished tile of each level, lowest first.
    unfinished: Vec<Vec<u8>>,
    /// Tiles that have grown.
    grown: BTreeMap<Tile, Vec<u8>>,
}

impl Edge {
    /// The edge of a tree of this size.
    ///
    /// # Errors
    /// A tile is missing, has too few hashes, or cannot be read.
    pub fn of(size: u64, tiles: &impl Tiles) -> Result<Self> {
        let mut unfinished = Vec::new();
        let (mut level, mut hashes) = (0_u8, size);
        while hashes > 0 {
            let width = usize::try_from(hashes % ENTRIES).doing("reading the edge of the log")? * HASH_SIZE;
            let mut bytes = match width {
                0 => Vec::new(),
                _ => tiles.tile(Tile { level, index: hashes / ENTRIES })?.unwrap_or_default(),
            };
            if bytes.len() < width {
                return Err(Error::fault("reading the edge of the log", "a tile has too few hashes"));
            }
            bytes.truncate(width);
            unfinished.push(bytes);
            (level, hashes) = (level + 1, hashes / ENTRIES);
        }
        Ok(Self { size, unfinished, grown: BTreeMap::new() })
    }

    /// Entries in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds an entry's hash at the right.
    pub fn push(&mut self, leaf: Hash) {
        let (mut level, mut hash, mut before) = (0_u8, leaf, self.size);
        loop {
            if self.unfinished.len() <= usize::from(level) {
                self.unfinished.push(Vec::new());
            }
            let Some(bytes) = self.unfinished.get_mut(usize::from(level)) else { break };
            bytes.extend(hash.0);
            let tile = Tile { level, index: before / ENTRIES };
            self.grown.insert(tile, bytes.clone());
            if bytes.len() < HASH_SIZE * usize::try_from(ENTRIES).unwrap_or(usize::MAX) {
                break;
            }
            hash = Subtree::subtree_hash(bytes);
            bytes.clear();
            (level, before) = (level + 1, before / ENTRIES);
        }
        self.size += 1;
    }

    /// The root as the tree is now.
    ///
    /// # Errors
    /// None of an edge that was read whole.
    pub fn root(&self) -> Result<Hash> {
        let root = root_at(self, self.size)?;
        root.ok_or_else(|| Error::fault("computing the root of the log", "its edge has too few hashes"))
    }

    /// The tiles at the right end that are not full, with their hashes.
    pub fn unfinished(&self) -> impl Iterator<Item = (Tile, &[u8])> {
        let hashes = std::iter::successors(Some(self.size), |below| Some(below / ENTRIES));
        let levels = (0_u8..).zip(hashes).zip(&self.unfinished);
        let tiles = levels.map(|((level, hashes), bytes)| (Tile { level, index: hashes / ENTRIES }, bytes.as_slice()));
        tiles.filter(|(_, bytes)| !bytes.is_empty())
    }

    /// The tiles that have grown since the edge was read or this was asked for, whole.
    pub fn take_grown(&mut self) -> BTreeMap<Tile, Vec<u8>> {
        std::mem::take(&mut self.grown)
    }
}

/// The hashes of complete subtrees at the right end are all in unfinished tiles.
impl Tiles for Edge {
    fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>> {
        Ok(self.unfinished.get(usize::from(tile.level)).cloned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Default)]
    struct Memory(BTreeMap<Tile, Vec<u8>>);

    impl Tiles for Memory {
        fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>> {
            Ok(self.0.get(&tile).cloned())
        }
    }

    /// The definition of RFC 6962, 2.1, written down as it stands there.
    fn defined(entries: &[Vec<u8>]) -> Hash {
        match entries {
            [] => EMPTY_ROOT,
            [one] => leaf_hash(one),
            _ => {
                let half = entries.len().next_power_of_two() / 2;
                tlog_tiles::node_hash(defined(&entries[..half]), defined(&entries[half..]))
            }
        }
    }

    fn at(number: u64) -> usize {
        usize::try_from(number).unwrap()
    }

    fn entries(count: u64) -> Vec<Vec<u8>> {
        (0..count).map(|number| format!("entry {number}").into_bytes()).collect()
    }

    /// Grown in steps, each from what was kept of the one before.
    fn grown(entries: &[Vec<u8>], steps: usize) -> Memory {
        let mut memory = Memory::default();
        let mut size = 0;
        for part in entries.chunks(steps) {
            let mut edge = Edge::of(size, &memory).unwrap();
            part.iter().for_each(|entry| edge.push(leaf_hash(entry)));
            size = edge.size();
            assert_eq!(edge.root().unwrap(), defined(&entries[..at(size)]), "at {size}");
            memory.0.extend(edge.take_grown());
        }
        memory
    }

    #[test]
    fn the_root_is_the_definitions_across_full_tiles() {
        for (count, steps) in [(1, 1), (255, 50), (256, 256), (257, 1), (513, 7), (70_000, 10_001)] {
            let entries = entries(count);
            let memory = grown(&entries, steps);
            assert_eq!(root_at(&memory, count).unwrap().unwrap(), defined(&entries));
            let wanted: Vec<Tile> = Tile::all(count).map(|(tile, _)| tile).collect();
            assert_eq!(memory.0.keys().copied().collect::<Vec<_>>(), wanted, "{count}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_entry_is_proved_and_every_growth(count in 1_u64..700, index in 0_u64..700, old in 1_u64..700) {
            let (index, old) = (index % count, 1 + old % count);
            let entries = entries(count);
            let memory = grown(&entries, 300);
            let root = root_at(&memory, count).unwrap().unwrap();
            let proof = inclusion(&memory, count, index).unwrap();
            let leaf = leaf_hash(&entries[at(index)]);
            prop_assert!(tlog_tiles::check_record(&proof, count, root, index, leaf).is_ok());
            prop_assert!(tlog_tiles::check_record(&proof, count, root, index, leaf_hash(b"another")).is_err());
            let before = root_at(&memory, old).unwrap().unwrap();
            let growth = consistency(&memory, old, count).unwrap();
            prop_assert!(is_consistent(&growth, (old, before), (count, root)));
            prop_assert!(!is_consistent(&growth, (old, leaf_hash(b"another")), (count, root)) );
        }
    }

    /// Tiles that nobody can read.
    struct Broken;

    impl Tiles for Broken {
        fn tile(&self, _: Tile) -> Result<Option<Vec<u8>>> {
            Err(Error::fault("reading a tile", "the disk is away"))
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_apart_from_what_is_not_there() {
        let told = |error: Error| error.to_string().contains("the disk is away");
        assert!(root_at(&Broken, 300).is_err_and(told));
        assert!(inclusion(&Broken, 300, 7).is_err_and(told));
        assert!(consistency(&Broken, 7, 300).is_err_and(told));
        assert!(Edge::of(300, &Broken).is_err_and(told));
    }

    #[test]
    fn what_is_not_there_is_no_tree() {
        let memory = grown(&entries(300), 300);
        assert_eq!(root_at(&memory, 301).unwrap(), None);
        assert!(inclusion(&memory, 300, 300).is_err());
        assert!(consistency(&memory, 0, 300).is_err() && consistency(&memory, 301, 300).is_err());
        assert!(Edge::of(600, &memory).is_err());
    }
}
