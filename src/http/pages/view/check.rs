//! Check recipients, then send.

use std::collections::HashMap;

use askama::Template;

use super::{FileRow, Frame, RecipientRow, ScanLine, scan};
use crate::error::Problem;
use crate::http::flag_text;
use crate::http::problem_text::{ProblemText, problem_text};
use crate::model::{DeliveryId, FileId, Language, Time, TransferId};
use crate::transfer::flag::Flag;
use crate::transfer::known::Times;

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
    /// How often each address was sent to before; those never sent to are not in it.
    pub times: HashMap<String, Times>,
    /// The mails that would be sent.
    pub mails: Vec<MailPreview>,
    /// Why it cannot be sent as it is, by the sender's limits as they are now.
    pub hindrances: Vec<Problem>,
    /// Whether files leave unscanned, as the configuration says.
    pub unscanned: bool,
    /// What is to be looked at twice, of recipients that have flags.
    pub flagged: HashMap<DeliveryId, Flagged>,
    /// Whether the domain is typed again instead of ticking.
    pub retype: bool,
    /// About how many recipients an approver would be asked.
    pub asked: usize,
    /// Minutes that mails are held after sending, or after an approval.
    pub hold_minutes: u32,
}

/// A recipient with flags.
#[derive(Clone, Debug)]
pub struct Flagged {
    /// The flags, the gravest first.
    pub flags: Vec<Flag>,
    /// What stands behind the tick.
    pub shown: String,
    /// What was ticked or typed.
    pub confirmed: String,
}

/// A mail as its recipient would read it.
#[derive(Clone, Debug)]
pub struct MailPreview {
    /// Its language.
    pub language: Language,
    /// Mail address that it goes to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

impl CheckPage {
    fn hindrance(&self, problem: &Problem) -> String {
        let ProblemText { what, next, .. } = problem_text(&self.frame.texts, problem);
        if self.place(problem).is_some() {
            // What to do stands with the file.
            return what;
        }
        self.frame.phrase("check-hindrance").with("what", what).with("next", next).to_string()
    }

    /// The file that a hindrance is about.
    fn place(&self, problem: &Problem) -> Option<FileId> {
        place(&self.files, problem)
    }

    /// What the button does: nothing is called sent that only somebody else lets go.
    fn button(&self) -> String {
        let (asked, all) = (self.asked, self.recipients.len());
        match asked {
            0 => self.frame.phrase("check-send").with("count", all).to_string(),
            asked if asked >= all => self.frame.text("check-ask"),
            asked => self.frame.phrase("check-ask-some").with("count", all - asked).to_string(),
        }
    }

    /// What keeps the mails from leaving at once; nothing: they leave.
    fn before_leaving(&self) -> Vec<String> {
        let asked = (self.asked > 0).then(|| self.frame.phrase("check-asked").with("count", self.asked).to_string());
        let key = if self.asked >= self.recipients.len() { "approval-then-held" } else { "check-held" };
        let held = self.frame.phrase(key).with("minutes", self.hold_minutes);
        asked.into_iter().chain((self.hold_minutes > 0).then(|| held.to_string())).collect()
    }

    fn path(&self) -> String {
        format!("/send/{}/check", self.transfer)
    }

    fn scan_summary(&self) -> Option<ScanLine> {
        scan::summary(&self.frame, &self.files)
    }

    fn is_scanning(&self) -> bool {
        self.files.iter().any(FileRow::is_pending)
    }

    /// How often somebody was sent to; not where that is no comfort.
    fn times(&self, row: &RecipientRow) -> Option<Times> {
        let is_first = self.flagged(row).is_some_and(|flagged| flagged.flags.contains(&Flag::FirstTime));
        self.times.get(&row.to.email).copied().filter(|_| !is_first)
    }

    fn flagged(&self, row: &RecipientRow) -> Option<&Flagged> {
        self.flagged.get(&row.delivery)
    }

    fn field(row: &RecipientRow) -> String {
        format!("confirm-{}", row.delivery)
    }

    fn flag(&self, flag: &Flag) -> String {
        flag_text::flag(&self.frame.texts, flag)
    }
}

/// The file that a problem is about: within a draft no two have one name.
pub(in crate::http::pages) fn place(files: &[FileRow], problem: &Problem) -> Option<FileId> {
    let Problem::FileRefused { name, .. } = problem else { return None };
    files.iter().find(|file| file.name == *name).map(|file| file.id)
}
