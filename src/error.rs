//! Two kinds of failure. A `Problem` is the caller's to mend and is told in full; a `Fault` is ours, is told as "try again
//! later" and described in the log only. Status codes and wording are at the edge (`http::problem`, locales).

mod flaw;
mod unwritable;

use std::error::Error as StdError;

pub use flaw::{FieldFlaw, FileFlaw, PasswordFlaw, Unconfirmed};
pub use unwritable::LogUnwritable;

/// What every fallible function of the core returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller can mend it.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// We failed; nothing was changed.
    #[error("{what}: {source}")]
    Fault {
        /// What was being done, a short lower-case clause.
        what: &'static str,
        /// Why it failed.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// A fault with its cause.
    pub fn fault(what: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Fault { what, source: source.into() }
    }
}

/// Adds what was being done to a foreign error.
pub trait Doing<T> {
    /// Turns the error into a `Fault` of `what`.
    fn doing(self, what: &'static str) -> Result<T>;
}

impl<T, E: Into<Box<dyn StdError + Send + Sync>>> Doing<T> for std::result::Result<T, E> {
    fn doing(self, what: &'static str) -> Result<T> {
        self.map_err(|source| Error::fault(what, source))
    }
}

/// Every refusal that a caller can meet: the one table. `http::problem` gives each its stable type, status and texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum Problem {
    /// No such thing, or not yours to know of.
    #[error("not found")]
    NotFound,
    /// The pair of mail address and password is wrong.
    #[error("wrong mail address or password")]
    WrongPassword,
    /// Nobody is signed in, or the token is unknown, expired or revoked.
    #[error("sign-in needed")]
    SignInNeeded,
    /// The session idled and wants its password again.
    #[error("session locked")]
    SessionLocked,
    /// The session has proven too little for the account's roles: the second step is due.
    #[error("second step needed")]
    SecondStepNeeded,
    /// The account's roles ask for a second factor or passkey, and it has none yet.
    #[error("a second factor must be set up")]
    EnrolmentNeeded,
    /// What is about to be done needs a fresh proof of who does it.
    #[error("confirmation needed")]
    ConfirmationNeeded,
    /// The code from the app, or the recovery code, is wrong or was used already.
    #[error("wrong code")]
    WrongCode,
    /// The authenticator's answer was not accepted, or the passkey is not known.
    #[error("passkey refused")]
    PasskeyRefused,
    /// The OpenID provider or the directory did not confirm the sign-in.
    #[error("the provider refused")]
    ProviderRefused,
    /// The OpenID provider or the directory cannot be reached.
    #[error("the provider cannot be reached")]
    ProviderUnavailable,
    /// The provider knows the person; the account register does not.
    #[error("no account here")]
    NotAdmitted,
    /// The connection carries no certificate that this account may use.
    #[error("certificate needed")]
    CertificateNeeded,
    /// The source is outside the networks from which this may be done.
    #[error("not from this network")]
    NetworkRefused,
    /// The source failed too often and is turned away; seconds to wait.
    #[error("turned away for {seconds} seconds")]
    SourceBanned { seconds: u32 },
    /// The rules would shut out the administrator who is setting them.
    #[error("these rules would shut you out")]
    WouldShutOut,
    /// The initial or reset password must be changed first.
    #[error("password must be changed")]
    PasswordChangeNeeded,
    /// Too many failures; seconds to wait.
    #[error("try again in {seconds} seconds")]
    SlowDown { seconds: u32 },
    /// The signed-in account or token lacks the right.
    #[error("not allowed")]
    Forbidden,
    /// The request's origin or anti-forgery token is wrong.
    #[error("request did not come from this page")]
    Forged,
    /// A password that the policy refuses.
    #[error("password refused: {0:?}")]
    PasswordRefused(PasswordFlaw),
    /// A field is missing, malformed or out of bounds.
    #[error("{field}: {flaw:?}")]
    Field { field: &'static str, flaw: FieldFlaw },
    /// The message holds what looks like a pick-up number or a link.
    #[error("message looks like it carries a number or a link")]
    MessageCarriesSecret,
    /// The request body is not what the interface takes.
    #[error("body not understood: {detail}")]
    Malformed { detail: String },
    /// The request body is larger than allowed.
    #[error("more than {limit} bytes")]
    TooLarge { limit: u64 },
    /// Too many files in a transfer.
    #[error("more than {limit} files")]
    TooManyFiles { limit: u32 },
    /// Too many recipients in a transfer.
    #[error("more than {limit} recipients")]
    TooManyRecipients { limit: u32 },
    /// A sender keeps no more templates.
    #[error("more than {limit} templates")]
    TooManyTemplates { limit: u32 },
    /// As many numbers were sent by SMS for this delivery as may be.
    #[error("{limit} numbers were sent by SMS already")]
    SmsDeliveryLimit { limit: u32 },
    /// This account may not send so many numbers by SMS today.
    #[error("{left} of {limit} numbers by SMS left today")]
    SmsDayLimit { limit: u32, left: u32 },
    /// The transfer is not in a state that allows this.
    #[error("the transfer is {state}")]
    WrongState { state: &'static str },
    /// No files were added.
    #[error("no files")]
    NoFiles,
    /// An empty file.
    #[error("the file is empty")]
    EmptyFile,
    /// No recipients were added.
    #[error("no recipients")]
    NoRecipients,
    /// Files are still arriving.
    #[error("{missing} files are not complete")]
    UploadUnfinished { missing: u32 },
    /// Files or recipients changed while it was being sealed; nothing was sent.
    #[error("the draft was changed at the same time")]
    DraftChanged,
    /// The upload's offset is another one.
    #[error("offset is {offset}")]
    OffsetMismatch { offset: u64 },
    /// Another request is writing to this upload.
    #[error("upload is in use")]
    UploadBusy,
    /// The bytes do not match their checksum.
    #[error("checksum mismatch")]
    ChecksumMismatch,
    /// The checksum algorithm is not supported.
    #[error("checksum algorithm not supported")]
    ChecksumUnsupported,
    /// This action needs the account key, which this sign-in does not hold.
    #[error("account key needed")]
    AccountKeyNeeded,
    /// The sender's slot does not exist (policy, or everything was collected).
    #[error("sender's slot is gone")]
    SenderSlotGone,
    /// The number was shown already and cannot be shown again.
    #[error("number already shown")]
    NumberAlreadyShown,
    /// A number with a wrong check digit; no try used.
    #[error("one digit looks mistyped")]
    NumberMistyped,
    /// A number with the wrong count of digits; no try used.
    #[error("{got} digits instead of {want}")]
    NumberLength { got: u32, want: u32 },
    /// No number was given.
    #[error("number missing")]
    NumberMissing,
    /// The number is wrong; tries left before the delivery pauses.
    #[error("wrong number, {left} tries left")]
    NumberWrong { left: u32 },
    /// The delivery is paused after too many wrong numbers.
    #[error("paused")]
    DeliveryPaused,
    /// The delivery was opened as often as allowed.
    #[error("opened too often")]
    OpeningsUsedUp,
    /// Another session holds the delivery; taking it over must be asked for.
    #[error("already open elsewhere")]
    OpenElsewhere,
    /// The unlock session has ended.
    #[error("unlock session ended")]
    UnlockNeeded,
    /// The delivery has ended.
    #[error("the delivery is {state}")]
    DeliveryEnded { state: &'static str },
    /// Too busy; nothing was used up.
    #[error("busy, try again in {seconds} seconds")]
    Busy { seconds: u32 },
    /// Something the action needs cannot be read right now; nothing was used up.
    #[error("temporarily unavailable")]
    Unavailable,
    /// What is asked cannot be written down right now, so it is not done.
    #[error("the log cannot be written")]
    LogUnavailable,
    /// An idempotency key was used for another request.
    #[error("idempotency key reused")]
    IdempotencyReused,
    /// The last administrator cannot be stopped or lose the role.
    #[error("last administrator")]
    LastAdministrator,
    /// Nobody changes the own rights.
    #[error("own account")]
    OwnAccount,
    /// The invitation was followed, replaced, or is too old.
    #[error("the invitation is over")]
    InvitationOver,
    /// Another review of the register is open.
    #[error("a review is open")]
    ReviewOpen,
    /// The review was signed or given up.
    #[error("the review is {state}")]
    ReviewEnded { state: &'static str },
    /// The review was decided differently since its signer looked.
    #[error("the review was changed")]
    ReviewChanged,
    /// Accounts of the review wait for a decision.
    #[error("{left} accounts are undecided")]
    ReviewUndecided { left: u32 },
    /// The account's limits do not let it send to this domain.
    #[error("not to {domain}")]
    DomainRefused { domain: String },
    /// The link was replaced by one in a newer mail.
    #[error("the link was replaced")]
    LinkReplaced { reference: String },
    /// Nothing of the transfer waits for anybody behind a mailed link.
    #[error("nobody waits")]
    NobodyWaits,
    /// The recipient was reminded within a day.
    #[error("reminded within a day")]
    RemindedLately,
    /// The files cannot be asked for again: they wait, or nobody could be asked.
    #[error("asking is of no use")]
    AskingInVain,
    /// What was asked of the approvers was answered, withdrawn, or ran out.
    #[error("the approval is {state}")]
    ApprovalEnded { state: &'static str },
    /// Approvers were asked about the transfer and have not answered yet: nothing else can be asked before.
    #[error("an approval is awaited")]
    QuestionOpen,
    /// The transfer must be approved, and nobody could.
    #[error("must be approved")]
    ApprovalNeeded,
    /// The file is not sent as it is.
    #[error("a file is refused: {because:?}")]
    FileRefused { name: String, because: FileFlaw },
    /// The scanner has not looked at every file yet.
    #[error("{left} files are not scanned yet")]
    ScanPending { left: u32 },
    /// The scanner cannot be reached.
    #[error("the scanner cannot be reached")]
    ScannerDown,
    /// The scanner takes no file of this size.
    #[error("the scanner takes {limit} bytes")]
    TooLargeToScan { limit: u64 },
    /// The fax number was not typed the same twice.
    #[error("the two numbers differ")]
    FaxNumbersDiffer,
    /// The recipient was reached at another number before; it must be said that the new one is right.
    #[error("another number than before")]
    FaxNumberNew { known: String },
    /// Recipients with flags were not confirmed as they are now.
    #[error("{} recipients are not confirmed", recipients.len())]
    ConfirmRecipients { recipients: Vec<Unconfirmed> },
    /// An account with this address exists.
    #[error("address taken")]
    AddressTaken,
    /// What it is about is not under a signature of the log yet: it will be in a few seconds.
    #[error("not in the log yet")]
    NotInLogYet,
    /// What it is about is in a log that ended before it was signed so far: nothing will ever prove it.
    #[error("never signed")]
    NeverSigned,
    /// What is stored of it is not what the log was signed with: it was changed outside of the gateway.
    #[error("not proved")]
    NotProved,
    /// The transfer is not erased yet.
    #[error("not erased")]
    NotErased,
}
