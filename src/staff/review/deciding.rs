//! Deciding about accounts. A decision is written down at once, may be changed until the signature, and changes nothing.

use std::collections::BTreeSet;

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Actor, Decision, Event, EventKind, Private, ReviewId, Right, Role, Time};
use crate::staff::permit::{Administrator, Person, SignedIn};
use crate::staff::registrar;
use crate::store::reviews::{Item, Verdict};
use crate::store::{Tx, accounts, reviews};

use super::{administrators, left_of};

/// Who decides.
#[derive(Clone)]
pub struct Decider(By);

#[derive(Clone)]
enum By {
    SignedIn(Box<SignedIn>),
    Console(Option<AccountId>),
}

/// What is decided.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What becomes of the account.
    pub decision: Decision,
    /// The roles that it keeps, where they are reduced.
    pub roles: Vec<Role>,
    /// Why; may be empty for an account that is kept.
    pub reason: String,
}

impl From<&Person> for Decider {
    fn from(person: &Person) -> Self {
        Self(By::SignedIn(Box::new(person.signed_in())))
    }
}

impl From<&Administrator> for Decider {
    fn from(administrator: &Administrator) -> Self {
        Self(By::SignedIn(Box::new(administrator.signed_in().clone())))
    }
}

impl Decider {
    /// Somebody at the console, who says that this account decided.
    pub const fn console(named: Option<AccountId>) -> Self {
        Self(By::Console(named))
    }

    fn account(&self) -> Option<AccountId> {
        match &self.0 {
            By::SignedIn(signed_in) => Some(signed_in.account.id),
            By::Console(named) => *named,
        }
    }

    fn at_console(&self) -> bool {
        matches!(self.0, By::Console(_))
    }

    fn actor(&self) -> Actor {
        match &self.0 {
            By::SignedIn(signed_in) => Actor::Account(signed_in.account.id),
            By::Console(_) => Actor::Console,
        }
    }

    /// Holds the register, and asks again who this is: whether everything may be decided, or what was assigned.
    fn admit(&self, tx: &mut Tx, now: Time) -> Result<bool> {
        accounts::hold_register(tx)?;
        match &self.0 {
            By::SignedIn(signed_in) => {
                signed_in.still_holds(tx)?;
                // The roles that may be used from where this one is; whatever takes one away ends the session.
                Ok(Right::RunReview.is_known_to(&signed_in.account.roles))
            }
            By::Console(named) => {
                if let Some(named) = named {
                    super::reviewer(tx, *named, now)?;
                }
                Ok(true)
            }
        }
    }
}

impl Wanted {
    /// What is written down, as far as it can be known without the account.
    fn checked(&self) -> Result<Self> {
        let reason = registrar::reason(&self.reason)?;
        if reason.is_empty() && self.decision != Decision::Keep {
            return Err(Problem::Field { field: "reason", flaw: FieldFlaw::Missing }.into());
        }
        let roles = if self.decision == Decision::Reduce { self.roles.clone() } else { Vec::new() };
        if roles.is_empty() && self.decision == Decision::Reduce {
            return Err(Problem::Field { field: "role", flaw: FieldFlaw::Missing }.into());
        }
        Ok(Self { decision: self.decision, roles, reason })
    }

    /// The roles that are left to this account: some of its own, not all of them.
    fn roles_for(&self, account: &Account) -> Result<Vec<Role>> {
        let left = left_of(account, &self.roles);
        let reduces = !left.is_empty() && left.len() == self.roles.len() && left.len() < account.roles.len();
        match self.decision {
            Decision::Reduce if !reduces => Err(Problem::Field { field: "role", flaw: FieldFlaw::Malformed }.into()),
            // What is kept is what was there to be seen.
            Decision::Keep => Ok(account.roles.clone()),
            Decision::Reduce | Decision::Stop => Ok(left),
        }
    }
}

/// Decides about these accounts, all in the same way.
///
/// # Errors
/// `Field` without a reason where one is needed, or for roles that the account does not have; `OwnAccount`; `ReviewEnded`;
/// `NotFound` for what was not assigned. Nothing was written down then.
pub async fn decide(
    gateway: &Gateway,
    decider: &Decider,
    id: ReviewId,
    of: Vec<AccountId>,
    wanted: &Wanted,
) -> Result<()> {
    let now = gateway.now();
    let (decider, wanted) = (decider.clone(), wanted.checked()?);
    let of: BTreeSet<AccountId> = of.into_iter().collect();
    gateway
        .store
        .write(move |tx| {
            let everything = decider.admit(tx, now)?;
            reviews::hold(tx, id)?;
            for account in of {
                let item = reviews::item(tx, id, account)?;
                may_decide(tx, &decider, &item, wanted.decision, everything, now)?;
                write(tx, &decider, &item, &wanted, now)?;
            }
            Ok(())
        })
        .await
}

fn may_decide(
    tx: &mut Tx,
    decider: &Decider,
    item: &Item,
    decision: Decision,
    everything: bool,
    now: Time,
) -> Result<()> {
    let own = decider.account() == Some(item.account);
    if !everything && item.reviewer != decider.account() {
        return Err(Problem::NotFound.into());
    }
    if own && (decision != Decision::Keep || has_second(tx, item.account, now)?) {
        return Err(Problem::OwnAccount.into());
    }
    Ok(())
}

/// Whether somebody else could decide about this administrator. Where nobody can, he keeps himself and the record says so.
fn has_second(tx: &mut Tx, account: AccountId, now: Time) -> Result<bool> {
    let all = accounts::all(tx)?;
    Ok(administrators(&all, now).iter().any(|other| other.id != account))
}

fn write(tx: &mut Tx, decider: &Decider, item: &Item, wanted: &Wanted, now: Time) -> Result<()> {
    let account = accounts::get(tx, item.account)?;
    let verdict = Verdict {
        decision: wanted.decision,
        roles: wanted.roles_for(&account)?,
        reason: wanted.reason.clone(),
        by: decider.account(),
        at: now,
        at_console: decider.at_console(),
    };
    reviews::decide(tx, item.review, item.account, &verdict)?;
    let kind = EventKind::ReviewDecided { decision: verdict.decision, roles: verdict.roles };
    let event = Event::new(kind, now, decider.actor()).review(item.review).account(item.account);
    tx.record(&event.with(Private::Reason(verdict.reason)))
}
