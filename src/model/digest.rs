//! A day of the gateway in numbers. Nobody is named, and nothing that is only one's own.

use super::Time;
use super::words::words;

words! {
    /// How the scanner stands.
    pub enum ScannerWord {
        /// It answers.
        Ready = "ready",
        /// It does not answer.
        Down = "down",
        /// Files leave unscanned, as the configuration says.
        Off = "off",
        /// Nobody has asked it yet.
        Unknown = "unknown",
    }
}

/// What happened on a day, and what waits when it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// When the day began.
    pub day: Time,
    /// Transfers that were sent.
    pub sent: u32,
    /// Deliveries of which everything was collected.
    pub collected: u32,
    /// Deliveries that expired before everything was collected.
    pub expired: u32,
    /// Mails with a link that no mail server took.
    pub undelivered: u32,
    /// Deliveries that wait for an approver now.
    pub awaiting: u32,
    /// Deliveries that are paused now.
    pub paused: u32,
    /// Accounts about which an open review has not decided yet.
    pub undecided: u32,
    /// How the scanner stands.
    pub scanner: ScannerWord,
}

impl Digest {
    /// Whether there is nothing to tell: a quiet day after which nothing waits.
    pub fn is_quiet(&self) -> bool {
        let counts =
            [self.sent, self.collected, self.expired, self.undelivered, self.awaiting, self.paused, self.undecided];
        counts.iter().all(|count| *count == 0) && self.scanner != ScannerWord::Down
    }
}
