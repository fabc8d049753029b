//! What an office's own systems are told: which events, in which words. Never a number, a link, a name or a message.

use super::words::words;
use super::{EndReason, EventKind, LetterKind, PostId};

words! {
    /// What a webhook tells.
    pub enum HookKind {
        /// The first mail of a transfer was accepted.
        TransferDispatched = "transfer.dispatched",
        /// Every delivery has ended, and the sender had taken them back.
        TransferRecalled = "transfer.recalled",
        /// Every delivery has ended otherwise.
        TransferFinished = "transfer.finished",
        /// A recipient has everything.
        DeliveryRetrieved = "delivery.retrieved",
        /// Too many wrong numbers.
        DeliveryPaused = "delivery.paused",
        /// Nobody collected it in time.
        DeliveryExpired = "delivery.expired",
        /// The sender took it back.
        DeliveryRecalled = "delivery.recalled",
        /// A mail system refused its mail for good.
        DeliveryUndelivered = "delivery.undelivered",
        /// A pick-up number was made. The number is not told.
        NumberIssued = "number.issued",
        /// Something was found that somebody has to look at.
        AlertRaised = "alert.raised",
        /// Somebody tries whether the receiver answers.
        Test = "webhook.test",
    }
}

impl HookKind {
    /// What an event is to a webhook; most are nothing.
    pub const fn of(event: &EventKind) -> Option<Self> {
        Some(match event {
            EventKind::Dispatched => Self::TransferDispatched,
            EventKind::Finished { reason: EndReason::Recalled } => Self::TransferRecalled,
            EventKind::Finished { reason } if !matches!(reason, EndReason::Abandoned) => Self::TransferFinished,
            EventKind::Retrieved => Self::DeliveryRetrieved,
            EventKind::Paused => Self::DeliveryPaused,
            EventKind::DeliveryEnded { reason: EndReason::Expired } => Self::DeliveryExpired,
            EventKind::DeliveryEnded { reason: EndReason::Recalled } => Self::DeliveryRecalled,
            EventKind::MailFailed { letter: LetterKind::Offer, .. } => Self::DeliveryUndelivered,
            EventKind::NumberShown => Self::NumberIssued,
            EventKind::AlertRaised { .. } => Self::AlertRaised,
            _ => return None,
        })
    }
}

/// A receiver, as far as the store needs to know it.
#[derive(Clone, Debug)]
pub struct Subscriber {
    /// Its word.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// What it is told; empty: everything.
    pub kinds: Vec<HookKind>,
}

/// Something to tell a receiver, in its final bytes: each try sends the same.
#[derive(Clone, Debug)]
pub struct Post {
    /// Its id, the same at each try.
    pub id: PostId,
    /// Whom.
    pub receiver: String,
    /// What.
    pub kind: HookKind,
    /// JSON.
    pub body: String,
    /// Tries so far, the running one included.
    pub attempts: i32,
}
