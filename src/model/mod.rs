//! The words of the product as types: no I/O, no database, no clock.

mod account;
mod alert;
mod approval;
mod contact;
mod copy;
pub mod day;
mod delivery;
mod digest;
mod event;
mod export;
mod fax;
mod file;
mod hook;
mod id;
mod letter;
mod log;
mod office;
mod person;
mod question;
mod ranges;
mod register;
mod rights;
mod scan;
mod secret;
mod short_message;
mod sign_in;
pub mod table;
mod template;
mod time;
mod transfer;
mod wording;
mod words;

pub use account::{Account, AccountState, Limits, Role, Scope, Validity};
pub use alert::{AlertCount, AlertRule, LogNews};
pub use approval::{Approval, ApprovalReason, ApprovalState, Deputy};
pub use contact::Contact;
pub use copy::{CopyFailure, CopyState, Destination};
pub use delivery::{Channel, Delivery, DeliveryState, Language, Recipient, Told, domain_of, last_digits};
pub use digest::{Digest, ScannerWord};
pub use event::{Actor, Event, EventKind, Outcome, Private, Subject};
pub use export::{ExportFormat, ExportState};
pub use fax::{Fax, FaxConfirmation, FaxDetails, FaxOriginal, FaxState, fax_number, shown_fax_number};
pub use file::{DraftFile, FileState, Part};
pub use hook::{HookKind, Post, Subscriber};
pub use id::{
    AccountId, ApprovalId, BlobId, ContactId, DeliveryId, EventId, ExportId, FaxId, FileId, LetterId, NotAShredKeyId,
    PasskeyId, PostId, ReviewId, SavedSearchId, SessionId, ShredKeyId, SignInId, SlotId, TemplateId, TokenId,
    TransferId,
};
pub use letter::{Approved, Correspondent, Letter, LetterKind, Offer};
pub use log::{CertificateForm, LogReason};
pub use office::{Logo, Office};
pub use person::{Erasure, Person};
pub use question::{Period, Question, TotalsBy};
pub use ranges::{NotRanges, Ranges};
pub use register::{Decision, Detail, Entry, Leaving, ReviewState, differences};
pub use rights::{RIGHTS, Reach, Right};
pub use scan::{Content, Report, Signatures, Verdict};
pub use secret::{LinkSecret, Passphrase, PickUpNumber, PrfOutput, RecoveryCode, Token, TotpSecret};
pub use short_message::ShortMessage;
pub use sign_in::{Combination, Deviation, Factor, PasswordProfile, PasswordRules, Proofs, SignInRules};
pub use template::Template;
pub use time::Time;
pub use transfer::{EndReason, ManifestRef, Order, SenderSlot, Standing, Transfer, TransferState};
pub use wording::OwnWording;
pub use words::UnknownWord;
pub(crate) use words::words;
