//! The way through a published log: each file of entries, and the tiles that become full with it.

use super::super::tile::{ENTRIES, Tile, read_entries};
use super::super::tree::{Edge, Hash, Tiles, leaf_hash};
use super::{Flaw, Known, Published};
use crate::error::Result;

/// What an empty tree grows from.
pub(in crate::audit) struct Nothing;

impl Tiles for Nothing {
    fn tile(&self, _: Tile) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }
}

/// On the way through the entries.
pub(super) struct Walk<'a, P: Published> {
    log: &'a P,
    size: u64,
    pub(super) edge: Edge,
    pub(super) flaws: Vec<Flaw>,
}

impl<'a, P: Published> Walk<'a, P> {
    /// Before the first entry of a log of this size.
    pub(super) fn begin(log: &'a P, size: u64) -> Result<Self> {
        Ok(Self { log, size, edge: Edge::of(0, &Nothing)?, flaws: Vec::new() })
    }

    /// The next file of entries, and the tiles that become full with it.
    pub(super) fn step(&mut self, known: &mut Known) -> Result<()> {
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

    pub(super) fn end(&mut self, root: Hash) -> Result<()> {
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
pub(super) fn width(hashes: &[u8]) -> u64 {
    u64::try_from(hashes.len() / size_of::<Hash>()).unwrap_or_default()
}
