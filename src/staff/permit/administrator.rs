//! Managing accounts and rules.

use super::SignedIn;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Proofs, Right, Scope};

/// The right to manage accounts and rules.
pub struct Administrator(pub(super) SignedIn);

acting!(Administrator);

impl Administrator {
    /// What this session has proven.
    pub fn proofs(&self) -> Proofs {
        self.0.proofs()
    }

    /// What it was made of, for what is changed under the register's lock.
    pub(in crate::staff) fn signed_in(&self) -> &SignedIn {
        &self.0
    }

    /// Was something proven lately? See [`SignedIn::require_fresh`].
    ///
    /// # Errors
    /// `ConfirmationNeeded`.
    pub fn require_fresh(&self, gateway: &Gateway) -> Result<()> {
        self.0.require_fresh(gateway)
    }
}

impl SignedIn {
    /// May this one manage accounts?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn administrator(self) -> Result<Administrator> {
        self.with(Right::ChangeAccount, &[Scope::Admin]).map(Administrator)
    }
}
