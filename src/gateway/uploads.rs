//! Turns at uploading: one request at a time writes to an upload.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Problem, Result};
use crate::model::FileId;

/// Which uploads are being written to by this process.
#[derive(Clone, Default)]
pub struct Uploads(Arc<Mutex<HashSet<FileId>>>);

/// The right to write to one upload; given back when dropped.
pub(crate) struct Turn {
    uploads: Uploads,
    file: FileId,
}

impl Uploads {
    /// Takes the turn.
    ///
    /// # Errors
    /// `UploadBusy` when another request has it.
    pub(crate) fn take(&self, file: FileId) -> Result<Turn> {
        let mut busy = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if busy.insert(file) { Ok(Turn { uploads: self.clone(), file }) } else { Err(Problem::UploadBusy.into()) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.uploads.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.file);
    }
}
