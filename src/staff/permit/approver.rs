//! Approving the transfers of others.

use super::{Holder, SignedIn};
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::Right;

/// The right to approve the transfers of others.
#[derive(Clone)]
pub struct Approver(SignedIn);

acting!(Approver);

impl Approver {
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
}

impl SignedIn {
    /// May this one approve the transfers of others, by role or as somebody's deputy? About which, each decision asks again.
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token: people decide.
    pub fn approver(self) -> Result<Approver> {
        match &self.holder {
            Holder::Session { is_deputy: true, .. } => self.ready().map(Approver),
            _ => self.with(Right::Approve, &[]).map(Approver),
        }
    }
}
