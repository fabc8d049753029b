//! Mails: worded from templates, encoded as MIME, handed to a mail server or written into a maildir.
//!
//! [`Stationery`] words and encodes; [`SmtpMailer`] and [`MaildirMailer`] carry. The office supplies a [`Letterhead`].

mod dkim;
mod domain;
mod fields;
mod imap;
mod letterhead;
mod maildir;
mod message;
mod own;
mod plain;
mod preview;
mod report;
mod samples;
mod smtp;
mod wording;

pub use dkim::{DkimKey, DkimName, DkimSignature};
pub use domain::{DomainRecords, DomainSettings};
pub use imap::{ImapBox, ImapSettings};
pub use letterhead::{Bilingual, Carried, Codes, Letterhead, WriteCodes};
pub use maildir::MaildirMailer;
pub use message::{Stationery, Unwritable};
pub use own::{OwnFlaw, OwnFlaws, ReadOwnWording, read_own_wording, shipped_wording};
pub use preview::Preview;
pub use smtp::{ReturnPath, SmtpMailer, SmtpSecurity, SmtpSettings, WriteReturnPath};
pub use wording::Worded;
