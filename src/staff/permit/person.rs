//! Persons at browsers.

use super::{SignedIn, Standing};
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, Token};
use crate::store::Tx;
use crate::store::sign_ins::SignIn;

/// A person at a browser.
#[derive(Clone)]
pub struct Person {
    /// The account.
    pub account: Account,
    pub(in crate::staff) row: SignIn,
    pub(super) signed_in: SignedIn,
}

impl Person {
    pub(in crate::staff) fn token(&self) -> &Token {
        self.signed_in.token()
    }

    /// Whether this session carries the account key.
    pub fn carries_key(&self) -> bool {
        self.signed_in.sealed_account_key().is_some()
    }

    /// The whole sign-in, for what also tokens may do.
    pub fn signed_in(&self) -> SignedIn {
        self.signed_in.clone()
    }

    /// Changes something on behalf of this one. See [`SignedIn::write`].
    ///
    /// # Errors
    /// `SignInNeeded` when the session has ended; whatever `work` refuses.
    pub(in crate::staff) async fn write<T, F>(&self, gateway: &Gateway, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        self.signed_in.write(gateway, work).await
    }

    /// Was something proven lately? See [`SignedIn::require_fresh`].
    ///
    /// # Errors
    /// `ConfirmationNeeded`.
    pub fn require_fresh(&self, gateway: &Gateway) -> Result<()> {
        self.signed_in.require_fresh(gateway)
    }

    /// May a factor be added? Not by a password that somebody else knows: it was made by an administrator, and who read it
    /// on its way would keep a way in after it was changed.
    ///
    /// # Errors
    /// `PasswordChangeNeeded`, `ConfirmationNeeded`.
    pub(in crate::staff) fn may_enrol(&self, gateway: &Gateway) -> Result<()> {
        match self.signed_in.standing() {
            Standing::PasswordChange => Err(Problem::PasswordChangeNeeded.into()),
            _ => self.require_fresh(gateway),
        }
    }
}

/// A person at a browser who may set up what is missing: a new password, a second factor.
#[derive(Clone)]
pub struct Newcomer(pub(super) Person);

impl std::ops::Deref for Newcomer {
    type Target = Person;
    fn deref(&self) -> &Person {
        &self.0
    }
}

impl From<Person> for Newcomer {
    fn from(person: Person) -> Self {
        Self(person)
    }
}
