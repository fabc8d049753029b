//! What keeps the mails of a transfer from leaving: an approver who has not answered, the time for second thoughts.

use super::Frame;
use crate::model::{Time, TransferId};

/// What keeps mails from leaving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// The transfer.
    pub id: TransferId,
    /// Since when approvers are asked, and when the first question counts as a no; none: nobody is.
    pub asked: Option<(Time, Time)>,
    /// Who could answer.
    pub approvers: Vec<String>,
    /// Minutes that the mail is held after the answer.
    pub then_minutes: u32,
    /// The later time limit that they are asked about, where it is about one.
    pub longer: Option<Time>,
    /// When the first mail leaves that only waits for its time.
    pub held_until: Option<Time>,
    /// Whether any mail of the transfer was handed to the mail system.
    pub mailed: bool,
}

/// So many approvers are named; more are counted.
const NAMED_MOST: usize = 3;

impl Waits {
    /// Who is waited for, in words.
    pub(super) fn for_whom(&self, frame: &Frame) -> String {
        let name = |name: &String| frame.phrase("colleague").with("name", name.clone()).to_string();
        let names: Vec<String> = self.approvers.iter().map(name).collect();
        match names.len() {
            0 => frame.text("waits-asked"),
            1..=NAMED_MOST => frame
                .phrase("waits-asked-of")
                .with("names", names.join(&frame.text("waits-asked-of.between")))
                .to_string(),
            count => frame.phrase("waits-asked-any").with("count", count).to_string(),
        }
    }
}
