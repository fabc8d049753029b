//! The edges of the core as small traits. Each comment is a contract; every trait has an embedded default in `adapter`.

mod copy;
mod mail;

use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::Result;
use crate::model::{BlobId, Passphrase, Post, ShortMessage, Signatures, Time};

pub use copy::{CopyStore, Placed, Standing, Witness, Witnessed};
pub use mail::{
    Accepted, BounceBox, BounceVisit, DkimRecord, DmarcPolicy, DmarcRecord, MailDomain, MailFailure, MailRecords,
    Mailer, Published, Report, Returned, SpfRecord,
};

/// Stored objects, each written once under a random name.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Begins an object. Nothing is visible under `id` until `BlobWriter::finish` returns.
    async fn create(&self, id: BlobId) -> Result<Box<dyn BlobWriter>>;
    /// Streams the bytes `range` of an object, in order. A range past the end, or a missing object, is an error: at once
    /// or as an item of the stream. May run concurrently with anything.
    async fn read(&self, id: BlobId, range: Range<u64>) -> Result<BoxStream<'static, Result<Bytes>>>;
    /// The object's length in bytes, or `None` when there is no such object.
    async fn length(&self, id: BlobId) -> Result<Option<u64>>;
    /// Removes an object, all versions of it. Removing what is not there is success: shredding repeats itself.
    async fn delete(&self, id: BlobId) -> Result<()>;
    /// Every object that exists, with the time it was last written, in no order. Includes nothing unfinished.
    async fn list(&self) -> Result<Vec<(BlobId, Time)>>;
}

/// An object being written.
#[async_trait]
pub trait BlobWriter: Send {
    /// Appends bytes. They need not be durable yet.
    async fn write(&mut self, bytes: Bytes) -> Result<()>;
    /// Makes the object durable and visible, in this order; when it returns, a power cut does not lose it.
    async fn finish(self: Box<Self>) -> Result<()>;
    /// Drops what was written. Dropping the writer without a call has the same effect, sooner or later.
    async fn abort(self: Box<Self>);
}

/// Looks for malware. It may be slow, gone, or wrong in the form of its answers; what it says of a file's content is believed.
#[async_trait]
pub trait Scanner: Send + Sync {
    /// Asks what it knows.
    ///
    /// # Errors
    /// `Down` or `Unclear`.
    async fn signatures(&self) -> std::result::Result<Signatures, ScanFailure>;
    /// Begins to hand over a file's bytes. Dropping the stream ends the matter on both sides.
    ///
    /// # Errors
    /// `Down`.
    async fn begin(&self) -> std::result::Result<Box<dyn ScanStream>, ScanFailure>;
}

/// A file on its way to the scanner. Neither end keeps more of it in our memory than is handed over at once.
#[async_trait]
pub trait ScanStream: Send {
    /// Hands over the next bytes.
    ///
    /// # Errors
    /// Any failure; the stream is of no use any more.
    async fn write(&mut self, bytes: &[u8]) -> std::result::Result<(), ScanFailure>;
    /// Says that this is all, and waits for what was found.
    ///
    /// # Errors
    /// Any failure: there is no verdict.
    async fn finish(self: Box<Self>) -> std::result::Result<Finding, ScanFailure>;
}

/// What a scanner found in a file. Names are printable ASCII of at most 200 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing.
    Clean,
    /// Malware of this name.
    Infected(String),
    /// Something encrypted, under this heading.
    Encrypted(String),
    /// More or deeper than it goes through, under this heading.
    Limits(String),
}

/// Why there is no finding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanFailure {
    /// It cannot be reached.
    #[error("the scanner cannot be reached: {0}")]
    Down(String),
    /// The line broke, or the answer is none: worth another try.
    #[error("the scanner gave no answer: {0}")]
    Unclear(String),
    /// It took too long: to take bytes, or to say what it found.
    #[error("the scanner took too long")]
    TimedOut,
    /// It takes no more bytes of a file.
    #[error("the file is larger than the scanner takes")]
    TooLarge,
}

/// The time of day.
pub trait Clock: Send + Sync {
    /// Now. May jump; callers that destroy by time ask for two sane readings (`transfer::expire`).
    fn now(&self) -> Time;
}

/// A person as a provider or directory knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Never given to another person there.
    pub subject: String,
    /// Mail address, lower case; only one that the provider has verified.
    pub email: Option<String>,
    /// Name; may be empty.
    pub name: String,
    /// Values of the claim or attribute that gives roles.
    pub groups: Vec<String>,
    /// How long ago the person was asked there; none if that is not known.
    pub ago: Option<Duration>,
}

/// What a browser carries through a sign-in elsewhere and back, sealed: it ties the two ends together.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Thread {
    /// Comes back in the address.
    pub state: String,
    /// Comes back in what the provider signed.
    pub nonce: String,
    /// Proves at the exchange who began (PKCE, RFC 7636).
    pub verifier: String,
}

/// An OpenID provider.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Where a browser signs in, to come back to `redirect`, and the thread to be kept. `fresh` asks for the person, not
    /// for an earlier sign-in that the provider remembers.
    ///
    /// # Errors
    /// `ProviderUnavailable`.
    async fn begin(&self, redirect: &str, fresh: bool) -> Result<(String, Thread)>;
    /// Who came back with `code`. `fresh`, where it was asked for, is how long the whole took: an earlier sign-in is refused.
    ///
    /// # Errors
    /// `ProviderUnavailable`; `ProviderRefused` when anything is not as it must be.
    async fn finish(&self, redirect: &str, code: &str, thread: &Thread, fresh: Option<Duration>) -> Result<Known>;
}

/// A directory with passwords.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The one person with this mail address, if `password` is theirs. `None` for a wrong password, for nobody and for
    /// several. Without a password it is only looked for, which takes the same time as for a person who is not there.
    ///
    /// # Errors
    /// `ProviderUnavailable` when it cannot be asked.
    async fn verify(&self, email: &str, password: Option<&Passphrase>) -> Result<Option<Known>>;
}

/// Hands short messages with a number to a provider.
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// Words a message and hands it over once; it is never tried again. `Ok` means that the provider has taken it. Neither
    /// the message nor what the provider says of it stands in a failure.
    async fn send(&self, message: &ShortMessage) -> std::result::Result<Texted, Unanswered>;
}

/// A provider took a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texted {
    /// The status of its answer.
    pub status: u16,
    /// In how many parts a phone receives it.
    pub parts: u32,
}

/// Tells an office's own system what happened.
#[async_trait]
pub trait HookPoster: Send + Sync {
    /// Signs and posts once, as of this moment. `Ok` means that the receiver took it. The same post may arrive twice after
    /// an ambiguous failure; its id is the same.
    async fn post(&self, post: &Post, at: Time) -> std::result::Result<u16, Unanswered>;
}

/// Why another server did not take what it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// It answered something else than success.
    #[error("it answered {0}")]
    Refused(u16),
    /// Its address is one that may not be called.
    #[error("its address may not be called")]
    Forbidden,
    /// It took too long.
    #[error("it took too long")]
    TimedOut,
    /// No connection, or it broke.
    #[error("it cannot be reached")]
    Silent,
}

impl Unanswered {
    /// The stable word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Forbidden => "forbidden",
            Self::TimedOut => "timed_out",
            Self::Silent => "silent",
        }
    }

    /// The status that was answered, if any was.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Refused(status) => Some(status),
            _ => None,
        }
    }
}
