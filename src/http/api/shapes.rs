//! What goes out: the JSON shapes of staff resources. Times are RFC 3339 in UTC with milliseconds, ids are UUIDs.

use serde::Serialize;
use utoipa::ToSchema;

use super::scans::{FlawOut, ScanOut};
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{
    Channel, Delivery, DeliveryId, DeliveryState, EndReason, EventId, FileId, FileState, Language, Recipient, Time,
    Transfer, TransferId, TransferState, last_digits,
};
use crate::store::events::Entry;
use crate::store::listing::Listed;
use crate::transfer::draft::NamedFile;
use crate::transfer::queue::Queue;
use crate::transfer::screening::Screening;
use crate::transfer::timeline::{DeliveryStatus, Timeline};

fn at(time: Time) -> String {
    time.to_rfc3339()
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// One sending.
#[derive(Serialize, ToSchema)]
#[schema(as = Transfer)]
pub struct TransferOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: TransferId,
    /// Where it is in its life.
    pub state: TransferState,
    /// When the draft was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was sealed.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed_at: Option<String>,
    /// When the first mail was accepted.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispatched_at: Option<String>,
    /// Until when it can be opened.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// When its last delivery ended.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// When keys and bytes were gone.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shredded_at: Option<String>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<EndReason>,
    /// Hours that files are kept after sealing.
    pub keep_hours: u64,
    /// Minutes during which a retrieved delivery may be retrieved again.
    pub grace_minutes: u64,
    /// Number of files, once sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_count: Option<u64>,
    /// Bytes of all files, once sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_bytes: Option<u64>,
    /// The files of a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<FileOut>>,
    /// The message of a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Its deliveries, in order.
    pub deliveries: Vec<DeliveryOut>,
    /// What happened, oldest first; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<EventOut>>,
}

/// A file of a draft.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
pub struct FileOut {
    /// Its id, also that of its upload.
    #[schema(value_type = Uuid)]
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Bytes of the whole file.
    pub size: u64,
    /// Bytes that arrived.
    pub received: u64,
    /// Whether it is whole.
    pub state: FileState,
    /// How it stands before the scanner, once it is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan: Option<ScanOut>,
    /// What is to be said of it, the worst first.
    pub flaws: Vec<FlawOut>,
}

/// One recipient of one transfer.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: DeliveryId,
    /// Its public short name.
    #[schema(example = "K-7K2M-90QF")]
    pub reference: String,
    /// Who receives.
    pub recipient: RecipientOut,
    /// Where it is in its life.
    pub state: DeliveryState,
    /// Where the newest mail with its link is; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailOut>,
    /// Completely served files; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files_complete: Option<u64>,
    /// Wrong numbers in a row; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<i32>,
    /// Openings; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openings: Option<i32>,
    /// When its mail was first handed to the mail system.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempted_at: Option<String>,
    /// When its mail was accepted.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered_at: Option<String>,
    /// When its link was first opened.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<String>,
    /// When link and number were first accepted.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<String>,
    /// When every file was served completely.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retrieved_at: Option<String>,
    /// Until when it may be retrieved again.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_until: Option<String>,
    /// When the sender said that the number was told.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_at: Option<String>,
    /// By which channel it was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_by: Option<Channel>,
    /// The last digits of the phone number that it was told to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_to: Option<String>,
    /// Whether somebody has made sure that the phone number is the recipient's.
    pub phone_verified: bool,
    /// When it ended.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<EndReason>,
}

/// Who receives, as the sender typed it.
#[derive(Serialize, ToSchema)]
#[schema(as = Recipient)]
pub struct RecipientOut {
    /// Mail address.
    pub email: String,
    /// Name; may be empty.
    pub name: String,
    /// Language of mail and first page.
    pub language: Language,
    /// Phone number; may be empty.
    pub phone: String,
    /// Agreed phrase; may be empty.
    pub phrase: String,
    /// How the number is told.
    pub channel: Channel,
}

/// Where a mail is.
#[derive(Serialize, ToSchema)]
#[schema(as = Mail)]
pub struct MailOut {
    /// `queued`, `accepted`, `failed` or `withdrawn`.
    pub state: &'static str,
    /// Attempts so far.
    pub attempts: i32,
    /// Since when it is withheld, because by the policy in force a file may not leave.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld_at: Option<String>,
}

/// An entry of the log.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: EventId,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What happened, as a stable word.
    pub event: String,
    /// The delivery it is about.
    #[schema(value_type = Option<Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryId>,
    /// The final bytes of the entry, a JSON object.
    #[schema(value_type = Object)]
    pub leaf: serde_json::Value,
    /// What the entry commits to and is still kept: field and text.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub values: std::collections::BTreeMap<String, String>,
}

impl FileOut {
    /// The files of a draft as they stand now.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn all(gateway: &Gateway, files: &[NamedFile]) -> Result<Vec<Self>> {
        let queue = Queue::of(gateway, files).await?;
        let screening = Screening::of(gateway);
        let of = |file: &NamedFile| Self {
            scan: queue.stand(file).map(|stand| ScanOut::of(file, stand)),
            flaws: screening.flaws(file).into_iter().map(FlawOut::of).collect(),
            id: file.id,
            name: file.name.clone(),
            size: count(file.size),
            received: count(file.received),
            state: file.state,
        };
        Ok(files.iter().map(of).collect())
    }
}

impl From<&Recipient> for RecipientOut {
    fn from(to: &Recipient) -> Self {
        Self {
            email: to.email.clone(),
            name: to.name.clone(),
            language: to.language,
            phone: to.phone.clone(),
            phrase: to.phrase.clone(),
            channel: to.channel,
        }
    }
}

impl From<&Delivery> for DeliveryOut {
    fn from(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id,
            reference: delivery.reference.clone(),
            recipient: RecipientOut::from(&delivery.recipient),
            state: delivery.state,
            mail: None,
            files_complete: None,
            wrong: None,
            openings: None,
            attempted_at: delivery.attempted_at.map(at),
            offered_at: delivery.offered_at.map(at),
            looked_at: delivery.looked_at.map(at),
            opened_at: delivery.opened_at.map(at),
            retrieved_at: delivery.retrieved_at.map(at),
            grace_until: delivery.grace_until.map(at),
            told_at: delivery.told_at.map(at),
            told_by: delivery.told.as_ref().map(|told| told.channel),
            told_to: delivery.told.as_ref().map(|told| last_digits(&told.phone)).filter(|tail| !tail.is_empty()),
            phone_verified: delivery.phone_verified,
            ended_at: delivery.ended_at.map(at),
            end_reason: delivery.end_reason,
        }
    }
}

impl From<&DeliveryStatus> for DeliveryOut {
    fn from(status: &DeliveryStatus) -> Self {
        Self {
            mail: status.mail.map(|(state, attempts)| MailOut {
                state: state.word(),
                attempts,
                withheld_at: status.withheld_at.map(at),
            }),
            files_complete: Some(status.complete.len() as u64),
            wrong: Some(status.used.wrong),
            openings: Some(status.used.openings),
            ..Self::from(&status.delivery)
        }
    }
}

impl TransferOut {
    fn of(transfer: &Transfer, deliveries: Vec<DeliveryOut>) -> Self {
        let sealed = transfer.sealed_at.is_some();
        Self {
            id: transfer.id,
            state: transfer.state,
            created_at: at(transfer.created_at),
            sealed_at: transfer.sealed_at.map(at),
            dispatched_at: transfer.dispatched_at.map(at),
            expires_at: transfer.expires_at.map(at),
            finished_at: transfer.finished_at.map(at),
            shredded_at: transfer.shredded_at.map(at),
            end_reason: transfer.end_reason,
            keep_hours: count(transfer.keep_seconds) / 3600,
            grace_minutes: count(transfer.grace_seconds) / 60,
            file_count: sealed.then(|| count(transfer.file_count.into())),
            total_bytes: sealed.then(|| count(transfer.total_bytes)),
            files: None,
            message: None,
            deliveries,
            events: None,
        }
    }
}

impl From<&Listed> for TransferOut {
    fn from(listed: &Listed) -> Self {
        Self::of(&listed.transfer, listed.deliveries.iter().map(DeliveryOut::from).collect())
    }
}

impl From<&Timeline> for TransferOut {
    fn from(timeline: &Timeline) -> Self {
        let deliveries = timeline.deliveries.iter().map(DeliveryOut::from).collect();
        let events = timeline.events.iter().map(EventOut::from).collect();
        Self { events: Some(events), ..Self::of(&timeline.transfer, deliveries) }
    }
}

impl From<&Entry> for EventOut {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id,
            at: at(entry.at),
            event: entry.event.clone(),
            delivery: entry.delivery,
            leaf: serde_json::from_slice(&entry.leaf).unwrap_or_default(),
            values: entry.values.iter().cloned().collect(),
        }
    }
}
