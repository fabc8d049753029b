//! The vocabulary of the log. An event is a typed fact; `audit::leaf` turns it into the bytes that are kept for good.
//!
//! What is clear in a leaf: ids, enumerations, counts, times. Everything else (`Private`) is committed to with a salted
//! hash and kept in a side table until its erase-after date.

mod kind;
mod private;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::words::words;
use super::{AccountId, DeliveryId, FaxId, FileId, LetterId, ReviewId, SessionId, Time, TokenId, TransferId};

pub use kind::EventKind;
pub use private::Private;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", content = "id", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum Actor {
    /// A member of staff, in a browser or with a token.
    Account(AccountId),
    /// The recipient of a delivery (a bearer of its link secret).
    Recipient(DeliveryId),
    /// The gateway itself: outbox, sweeper, start-up.
    System,
    /// Somebody at the command line of the server.
    Console,
    /// Nobody known.
    Anonymous,
}

words! {
    /// How it ended.
    pub enum Outcome {
        /// Done.
        Ok = "ok",
        /// Tried and refused or failed.
        Failed = "failed",
    }
}

/// What it was about. Ids only.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Subject {
    /// The transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferId>,
    /// The delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryId>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileId>,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The unlock session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<LetterId>,
    /// The API token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenId>,
    /// The review of the account register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewId>,
    /// The entry of the fax register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fax: Option<FaxId>,
}

/// One entry of the log, before it is written.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Time,
    /// Who did it.
    pub actor: Actor,
    /// What it was about.
    pub subject: Subject,
    /// How it ended.
    pub outcome: Outcome,
    /// Values that may name a person or a file.
    pub private: Vec<Private>,
}

impl Event {
    /// A successful event about nothing in particular.
    pub fn new(kind: EventKind, at: Time, actor: Actor) -> Self {
        Self { kind, at, actor, subject: Subject::default(), outcome: Outcome::Ok, private: Vec::new() }
    }

    /// About this transfer.
    pub fn transfer(mut self, id: TransferId) -> Self {
        self.subject.transfer = Some(id);
        self
    }

    /// About this delivery.
    pub fn delivery(mut self, id: DeliveryId) -> Self {
        self.subject.delivery = Some(id);
        self
    }

    /// About this file.
    pub fn file(mut self, id: FileId) -> Self {
        self.subject.file = Some(id);
        self
    }

    /// About this account.
    pub fn account(mut self, id: AccountId) -> Self {
        self.subject.account = Some(id);
        self
    }

    /// About this unlock session.
    pub fn session(mut self, id: SessionId) -> Self {
        self.subject.session = Some(id);
        self
    }

    /// About this mail.
    pub fn letter(mut self, id: LetterId) -> Self {
        self.subject.letter = Some(id);
        self
    }

    /// About this API token.
    pub fn token(mut self, id: TokenId) -> Self {
        self.subject.token = Some(id);
        self
    }

    /// About this review.
    pub fn review(mut self, id: ReviewId) -> Self {
        self.subject.review = Some(id);
        self
    }

    /// About this entry of the fax register.
    pub fn fax(mut self, id: FaxId) -> Self {
        self.subject.fax = Some(id);
        self
    }

    /// It failed or was refused.
    pub fn failed(mut self) -> Self {
        self.outcome = Outcome::Failed;
        self
    }

    /// With a value that may name a person or a file. Empty text is left out.
    pub fn with(mut self, private: Private) -> Self {
        if !private.text().is_empty() {
            self.private.push(private);
        }
        self
    }

    /// From this network address, if one is known.
    pub fn source(mut self, source: Option<IpAddr>) -> Self {
        self.private.extend(source.map(Private::Source));
        self
    }
}
