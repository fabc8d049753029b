//! Where something stands, always as icon, word and colour together.

use crate::model::{DeliveryState, EndReason, Standing};

/// The states that people tell apart, of transfers and deliveries alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not sent yet.
    Draft,
    /// Sent, an approver has not answered yet.
    Asked,
    /// Sent, the mail leaves after the time for second thoughts.
    Held,
    /// Sent, the mail has not left.
    Queued,
    /// The mail left.
    Offered,
    /// Link and number were accepted.
    Opened,
    /// Some files were collected.
    Partly,
    /// Everything was collected.
    Collected,
    /// Some recipients have everything; the others were taken back, or their time is over.
    CollectedBySome,
    /// Too many wrong numbers.
    Paused,
    /// The mail could not be delivered.
    Undelivered,
    /// The time limit passed.
    Expired,
    /// Taken back.
    Recalled,
    /// A draft that was given up.
    Abandoned,
    /// Its key is lost.
    KeyLost,
    /// An approver said no, or none decided in time.
    NotApproved,
}

impl Status {
    /// Of a delivery; `undelivered` when its newest mail was refused for good or came back.
    pub fn of_delivery(state: DeliveryState, undelivered: bool) -> Self {
        match state {
            unseen if undelivered && DeliveryState::UNSEEN.contains(&unseen) => Self::Undelivered,
            DeliveryState::Pending => Self::Queued,
            DeliveryState::Offered => Self::Offered,
            DeliveryState::Opened => Self::Opened,
            DeliveryState::PartlyRetrieved => Self::Partly,
            DeliveryState::Retrieved | DeliveryState::Closed => Self::Collected,
            DeliveryState::Paused => Self::Paused,
            DeliveryState::Expired => Self::Expired,
            DeliveryState::Recalled => Self::Recalled,
            DeliveryState::KeyLost => Self::KeyLost,
        }
    }

    /// Of a finished transfer.
    pub fn of_end(reason: EndReason) -> Self {
        match reason {
            EndReason::Retrieved | EndReason::Confirmed => Self::Collected,
            EndReason::Expired => Self::Expired,
            EndReason::Recalled | EndReason::Corrected => Self::Recalled,
            EndReason::Abandoned => Self::Abandoned,
            EndReason::KeyLost => Self::KeyLost,
            EndReason::Refused | EndReason::Lapsed => Self::NotApproved,
        }
    }

    /// Of transfers that a list is filtered by.
    pub fn of_standing(standing: Standing) -> Self {
        match standing {
            Standing::Draft => Self::Draft,
            Standing::Asked => Self::Asked,
            Standing::Waiting => Self::Offered,
            Standing::Collected => Self::Collected,
            Standing::Paused => Self::Paused,
            Standing::Undelivered => Self::Undelivered,
            Standing::Expired => Self::Expired,
            Standing::Recalled => Self::Recalled,
        }
    }

    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Draft => "status-draft",
            Self::Asked => "status-asked",
            Self::Held => "status-held",
            Self::Queued => "status-queued",
            Self::Offered => "status-offered",
            Self::Opened => "status-opened",
            Self::Partly => "status-partly",
            Self::Collected => "status-collected",
            Self::CollectedBySome => "status-collected-by-some",
            Self::Paused => "status-paused",
            Self::Undelivered => "status-undelivered",
            Self::Expired => "status-expired",
            Self::Recalled => "status-recalled",
            Self::Abandoned => "status-abandoned",
            Self::KeyLost => "status-key-lost",
            Self::NotApproved => "status-not-approved",
        }
    }

    pub(super) fn icon(&self) -> &'static str {
        match self {
            Self::Draft => "✎",
            Self::Queued | Self::Asked | Self::Held => "…",
            Self::Offered | Self::Opened | Self::Partly => "●",
            Self::Collected | Self::CollectedBySome => "✓",
            Self::Paused | Self::Undelivered | Self::KeyLost => "⚠",
            Self::Expired | Self::Abandoned => "–",
            Self::Recalled | Self::NotApproved => "×",
        }
    }

    pub(super) fn tone(&self) -> &'static str {
        match self {
            Self::Draft
            | Self::Asked
            | Self::Held
            | Self::Queued
            | Self::Expired
            | Self::Recalled
            | Self::Abandoned
            | Self::NotApproved
            | Self::CollectedBySome => "quiet",
            Self::Offered | Self::Opened | Self::Partly => "open",
            Self::Collected => "good",
            Self::Paused | Self::Undelivered | Self::KeyLost => "alert",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_is_called_what_the_filter_calls_it() {
        for reason in EndReason::ALL {
            if let Some(standing) = Standing::of_end(*reason) {
                assert_eq!(Status::of_end(*reason), Status::of_standing(standing), "{reason}");
            }
        }
    }
}
