//! The set-up of a transfer that a sender keeps.

use super::{AccountId, Recipient, TemplateId, Time};

/// Whom to write to, what, and how long files are kept: never files, numbers or links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Row id.
    pub id: TemplateId,
    /// Whose it is.
    pub owner: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// Whom it goes to.
    pub recipients: Vec<Recipient>,
    /// The message, sealed to the custody key.
    pub message_sealed: Option<Vec<u8>>,
    /// Seconds to keep.
    pub keep_seconds: i64,
    /// When it was last changed.
    pub changed_at: Time,
}
