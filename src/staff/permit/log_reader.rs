//! Reading the log.

use super::SignedIn;
use crate::error::Result;
use crate::model::{Right, Scope};

/// The right to read the log of everybody, with what proves it.
#[derive(Clone)]
pub struct LogReader(SignedIn);

acting!(LogReader);

impl LogReader {
    /// What proved it, to be asked again in a transaction.
    pub fn signed_in(&self) -> &SignedIn {
        &self.0
    }
}

impl SignedIn {
    /// May this one read the log?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn log_reader(self) -> Result<LogReader> {
        self.with(Right::ReadLog, &[Scope::Audit]).map(LogReader)
    }
}
