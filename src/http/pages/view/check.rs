//! Check recipients, then send.

use askama::Template;

use super::{FileRow, Frame, RecipientRow};
use crate::model::{Time, TransferId};

/// GET `/send/{id}/check`, and POST `/send/{id}/send` when it is refused.
#[derive(Template)]
#[template(path = "check.html")]
pub struct CheckPage {
    /// The frame.
    pub frame: Frame,
    /// The draft.
    pub transfer: TransferId,
    /// Its recipients.
    pub recipients: Vec<RecipientRow>,
    /// Its files.
    pub files: Vec<FileRow>,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// The message; may be empty.
    pub message: String,
    /// When the files would be erased if it were sent now.
    pub erased_at: Time,
}
