//! Copies of the log where its operator does not reach.

use async_trait::async_trait;
use bytes::Bytes;

use super::Unanswered;

/// A place for objects that keeps what it has.
#[async_trait]
pub trait CopyStore: Send + Sync {
    /// Puts an object where none is, and leaves one that is there as it is. When it returns `New`, the object is durable.
    async fn create(&self, path: &str, bytes: Bytes) -> Result<Placed, Unanswered>;
    /// What is at a place.
    async fn look(&self, path: &str) -> Result<Standing, Unanswered>;
    /// Puts an object in the place of what was seen there. False if that is not there any more; then nothing was put. What
    /// could not be looked at is replaced whatever it is.
    async fn replace(&self, path: &str, bytes: Bytes, seen: &Standing) -> Result<bool, Unanswered>;
}

/// What is at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Nothing,
    /// An object.
    Object {
        /// Its bytes.
        bytes: Bytes,
        /// By what it is told from another one in its place.
        mark: String,
    },
    /// We may not look: there may be something.
    Unseen,
}

/// What became of an object that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is there now.
    New,
    /// It was there before; or something was, and nobody may look at it.
    There,
    /// Another one is there.
    Different,
}

/// Signs what it has seen of logs (C2SP tlog-witness).
#[async_trait]
pub trait Witness: Send + Sync {
    /// Submits a checkpoint with the proof that the log only grew. An answer that makes no sense is `Refused`.
    async fn add(&self, request: String) -> Result<Witnessed, Unanswered>;
}

/// What a witness answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witnessed {
    /// Lines with its cosignatures, not looked at yet.
    Cosigned(String),
    /// It has seen a tree of this size, and wants the proof from there.
    Has(u64),
}
