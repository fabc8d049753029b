//! The bucket gets the log as C2SP tlog-tiles has it: tiles and entries, then the checkpoint. Nothing that is there is written
//! again but `checkpoint` itself, of which each one is kept besides under `checkpoints/`.

use std::ops::Range;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::head::{Head, Put};
use super::{failure, note_failure, turn};
use crate::audit::{
    self, ENTRIES, Hash, Origin, Tile, Tiles as _, VerifierKey, leaf_hash, root_of_full, write_entries,
};
use crate::error::{Error, Result};
use crate::gateway::Gateway;
use crate::model::{CopyFailure, Destination};
use crate::port::{CopyStore, Placed};
use crate::store::Tx;
use crate::store::copies;
use crate::store::tree::{self, Kept, Log, Signed};

/// Objects on their way at once.
const AT_ONCE: usize = 8;
/// After so many entries it is written down how far it came.
const STAGE: u64 = 64 * ENTRIES;

/// A stop on the way: a destination's own, or ours.
pub(super) enum Stop {
    Failure(CopyFailure),
    Fault(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

pub(super) async fn put(gateway: &Gateway, bucket: &dyn CopyStore, log: &Log, signed: &Signed) -> Result<()> {
    let to = Destination::Bucket;
    let known = signed.clone();
    let published = gateway.store.read(move |tx| copies::published(tx, &known)).await?;
    let lacks = |copy: Option<&copies::LogCopy>| {
        copy.is_none_or(|copy| copy.size < signed.size || (copy.size == signed.size && copy.note != published))
    };
    let Some(copy) = turn(gateway, &to, signed.log, lacks).await? else { return Ok(()) };
    // The key that this log was begun with: the present one may be another.
    let placed = match VerifierKey::parse(&log.key) {
        Some(key) => place(gateway, bucket, (&key, signed), &published, copy.through).await,
        None => Err(Stop::Failure(CopyFailure::Inconsistent)),
    };
    match placed {
        Ok(Put::Here { is_unread }) => {
            let (signed, now) = (signed.clone(), gateway.now());
            gateway
                .store
                .write(move |tx| {
                    copies::seen(tx, &to, signed.log, is_unread)?;
                    copies::left(tx, &to, &signed, &published, now)
                })
                .await
        }
        // Whoever put the newer one writes it down.
        Ok(Put::Overtaken) => Ok(()),
        Err(Stop::Failure(why)) => note_failure(gateway, &to, signed, why).await,
        Err(Stop::Fault(error)) => Err(error),
    }
}

async fn place(
    gateway: &Gateway,
    bucket: &dyn CopyStore,
    (key, signed): (&VerifierKey, &Signed),
    published: &str,
    through: u64,
) -> std::result::Result<Put, Stop> {
    if !is_as_signed(gateway, key, signed).await? {
        return Err(Stop::Failure(CopyFailure::Inconsistent));
    }
    let place = Place { gateway, bucket, log: signed.log, directory: directory(signed)? };
    let head = Head { gateway, bucket, key, signed, path: format!("{}/checkpoint", place.directory) };
    // First: beside another log nothing is put at all.
    if head.is_overtaken().await? {
        return Ok(Put::Overtaken);
    }
    let mut from = through.min(signed.size);
    loop {
        let to = signed.size.min(from + STAGE);
        place.entries(from..to).await?;
        place.tiles(from..to, to == signed.size).await?;
        let (log, full) = (signed.log, to - to % ENTRIES);
        gateway.store.write(move |tx| copies::came_through(tx, &Destination::Bucket, log, full)).await?;
        if to == signed.size {
            break;
        }
        from = full;
    }
    // As we signed it: of one size there is one, whatever witnesses add to it.
    place.create(&format!("checkpoints/{}", signed.size), signed.checkpoint.clone().into()).await?;
    // Last: whoever reads meanwhile finds everything that it is about.
    head.put(published).await
}

/// Whether the stored tree is still the one that was signed: what was changed since goes nowhere.
async fn is_as_signed(gateway: &Gateway, key: &VerifierKey, signed: &Signed) -> Result<bool> {
    let Ok(said) = key.open(signed.checkpoint.as_bytes()) else { return Ok(false) };
    let (log, size) = (signed.log, signed.size);
    gateway
        .store
        .read(move |tx| {
            let root = audit::root_at(&Kept::of(tx, log), size)?;
            Ok(said.size == size && root == Some(said.root))
        })
        .await
}

/// Where a log lies: under its year and number.
fn directory(signed: &Signed) -> Result<String> {
    let origin = Origin::of_note(&signed.checkpoint);
    let none = || Error::fault("copying the log", "its checkpoint names no log of a gateway");
    origin.map(|origin| origin.short()).ok_or_else(none)
}

fn bytes_of(hashes: u64) -> usize {
    usize::try_from(hashes).unwrap_or_default() * size_of::<Hash>()
}

/// Whether a full tile is what the tile above was grown with: of those at the right end the root tells.
fn is_in_the_tile_above(kept: &Kept<'_, '_>, tile: Tile, hashes: &[u8]) -> Result<bool> {
    let above = kept.tile(Tile { level: tile.level + 1, index: tile.index / ENTRIES })?.unwrap_or_default();
    let from = bytes_of(tile.index % ENTRIES);
    let wanted = above.get(from..from + size_of::<Hash>());
    Ok(hashes.len() == bytes_of(ENTRIES) && wanted == Some(root_of_full(hashes).0.as_slice()))
}

struct Place<'a> {
    gateway: &'a Gateway,
    bucket: &'a dyn CopyStore,
    log: i32,
    directory: String,
}

impl Place<'_> {
    async fn entries(&self, range: Range<u64>) -> std::result::Result<(), Stop> {
        let (log, end) = (self.log, range.end);
        let tiles = range.start / ENTRIES..end.div_ceil(ENTRIES);
        let one = |index: u64| async move {
            let width = ENTRIES.min(end - index * ENTRIES);
            let read = move |tx: &mut Tx<'_>| {
                let entries = tree::entries(tx, log, index * ENTRIES, width)?;
                Ok((entries, Kept::of(tx, log).tile(Tile { level: 0, index })?.unwrap_or_default()))
            };
            let (entries, hashes) = self.gateway.store.read(read).await?;
            let grown: Vec<u8> = entries.iter().flat_map(|entry| leaf_hash(entry).0).collect();
            if grown.len() != bytes_of(width) || !hashes.starts_with(&grown) {
                return Err(Stop::Failure(CopyFailure::Inconsistent));
            }
            let bytes = write_entries(entries.iter().map(Vec::as_slice))?;
            self.create(&Tile::entries_path(index, width), bytes.into()).await
        };
        // What is not full yet will be written once more, under its final name.
        stream::iter(tiles).map(one).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Tiles that grew; those that are not full only where the tree ends.
    async fn tiles(&self, grown: Range<u64>, is_end: bool) -> std::result::Result<(), Stop> {
        let log = self.log;
        let one = |(tile, width): (Tile, u64)| async move {
            let read = move |tx: &mut Tx<'_>| {
                let kept = Kept::of(tx, log);
                let mut hashes = kept.tile(tile)?.unwrap_or_default();
                hashes.truncate(bytes_of(width));
                Ok((width < ENTRIES || is_in_the_tile_above(&kept, tile, &hashes)?, hashes))
            };
            let (fits, hashes) = self.gateway.store.read(read).await?;
            if !fits {
                return Err(Stop::Failure(CopyFailure::Inconsistent));
            }
            self.create(&tile.path(width), hashes.into()).await
        };
        let wanted = Tile::since(grown.start, grown.end).filter(|(_, width)| is_end || *width == ENTRIES);
        stream::iter(wanted).map(one).buffer_unordered(AT_ONCE).try_collect().await
    }

    async fn create(&self, path: &str, bytes: Bytes) -> std::result::Result<(), Stop> {
        let path = format!("{}/{path}", self.directory);
        match self.bucket.create(&path, bytes).await {
            Ok(Placed::New | Placed::There) => Ok(()),
            Ok(Placed::Different) => Err(Stop::Failure(CopyFailure::Inconsistent)),
            Err(why) => Err(Stop::Failure(failure(why))),
        }
    }
}
