//! Alerts: what somebody has to look at. Of each subject at most one a day.

use super::words::words;

words! {
    /// What an alert is about.
    pub enum AlertRule {
        /// A delivery was paused after too many wrong numbers.
        PausedDelivery = "paused_delivery",
        /// A stored object did not match what was sealed.
        TamperSuspected = "tamper_suspected",
        /// Somebody tried passwords or codes of an account until it was locked.
        AccountLocked = "account_locked",
        /// An address was turned away after too many failed sign-ins.
        SourceBanned = "source_banned",
        /// An administrator signed in from a network that the account was never seen in.
        NewNetwork = "new_network",
        /// The log is not the one that was signed or copied.
        LogInconsistent = "log_inconsistent",
        /// Events wait too long for their place in the log.
        LogStalled = "log_stalled",
        /// What the clock should have ended is still open.
        SweepOverdue = "sweep_overdue",
        /// The log does not reach a place that it is copied to.
        CopyFailing = "copy_failing",
    }
}

/// Alerts of one rule, as a mail tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertCount {
    /// Which.
    pub rule: AlertRule,
    /// Of so many subjects.
    pub count: u32,
}

/// What auditors are mailed daily of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogNews {
    /// Entries of the newest signed checkpoint.
    pub size: u64,
    /// How many of them are newer than the mail of the day before.
    pub grown: u64,
    /// The newest checkpoint that left before, of so many entries, and when.
    pub left: Option<(u64, super::Time)>,
    /// Places that the log is copied to and does not reach.
    pub failing: u32,
    /// Alerts since the mail of the day before.
    pub alerts: Vec<AlertCount>,
}
