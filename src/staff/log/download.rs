//! Download: a whole log as one zip, made while it leaves.

use super::published;
use super::zip::Zip;
use crate::audit::Place;
use crate::error::{Error, Result};
use crate::gateway::Gateway;
use crate::staff::permit::LogReader;
use crate::store::tree::Log;

/// What is left of a log on its way out.
pub struct Download {
    reader: LogReader,
    log: i32,
    size: u64,
    places: Box<dyn Iterator<Item = Place> + Send>,
    /// Its checkpoint and the end; none when they are given out.
    last: Option<(Zip, String)>,
}

impl Download {
    /// Begins with the first byte of a log, as far as it is signed.
    pub fn begin(reader: LogReader, log: Log) -> Self {
        let (size, checkpoint) = log.signed.map(|signed| (signed.size, signed.checkpoint)).unwrap_or_default();
        let last = Some((Zip::default(), checkpoint));
        Self { reader, log: log.number, size, places: Box::new(Place::all(size)), last }
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
