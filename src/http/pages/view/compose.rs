//! The draft: files, recipients, message, how long to keep.

use askama::Template;

use super::frame::addressed;
use super::{Frame, ScanLimit, ScanLine, scan};
use crate::config::Ruling;
use crate::error::{FileFlaw, Problem};
use crate::http::problem_text;
use crate::http::text::Texts;
use crate::model::{Channel, DeliveryId, FileId, Language, Recipient, Time, TransferId};
use crate::transfer::queue::Stand;

/// GET `/send/new`, `/send/{id}` and the answers to its forms. Every button of the second form posts all of its fields, so that a half
/// typed recipient or message is never lost.
#[derive(Template)]
#[template(path = "compose.html")]
pub struct ComposePage {
    /// The frame.
    pub frame: Frame,
    /// The draft; none while nothing has been entered: looking at the page makes none.
    pub transfer: Option<TransferId>,
    /// Its files.
    pub files: Vec<FileRow>,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// Its recipients.
    pub recipients: Vec<RecipientRow>,
    /// The recipient in the form, as typed or as it is.
    pub recipient: RecipientForm,
    /// Whether that one is there already, and being changed.
    pub editing: Option<Editing>,
    /// People sent to before.
    pub known: Vec<Recipient>,
    /// Message and keeping time as stored or as typed.
    pub options: OptionsForm,
    /// What the keeping time may be, shortest first.
    pub keeps: Vec<KeepChoice>,
    /// By which channels numbers may be told.
    pub channels: Vec<Channel>,
    /// What is allowed.
    pub limits: Limits,
    /// Pasted entries that are wrong, as they were pasted.
    pub many: String,
    /// The name for a template as typed.
    pub template: String,
    /// Whether the recipient in the form goes into the address book, too.
    pub keep_contact: bool,
    /// Whether files leave unscanned, as the configuration says.
    pub unscanned: bool,
}

/// Which recipient is being changed.
#[derive(Clone, Copy, Debug)]
pub struct Editing {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// Whether the page that asks before sending led here, and gets its reader back.
    pub from_check: bool,
}

/// A keeping time to choose.
#[derive(Clone, Copy, Debug)]
pub struct KeepChoice {
    /// Hours.
    pub hours: u32,
    /// When the files would be erased if it were sent now.
    pub until: Time,
}

/// A file of a draft or of a sent transfer.
#[derive(Clone, Debug)]
pub struct FileRow {
    /// Its id.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Bytes that have arrived; equal to `size` when it is whole.
    pub received: u64,
    /// How it stands before the scanner; none before it has arrived, and once it was sent.
    pub scan: Option<Stand>,
    /// Whether it is scanned again because the signatures are newer.
    pub again: bool,
    /// What is wrong with it, and what the policy makes of that; the worst first.
    pub flaws: Vec<(FileFlaw, Ruling)>,
}

/// A recipient of a draft.
#[derive(Clone, Debug)]
pub struct RecipientRow {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// Public short name of that.
    pub reference: String,
    /// What the sender typed.
    pub to: RecipientForm,
    /// Whether somebody has made sure of its phone number.
    pub phone_verified: bool,
}

/// A recipient as typed: POST `/send/{id}/recipients`.
#[derive(Clone, Debug)]
pub struct RecipientForm {
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Language of mail and page.
    pub language: Language,
    /// Phone number to tell the pick-up number to.
    pub phone: String,
    /// Agreed phrase.
    pub phrase: String,
    /// How the number is told.
    pub channel: Channel,
}

/// POST `/send/{id}/options`, as typed.
#[derive(Clone, Debug, Default)]
pub struct OptionsForm {
    /// The message.
    pub message: String,
    /// Hours to keep the files.
    pub keep_hours: u32,
}

/// The sender's limits, as told on the page.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Files in a transfer.
    pub files: u32,
    /// Bytes in a transfer.
    pub bytes: u64,
    /// Characters in a message.
    pub message: u32,
    /// Domains that may be sent to; none: every domain.
    pub domains: Option<Vec<String>>,
    /// Whether every transfer must be approved.
    pub needs_approval: bool,
    /// What the scanner takes, where that is less than a transfer may be.
    pub scan: Option<ScanLimit>,
}

impl ComposePage {
    fn channel_key_of(&self, channel: &Channel) -> &'static str {
        channel_key(*channel)
    }

    /// Where the forms post to, without their last step.
    fn path(&self) -> String {
        self.transfer.map_or_else(|| "/send/new".into(), |id| format!("/send/{id}"))
    }

    fn id(&self) -> String {
        self.transfer.map(|id| id.to_string()).unwrap_or_default()
    }

    fn limits_hint(&self) -> String {
        let hint = self.frame.phrase("compose-limits").with("size", self.frame.texts.size(self.limits.bytes));
        hint.with("files", self.limits.files).to_string()
    }

    /// What files that are too large for the scanner come to.
    fn scan_hint(&self) -> Option<String> {
        let ScanLimit { bytes, larger } = self.limits.scan?;
        let key = match larger {
            Ruling::Refuse => "compose-scan-refused",
            Ruling::Approval => "compose-scan-approval",
            Ruling::Allow => "compose-scan-allowed",
        };
        Some(self.frame.phrase(key).with("limit", self.frame.texts.size(bytes)).to_string())
    }

    /// Bytes above which a file is refused before it is uploaded, and why.
    fn scan_refusal(&self) -> Option<(u64, String)> {
        let limit = self.limits.scan.filter(|limit| limit.larger == Ruling::Refuse)?.bytes;
        Some((limit, problem_text::what(&self.frame.texts, &Problem::TooLargeToScan { limit })))
    }

    fn scan_summary(&self) -> Option<ScanLine> {
        scan::summary(&self.frame, &self.files)
    }

    fn is_scanning(&self) -> bool {
        self.files.iter().any(FileRow::is_pending)
    }

    /// To whom may be sent, where not to everybody.
    fn domains_hint(&self) -> Option<String> {
        let domains = self.limits.domains.as_ref()?;
        Some(match domains.is_empty() {
            true => self.frame.text("compose-no-domains"),
            false => self.frame.phrase("compose-domains").with("domains", domains.join(", ")).to_string(),
        })
    }

    fn is_editing(&self, row: &RecipientRow) -> bool {
        self.editing.is_some_and(|editing| editing.delivery == row.delivery)
    }

    /// Whether the form of a recipient stands open: the first one, one being changed, one half typed.
    fn asks_for_recipient(&self) -> bool {
        let form = &self.recipient;
        let begun = [&form.email, &form.name, &form.phone, &form.phrase].iter().any(|text| !text.is_empty());
        self.recipients.is_empty() || self.editing.is_some() || begun
    }

    fn many_errors(&self) -> Vec<&str> {
        self.frame.errors.iter().filter(|error| error.id == "many").map(|error| error.text.as_str()).collect()
    }

    /// What stands before and after the choice within the sentence.
    fn keep_sentence(&self) -> (String, String) {
        let whole = self.frame.phrase("compose-keep").with("time", "\n").to_string();
        let (before, after) = whole.split_once('\n').unwrap_or((&whole, ""));
        (before.to_owned(), after.to_owned())
    }

    /// When the files would be erased with the present choice.
    fn until(&self) -> Option<Time> {
        let chosen = self.keeps.iter().find(|choice| choice.hours == self.options.keep_hours);
        chosen.or(self.keeps.first()).map(|choice| choice.until)
    }
}

impl KeepChoice {
    fn seconds(&self) -> u64 {
        u64::from(self.hours) * 3600
    }
}

impl FileRow {
    pub(super) fn is_whole(&self) -> bool {
        self.received >= self.size
    }

    pub(super) fn percent(&self) -> u64 {
        (u128::from(self.received) * 100 / u128::from(self.size.max(1))).try_into().unwrap_or(100)
    }
}

impl RecipientRow {
    /// Whether a number would travel to a phone of which nobody has made sure.
    pub(super) fn is_unverified(&self) -> bool {
        self.to.channel != Channel::Sheet && !self.to.phone.is_empty() && !self.phone_verified
    }
}

impl RecipientForm {
    pub(in crate::http) fn title(&self, texts: &Texts) -> String {
        addressed(texts, &self.name, &self.email)
    }

    pub(super) fn channel_key(&self) -> &'static str {
        channel_key(self.channel)
    }

    pub(super) fn language_name(&self) -> &'static str {
        match self.language {
            Language::Ja => "日本語",
            Language::En => "English",
        }
    }
}

pub(super) fn channel_key(channel: Channel) -> &'static str {
    match channel {
        Channel::Phone => "channel-phone",
        Channel::Sheet => "channel-sheet",
        Channel::Sms => "channel-sms",
    }
}
