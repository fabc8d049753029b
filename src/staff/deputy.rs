//! Deputies: an approver who is away names who decides meanwhile. A deputy decides about nothing that the approver could not
//! decide about, and never about the own.

use std::time::Duration;

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, Deputy, Event, EventKind, Role, Time};
use crate::store::{accounts, deputies};

use super::permit::Person;

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
    let (me, now) = (person.account.id, gateway.now());
    gateway
        .store
        .read(move |tx| {
            let Some(deputy) = deputies::of(tx, me)?.filter(|deputy| deputy.until_at > now) else { return Ok(None) };
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
    let now = gateway.now();
    if until_at <= from_at || until_at <= now || until_at.since(from_at) > LONGEST {
        return Err(Problem::Field { field: "until", flaw: FieldFlaw::OutOfBounds { least: 1, most: 92 } }.into());
    }
    let (me, email) = (person.account.id, email.trim().to_lowercase());
    let (signed_in, actor) = (person.signed_in(), crate::model::Actor::Account(person.account.id));
    gateway
        .store
        .write(move |tx| {
            signed_in.still_holds(tx)?;
            let flawed = |flaw| Problem::Field { field: "deputy", flaw };
            if email.is_empty() {
                return Err(flawed(FieldFlaw::Missing).into());
            }
            let known = accounts::by_email(tx, &email)?.filter(|account| account.id != me && account.may_act(now));
            let account = known.ok_or_else(|| flawed(FieldFlaw::Malformed))?;
            deputies::set(tx, &Deputy { account: me, deputy: account.id, from_at, until_at })?;
            let kind = EventKind::DeputyNamed { deputy: account.id, from_at, until_at };
            tx.record(&Event::new(kind, now, actor).account(me))
        })
        .await
}

/// Takes the deputy away, at once.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn withdraw(gateway: &Gateway, person: &Person) -> Result<()> {
    let (me, now) = (person.account.id, gateway.now());
    let (signed_in, actor) = (person.signed_in(), crate::model::Actor::Account(me));
    gateway
        .store
        .write(move |tx| {
            signed_in.still_holds(tx)?;
            if !deputies::remove(tx, me)? {
                return Err(Problem::NotFound.into());
            }
            tx.record(&Event::new(EventKind::DeputyWithdrawn, now, actor).account(me))
        })
        .await
}
