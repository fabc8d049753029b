//! Reading the fax register.

use super::SignedIn;
use crate::error::Result;
use crate::model::{Right, Scope};

/// The right to read the fax register, or the own part of it.
#[derive(Clone)]
pub struct FaxReader(SignedIn);

acting!(FaxReader);

impl FaxReader {
    /// Whether entries of others may be read too.
    pub fn reads_all(&self) -> bool {
        self.0.looks_at_all() && Right::ReadFaxes.is_held_by(&self.0.account.roles, false)
    }
}

impl SignedIn {
    /// May this one read the fax register, or the own part of it?
    ///
    /// # Errors
    /// `Forbidden` without the role.
    pub fn fax_reader(self) -> Result<FaxReader> {
        self.with(Right::ReadFaxes, Scope::ALL).map(FaxReader)
    }
}
