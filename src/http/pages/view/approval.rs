//! Approvals: what waits for an answer, and the page that asks for one.

use askama::Template;

use super::frame::addressed;
use super::{FileRow, Frame, ScanLine};
use crate::http::flag_text;
use crate::http::text::Texts;
use crate::model::{ApprovalId, ApprovalReason, ApprovalState, Time, TransferId};
use crate::transfer::flag::Flag;

/// GET `/approvals`.
#[derive(Template)]
#[template(path = "approvals.html")]
pub struct ApprovalsPage {
    /// The frame.
    pub frame: Frame,
    /// What waits, the oldest first.
    pub waiting: Vec<WaitingRow>,
    /// What the reader decided lately, the newest first.
    pub decided: Vec<DecidedRow>,
}

/// A transfer that waits for an answer.
#[derive(Clone, Debug)]
pub struct WaitingRow {
    /// The transfer.
    pub id: TransferId,
    /// Who sends it.
    pub sender: String,
    /// Name and mail address of the first recipient that is asked about.
    pub first: (String, String),
    /// Recipients that are asked about.
    pub recipients: u32,
    /// Number of files.
    pub file_count: u32,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// Since when it waits.
    pub asked_at: Time,
    /// When it counts as refused.
    pub decide_by: Time,
}

/// A decision of the reader.
#[derive(Clone, Debug)]
pub struct DecidedRow {
    /// Who sends it.
    pub sender: String,
    /// To whom.
    pub emails: Vec<String>,
    /// What was said.
    pub state: ApprovalState,
    /// When.
    pub at: Time,
    /// For whom, where it was as a deputy; may be empty.
    pub on_behalf_of: String,
}

/// GET `/approvals/{id}`, and its forms when they are refused.
#[derive(Template)]
#[template(path = "approval.html")]
pub struct ApprovalPage {
    /// The frame.
    pub frame: Frame,
    /// The transfer.
    pub id: TransferId,
    /// Who sends it.
    pub sender: String,
    /// The sender's mail address.
    pub sender_email: String,
    /// The files as the manifest has them, with the scanner's word.
    pub files: Vec<FileRow>,
    /// What they say they are, in the same order: media types as they came.
    pub types: Vec<String>,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// Whether files leave unscanned, as the configuration says.
    pub unscanned: bool,
    /// Whether the reader has a key to open them with.
    pub can_open: bool,
    /// Whether the reader decides as somebody's deputy.
    pub is_deputy: bool,
    /// What is asked, recipient by recipient.
    pub questions: Vec<QuestionRow>,
    /// Other recipients, about whom nothing is asked.
    pub others: Vec<String>,
    /// The sender's message; may be empty.
    pub message: String,
    /// When it counts as refused.
    pub decide_by: Time,
    /// Minutes that mails are held after an approval.
    pub hold_minutes: u32,
    /// The reason as typed.
    pub reason: String,
}

/// A question about one recipient.
#[derive(Clone, Debug)]
pub struct QuestionRow {
    /// Its id.
    pub id: ApprovalId,
    /// Name; may be empty.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Why it is asked.
    pub reasons: Vec<ApprovalReason>,
    /// What makes somebody look twice.
    pub flags: Vec<Flag>,
    /// Until when it could be open.
    pub latest_expiry: Time,
    /// The time limit that it has now, where the question is about a later one.
    pub now_until: Option<Time>,
}

impl WaitingRow {
    fn recipients(&self, texts: &Texts) -> String {
        let first = addressed(texts, &self.first.0, &self.first.1);
        match self.recipients {
            0 | 1 => first,
            count => texts.phrase("list-and-others").with("first", first).with("count", count - 1).to_string(),
        }
    }
}

impl DecidedRow {
    fn is_given(&self) -> bool {
        self.state == ApprovalState::Given
    }
}

impl ApprovalPage {
    fn media_type(&self, file: &FileRow) -> &str {
        let place = self.files.iter().position(|other| other.id == file.id);
        place.and_then(|place| self.types.get(place)).map_or("", String::as_str)
    }

    fn lines(&self, file: &FileRow) -> Vec<ScanLine> {
        file.scan_lines(&self.frame)
    }
}

impl QuestionRow {
    fn title(&self, texts: &Texts) -> String {
        addressed(texts, &self.name, &self.email)
    }

    fn flag_lines(&self, texts: &Texts) -> Vec<String> {
        self.flags.iter().map(|flag| flag_text::flag_of_other(texts, flag)).collect()
    }

    fn reason_lines(&self, texts: &Texts) -> Vec<String> {
        self.reasons.iter().map(|reason| texts.text(reason_key(*reason))).collect()
    }
}

fn reason_key(reason: ApprovalReason) -> &'static str {
    match reason {
        ApprovalReason::Always => "approval-reason-always",
        ApprovalReason::Account => "approval-reason-account",
        ApprovalReason::NewDomain => "approval-reason-new-domain",
        ApprovalReason::Recipients => "approval-reason-recipients",
        ApprovalReason::Size => "approval-reason-size",
        ApprovalReason::File => "approval-reason-file",
    }
}
