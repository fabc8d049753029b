//! Having a person forgotten.

use super::{Administrator, SignedIn};
use crate::error::Result;
use crate::model::Right;

impl SignedIn {
    /// May this one have a person forgotten?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token: people decide.
    pub fn eraser(self) -> Result<Administrator> {
        self.with(Right::ErasePersonalData, &[]).map(Administrator)
    }
}
