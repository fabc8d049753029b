//! Looking at own transfers.

use super::SignedIn;
use crate::error::Result;
use crate::model::{Account, Right, Scope};

/// The right to see own transfers. It changes none.
#[derive(Clone)]
pub struct Watcher(pub(super) SignedIn);

impl Watcher {
    /// What proved it, to be asked again in a transaction.
    pub(crate) fn signed_in(&self) -> &SignedIn {
        &self.0
    }

    /// The account.
    pub fn account(&self) -> &Account {
        &self.0.account
    }
}

impl SignedIn {
    /// May this one see own transfers?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn watcher(self) -> Result<Watcher> {
        self.with(Right::ManageTransfer, &[Scope::Send, Scope::Read]).map(Watcher)
    }
}
