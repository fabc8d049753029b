//! The one fault that people are told apart from others.

use std::error::Error as StdError;

use super::Error;

/// The cause of a fault: what was to be written down could not be. Nothing happens that the log cannot hold.
#[derive(Debug, thiserror::Error)]
#[error("the log cannot be written: {0}")]
pub struct LogUnwritable(#[source] pub Box<dyn StdError + Send + Sync>);

impl Error {
    /// Whether it was not done because it could not be written down.
    pub fn is_log_unwritable(&self) -> bool {
        matches!(self, Self::Fault { source, .. } if source.is::<LogUnwritable>())
    }
}
