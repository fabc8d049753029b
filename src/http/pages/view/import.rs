//! The account register from a file.

use askama::Template;

use super::Frame;
use crate::http::import_text::heading;
use crate::staff::register::Column;

/// GET `/register/import`, and a file that was refused.
#[derive(Template)]
#[template(path = "import.html")]
pub struct ImportPage {
    /// The frame.
    pub frame: Frame,
    /// The table as pasted.
    pub text: String,
    /// Whether new people are invited by mail.
    pub mail: bool,
    /// What is wrong, in words, in the order of the file.
    pub flaws: Vec<String>,
    /// How many more flaws there are.
    pub more: usize,
}

/// The answer to a file that fits: what it would do.
#[derive(Template)]
#[template(path = "import_preview.html")]
pub struct ImportPreviewPage {
    /// The frame.
    pub frame: Frame,
    /// The file, to be posted again.
    pub data: String,
    /// The mark of the plan that is shown.
    pub mark: String,
    /// Whether new people are invited by mail.
    pub mail: bool,
    /// The reason as typed.
    pub reason: String,
    /// Rows read.
    pub rows: u64,
    /// New people: row, and who.
    pub added: Vec<(u64, String)>,
    /// How many there are.
    pub added_count: usize,
    /// Changed people.
    pub changed: Vec<ChangedRow>,
    /// How many there are.
    pub changed_count: usize,
    /// How many stay as they are.
    pub unchanged: u64,
    /// Whether a proof of who it is must be given in another tab first.
    pub unconfirmed: bool,
}

/// Somebody whose entry changes.
#[derive(Clone, Debug)]
pub struct ChangedRow {
    /// The row.
    pub row: u64,
    /// Who.
    pub who: String,
    /// What, as it is and as it will be.
    pub changes: Vec<(String, String, String)>,
}

impl ImportPage {
    /// The headings that are read.
    fn columns(&self) -> Vec<&'static str> {
        let read = Column::ALL.iter().filter(|column| column.is_read());
        read.map(|column| heading(&self.frame.texts, *column)).collect()
    }
}

impl ImportPreviewPage {
    fn is_empty(&self) -> bool {
        self.added_count + self.changed_count == 0
    }

    fn added_more(&self) -> usize {
        self.added_count.saturating_sub(self.added.len())
    }

    fn changed_more(&self) -> usize {
        self.changed_count.saturating_sub(self.changed.len())
    }
}
