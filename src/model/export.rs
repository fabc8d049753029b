//! Files of entries of the log.

use super::words::words;

words! {
    /// Where a file of entries is.
    pub enum ExportState {
        /// Somebody asked for it; it is being written, or waits for that.
        Running = "running",
        /// It is there to be fetched, for a while.
        Ready = "ready",
        /// It could not be written.
        Failed = "failed",
        /// Whoever asked for it took that back.
        Cancelled = "cancelled",
        /// It was there for its time, and is destroyed.
        Expired = "expired",
    }
}

words! {
    /// How a file of entries is written.
    pub enum ExportFormat {
        /// Comma-separated values for spreadsheet programs.
        Csv = "csv",
        /// One JSON object a line: the leaf itself and what it commits to.
        JsonLines = "jsonl",
        /// Common Event Format.
        Cef = "cef",
        /// Open Cybersecurity Schema Framework, one JSON object a line.
        Ocsf = "ocsf",
    }
}

impl ExportFormat {
    /// The media type of a file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines | Self::Ocsf => "application/jsonl",
            Self::Cef => "text/plain; charset=utf-8",
        }
    }

    /// How the name of a file ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Cef => "cef.log",
            Self::Ocsf => "ocsf.jsonl",
        }
    }
}
