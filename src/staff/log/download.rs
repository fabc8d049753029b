//! Download: a whole log as one zip, made while it leaves. How long it is, is known before: a zip of which the end is missing
//! is never taken for whole.

use super::published;
use super::zip::Zip;
use crate::audit::{ENTRIES, Hash, Place};
use crate::error::{Doing, Error, Result};
use crate::gateway::Gateway;
use crate::staff::permit::LogReader;
use crate::store::tree::Log;
use crate::store::{Tx, lengths};

/// What is left of a log on its way out.
pub struct Download {
    reader: LogReader,
    log: i32,
    size: u64,
    length: u64,
    places: Box<dyn Iterator<Item = Place> + Send>,
    /// Its checkpoint and the end; none when they are given out.
    last: Option<(Zip, String)>,
}

impl Download {
    /// Begins with the first byte of a log, as far as it is signed.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn begin(gateway: &Gateway, reader: LogReader, log: Log) -> Result<Self> {
        let (size, checkpoint) = log.signed.map(|signed| (signed.size, signed.checkpoint)).unwrap_or_default();
        let (number, end) = (log.number, checkpoint.len());
        let length = gateway.store.read(move |tx| measured(tx, number, size, end)).await?;
        let last = Some((Zip::default(), checkpoint));
        Ok(Self { reader, log: number, size, length, places: Box::new(Place::all(size)), last })
    }

    /// Bytes of the whole zip.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The next bytes; none at the end. Whoever may not read any more gets none.
    ///
    /// # Errors
    /// `SignInNeeded`; the store cannot be read; something of the log is not stored.
    pub async fn next(&mut self, gateway: &Gateway) -> Result<Option<Vec<u8>>> {
        let Some(place) = self.places.next() else { return self.end() };
        let (log, size, signed_in) = (self.log, self.size, self.reader.signed_in().clone());
        let read = move |tx: &mut crate::store::Tx| {
            signed_in.is_there(tx)?;
            published::file(tx, log, size, place)
        };
        let path = place.path();
        let missing = || Error::fault("publishing the log", format!("{path} is not stored"));
        let bytes = gateway.store.read(read).await?.ok_or_else(missing)?;
        let Some((zip, _)) = &mut self.last else { return Ok(None) };
        zip.add(&path, &bytes).map(Some)
    }

    fn end(&mut self) -> Result<Option<Vec<u8>>> {
        let Some((mut zip, checkpoint)) = self.last.take() else { return Ok(None) };
        let mut bytes = zip.add("checkpoint", checkpoint.as_bytes())?;
        bytes.extend(zip.end()?);
        Ok(Some(bytes))
    }
}

/// The length of the zip, from the lengths of its files: one of zeroes is as long.
fn measured(tx: &mut Tx, log: i32, size: u64, checkpoint: usize) -> Result<u64> {
    let (mut zip, mut length) = (Zip::default(), 0);
    for place in Place::all(size) {
        let bytes = match place {
            Place::Tile(_, width) => width * size_of::<Hash>() as u64,
            // Each entry stands behind its length, in two bytes.
            Place::Entries(index, width) => {
                let first = index * ENTRIES;
                lengths::of_entries(tx, log, first, first + width)? + width * 2
            }
        };
        let zeroes = vec![0_u8; usize::try_from(bytes).doing("measuring the log")?];
        length += zip.add(&place.path(), &zeroes)?.len() as u64;
    }
    length += zip.add("checkpoint", &vec![0_u8; checkpoint])?.len() as u64;
    Ok(length + zip.end()?.len() as u64)
}
