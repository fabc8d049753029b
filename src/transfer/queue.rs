//! Queue: how each file of a draft stands before the scanner, as its sender is told.

use std::collections::HashMap;

use crate::error::Result;
use crate::gateway::{Gateway, ScannerState};
use crate::model::{FileId, FileState, Report, Time, Verdict};
use crate::store::scans;

use super::draft::NamedFile;

/// Places that are counted; whoever is further behind is told that there are more.
const PLACES: i64 = 1000;

/// How a whole file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Nobody looks at it, as the configuration says.
    Off,
    /// It waits.
    Waiting {
        /// Files that are taken before it.
        before: u64,
        /// Files that wait in all.
        waiting: u64,
    },
    /// It waits because the scanner does not answer.
    Down {
        /// Since when.
        since: Time,
    },
    /// The scanner is at it.
    Scanning {
        /// Bytes that were handed to it.
        bytes: u64,
    },
    /// It has a verdict.
    Done(Report),
}

/// The queue before the scanner as it is now.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    off: bool,
    down_since: Option<Time>,
    waiting: u64,
    places: HashMap<FileId, u64>,
    scanning: HashMap<FileId, u64>,
}

impl Queue {
    /// As far as it is of interest for these files.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn of(gateway: &Gateway, files: &[NamedFile]) -> Result<Self> {
        let off = gateway.protection.scan_off;
        if off || files.iter().all(|file| file.report.is_some() || file.state != FileState::Complete) {
            return Ok(Self { off, ..Self::default() });
        }
        let (queue, waiting) = gateway.store.read(|tx| Ok((scans::queue(tx, PLACES)?, scans::waiting(tx)?))).await?;
        let scanning = |file: &NamedFile| Some((file.id, gateway.scans.progress(file.id)?));
        Ok(Self {
            off,
            down_since: match gateway.scans.state() {
                ScannerState::Down { since } => Some(since),
                ScannerState::Unknown | ScannerState::Ready { .. } => None,
            },
            waiting: u64::try_from(waiting).unwrap_or(0),
            places: queue.into_iter().zip(0..).collect(),
            scanning: files.iter().filter_map(scanning).collect(),
        })
    }

    /// How a file stands; nothing is to be said of one that has not arrived.
    pub fn stand(&self, file: &NamedFile) -> Option<Stand> {
        if file.state != FileState::Complete {
            return None;
        }
        if let Some(report) = &file.report {
            let is_off = report.verdict == Verdict::Off;
            return Some(if is_off { Stand::Off } else { Stand::Done(report.clone()) });
        }
        Some(match (self.off, self.scanning.get(&file.id), self.down_since) {
            (true, ..) => Stand::Off,
            (_, Some(bytes), _) => Stand::Scanning { bytes: *bytes },
            (_, _, Some(since)) => Stand::Down { since },
            _ => {
                let before = self.places.get(&file.id).copied().unwrap_or(PLACES.unsigned_abs());
                Stand::Waiting { before, waiting: self.waiting.max(1) }
            }
        })
    }
}
