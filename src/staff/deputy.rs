//! Deputies: an approver who is away names who decides meanwhile, or an administrator does. A deputy decides about nothing that the approver could not
//! decide about, and never about the own.

use std::time::Duration;

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Actor, Deputy, Event, EventKind, Role, Time};
use crate::store::{Tx, accounts, deputies};

use super::permit::Person;
use super::registrar::Registrar;

/// How long one stands in at most.
const LONGEST: Duration = Duration::from_secs(92 * 24 * 3600);

/// A deputy as the approver sees it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Who it is.
    pub account: Account,
    /// From when on.
    pub from_at: Time,
    /// Until when.
    pub until_at: Time,
}

/// The deputy of this approver, unless the time is over.
///
/// # Errors
/// The store cannot be read.
pub async fn of(gateway: &Gateway, person: &Person) -> Result<Option<Named>> {
    of_account(gateway, person.account.id).await
}

/// The deputy of this account, unless the time is over; for whoever may read the register.
///
/// # Errors
/// The store cannot be read.
pub async fn of_account(gateway: &Gateway, approver: AccountId) -> Result<Option<Named>> {
    let now = gateway.now();
    gateway
        .store
        .read(move |tx| {
            let Some(deputy) = deputies::of(tx, approver)?.filter(|deputy| deputy.until_at > now) else {
                return Ok(None);
            };
            let account = accounts::get(tx, deputy.deputy)?;
            Ok(Some(Named { account, from_at: deputy.from_at, until_at: deputy.until_at }))
        })
        .await
}

/// Names a deputy for a time, instead of an earlier one.
///
/// # Errors
/// `ConfirmationNeeded`; `Forbidden` for somebody who approves nothing; `Field` for nobody who could decide, oneself, or a
/// time that is over, backwards or longer than three months: nothing was changed.
pub async fn name(gateway: &Gateway, person: &Person, email: &str, from_at: Time, until_at: Time) -> Result<()> {
    person.require_fresh(gateway)?;
    if !person.account.has(Role::Approver) {
        return Err(Problem::Forbidden.into());
    }
    let (me, now) = (person.account.id, gateway.now());
    let wanted = Wanted::examine(email, from_at, until_at, now)?;
    let actor = Actor::Account(me);
    person
        .write(gateway, move |tx| {
            let kind = wanted.set(tx, me, None, now)?;
            tx.record(&Event::new(kind, now, actor).account(me))
        })
        .await
}

/// Names the deputy of somebody else who approves and is away, instead of an earlier one. No administrator makes himself one:
/// a right that is not the own is given by somebody else.
///
/// # Errors
/// `OwnAccount` for the own account, and for oneself as the deputy; `NotFound`; `Field` for somebody who approves nothing,
/// nobody who could decide, or a time as for [`name`]: nothing was changed.
pub async fn name_for(
    gateway: &Gateway,
    registrar: &Registrar,
    approver: AccountId,
    email: &str,
    (from_at, until_at): (Time, Time),
) -> Result<()> {
    registrar.require_fresh(gateway)?;
    let now = gateway.now();
    let wanted = Wanted::examine(email, from_at, until_at, now)?;
    let registrar = registrar.clone();
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, Some(approver))?;
            if !accounts::find(tx, approver)?.ok_or(Problem::NotFound)?.has(Role::Approver) {
                return Err(Problem::Field { field: "deputy", flaw: FieldFlaw::NotOffered }.into());
            }
            let kind = wanted.set(tx, approver, registrar.account(), now)?;
            tx.record(&registrar.says(Event::new(kind, now, registrar.actor()).account(approver)))
        })
        .await
}

/// Who shall stand in, and when.
struct Wanted {
    email: String,
    from_at: Time,
    until_at: Time,
}

impl Wanted {
    fn examine(email: &str, from_at: Time, until_at: Time, now: Time) -> Result<Self> {
        if until_at <= from_at || until_at <= now || until_at.since(from_at) > LONGEST {
            return Err(Problem::Field { field: "until", flaw: FieldFlaw::OutOfBounds { least: 1, most: 92 } }.into());
        }
        let email = email.trim().to_lowercase();
        if email.is_empty() {
            return Err(Problem::Field { field: "deputy", flaw: FieldFlaw::Missing }.into());
        }
        Ok(Self { email, from_at, until_at })
    }

    /// Writes it down, unless `never` would stand in; what is to be logged.
    fn set(&self, tx: &mut Tx, approver: AccountId, never: Option<AccountId>, now: Time) -> Result<EventKind> {
        let Self { from_at, until_at, .. } = *self;
        let fits = |account: &Account| account.id != approver && account.may_act(now);
        let known = accounts::by_email(tx, &self.email)?.filter(fits);
        let deputy = known.ok_or(Problem::Field { field: "deputy", flaw: FieldFlaw::Malformed })?.id;
        if Some(deputy) == never {
            return Err(Problem::OwnAccount.into());
        }
        deputies::set(tx, &Deputy { account: approver, deputy, from_at, until_at })?;
        Ok(EventKind::DeputyNamed { deputy, from_at, until_at })
    }
}

/// Takes the deputy away, at once.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn withdraw(gateway: &Gateway, person: &Person) -> Result<()> {
    let (me, now) = (person.account.id, gateway.now());
    person
        .write(gateway, move |tx| {
            remove(tx, me)?;
            tx.record(&Event::new(EventKind::DeputyWithdrawn, now, Actor::Account(me)).account(me))
        })
        .await
}

/// Takes the deputy of somebody else away, at once.
///
/// # Errors
/// `OwnAccount`; `NotFound` when there is none.
pub async fn withdraw_for(gateway: &Gateway, registrar: &Registrar, approver: AccountId) -> Result<()> {
    registrar.require_fresh(gateway)?;
    let (now, registrar) = (gateway.now(), registrar.clone());
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, Some(approver))?;
            remove(tx, approver)?;
            let event = Event::new(EventKind::DeputyWithdrawn, now, registrar.actor()).account(approver);
            tx.record(&registrar.says(event))
        })
        .await
}

fn remove(tx: &mut Tx, approver: AccountId) -> Result<()> {
    if deputies::remove(tx, approver)? { Ok(()) } else { Err(Problem::NotFound.into()) }
}
