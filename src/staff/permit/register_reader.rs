//! Reading the account register.

use super::SignedIn;
use crate::error::Result;
use crate::model::{Right, Scope};

/// The right to read the account register.
#[derive(Clone)]
pub struct RegisterReader(SignedIn);

acting!(RegisterReader);

impl SignedIn {
    /// May this one read the account register?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn register_reader(self) -> Result<RegisterReader> {
        self.with(Right::ReadRegister, &[Scope::Admin, Scope::Audit]).map(RegisterReader)
    }
}
