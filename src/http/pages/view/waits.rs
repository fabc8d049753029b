//! What keeps the mails of a transfer from leaving: an approver who has not answered, the time for second thoughts.

use crate::model::{Time, TransferId};

/// What keeps mails from leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// The transfer.
    pub id: TransferId,
    /// Since when approvers are asked, and when the first question counts as a no; none: nobody is.
    pub asked: Option<(Time, Time)>,
    /// The later time limit that they are asked about, where it is about one.
    pub longer: Option<Time>,
    /// When the first mail leaves that only waits for its time.
    pub held_until: Option<Time>,
    /// Whether any mail of the transfer was handed to the mail system.
    pub mailed: bool,
}
