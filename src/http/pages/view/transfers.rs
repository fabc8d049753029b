//! The list of sent transfers.

use askama::Template;

use super::{Frame, Status};
use crate::model::{Time, TransferId};

/// GET `/transfers?state=&q=`.
#[derive(Debug, Template)]
#[template(path = "transfers.html")]
pub struct TransfersPage {
    /// The frame.
    pub frame: Frame,
    /// The chosen state's word (`Status::FILTERS`); empty for all.
    pub state: String,
    /// What was searched for.
    pub query: String,
    /// Newest first.
    pub rows: Vec<TransferRow>,
    /// Path of the next page; none on the last.
    pub older: Option<String>,
}

/// A transfer in the list.
#[derive(Clone, Debug)]
pub struct TransferRow {
    /// Its id.
    pub id: TransferId,
    /// Where it stands.
    pub status: Status,
    /// Names, or addresses where there is no name, of its recipients.
    pub recipients: Vec<String>,
    /// Number of files.
    pub file_count: u32,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// When it was sent, or the draft made.
    pub at: Time,
    /// Until when it can be collected, or until when the draft is kept; none once it ended.
    pub until: Option<Time>,
}

impl TransfersPage {
    fn is_filtered(&self) -> bool {
        !self.state.is_empty() || !self.query.is_empty()
    }

    fn filters(&self) -> &'static [(&'static str, Status)] {
        Status::FILTERS
    }
}

impl TransferRow {
    fn first(&self) -> &str {
        self.recipients.first().map(String::as_str).unwrap_or_default()
    }

    fn others(&self) -> usize {
        self.recipients.len().saturating_sub(1)
    }
}
