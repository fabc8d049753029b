//! Published: a log as the files of C2SP tlog-tiles, made of what is stored, as far as it is signed. Nothing that is not
//! signed leaves.

use crate::audit::{ENTRIES, Hash, Place, Tiles as _, write_entries};
use crate::error::{Doing, Result};
use crate::store::Tx;
use crate::store::tree::{self, Kept};

/// The bytes of a file of a log of this size; none if the log has none such, or lost what it is made of.
///
/// # Errors
/// The database cannot be read.
pub fn file(tx: &mut Tx, log: i32, size: u64, place: Place) -> Result<Option<Vec<u8>>> {
    if !place.is_within(size) {
        return Ok(None);
    }
    match place {
        Place::Tile(tile, width) => {
            let Some(mut hashes) = Kept::of(tx, log).tile(tile)? else { return Ok(None) };
            hashes.truncate(usize::try_from(width).doing("reading a tile of the log")? * size_of::<Hash>());
            Ok(Some(hashes))
        }
        Place::Entries(index, width) => {
            let entries = tree::entries(tx, log, index * ENTRIES, width)?;
            write_entries(entries.iter().map(Vec::as_slice)).map(Some)
        }
    }
}
