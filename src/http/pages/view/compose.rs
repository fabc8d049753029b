//! The draft: files, recipients, message, how long to keep.

use askama::Template;

use super::Frame;
use super::frame::addressed;
use crate::http::text::Texts;
use crate::model::{Channel, DeliveryId, FileId, Language, Time, TransferId};

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
    /// The next recipient as typed.
    pub recipient: RecipientForm,
    /// Message and days as stored or as typed.
    pub options: OptionsForm,
    /// When the files would be erased if it were sent now.
    pub erased_at: Time,
    /// What is allowed.
    pub limits: Limits,
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
}

/// A recipient of a draft.
#[derive(Clone, Debug)]
pub struct RecipientRow {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// What the sender typed.
    pub to: RecipientForm,
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
    /// Days to keep the files.
    pub days: String,
}

/// The policy's limits, as told on the page.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Files in a transfer.
    pub files: u32,
    /// Bytes in a transfer.
    pub bytes: u64,
    /// Characters in a message.
    pub message: u32,
    /// Most days.
    pub days: u32,
}

impl ComposePage {
    /// Where the forms post to, without their last step.
    fn path(&self) -> String {
        self.transfer.map_or_else(|| "/send/new".into(), |id| format!("/send/{id}"))
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

impl RecipientForm {
    pub(super) fn title(&self, texts: &Texts) -> String {
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
    }
}
