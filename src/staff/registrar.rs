//! Who changes the account register, and why: asked at every change, written down with it.

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{AccountId, Actor, Event, Private};
use crate::store::{Tx, accounts};

use super::permit::{Administrator, SignedIn};

/// Characters of a reason at most.
pub const REASON_LONGEST: u32 = 400;

/// Who changes the register, and why.
#[derive(Clone)]
pub struct Registrar {
    by: By,
    why: String,
}

#[derive(Clone)]
enum By {
    Administrator(Box<SignedIn>),
    Console,
    System,
}

impl Registrar {
    /// An administrator, who has proven lately that it is him, and says why.
    ///
    /// # Errors
    /// `Field` without a reason; `ConfirmationNeeded`.
    pub fn administrator(gateway: &Gateway, administrator: &Administrator, why: &str) -> Result<Self> {
        let why = reason(why)?;
        if why.is_empty() {
            return Err(Problem::Field { field: "reason", flaw: FieldFlaw::Missing }.into());
        }
        administrator.require_fresh(gateway)?;
        Ok(Self { by: By::Administrator(Box::new(administrator.signed_in().clone())), why })
    }

    /// An administrator who runs a review: what changes an account there has its own reason.
    ///
    /// # Errors
    /// `Field` for a note that is too long.
    pub fn reviewing(administrator: &Administrator, note: &str) -> Result<Self> {
        Ok(Self { by: By::Administrator(Box::new(administrator.signed_in().clone())), why: reason(note)? })
    }

    /// Somebody at the command line of the server.
    pub const fn console() -> Self {
        Self { by: By::Console, why: String::new() }
    }

    /// The same with a reason.
    ///
    /// # Errors
    /// `Field` for one that is too long.
    pub fn because(self, why: &str) -> Result<Self> {
        Ok(Self { why: reason(why)?, ..self })
    }

    /// The gateway itself: a clock, a directory.
    pub const fn system() -> Self {
        Self { by: By::System, why: String::new() }
    }

    /// A program must not become a person: what answers with a password, or is signed, takes somebody at a browser or at
    /// the console.
    ///
    /// # Errors
    /// `Forbidden` for an API token.
    pub(super) fn require_person(&self) -> Result<()> {
        match &self.by {
            By::Administrator(signed_in) => signed_in.clone().person().map(drop),
            By::Console | By::System => Ok(()),
        }
    }

    /// As the actor of an event.
    pub fn actor(&self) -> Actor {
        match &self.by {
            By::Administrator(signed_in) => Actor::Account(signed_in.account.id),
            By::Console => Actor::Console,
            By::System => Actor::System,
        }
    }

    /// Who it is; nobody at the console.
    pub fn account(&self) -> Option<AccountId> {
        match &self.by {
            By::Administrator(signed_in) => Some(signed_in.account.id),
            By::Console | By::System => None,
        }
    }

    /// The reason.
    pub(super) fn why(&self) -> &str {
        &self.why
    }

    /// Was something proven lately? See [`SignedIn::require_fresh`]. Whoever sits at the console has proven enough.
    pub(super) fn require_fresh(&self, gateway: &Gateway) -> Result<()> {
        match &self.by {
            By::Administrator(signed_in) => signed_in.require_fresh(gateway),
            By::Console | By::System => Ok(()),
        }
    }

    /// Holds the register for the rest of the transaction, and asks again whether the right still stands. Nobody changes
    /// the own rights, up or down.
    ///
    /// # Errors
    /// `SignInNeeded` when the session ended meanwhile; `OwnAccount`.
    pub(super) fn admit(&self, tx: &mut Tx, subject: Option<AccountId>) -> Result<()> {
        accounts::hold_register(tx)?;
        let By::Administrator(signed_in) = &self.by else { return Ok(()) };
        signed_in.still_holds(tx)?;
        if subject == Some(signed_in.account.id) { Err(Problem::OwnAccount.into()) } else { Ok(()) }
    }

    /// An event with its reason.
    pub(super) fn says(&self, event: Event) -> Event {
        event.with(Private::Reason(self.why.clone()))
    }
}

/// A reason as it is written down.
///
/// # Errors
/// `Field` when it is too long, or holds control characters.
pub(super) fn reason(why: &str) -> Result<String> {
    let why = why.trim();
    if why.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        return Err(Problem::Field { field: "reason", flaw: FieldFlaw::Malformed }.into());
    }
    if why.chars().count() > REASON_LONGEST as usize {
        return Err(Problem::Field { field: "reason", flaw: FieldFlaw::TooLong { limit: REASON_LONGEST } }.into());
    }
    Ok(why.to_owned())
}
