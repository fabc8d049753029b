//! Sending.

use super::{SignedIn, Watcher};
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Right, Scope};

/// The right to send and to manage own transfers.
#[derive(Clone)]
pub struct Sender(SignedIn);

acting!(Sender);

impl Sender {
    /// Who it is.
    pub fn signed_in(&self) -> &SignedIn {
        &self.0
    }

    /// Was something proven lately? See [`SignedIn::require_fresh`].
    ///
    /// # Errors
    /// `ConfirmationNeeded`.
    pub fn require_fresh(&self, gateway: &Gateway) -> Result<()> {
        self.0.require_fresh(gateway)
    }

    /// Whoever sends may also look.
    pub fn watcher(&self) -> Watcher {
        Watcher(self.0.clone())
    }
}

impl SignedIn {
    /// May this one send and manage own transfers?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn sender(self) -> Result<Sender> {
        self.with(Right::Send, &[Scope::Send]).map(Sender)
    }
}
