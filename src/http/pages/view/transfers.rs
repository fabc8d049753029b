//! The list of sent transfers.

use askama::Template;

use super::frame::addressed;
use super::{Frame, Status};
use crate::http::text::Texts;
use crate::model::{Time, TransferId};

/// GET `/transfers?state=&q=`.
#[derive(Template)]
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
    /// The first recipient's name; may be empty.
    pub name: String,
    /// The first recipient's mail address; empty when there is no recipient.
    pub email: String,
    /// Number of recipients.
    pub recipient_count: u32,
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
    fn recipients(&self, texts: &Texts) -> String {
        let first = addressed(texts, &self.name, &self.email);
        match self.recipient_count {
            0 => texts.text("list-nobody"),
            1 => first,
            count => texts.phrase("list-and-others").with("first", first).with("count", count - 1).to_string(),
        }
    }
}
