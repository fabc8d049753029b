//! A delivery: one recipient of one transfer, and the graph its state moves along.

use super::words::words;
use super::{AccountId, DeliveryId, EndReason, Time, TransferId};

words! {
    /// Where a delivery is in its life.
    pub enum DeliveryState {
        /// Chosen or sealed, not yet mailed.
        Pending = "pending",
        /// The mail system accepted the mail with the link.
        Offered = "offered",
        /// Link and number were accepted.
        Opened = "opened",
        /// At least one file was served completely.
        PartlyRetrieved = "partly_retrieved",
        /// All files were served completely; the grace time runs.
        Retrieved = "retrieved",
        /// Too many wrong numbers; the sender resumes it or issues a new number.
        Paused = "paused",
        /// Retrieved, and the grace time is over or was ended by the recipient.
        Closed = "closed",
        /// The time limit passed.
        Expired = "expired",
        /// Taken back.
        Recalled = "recalled",
        /// Its key is lost (the shred store was replaced).
        KeyLost = "key_lost",
    }
}

impl DeliveryState {
    /// Nothing opens an ended delivery.
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Closed | Self::Expired | Self::Recalled | Self::KeyLost)
    }

    /// The recipient has everything.
    pub const COLLECTED: [Self; 2] = [Self::Retrieved, Self::Closed];

    /// Something is left to collect, and nothing has ended. What is neither this nor collected was lost to its recipient.
    pub const OPEN: [Self; 5] = [Self::Pending, Self::Offered, Self::Opened, Self::PartlyRetrieved, Self::Paused];

    /// Nobody has come with the link: whether its mail arrived is all that is known.
    pub const UNSEEN: [Self; 2] = [Self::Pending, Self::Offered];

    /// The link has left, and nothing keeps its recipient from the files.
    pub const UNDER_WAY: [Self; 5] =
        [Self::Offered, Self::Opened, Self::PartlyRetrieved, Self::Retrieved, Self::Closed];

    /// The states that may become `next`: what a statement that moves a delivery there is guarded by.
    pub fn before(next: Self) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|state| state.may_become(next)).collect()
    }

    /// Whether the declared graph has an edge from here to `next`.
    pub const fn may_become(self, next: DeliveryState) -> bool {
        use DeliveryState::{
            Closed, Expired, KeyLost, Offered, Opened, PartlyRetrieved, Paused, Pending, Recalled, Retrieved,
        };
        match next {
            Pending => false,
            Offered => matches!(self, Pending | Paused),
            Opened => matches!(self, Pending | Offered | Paused),
            PartlyRetrieved => matches!(self, Opened | Paused),
            Retrieved => matches!(self, Opened | PartlyRetrieved | Paused),
            Paused => matches!(self, Pending | Offered | Opened | PartlyRetrieved | Retrieved),
            Closed => matches!(self, Retrieved | Paused),
            Expired | Recalled | KeyLost => !self.is_ended(),
        }
    }
}

words! {
    /// How the pick-up number reaches the recipient.
    pub enum Channel {
        /// Told on the phone.
        Phone = "phone",
        /// A printed notice sheet, handed over, faxed or posted.
        Sheet = "sheet",
        /// A short message to a mobile phone.
        Sms = "sms",
    }
}

words! {
    /// The languages of the product.
    pub enum Language {
        /// 日本語
        Ja = "ja",
        /// English
        En = "en",
    }
}

/// Who receives: as the sender typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Mail address.
    pub email: String,
    /// Name as it is addressed in the mail; may be empty.
    pub name: String,
    /// Language of the mail and the first page.
    pub language: Language,
    /// Phone number to tell the pick-up number to; may be empty.
    pub phone: String,
    /// Agreed phrase; may be empty.
    pub phrase: String,
    /// How the number is told.
    pub channel: Channel,
}

/// How a number was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// By whom of the office.
    pub by: AccountId,
    /// By which channel.
    pub channel: Channel,
    /// To which phone number; empty where none played a part.
    pub phone: String,
    /// Whether that number had been verified.
    pub verified: bool,
}

/// One recipient of one transfer, as stored.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Row id.
    pub id: DeliveryId,
    /// The transfer it belongs to.
    pub transfer: TransferId,
    /// Order among the transfer's recipients, from 0.
    pub position: i32,
    /// The id in the link, 8 Crockford characters.
    pub public_id: String,
    /// The public short name, `K-XXXX-XXXX`.
    pub reference: String,
    /// Who receives.
    pub recipient: Recipient,
    /// Where it is in its life.
    pub state: DeliveryState,
    /// The link key's public half (age recipient); none before sealing.
    pub link_recipient: Option<String>,
    /// Digits of its pick-up number.
    pub number_digits: i32,
    /// When the mail was first handed to the mail system (accepted or not known to be).
    pub attempted_at: Option<Time>,
    /// When the mail was accepted.
    pub offered_at: Option<Time>,
    /// When the link was first opened by a bearer of the secret.
    pub looked_at: Option<Time>,
    /// When link and number were first accepted.
    pub opened_at: Option<Time>,
    /// When every file was served completely.
    pub retrieved_at: Option<Time>,
    /// Until when a retrieved delivery may be retrieved again.
    pub grace_until: Option<Time>,
    /// When the sender said the number was told.
    pub told_at: Option<Time>,
    /// How and to whom; none where nothing was noted but the time.
    pub told: Option<Told>,
    /// When a message with the number could not be handed over; none once a newer one could.
    pub sms_failed_at: Option<Time>,
    /// Whether somebody of the office has made sure that the phone number is the recipient's, otherwise than by a mail. What was
    /// typed with the recipient is not.
    pub phone_verified: bool,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Whether its mail leaves only when a second person has approved it.
    pub needs_approval: bool,
}

/// The last four digits of a phone number, as much of it as is shown where not all of it is needed.
pub fn last_digits(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits.iter().skip(digits.len().saturating_sub(4)).collect()
}

/// The domain of a mail address: what stands behind the last `@`, in lower case.
pub fn domain_of(email: &str) -> String {
    email.rsplit('@').next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_collected_open_or_lost() {
        for state in DeliveryState::ALL {
            let lost = state.is_ended() && *state != DeliveryState::Closed;
            let sets = [DeliveryState::COLLECTED.contains(state), DeliveryState::OPEN.contains(state), lost];
            assert_eq!(sets.iter().filter(|is| **is).count(), 1, "{state}");
        }
        assert!(DeliveryState::UNSEEN.iter().all(|state| DeliveryState::OPEN.contains(state)));
    }
}
