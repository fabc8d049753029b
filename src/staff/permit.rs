//! Permissions as values: a function that needs a right takes its value, and only this module makes one.

use crate::crypt::{Identity, open_session, token_hash, token_identity};
use crate::error::{Error, Problem, Result};
use crate::model::{Account, Actor, Role, Scope, ShredKeyId, Token};
use crate::store::Store;
use crate::store::sign_ins::SignIn;
use crate::store::tokens::ApiToken;

/// Somebody known: an account, and the session or API token that proved it.
#[derive(Clone)]
pub struct SignedIn {
    /// The account, as it is now.
    pub account: Account,
    holder: Holder,
}

#[derive(Clone)]
enum Holder {
    Session { row: SignIn, token: Token },
    ApiToken { row: ApiToken, token: Token },
}

impl SignedIn {
    pub(super) fn by_session(account: Account, row: SignIn, token: Token) -> Self {
        Self { account, holder: Holder::Session { row, token } }
    }

    pub(super) fn by_api_token(account: Account, row: ApiToken, token: Token) -> Self {
        Self { account, holder: Holder::ApiToken { row, token } }
    }

    /// May this one send and manage own transfers?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn sender(self) -> Result<Sender> {
        self.with(Role::Sender, &[Scope::Send]).map(Sender)
    }

    /// May this one see own transfers?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn watcher(self) -> Result<Watcher> {
        self.with(Role::Sender, &[Scope::Send, Scope::Read]).map(Watcher)
    }

    /// May this one manage accounts?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn administrator(self) -> Result<Administrator> {
        self.with(Role::Administrator, &[Scope::Admin]).map(Administrator)
    }

    /// Is this a person at a browser, not a token?
    ///
    /// # Errors
    /// `Forbidden` for a token: a token makes no tokens and changes no passwords.
    pub fn person(self) -> Result<Person> {
        match &self.holder {
            Holder::Session { row, token } => {
                let (row, token) = (row.clone(), token.clone());
                Ok(Person { account: self.account, row, token })
            }
            Holder::ApiToken { .. } => Err(Problem::Forbidden.into()),
        }
    }

    fn with(self, role: Role, scopes: &[Scope]) -> Result<Self> {
        // The password that must be changed is the one typed at a browser; a token was made by whoever may make one.
        let (in_scope, ready) = match &self.holder {
            Holder::Session { .. } => (true, !self.account.must_change_password),
            Holder::ApiToken { row, .. } => (scopes.contains(&row.scope), true),
        };
        match (self.account.has(role) && in_scope, ready) {
            (true, true) => Ok(self),
            (true, false) => Err(Problem::PasswordChangeNeeded.into()),
            (false, _) => Err(Problem::Forbidden.into()),
        }
    }

    fn token(&self) -> &Token {
        match &self.holder {
            Holder::Session { token, .. } | Holder::ApiToken { token, .. } => token,
        }
    }

    /// The hash that names this session or token.
    pub fn holder_hash(&self) -> [u8; 32] {
        token_hash(self.token())
    }

    /// A key that only this session or token has.
    pub fn holder_identity(&self) -> Identity {
        token_identity(self.token())
    }

    fn sealed_account_key(&self) -> Option<(ShredKeyId, &[u8])> {
        let (key, sealed) = match &self.holder {
            Holder::Session { row, .. } => (row.shred_key, row.account_key.as_deref()),
            Holder::ApiToken { row, .. } => (row.shred_key, row.account_key.as_deref()),
        };
        key.zip(sealed)
    }

    /// Opens the account key that this session or token carries.
    ///
    /// # Errors
    /// `AccountKeyNeeded` when it carries none.
    pub async fn account_key(&self, store: &Store) -> Result<Identity> {
        let (key, sealed) = self.sealed_account_key().ok_or(Problem::AccountKeyNeeded)?;
        let shred = store.shred_key(key).await?.ok_or(Problem::AccountKeyNeeded)?;
        open_session(sealed, &shred, self.token()).map_err(Error::from)
    }
}

/// The right to send and to manage own transfers.
#[derive(Clone)]
pub struct Sender(SignedIn);

impl Sender {
    /// Who it is.
    pub fn signed_in(&self) -> &SignedIn {
        &self.0
    }

    /// The account.
    pub fn account(&self) -> &Account {
        &self.0.account
    }

    /// As the actor of an event.
    pub fn actor(&self) -> Actor {
        Actor::Account(self.0.account.id)
    }

    /// Whoever sends may also look.
    pub fn watcher(&self) -> Watcher {
        Watcher(self.0.clone())
    }
}

/// The right to see own transfers.
#[derive(Clone)]
pub struct Watcher(SignedIn);

impl Watcher {
    /// The account.
    pub fn account(&self) -> &Account {
        &self.0.account
    }
}

/// The right to manage accounts.
pub struct Administrator(SignedIn);

impl Administrator {
    /// The account.
    pub fn account(&self) -> &Account {
        &self.0.account
    }
}

/// A person at a browser.
pub struct Person {
    /// The account.
    pub account: Account,
    pub(super) row: SignIn,
    pub(super) token: Token,
}

impl Person {
    /// The whole sign-in, for what also tokens may do.
    pub fn signed_in(&self) -> SignedIn {
        SignedIn::by_session(self.account.clone(), self.row.clone(), self.token.clone())
    }
}
