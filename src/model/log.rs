//! The log that events become.

use super::words::words;

words! {
    /// Why a log began.
    pub enum LogReason {
        /// It is the first.
        First = "first",
        /// Another year began.
        Year = "year",
        /// The gateway is reached under another name.
        Host = "host",
    }
}
