//! The vocabulary of the log. An event is a typed fact; `audit::leaf` turns it into the bytes that are kept for good.
//!
//! What is clear in a leaf: ids, enumerations, counts, times. Everything else (`Private`) is committed to with a salted
//! hash and kept in a side table until its erase-after date.

use std::net::IpAddr;

use serde::Serialize;

use super::words::words;
use super::{
    AccountId, Channel, DeliveryId, EndReason, Factor, FileId, LetterId, LetterKind, Role, Scope, SessionId, Time,
    TokenId, TransferId,
};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
}

/// A value that may name a person or a file: committed to in the leaf, kept aside, erasable.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum Private {
    /// Network address of the source.
    Source(IpAddr),
    /// A mail address.
    Email(String),
    /// A person's name.
    PersonName(String),
    /// A phone number.
    Phone(String),
    /// A file's name; sealed to the custody key in the side table.
    FileName(String),
    /// Free text: a reason, an answer of a mail server.
    Reason(String),
}

impl Private {
    /// The field's word in the leaf.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::Email(_) => "email",
            Self::PersonName(_) => "name",
            Self::Phone(_) => "phone",
            Self::FileName(_) => "file_name",
            Self::Reason(_) => "reason",
        }
    }

    /// The value's text.
    pub fn text(&self) -> String {
        match self {
            Self::Source(address) => address.to_string(),
            Self::Email(text)
            | Self::PersonName(text)
            | Self::Phone(text)
            | Self::FileName(text)
            | Self::Reason(text) => text.clone(),
        }
    }

    /// Whether the side table keeps it sealed to the custody key.
    pub const fn is_sealed(&self) -> bool {
        matches!(self, Self::FileName(_))
    }
}

/// What happened. The serialised tag is the event's word in log, API and timeline.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum EventKind {
    /// The gateway started.
    Started,
    /// The gateway stopped in order.
    Stopped,
    /// The clock disagreed with the last reading by this many milliseconds.
    ClockJump { jump_ms: i64 },

    /// A member of staff signed in (or failed to), by this proof.
    SignedIn { by: Factor },
    /// A running session proved one more thing (or failed to): the second step, or a confirmation before a sensitive act.
    IdentityConfirmed { by: Factor },
    /// A session was signed out or ended by its absolute limit.
    SignedOut,
    /// A session was locked after idling.
    SessionLocked,
    /// A locked session was unlocked (or failed to be), by this proof.
    SessionUnlocked { by: Factor },
    /// Too many wrong tries in a row: the password is not looked at for a while, known devices apart.
    PasswordLocked { seconds: i64 },
    /// A hundred wrong tries in a row: the password alone stops until an administrator resets it.
    PasswordStopped,
    /// Too many wrong codes of the app in a row: codes are not looked at for a while.
    CodesLocked { seconds: i64 },
    /// A hundred wrong codes in a row: the app alone stops until a recovery code is used or an administrator resets it.
    CodesStopped,
    /// Too many failures from one address: it is turned away for a while.
    SourceBanned { seconds: i64 },
    /// An administrator let a source in again before its time.
    BanLifted,
    /// An app for codes was set up.
    TotpEnrolled,
    /// The app for codes was given up.
    TotpRemoved,
    /// New recovery codes were made; the old ones are void.
    RecoveryCodesMade,
    /// A passkey was added; whether it opens the account key.
    PasskeyAdded { opens_key: bool },
    /// A passkey was removed.
    PasskeyRemoved,
    /// An account was tied to a person at an OpenID provider or directory.
    IdentityLinked { by: Factor },
    /// A sealing passphrase was set; the account has a key from now on.
    SealingPassphraseSet,
    /// Its owner has read what the reset of the account key means.
    KeyRenewalRead,
    /// A reminder that the password must be changed within these days was put into the outbox.
    PasswordReminded { days: i32 },
    /// The rules of signing in were changed, in these settings.
    SignInRulesChanged { settings: Vec<&'static str> },
    /// An account was made.
    AccountCreated { roles: Vec<Role> },
    /// An account's roles were changed.
    RolesChanged { roles: Vec<Role> },
    /// An account was stopped.
    AccountStopped,
    /// A stopped account was taken back into use.
    AccountResumed,
    /// A password was changed by its owner.
    PasswordChanged,
    /// A password was reset; the account key is new.
    PasswordReset,
    /// An account's details (name, phone, language) were changed.
    ProfileChanged,
    /// How the office presents itself was changed, in these settings.
    OfficeChanged { settings: Vec<&'static str> },
    /// An API token was made.
    TokenCreated { scope: Scope, expires_at: Time },
    /// An API token was revoked.
    TokenRevoked,

    /// A draft was made.
    DraftCreated,
    /// A file's upload was begun.
    FileAdded { size: i64 },
    /// All bytes of a file are durable.
    FileArrived { size: i64 },
    /// A file was removed from a draft.
    FileRemoved,
    /// A recipient was added to a draft.
    RecipientAdded,
    /// A recipient was removed from a draft.
    RecipientRemoved,
    /// The scanner's verdict on a file.
    ScanVerdict { verdict: &'static str },
    /// The sender pressed send; the manifest's hash is committed.
    Sealed { manifest: String, files: i32, bytes: i64, deliveries: i32, expires_at: Time },
    /// A pick-up number was shown to the sender.
    NumberShown,
    /// The sender's page copied the number to the clipboard.
    NumberCopied,
    /// The sender's page handed the notice sheet to the printer's dialogue.
    NumberPrinted,
    /// The sender said that the number was told.
    NumberTold { channel: Channel },

    /// A mail was put into the outbox.
    MailQueued { letter: LetterKind },
    /// The mail system accepted a mail.
    MailAccepted { letter: LetterKind, attempt: i32 },
    /// An attempt failed and will be repeated.
    MailDeferred { letter: LetterKind, attempt: i32 },
    /// The mail system refused a mail for good.
    MailFailed { letter: LetterKind, attempt: i32 },
    /// A queued mail was taken back before it left.
    MailWithdrawn { letter: LetterKind },
    /// The first mail of a transfer was accepted.
    Dispatched,

    /// A bearer of the link secret looked at the delivery.
    LinkOpened,
    /// A number failed its check digit; no attempt was charged.
    NumberMistyped,
    /// A wrong number; `wrong` counts those in a row, `life` all of the number's life.
    NumberWrong { wrong: i32, life: i32 },
    /// Link and number were accepted.
    NumberAccepted { opening: i32 },
    /// Too many wrong numbers: the delivery is paused.
    Paused,
    /// The sender resumed a paused delivery.
    Resumed,
    /// A new number was issued on the same link.
    NumberReissued,
    /// An unlock session was ended by another opening of the same delivery.
    SessionTakenOver,
    /// An unlock session ended: idle, absolute limit, or with its delivery.
    SessionEnded,
    /// The first byte of a file is about to leave in a session.
    ServingStarted,
    /// What a session fetched of a file: merged bytes, and whether that is all of it.
    BytesServed { bytes: i64, complete: bool },
    /// Every byte of every file of the delivery was served.
    Retrieved,
    /// The recipient said "I have everything".
    RecipientConfirmed,
    /// The expiry was moved.
    Extended { expires_at: Time },
    /// A delivery ended.
    DeliveryEnded { reason: EndReason },
    /// Every delivery of the transfer has ended.
    Finished { reason: EndReason },

    /// Destruction was decided; access has ended.
    ShredIntended,
    /// Keys and bytes are gone and their absence was verified.
    Shredded { blobs: i32 },
    /// A stored object did not match what was sealed.
    TamperSuspected,
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
