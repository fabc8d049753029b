//! `/me/sealing`: the passphrase before the account key.

use askama::Template;

use super::Frame;

/// How it stands with the account key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealingState {
    /// There is none yet.
    Unset,
    /// There is one, and this session does not carry it.
    Closed,
    /// This session carries it.
    Open,
}

/// GET and POST `/me/sealing`.
#[derive(Template)]
#[template(path = "sealing.html")]
pub struct SealingPage {
    /// The frame.
    pub frame: Frame,
    /// The account's mail address, so that password managers find it.
    pub email: String,
    /// How it stands.
    pub state: SealingState,
    /// Least number of characters.
    pub minimum: u32,
}
