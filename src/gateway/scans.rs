//! Scans as this process sees them: how many run at once, how far they are, and whether the scanner answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

use crate::error::{Doing, Result};
use crate::model::{FileId, Signatures, Time};

/// Whether the scanner answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerState {
    /// Nobody has asked it yet.
    Unknown,
    /// It answered.
    Ready {
        /// What it knows.
        signatures: Signatures,
        /// When it said so.
        at: Time,
    },
    /// It does not answer.
    Down {
        /// Since when.
        since: Time,
    },
}

/// The scans of this process.
pub struct Scans {
    turns: Arc<Semaphore>,
    arriving: Arc<Semaphore>,
    /// Rings when a file waits.
    pub bell: Notify,
    progress: Mutex<HashMap<FileId, u64>>,
    state: watch::Sender<ScannerState>,
    settled: watch::Sender<u64>,
}

/// A place at the scanner; given back when dropped.
pub(crate) struct ScanTurn {
    _turn: OwnedSemaphorePermit,
    _arriving: Option<OwnedSemaphorePermit>,
}

/// A scan that runs; over when dropped.
pub(crate) struct ScanProgress<'a> {
    scans: &'a Scans,
    file: FileId,
}

impl Scans {
    /// `at_once` files are looked at at a time. Half of the places, at most, are for files that are still arriving: a slow
    /// line must not keep the scanner from those that are there.
    pub fn new(at_once: u32) -> Self {
        let at_once = at_once.max(1) as usize;
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            arriving: Arc::new(Semaphore::new(at_once / 2)),
            bell: Notify::new(),
            progress: Mutex::default(),
            state: watch::Sender::new(ScannerState::Unknown),
            settled: watch::Sender::new(0),
        }
    }

    /// A turn for a file that is there, when one is free.
    pub(crate) async fn turn(&self) -> Result<ScanTurn> {
        let turn = self.turns.clone().acquire_owned().await.doing("waiting for the scanner")?;
        Ok(ScanTurn { _turn: turn, _arriving: None })
    }

    /// A turn for a file that is arriving, if one is free now.
    pub(crate) fn turn_while_arriving(&self) -> Option<ScanTurn> {
        let arriving = self.arriving.clone().try_acquire_owned().ok()?;
        let turn = self.turns.clone().try_acquire_owned().ok()?;
        Some(ScanTurn { _turn: turn, _arriving: Some(arriving) })
    }

    /// Notes that a file is being looked at.
    pub(crate) fn begin(&self, file: FileId) -> ScanProgress<'_> {
        self.lock().insert(file, 0);
        ScanProgress { scans: self, file }
    }

    /// Bytes of a file that this process has handed to the scanner; none: it is not at it.
    pub fn progress(&self, file: FileId) -> Option<u64> {
        self.lock().get(&file).copied()
    }

    /// Whether the scanner answers.
    pub fn state(&self) -> ScannerState {
        self.state.borrow().clone()
    }

    /// Follows the scanner's state.
    pub(crate) fn watch_state(&self) -> watch::Receiver<ScannerState> {
        self.state.subscribe()
    }

    /// Notes how the scanner answered. Returns what was known before.
    pub(crate) fn note(&self, state: ScannerState) -> ScannerState {
        self.state.send_replace(state)
    }

    /// Follows the verdicts of this process.
    pub(crate) fn watch_settled(&self) -> watch::Receiver<u64> {
        self.settled.subscribe()
    }

    /// Tells that a file has a verdict.
    pub(crate) fn tell_settled(&self) {
        self.settled.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<FileId, u64>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ScanProgress<'_> {
    /// Notes that so many bytes more were handed over.
    pub(crate) fn add(&self, bytes: usize) {
        if let Some(done) = self.scans.lock().get_mut(&self.file) {
            *done += bytes as u64;
        }
    }
}

impl Drop for ScanProgress<'_> {
    fn drop(&mut self) {
        self.scans.lock().remove(&self.file);
    }
}
