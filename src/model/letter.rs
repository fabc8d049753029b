//! Mails as data: what is said, before it is worded. Wording and encoding are the mail adapter's.

use super::words::words;
use super::{AlertCount, Channel, Digest, EndReason, Language, LetterId, LinkSecret, LogNews, Time, Token};

words! {
    /// Which mail of the set (the `M` numbers of the design).
    pub enum LetterKind {
        /// M1, to the recipient: files are waiting; the only mail that carries the link.
        Offer = "offer",
        /// M2, to the recipient: the time limit comes near, and something still waits. It carries no link.
        Reminder = "reminder",
        /// M3, to the recipient: the transfer was taken back.
        Recalled = "recalled",
        /// M4, to the sender: a recipient has everything.
        Collected = "collected",
        /// M5, to the sender: too many wrong numbers, the delivery is paused.
        Paused = "paused",
        /// M6, to the sender: the mail could not be delivered.
        Undelivered = "undelivered",
        /// M7, to the sender: the time limit passed before everything was collected.
        Expired = "expired",
        /// To the sender: a mail stays, because by the rules in force it may not leave.
        Withheld = "withheld",
        /// To the sender: somebody who holds a link that opens nothing any more asks for the files again.
        AskedAgain = "asked_again",
        /// To the sender: the shred store was replaced, the transfer cannot be opened any more.
        KeyLost = "key_lost",
        /// To a member of staff: the password must be changed soon.
        PasswordAge = "password_age",
        /// To somebody new: the way to the own first password.
        Invitation = "invitation",
        /// To a reviewer: accounts wait for a decision.
        ReviewDue = "review_due",
        /// To a successor: transfers of somebody who leaves were handed over.
        HandedOver = "handed_over",
        /// To an approver: transfers wait for an answer.
        ApprovalAsked = "approval_asked",
        /// To the sender: an approver said yes.
        Approved = "approved",
        /// To the sender: an approver said no, or nobody decided in time.
        NotApproved = "not_approved",
        /// To an administrator: the scanner does not answer.
        ScannerDown = "scanner_down",
        /// M8, to an administrator: the day before in numbers.
        Digest = "digest",
        /// To an administrator: the scanner's signatures are too old.
        SignaturesOld = "signatures_old",
        /// To administrators and auditors: the log is not what was signed.
        LogInconsistent = "log_inconsistent",
        /// To an administrator: something was found that somebody has to look at.
        Alert = "alert",
        /// To an auditor, daily: the newest checkpoint of the log, to be kept.
        LogCheckpoint = "log_checkpoint",
    }
}

impl LetterKind {
    /// Whether the recipient of a delivery reads it; a member of staff reads the others.
    pub const fn goes_to_recipient(self) -> bool {
        matches!(self, Self::Offer | Self::Reminder | Self::Recalled)
    }

    /// Whether it is about a member of staff, and not about a delivery.
    pub const fn is_about_account(self) -> bool {
        matches!(
            self,
            Self::PasswordAge
                | Self::Invitation
                | Self::ReviewDue
                | Self::HandedOver
                | Self::ScannerDown
                | Self::SignaturesOld
                | Self::ApprovalAsked
                | Self::Digest
                | Self::LogInconsistent
                | Self::Alert
                | Self::LogCheckpoint
        )
    }
}

/// What comes of an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approved {
    /// The mail with the link leaves in its turn, or has left.
    Leaves,
    /// The mail with the link leaves at this time.
    Held(Time),
    /// The time limit is the later one that was asked about, once every recipient was approved.
    Longer(Time),
}

/// A person at either end of a letter.
#[derive(Clone, Debug, Default)]
pub struct Correspondent {
    /// Name; may be empty.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Phone number; may be empty.
    pub phone: String,
}

/// A mail to be worded and sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Row id; also the local part of the Message-ID, so that a repeated attempt is recognisable as the same mail.
    pub id: LetterId,
    /// Which mail.
    pub kind: LetterKind,
    /// Language of the text.
    pub language: Language,
    /// Who gets it.
    pub to: Correspondent,
    /// The sending member of staff (reply-to of mails to recipients).
    pub sender: Correspondent,
    /// The recipient of the delivery that it is about (equal to `to` for mails to recipients).
    pub recipient: Correspondent,
    /// Public short name of the delivery; empty in mails about an account, as everything else of a delivery.
    pub reference: String,
    /// Number of files.
    pub file_count: u32,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// Until when, or when it happened.
    pub when: Time,
    /// Why the delivery ended, where the kind needs it.
    pub end_reason: Option<EndReason>,
    /// How many things it is about; zero where the kind counts none.
    pub count: u32,
    /// When the mail with the link was accepted: in a `Reminder` only.
    pub mailed_at: Option<Time>,
    /// What comes of an approval: in an `Approved` only.
    pub approved: Option<Approved>,
    /// The day in numbers: in a `Digest` only.
    pub digest: Option<Digest>,
    /// What was found: in an `Alert` only.
    pub alerts: Vec<AlertCount>,
    /// What is new in the log: in a `LogCheckpoint` only.
    pub log: Option<LogNews>,
    /// The secret of an invitation: in an `Invitation` only.
    pub invitation: Option<Token>,
    /// The link and what goes with it: in an `Offer` only.
    pub offer: Option<Offer>,
    /// The newest signed checkpoint of the log: whoever keeps the mail keeps what betrays a rewritten log.
    pub checkpoint: Option<String>,
}

/// What only the recipient's offer carries.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The id in the link.
    pub public_id: String,
    /// The link's secret.
    pub secret: LinkSecret,
    /// The sender's message; may be empty.
    pub message: String,
    /// Agreed phrase; may be empty.
    pub phrase: String,
    /// How the number is told.
    pub channel: Channel,
    /// Digits of the number.
    pub number_digits: u32,
}
