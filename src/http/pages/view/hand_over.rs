//! `/me/hand-over`.

use askama::Template;

use super::Frame;
use crate::model::{Time, TransferId};

/// What there is to hand over, and to whom.
#[derive(Template)]
#[template(path = "hand_over.html")]
pub struct HandOverPage {
    /// The frame.
    pub frame: Frame,
    /// Name and address of who takes over; none while nobody is named.
    pub successor: Option<(String, String)>,
    /// Whether new numbers can be issued afterwards: the sender's slots go along.
    pub keeps_numbers: bool,
    /// The running transfers.
    pub running: Vec<RunningRow>,
}

/// A running transfer in the list.
#[derive(Clone, Copy, Debug)]
pub struct RunningRow {
    /// Its id.
    pub id: TransferId,
    /// When it was sent.
    pub sent_at: Time,
    /// Number of files.
    pub files: u32,
    /// Their size in bytes.
    pub bytes: u64,
    /// Until when it can be opened.
    pub expires_at: Time,
}
