//! `/me/passkeys`.

use askama::Template;

use super::Frame;
use crate::model::{PasskeyId, Time};

/// GET `/me/passkeys` and the answers to its forms.
#[derive(Template)]
#[template(path = "passkeys.html")]
pub struct PasskeysPage {
    /// The frame.
    pub frame: Frame,
    /// The account's passkeys, oldest first.
    pub passkeys: Vec<PasskeyCard>,
    /// A name for a new one.
    pub name: String,
    /// Whether passkeys can work at this address.
    pub available: bool,
    /// Whether the session has proven enough; else a passkey may be what is missing.
    pub ready: bool,
    /// Path to go to after adding one.
    pub next: String,
}

/// A passkey in the list.
#[derive(Clone, Debug)]
pub struct PasskeyCard {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub added_at: Time,
    /// When it was last used.
    pub used_at: Option<Time>,
    /// Whether signing in with it opens the account key.
    pub opens_key: bool,
}
