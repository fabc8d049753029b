//! One transfer with its recipients and its timeline, and the page that asks before taking it back.

use askama::Template;

use super::frame::addressed;
use super::{FileRow, Frame, Status, Waits};
use crate::http::pages::timeline::Entry;
use crate::http::text::Texts;
use crate::model::{Time, TransferId};

/// GET `/transfers/{id}`.
#[derive(Template)]
#[template(path = "transfer.html")]
pub struct TransferPage {
    /// The frame.
    pub frame: Frame,
    /// The transfer.
    pub id: TransferId,
    /// Where it stands.
    pub status: Status,
    /// Names and sizes; empty where the sender can no longer read them.
    pub files: Vec<FileRow>,
    /// Number of files.
    pub file_count: u32,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// When it was sent.
    pub sent_at: Option<Time>,
    /// Until when it can be collected.
    pub expires_at: Option<Time>,
    /// When keys and bytes were gone.
    pub erased_at: Option<Time>,
    /// Its recipients.
    pub deliveries: Vec<DeliveryRow>,
    /// What keeps its mails from leaving.
    pub waits: Waits,
    /// Whether one more recipient can be written to.
    pub can_add: bool,
    /// What happened, oldest first.
    pub timeline: Vec<Entry>,
    /// Whether there is anything left to take back.
    pub can_recall: bool,
    /// Whether there is a time limit that can be moved.
    pub can_extend: bool,
    /// The phone number that was typed for an SMS and refused; empty otherwise.
    pub phone: String,
}

/// A recipient of a sent transfer.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// Its public short name.
    pub reference: String,
    /// Name; may be empty.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Phone number; may be empty.
    pub phone: String,
    /// Where it stands.
    pub status: Status,
    /// When the sender said that the number was told.
    pub told_at: Option<Time>,
    /// When everything was collected.
    pub collected_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// What a mail system answered when it refused the mail; may be empty.
    pub mail_answer: String,
    /// Since when its mail is withheld, because by the rules in force a file may not leave.
    pub withheld_at: Option<Time>,
    /// Wrong numbers in a row.
    pub wrong: u32,
    /// Names of completely collected files and when they were; empty once the transfer has ended.
    pub files: Vec<(String, Time)>,
    /// Whether it can be noted that the number was told.
    pub can_tell: bool,
    /// Whether a new number can be issued.
    pub can_reissue: bool,
    /// When the recipient was reminded last.
    pub reminded_at: Option<Time>,
    /// Whether the recipient can be reminded now.
    pub can_remind: bool,
    /// Whether it is paused and can be resumed.
    pub can_resume: bool,
    /// What an approver said, where it was a no.
    pub refused: Option<Refusal>,
    /// When link and number were first accepted.
    pub opened_at: Option<Time>,
    /// Whether its mail was handed to the mail system.
    pub was_mailed: bool,
    /// Whether a new link and number can be sent.
    pub can_resend: bool,
    /// Whether the address can be corrected.
    pub can_correct: bool,
    /// Whether a new number can be sent by SMS.
    pub can_text: bool,
    /// Whether it is still to be made sure that the phone number is the recipient's.
    pub can_verify: bool,
    /// When the recipient asked for the files again.
    pub asked_again_at: Option<Time>,
    /// Whether it can be taken back.
    pub can_recall: bool,
}

/// A no of an approver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whether nobody answered in time.
    pub lapsed: bool,
    /// Whether it ended the delivery: a no to a later time limit ends nothing.
    pub ended: bool,
    /// The reason that was given; may be empty.
    pub reason: String,
}

impl Refusal {
    fn key(&self) -> &'static str {
        match (self.lapsed, self.ended) {
            (true, _) => "after-lapsed",
            (false, true) => "after-refused",
            (false, false) => "after-refused-longer",
        }
    }
}

/// GET `/transfers/{id}/recall`.
#[derive(Template)]
#[template(path = "recall.html")]
pub struct RecallPage {
    /// The frame.
    pub frame: Frame,
    /// The transfer.
    pub id: TransferId,
    /// Its recipients.
    pub deliveries: Vec<DeliveryRow>,
    /// The reason as typed.
    pub reason: String,
}

/// GET and refused POST `/transfers/{id}/extend`.
#[derive(Template)]
#[template(path = "extend.html")]
pub struct ExtendPage {
    /// The frame.
    pub frame: Frame,
    /// The transfer.
    pub id: TransferId,
    /// Until when it can be collected now.
    pub expires_at: Time,
    /// Until when it could be collected at the latest.
    pub latest: Time,
    /// Days that policy still allows after that; none when they are used up.
    pub most_days: u64,
    /// Days that policy allows in all.
    pub policy_days: u64,
    /// Whether approvers are asked about a later one.
    pub asks: bool,
    /// Whether approvers have not answered an earlier question: until then nothing can be moved.
    pub is_asked: bool,
    /// Whether those who are asked cannot open the files, because the key is not at hand.
    pub shut: bool,
    /// The days as typed.
    pub days: String,
}

impl DeliveryRow {
    pub(super) fn title(&self, texts: &Texts) -> String {
        addressed(texts, &self.name, &self.email)
    }

    /// The field of the phone number that a new number is sent to.
    fn sms_field(&self) -> String {
        format!("sms-{}", self.reference)
    }

    /// How it stands, in one line: what is said when it changes while somebody looks at the page.
    fn says(&self, frame: &Frame) -> String {
        let status = frame.text(self.status.key());
        frame.phrase("live-says").with("who", self.title(&frame.texts)).with("status", status).to_string()
    }
}

impl RecallPage {
    fn someone_collected(&self) -> bool {
        self.deliveries.iter().any(|row| row.collected_at.is_some())
    }

    /// Whether nothing of it has left the house.
    fn nothing_left(&self) -> bool {
        self.deliveries.iter().all(|row| !row.was_mailed)
    }

    /// From how many people it is taken back.
    fn count(&self) -> usize {
        self.deliveries.iter().filter(|row| row.can_recall).count()
    }
}

impl ExtendPage {
    fn can_extend(&self) -> bool {
        self.most_days > 0 && !self.is_asked
    }
}

impl TransferPage {
    /// Recipients who asked for the files again, and when.
    fn asked_again(&self) -> Vec<(&DeliveryRow, Time)> {
        self.deliveries.iter().filter_map(|row| Some((row, row.asked_again_at?))).collect()
    }

    fn is_draft(&self) -> bool {
        self.status == Status::Draft
    }
}
