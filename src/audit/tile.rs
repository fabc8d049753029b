//! Tiles: the tree's hashes in pieces of 256, and its entries in the same pieces (C2SP tlog-tiles).

use crate::error::{Error, Result};

/// Hashes, or entries, of a full tile.
pub const ENTRIES: u64 = 256;
/// Numbers in one element of a path.
const PATH_BASE: u64 = 1000;

/// Where a tile is: of level 0 are the entries' hashes, of each further level the roots of full tiles below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Its level.
    pub level: u8,
    /// Which one of its level, from 0.
    pub index: u64,
}

impl Tile {
    /// Where a tile with so many hashes lies: `tile/0/x001/234` or `tile/0/x001/234.p/17`.
    pub fn path(self, width: u64) -> String {
        format!("tile/{}/{}", self.level, numbered(self.index, width))
    }

    /// Where the entries are whose hashes are in a tile of level 0: `tile/entries/x001/234`.
    pub fn entries_path(index: u64, width: u64) -> String {
        format!("tile/entries/{}", numbered(index, width))
    }

    /// The tiles of a tree of this size, each with the number of its hashes, level by level.
    pub fn all(size: u64) -> impl Iterator<Item = (Self, u64)> {
        let widths = std::iter::successors(Some(size), |below| Some(below / ENTRIES)).take_while(|width| *width > 0);
        (0_u8..).zip(widths).flat_map(|(level, hashes)| {
            (0..hashes.div_ceil(ENTRIES))
                .map(move |index| (Self { level, index }, ENTRIES.min(hashes - index * ENTRIES)))
        })
    }
}

/// A file of a published log, apart from its checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// So many hashes of a tile.
    Tile(Tile, u64),
    /// So many entries, those whose hashes are in this tile of level 0.
    Entries(u64, u64),
}

impl Place {
    /// Where it lies.
    pub fn path(self) -> String {
        match self {
            Self::Tile(tile, width) => tile.path(width),
            Self::Entries(index, width) => Tile::entries_path(index, width),
        }
    }

    /// What a path names; none if it is no path of a published log, in its one form.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, numbered) = path.strip_prefix("tile/")?.split_once('/')?;
        let (numbers, width) = match numbered.split_once(".p/") {
            Some((numbers, width)) => (numbers, width.parse().ok()?),
            None => (numbered, ENTRIES),
        };
        let mut index: u64 = 0;
        for number in numbers.split('/') {
            let number: u64 = number.trim_start_matches('x').parse().ok()?;
            index = index.checked_mul(PATH_BASE)?.checked_add(number)?;
        }
        let place = match level {
            "entries" => Self::Entries(index, width),
            level => Self::Tile(Tile { level: level.parse().ok()?, index }, width),
        };
        (width > 0 && place.path() == path).then_some(place)
    }

    /// The files of a log of this size: entries, and then tiles.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        let entries =
            (0..size.div_ceil(ENTRIES)).map(move |index| Self::Entries(index, ENTRIES.min(size - index * ENTRIES)));
        entries.chain(Tile::all(size).map(|(tile, width)| Self::Tile(tile, width)))
    }

    /// Whether a log of this size has so much of it.
    pub fn is_within(self, size: u64) -> bool {
        let (level, index, width) = match self {
            Self::Tile(tile, width) => (tile.level, tile.index, width),
            Self::Entries(index, width) => (0, index, width),
        };
        let hashes = (0..level).fold(size, |below, _| below / ENTRIES);
        index.checked_mul(ENTRIES).and_then(|first| first.checked_add(width)).is_some_and(|end| end <= hashes)
    }
}

impl Tile {
    /// The tiles of a tree of this size that were not full when it had only `before` entries, each with its number of hashes.
    pub fn since(before: u64, size: u64) -> impl Iterator<Item = (Self, u64)> {
        let widths = std::iter::successors(Some((before, size)), |(old, new)| Some((old / ENTRIES, new / ENTRIES)));
        (0_u8..).zip(widths.take_while(|(_, new)| *new > 0)).flat_map(|(level, (old, new))| {
            (old / ENTRIES..new.div_ceil(ENTRIES))
                .map(move |index| (Self { level, index }, ENTRIES.min(new - index * ENTRIES)))
        })
    }
}

/// Three digits an element, `x` before all but the last (C2SP tlog-tiles, "Merkle tree").
fn numbered(index: u64, width: u64) -> String {
    let mut path = format!("{:03}", index % PATH_BASE);
    let mut above = index / PATH_BASE;
    while above > 0 {
        path = format!("x{:03}/{path}", above % PATH_BASE);
        above /= PATH_BASE;
    }
    if width < ENTRIES { format!("{path}.p/{width}") } else { path }
}

/// Entries of a tile: each behind its length, 16 bits, the greater byte first.
///
/// # Errors
/// A fault when an entry is longer than that.
pub fn write_entries<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| Error::fault("writing entries", "one is too long"))?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
    }
    Ok(bytes)
}

/// Reads them; none when the bytes are no such list.
pub fn read_entries(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        entries.push(entry);
        bytes = rest;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of C2SP tlog-tiles.
    #[test]
    fn paths_are_the_specifications() {
        let tile = |level, index| Tile { level, index };
        assert_eq!(tile(0, 1_234_067).path(256), "tile/0/x001/x234/067");
        assert_eq!(tile(0, 273).path(112), "tile/0/273.p/112");
        assert_eq!(tile(1, 0).path(17), "tile/1/000.p/17");
        assert_eq!(Tile::entries_path(1_234_067, 256), "tile/entries/x001/x234/067");
    }

    #[test]
    fn a_path_is_read_in_its_one_form_and_within_the_log() {
        let tile = |level, index, width| Some(Place::Tile(Tile { level, index }, width));
        assert_eq!(Place::parse("tile/0/x001/x234/067"), tile(0, 1_234_067, 256));
        assert_eq!(Place::parse("tile/1/000.p/17"), tile(1, 0, 17));
        assert_eq!(Place::parse("tile/entries/273.p/112"), Some(Place::Entries(273, 112)));
        for none in [
            "",
            "checkpoint",
            "tile/0",
            "tile/0/",
            "tile/0/1",
            "tile/00/001",
            "tile/0/x001",
            "tile/0/001/234",
            "tile/0/../001",
            "tile/0/001.p/0",
            "tile/0/001.p/256",
            "tile/0/001.p/017",
            "tile/0/x000/001",
            "tile/-1/001",
            "tile/256/001",
            "tile/entries/+01",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Place::parse(none), None, "{none}");
        }
        for place in Place::all(70_000) {
            assert_eq!(Place::parse(&place.path()), Some(place));
            assert!(place.is_within(70_000));
        }
        assert!(!Place::Entries(273, 113).is_within(70_000) && Place::Entries(273, 1).is_within(70_000));
        assert!(!Place::Tile(Tile { level: 1, index: 2 }, 1).is_within(70_000));
        assert!(!Place::Entries(u64::MAX / 2, 1).is_within(70_000));
    }

    #[test]
    fn a_tree_has_the_tiles_of_its_size() {
        let all = |size| Tile::all(size).map(|(tile, width)| (tile.level, tile.index, width)).collect::<Vec<_>>();
        assert_eq!(all(0), []);
        assert_eq!(all(1), [(0, 0, 1)]);
        assert_eq!(all(256), [(0, 0, 256), (1, 0, 1)]);
        assert_eq!(all(600), [(0, 0, 256), (0, 1, 256), (0, 2, 88), (1, 0, 2)]);
        assert_eq!(Tile::all(70_000).map(|(tile, _)| tile.level).max(), Some(2));
    }

    #[test]
    fn what_a_tree_has_more_than_before_is_every_tile_that_was_not_full() {
        for (before, size) in [(0, 600), (255, 256), (256, 256), (256, 257), (512, 70_000), (65_536, 65_537), (3, 3)] {
            let full =
                |(tile, width): &(Tile, u64)| *width == ENTRIES && Tile::all(before).any(|old| old == (*tile, ENTRIES));
            let wanted: Vec<_> = Tile::all(size).filter(|tile| !full(tile)).collect();
            assert_eq!(Tile::since(before, size).collect::<Vec<_>>(), wanted, "{before} {size}");
        }
    }

    #[test]
    fn entries_are_read_as_they_were_written_and_nothing_else_is() {
        let entries: [&[u8]; 3] = [b"one", b"", &[7; 4096]];
        let bytes = write_entries(entries).unwrap();
        assert_eq!(read_entries(&bytes).unwrap(), entries);
        for cut in 1..5 {
            assert_eq!(read_entries(&bytes[..cut]), None, "{cut}");
        }
        assert!(write_entries([[0_u8; 65_536].as_slice()]).is_err());
    }
}
