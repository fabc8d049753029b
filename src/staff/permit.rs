//! Permissions as values: a function that needs a right takes its value, and only this module makes one. Which roles have
//! which rights stands in one table, `model::RIGHTS`.

mod eraser;
mod fax_reader;
mod log_reader;
mod person;
mod register_reader;

use crate::crypt::{Identity, open_session, token_hash, token_identity};
use crate::error::{Error, Problem, Result};
use crate::gateway::{Gateway, minutes};
use crate::model::{Account, Actor, Proofs, Right, Scope, ShredKeyId, Token};
use crate::store::sign_ins::SignIn;
use crate::store::tokens::ApiToken;
use crate::store::{Store, Tx, accounts, sign_ins, tokens};

use super::session::Running;

pub use fax_reader::FaxReader;
pub use log_reader::LogReader;
pub use person::{Newcomer, Person};
pub use register_reader::RegisterReader;

/// How far a session has come, measured at each request by the rules and rights as they are then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has proven enough for every role of its account.
    Ready,
    /// Something that the account has set up must still be proven.
    SecondStep,
    /// The password must be changed: initial, reset, or too old.
    PasswordChange,
    /// The account has to set up what its roles ask for.
    Enrolment,
    /// This connection lacks the card or the bound device that is needed.
    Certificate,
}

impl Standing {
    /// What is missing, as a refusal.
    const fn refusal(self) -> Option<Problem> {
        match self {
            Self::Ready => None,
            Self::SecondStep => Some(Problem::SecondStepNeeded),
            Self::PasswordChange => Some(Problem::PasswordChangeNeeded),
            Self::Enrolment => Some(Problem::EnrolmentNeeded),
            Self::Certificate => Some(Problem::CertificateNeeded),
        }
    }
}

/// Somebody known: an account, and the session or API token that proved it.
#[derive(Clone)]
pub struct SignedIn {
    /// The account, as it is now.
    pub account: Account,
    holder: Holder,
}

#[derive(Clone)]
enum Holder {
    Session { row: SignIn, token: Token, proofs: Proofs, standing: Standing, is_deputy: bool },
    ApiToken { row: ApiToken, token: Token },
}

impl SignedIn {
    pub(super) fn by_session(
        account: Account,
        (row, token): (SignIn, Token),
        (proofs, standing): (Proofs, Standing),
        is_deputy: bool,
    ) -> Self {
        Self { account, holder: Holder::Session { row, token, proofs, standing, is_deputy } }
    }

    pub(super) fn by_api_token(account: Account, row: ApiToken, token: Token) -> Self {
        Self { account, holder: Holder::ApiToken { row, token } }
    }

    /// May this one send and manage own transfers?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn sender(self) -> Result<Sender> {
        self.with(Right::Send, &[Scope::Send]).map(Sender)
    }

    /// May this one see own transfers?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn watcher(self) -> Result<Watcher> {
        self.with(Right::ManageTransfer, &[Scope::Send, Scope::Read]).map(Watcher)
    }

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

    /// May this one manage accounts?
    ///
    /// # Errors
    /// `Forbidden` without the role, or with a token of another scope.
    pub fn administrator(self) -> Result<Administrator> {
        self.with(Right::ChangeAccount, &[Scope::Admin]).map(Administrator)
    }

    /// Has this one proven enough, whoever it is?
    ///
    /// # Errors
    /// What comes first: `SecondStepNeeded`, `CertificateNeeded`, `PasswordChangeNeeded`, `EnrolmentNeeded`.
    pub fn ready(self) -> Result<Self> {
        match self.standing().refusal() {
            Some(missing) => Err(missing.into()),
            None => Ok(self),
        }
    }

    /// Is this a person at a browser, not a token, who has proven enough?
    ///
    /// # Errors
    /// `Forbidden` for a token: a token makes no tokens and changes no passwords. `SecondStepNeeded`,
    /// `PasswordChangeNeeded`, `EnrolmentNeeded`: what comes first.
    pub fn person(self) -> Result<Person> {
        self.ready()?.at_browser()
    }

    /// Is this a person at a browser who may set up what is missing: a new password, a second factor? Not before
    /// everything that is set up already was proven.
    ///
    /// # Errors
    /// `Forbidden` for a token; `SecondStepNeeded`, `CertificateNeeded`.
    pub fn newcomer(self) -> Result<Newcomer> {
        match self.standing() {
            Standing::SecondStep => Err(Problem::SecondStepNeeded.into()),
            Standing::Certificate => Err(Problem::CertificateNeeded.into()),
            _ => self.at_browser().map(Newcomer),
        }
    }

    fn at_browser(self) -> Result<Person> {
        match &self.holder {
            Holder::Session { row, .. } => {
                let row = row.clone();
                Ok(Person { account: self.account.clone(), row, signed_in: self })
            }
            Holder::ApiToken { .. } => Err(Problem::Forbidden.into()),
        }
    }

    /// Whether this is a person at a browser, not a token.
    pub fn is_person(&self) -> bool {
        matches!(self.holder, Holder::Session { .. })
    }

    /// Whether this may see everybody's: a person, or a token that was made for it.
    pub(in crate::staff) fn looks_at_all(&self) -> bool {
        match &self.holder {
            Holder::Session { .. } => true,
            Holder::ApiToken { row, .. } => matches!(row.scope, Scope::Admin | Scope::Audit),
        }
    }

    /// How far this one has come. A token was made by whoever may make one.
    pub fn standing(&self) -> Standing {
        match &self.holder {
            Holder::Session { standing, .. } => *standing,
            Holder::ApiToken { .. } => Standing::Ready,
        }
    }

    /// What this session has proven; nothing for a token.
    pub fn proofs(&self) -> Proofs {
        match &self.holder {
            Holder::Session { proofs, .. } => proofs.clone(),
            Holder::ApiToken { .. } => Proofs::default(),
        }
    }

    /// Was something proven lately? Asked before what cannot be undone or what gives rights: whoever sits down at a desk
    /// that was left unlocked shall not do it. A token was made for acting alone.
    ///
    /// # Errors
    /// `ConfirmationNeeded`.
    pub fn require_fresh(&self, gateway: &Gateway) -> Result<()> {
        match &self.holder {
            Holder::Session { row, .. }
                if gateway.now() >= row.proved_at + minutes(gateway.sign_in.step_up_minutes) =>
            {
                Err(Problem::ConfirmationNeeded.into())
            }
            _ => Ok(()),
        }
    }

    /// Is what proved this one still there? Whatever ends a right ends sessions and tokens in its transaction. Flows that
    /// take long between being asked and changing something ask again in the transaction that changes it.
    ///
    /// # Errors
    /// `SignInNeeded`.
    pub(crate) fn still_holds(&self, tx: &mut Tx) -> Result<()> {
        accounts::lock(tx, self.account.id)?;
        self.is_there(tx)
    }

    /// The same, for what only goes on reading: it takes no row and holds nobody up.
    ///
    /// # Errors
    /// `SignInNeeded`.
    pub(crate) fn is_there(&self, tx: &mut Tx) -> Result<()> {
        let hash = self.holder_hash();
        let there = match &self.holder {
            Holder::Session { .. } => sign_ins::by_token(tx, &hash)?.is_some(),
            Holder::ApiToken { .. } => tokens::by_hash(tx, &hash)?.is_some_and(|row| row.revoked_at.is_none()),
        };
        if there { Ok(()) } else { Err(Problem::SignInNeeded.into()) }
    }

    fn with(self, right: Right, scopes: &[Scope]) -> Result<Self> {
        let in_scope = match &self.holder {
            Holder::Session { .. } => true,
            Holder::ApiToken { row, .. } => scopes.contains(&row.scope),
        };
        match (right.is_known_to(&self.account.roles) && in_scope, self.standing().refusal()) {
            (true, None) => Ok(self),
            (true, Some(missing)) => Err(missing.into()),
            (false, _) => Err(Problem::Forbidden.into()),
        }
    }

    /// The session itself, which may prove one more thing.
    ///
    /// # Errors
    /// `Forbidden` for a token.
    pub(super) fn running(&self) -> Result<Running> {
        match &self.holder {
            Holder::Session { row, token, .. } => Ok(Running { row: row.clone(), token: token.clone() }),
            Holder::ApiToken { .. } => Err(Problem::Forbidden.into()),
        }
    }

    pub(super) fn token(&self) -> &Token {
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

/// The right to see own transfers.
#[derive(Clone)]
pub struct Watcher(SignedIn);

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

/// The right to approve the transfers of others.
#[derive(Clone)]
pub struct Approver(SignedIn);

impl Approver {
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

    /// Was something proven lately? See [`SignedIn::require_fresh`].
    ///
    /// # Errors
    /// `ConfirmationNeeded`.
    pub fn require_fresh(&self, gateway: &Gateway) -> Result<()> {
        self.0.require_fresh(gateway)
    }
}

/// The right to manage accounts and rules.
pub struct Administrator(SignedIn);

impl Administrator {
    /// The account.
    pub fn account(&self) -> &Account {
        &self.0.account
    }

    /// As the actor of an event.
    pub fn actor(&self) -> Actor {
        Actor::Account(self.0.account.id)
    }

    /// What this session has proven.
    pub fn proofs(&self) -> Proofs {
        self.0.proofs()
    }

    /// What it was made of, to be asked again in the transaction that changes something.
    pub(super) fn signed_in(&self) -> &SignedIn {
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
