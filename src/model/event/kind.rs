//! Every event, by its word.

use serde::Serialize;

use crate::model::{
    AccountId, AlertRule, ApprovalReason, CertificateForm, Channel, Decision, Detail, EndReason, Entry, Erasure,
    ExportFormat, ExportId, ExportState, Factor, HookKind, Leaving, LetterKind, LogReason, Role, Scope, Time, Verdict,
};

/// What happened. The serialised tag is the event's word in log, API and timeline.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum EventKind {
    /// The gateway started.
    Started,
    /// The gateway stopped in order.
    Stopped,
    /// A log began. It goes on where the log before it ends: its newest signed checkpoint, if there was one.
    LogBegan {
        origin: String,
        why: LogReason,
        #[serde(skip_serializing_if = "Option::is_none")]
        previous: Option<String>,
    },
    /// A log was verified as a whole, and nothing was wrong with it.
    LogVerified { origin: String, size: i64 },
    /// A log was verified, and this is wrong with it; from which entry on, where one is named.
    LogInconsistent {
        origin: String,
        size: i64,
        flaw: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        entry: Option<i64>,
    },
    /// Somebody took a certificate of deletion; the digest is of its file.
    CertificateIssued { form: CertificateForm, digest: String },
    /// Somebody took the certificates of a month.
    CertificatesIssued { month: String },
    /// Entries of the log were written to a file with this digest.
    LogExported { export: ExportId, format: ExportFormat, rows: i64, digest: String },
    /// A file of entries left the house, to whoever asked for it.
    LogExportFetched { export: ExportId },
    /// A file of entries was destroyed, or never became whole.
    LogExportEnded { export: ExportId, state: ExportState },
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
    AccountCreated { entry: Entry },
    /// Somebody was asked by mail to set a password.
    AccountInvited { expires_at: Time },
    /// Somebody who was invited came.
    AccountJoined { entry: Entry },
    /// An entry of the account register was changed, in these details.
    AccountChanged { changed: Vec<Detail>, entry: Entry },
    /// An account's roles were changed, perhaps with other details.
    RolesChanged { changed: Vec<Detail>, entry: Entry },
    /// An account was stopped; what became of its running transfers.
    AccountStopped { transfers: Leaving, entry: Entry },
    /// A stopped account was taken back into use.
    AccountResumed { entry: Entry },
    /// The register was read from a file. Its digest is no clear value: a short file could be guessed by it.
    RegisterImported { rows: i64, added: i64, changed: i64 },
    /// The register was written to a file with this digest.
    RegisterExported { rows: i64, digest: String },
    /// The limits of a department were set; all absent: they were taken away.
    DepartmentLimited {
        most_bytes: Option<i64>,
        most_recipients: Option<i32>,
        most_keep_hours: Option<i32>,
        needs_approval: bool,
    },
    /// A review of the account register was begun.
    ReviewStarted { accounts: i64, deadline_at: Time },
    /// An account of a review was assigned to a reviewer.
    ReviewAssigned { reviewer: AccountId },
    /// A reviewer decided about an account.
    ReviewDecided { decision: Decision, roles: Vec<Role> },
    /// A reviewer was reminded; days to the deadline, -1 for the day after.
    ReviewReminded { days: i32 },
    /// A review was signed off; the digest is of its record.
    ReviewSigned { digest: String, kept: i64, reduced: i64, stopped: i64 },
    /// A review was given up.
    ReviewAbandoned,
    /// The record of a review was written to a file.
    ReviewExported { digest: String },
    /// A value of the policy was changed; absent: as the configuration says.
    PolicyChanged { setting: &'static str, before: Option<u64>, after: Option<u64> },
    /// A password was changed by its owner.
    PasswordChanged,
    /// A password was reset; the account key is new.
    PasswordReset,
    /// How the office presents itself was changed, in these settings.
    OfficeChanged { settings: Vec<&'static str> },
    /// An API token was made.
    TokenCreated { scope: Scope, expires_at: Time },
    /// An API token was revoked.
    TokenRevoked,

    /// Somebody tried whether a webhook's receiver answers.
    WebhookTested { receiver: String },
    /// A receiver could not be told something in three days: it is not tried any more.
    WebhookGivenUp { receiver: String, hook: HookKind },
    /// A receiver said that it is gone (410): it is told nothing any more.
    WebhookStopped { receiver: String },
    /// So many posts waited for a receiver that stands in the configuration no more, or under another address: they ended.
    WebhookDropped { receiver: String, posts: u32 },

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
    /// The scanner's verdict on a file, with the scanner's version and of when its signatures are.
    ScanVerdict {
        verdict: Verdict,
        #[serde(skip_serializing_if = "Option::is_none")]
        signatures: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        signatures_at: Option<Time>,
    },
    /// The scanner does not answer: files wait.
    ScannerLost,
    /// The scanner answers, with these signatures.
    ScannerFound { signatures: String, signatures_at: Option<Time> },
    /// The scanner's signatures are older than the policy wants, and administrators were told.
    SignaturesAged { signatures: String, hours: i64 },
    /// The sender pressed send; the manifest's hash is committed.
    Sealed { manifest: String, files: i32, bytes: i64, deliveries: i32, expires_at: Time },
    /// The sender confirmed a recipient that had these flags.
    FlagsConfirmed { flags: Vec<&'static str> },
    /// An entry was added to an address book, the office's or the own one.
    ContactAdded { office: bool },
    /// An entry of an address book was changed.
    ContactChanged { office: bool },
    /// An entry of an address book was removed.
    ContactRemoved { office: bool },
    /// Entries were read from a file.
    ContactsImported { office: bool, added: i64, changed: i64 },
    /// Entries were written to a file.
    ContactsExported { rows: i64 },
    /// The set-up of a transfer was kept under a name.
    TemplateSaved { recipients: i64 },
    /// A template got another name.
    TemplateRenamed,
    /// A template was removed.
    TemplateRemoved,
    /// Somebody made sure that the phone number of an entry is this person's.
    PhoneVerified,
    /// A second person was asked to approve a delivery, by this time.
    ApprovalAsked { reasons: Vec<ApprovalReason>, latest_expiry: Time, decide_by: Time },
    /// An approver said yes to this manifest, this recipient and this latest expiry.
    ApprovalGiven {
        manifest: String,
        latest_expiry: Time,
        #[serde(skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<AccountId>,
    },
    /// An approver said no.
    ApprovalRefused {
        #[serde(skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<AccountId>,
    },
    /// No approver decided in time.
    ApprovalLapsed,
    /// An approver named a deputy for a time.
    DeputyNamed { deputy: AccountId, from_at: Time, until_at: Time },
    /// An approver has no deputy any more.
    DeputyWithdrawn,
    /// The sender let mails leave before the time for second thoughts was over.
    HoldReleased { mails: i32 },
    /// An approver opened a file of a transfer that waits for approval.
    FileInspected,
    /// A pick-up number was shown to the sender.
    NumberShown,
    /// The sender's page copied the number to the clipboard.
    NumberCopied,
    /// The sender's page handed the notice sheet to the printer's dialogue.
    NumberPrinted,
    /// The sender said that the number was told.
    NumberTold {
        channel: Channel,
        /// Whether the phone number had been verified; absent where none played a part.
        #[serde(skip_serializing_if = "Option::is_none")]
        verified: Option<bool>,
    },
    /// A number was handed to a provider, or could not be: then with what the provider answered, if it did.
    NumberSent {
        channel: Channel,
        verified: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },

    /// A mail was put into the outbox.
    MailQueued { letter: LetterKind },
    /// The mail system accepted a mail.
    MailAccepted { letter: LetterKind, attempt: i32 },
    /// An attempt failed and will be repeated.
    MailDeferred { letter: LetterKind, attempt: i32 },
    /// The mail system refused a mail for good.
    MailFailed { letter: LetterKind, attempt: i32 },
    /// A mail that was accepted came back; what its report says, as a code (RFC 3463).
    MailBounced { letter: LetterKind, status: String },
    /// A mail server says that a mail that was accepted is late.
    MailDelayed { letter: LetterKind, status: String },
    /// A mail with a link stays: a file of its transfer lacks a verdict that the policy in force lets pass.
    MailWithheld { letter: LetterKind },
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
    /// A recipient was reminded by mail that something waits.
    Reminded,
    /// A bearer of a link that opens nothing any more asked for the files again; the sender was told.
    AskedAgain,
    /// A new link and a new number were sent to the same recipient.
    Resent,
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
    /// A transfer was handed over to its sender's successor.
    HandedOver { to: AccountId },
    /// A fax was recorded, before it is sent; whether its number differs from the recipient's earlier ones.
    FaxRecorded { pages: i32, differs: bool },
    /// What was recorded of a fax was corrected before it was sent.
    FaxCorrected { pages: i32, differs: bool },
    /// A fax went through (or failed to), at this time.
    FaxSent { sent_at: Time },
    /// The recipient confirmed a fax on the phone.
    FaxConfirmed,
    /// The original of a fax was collected from the machine and put away.
    FaxOriginalStored,
    /// A fax was not sent after all.
    FaxClosed,
    /// A fax went to a wrong number.
    FaxMisdirected,
    /// An open entry of the fax register was handed over with its sender's work.
    FaxHandedOver { to: AccountId },
    /// The fax register was written to a file with this digest.
    FaxesExported { rows: i64, digest: String },
    /// A delivery ended.
    DeliveryEnded { reason: EndReason },
    /// Every delivery of the transfer has ended.
    Finished { reason: EndReason },

    /// Destruction was decided; access has ended.
    ShredIntended,
    /// Keys and bytes are gone and their absence was verified.
    Shredded { blobs: i32 },
    /// Values that named persons were erased, so many of the log's and so many rows besides; the log's own bytes stay.
    PersonalDataErased { why: Erasure, values: i64, rows: i64 },
    /// A stored object did not match what was sealed.
    TamperSuspected,
    /// Something was found that somebody has to look at, and administrators were told.
    AlertRaised { rule: AlertRule },
}
