//! Mail: how it leaves, how it comes back, and what the world is told of the domain that it leaves from.

use async_trait::async_trait;

use crate::error::Result;
use crate::model::Letter;

/// Hands mails to a mail system.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Words, encodes and hands over one letter. `Ok` means that the mail system has taken responsibility (SMTP: the
    /// final 250 after DATA). The same letter may be handed over twice after an ambiguous failure; its Message-ID is the same.
    async fn deliver(&self, letter: &Letter) -> std::result::Result<Accepted, MailFailure>;
}

/// The mail system took responsibility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What it answered, for the log. Never contains the letter.
    pub answer: String,
    /// Whether the mail is out of the house with it: a mail system has it, and not a directory of this machine.
    pub left: bool,
}

/// The mail system did not take responsibility, or did not say so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailFailure {
    /// Worth another try: no connection, 4xx, a line cut before or after DATA.
    #[error("mail deferred: {answer}")]
    Transient {
        /// What was seen. Never contains the letter.
        answer: String,
    },
    /// Refused for good: 5xx, or an address that cannot be written to.
    #[error("mail refused: {answer}")]
    Permanent {
        /// What was answered. Never contains the letter.
        answer: String,
    },
}

/// What the world is told of the office's mail.
#[async_trait]
pub trait MailDomain: Send + Sync {
    /// Asks for it, anew each time. Never fails: what did not answer is told.
    async fn look(&self) -> MailRecords;
}

/// What the domain name system says of the office's mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRecords {
    /// Who may send for the domain that mails come back to.
    pub spf: Published<SpfRecord>,
    /// With which key its mails are signed; none if they are not signed here.
    pub dkim: Option<Published<DkimRecord>>,
    /// What receivers shall do with mails that are not.
    pub dmarc: Published<DmarcRecord>,
}

impl MailRecords {
    /// Nobody could be asked.
    pub fn silent(why: &str, signs: bool) -> Self {
        fn none<T>(why: &str) -> Published<T> {
            Published::Silent { name: String::new(), why: why.to_owned() }
        }
        Self { spf: none(why), dkim: signs.then(|| none(why)), dmarc: none(why) }
    }
}

/// A record of the domain name system, read as `T`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published<T> {
    /// There is none at this name.
    None {
        /// Where it was looked for.
        name: String,
    },
    /// There are several, which receivers take for none.
    Several {
        /// Where they are.
        name: String,
    },
    /// There is one, and it breaks the rules of its kind.
    Unreadable {
        /// Where it is.
        name: String,
        /// As it stands there.
        text: String,
    },
    /// There is one.
    One {
        /// Where it is.
        name: String,
        /// As it stands there.
        text: String,
        /// What it says.
        found: T,
    },
    /// Nobody answered.
    Silent {
        /// What was asked for.
        name: String,
        /// What happened.
        why: String,
    },
}

impl<T> Published<T> {
    /// The same of another kind of record; one that was found is not read.
    pub fn of<U>(self) -> Published<U> {
        match self {
            Self::None { name } => Published::None { name },
            Self::Several { name } => Published::Several { name },
            Self::Unreadable { name, text } | Self::One { name, text, .. } => Published::Unreadable { name, text },
            Self::Silent { name, why } => Published::Silent { name, why },
        }
    }
}

/// What SPF says (RFC 7208).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpfRecord {
    /// Everybody may send for the domain.
    pub anybody: bool,
}

/// What the record of a key says (RFC 6376, 3.6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DkimRecord {
    /// What is signed here verifies with it.
    Fits,
    /// It is another key.
    Other,
    /// The key is declared void.
    Revoked,
}

/// What DMARC says (RFC 9989).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DmarcRecord {
    /// What shall be done with mails that fail.
    pub policy: DmarcPolicy,
    /// It is only tried.
    pub testing: bool,
}

/// What receivers shall do with mails that fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DmarcPolicy {
    /// Nothing.
    None,
    /// Put them aside.
    Quarantine,
    /// Refuse them.
    Reject,
}

/// A mailbox into which mails come back.
#[async_trait]
pub trait BounceBox: Send + Sync {
    /// Opens it. Two may have it open at once: what one has removed is not there for the other.
    ///
    /// # Errors
    /// It cannot be reached, or does not let us in.
    async fn open(&self) -> Result<Box<dyn BounceVisit>>;
}

/// An opened mailbox. Dropping it leaves what was not removed where it is.
#[async_trait]
pub trait BounceVisit: Send {
    /// The next mail that nobody has looked at, with what it says if it is a report; none when there is none left. Only a
    /// bounded part of a mail is read, and nothing of its text is kept.
    ///
    /// # Errors
    /// The line broke.
    async fn next(&mut self) -> Result<Option<Returned>>;
    /// Removes the mail that came last: what it said is written down.
    ///
    /// # Errors
    /// The line broke; it comes again.
    async fn remove(&mut self) -> Result<()>;
    /// Leaves the mail that came last for people, marked as looked at.
    ///
    /// # Errors
    /// The line broke; it comes again.
    async fn leave(&mut self) -> Result<()>;
}

/// A mail out of the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Marks of return paths that it was sent to; anybody can write any.
    pub marks: Vec<String>,
    /// What it says of a delivery; none if it is no report (RFC 3464).
    pub report: Option<Report>,
}

/// What a report says of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether it was given up; else it is late.
    pub failed: bool,
    /// The code (RFC 3463): three numbers with points.
    pub status: String,
}
