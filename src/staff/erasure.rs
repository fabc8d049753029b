//! Personal data that are to be forgotten: by age, which the sweeper does, and by person, which an administrator does. The
//! log keeps its bytes and stays verifiable: what it commits to is gone.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{AccountState, Actor, DeliveryId, Entry, Erasure, Event, EventId, EventKind, FaxId, Person, Time};
use crate::store::Tx;
use crate::store::erasure::{self, FaxPlace, Found};

use super::log::export;
use super::registrar::Registrar;

/// Deliveries and events in one transaction.
const SOME: i64 = 100;
/// Values, and reasons that are read, in one transaction.
const MANY: i64 = 1000;
/// Transactions of one sweep: the next one goes on.
const ROUNDS: u32 = 20;

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Values of events.
    pub values: usize,
    /// Rows that lost what named the person, or are gone.
    pub rows: usize,
}

impl Erased {
    const fn plus(self, other: Self) -> Self {
        Self { values: self.values + other.values, rows: self.rows + other.rows }
    }

    /// Whether there was nothing to erase.
    pub const fn is_nothing(self) -> bool {
        self.values == 0 && self.rows == 0
    }

    fn event(self, why: Erasure, now: Time, actor: Actor) -> Event {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let kind = EventKind::PersonalDataErased { why, values: count(self.values), rows: count(self.rows) };
        Event::new(kind, now, actor)
    }
}

/// The person that was typed.
///
/// # Errors
/// `Field` for what is no address.
pub fn person(email: &str, name: &str) -> Result<Person> {
    let person = Person::new(email, name);
    if person.email.is_empty() {
        return Err(Problem::Field { field: "email", flaw: FieldFlaw::Missing }.into());
    }
    let is_address =
        person.email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !is_address || person.email.contains(char::is_whitespace) {
        return Err(Problem::Field { field: "email", flaw: FieldFlaw::Malformed }.into());
    }
    Ok(person)
}

/// What would be erased, and what has to wait.
///
/// # Errors
/// The store cannot be read.
pub async fn preview(gateway: &Gateway, person: &Person) -> Result<Found> {
    let person = person.clone();
    gateway.store.read(move |tx| erasure::find(tx, &person)).await
}

/// Erases a person, some rows at a time; each of these transactions has its event, and what a crash leaves is erased by the
/// next call. What is not over yet is left. `progress` hears how much was erased so far.
///
/// # Errors
/// `Field` for a reason that is missing or names the person; `Forbidden` for an API token; `WrongState` while the person's
/// account is in use; `SignInNeeded` when the session ended meanwhile.
pub async fn erase(
    gateway: &Gateway,
    registrar: &Registrar,
    person: &Person,
    mut progress: impl FnMut(Erased),
) -> Result<Erased> {
    registrar.require_person()?;
    let why = registrar.why();
    let flaw = if why.is_empty() { Some(FieldFlaw::Missing) } else { None };
    // It would stay in the log.
    let flaw = flaw.or_else(|| person.is_told_by(why).then_some(FieldFlaw::NamesPerson));
    if let Some(flaw) = flaw {
        return Err(Problem::Field { field: "reason", flaw }.into());
    }
    let mut all = Erased::default();
    let sought = person.clone();
    let whom = Arc::new(gateway.store.read(move |tx| Whom::find(tx, sought)).await?);
    let mut step = Step::Faxes(FaxPlace::START);
    while step != Step::Done {
        let (whom, by, now) = (Arc::clone(&whom), registrar.clone(), gateway.now());
        let (erased, next) = gateway
            .store
            .write(move |tx| {
                by.admit(tx, None)?;
                require_unused(tx, &whom.person)?;
                let (erased, next) = step.take(tx, &whom, by.actor(), now)?;
                if !erased.is_nothing() {
                    tx.record(&by.says(erased.event(Erasure::Person, now, by.actor())))?;
                }
                Ok((erased, next))
            })
            .await?;
        all = all.plus(erased);
        step = next;
        progress(all);
    }
    gateway.delete_doomed_blobs(None).await?;
    gateway.store.scrub().await?;
    Ok(all)
}

/// Whoever works here is not forgotten before the account is stopped.
fn require_unused(tx: &mut Tx, person: &Person) -> Result<()> {
    match erasure::account(tx, person)?.map(|account| account.state) {
        Some(state) if state != AccountState::Stopped => Err(Problem::WrongState { state: state.word() }.into()),
        _ => Ok(()),
    }
}

/// Whom an erasure is about, with what takes long to look for: nothing is written meanwhile.
struct Whom {
    person: Person,
    /// How the log has the address.
    forms: Vec<Vec<u8>>,
    /// Entries of the fax register that are done with, and stay so.
    faxes: BTreeSet<FaxId>,
}

impl Whom {
    fn find(tx: &mut Tx, person: Person) -> Result<Self> {
        let (forms, faxes) = (erasure::forms(tx, &person)?, erasure::faxes_of(tx, &person)?.done);
        Ok(Self { person, forms, faxes })
    }
}

/// Where an erasure is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The fax register and its events. First: the deliveries tell which entries are theirs.
    Faxes(FaxPlace),
    /// Events with the address.
    Addresses,
    /// Deliveries and their events.
    Deliveries,
    /// Reasons that have address or name in their text, behind this event.
    FreeText(Option<EventId>),
    /// What the log says of the account, behind this event.
    Account(Option<EventId>),
    /// What is left: address books, templates, the account.
    Rest,
    Done,
}

impl Step {
    fn take(self, tx: &mut Tx, whom: &Whom, actor: Actor, now: Time) -> Result<(Erased, Self)> {
        let person = &whom.person;
        match self {
            Self::Faxes(from) => {
                let (next, values) = erasure::of_faxes(tx, &whom.faxes, from, MANY)?;
                if let Some(next) = next {
                    return Ok((Erased { values, rows: 0 }, Self::Faxes(next)));
                }
                // After their events: what a crash leaves is found by these.
                let rows = erasure::blank_faxes(tx, whom.faxes.iter().copied())?;
                Ok((Erased { values, rows }, Self::Addresses))
            }
            Self::Addresses => {
                let (events, values) = erasure::of_address(tx, person, &whom.forms, SOME)?;
                let next = if events == 0 { Self::Deliveries } else { self };
                Ok((Erased { values, rows: 0 }, next))
            }
            Self::Deliveries => {
                let ended = erasure::ended(tx, person, SOME)?;
                let erased = blank(tx, &ended)?;
                let values = erasure::of_deliveries(tx, &ended)?;
                let next = if ended.is_empty() { Self::FreeText(None) } else { self };
                Ok((Erased { values, rows: erased }, next))
            }
            Self::FreeText(after) => {
                let (last, values) = erasure::of_free_text(tx, person, after, MANY)?;
                let next = if last.is_none() { Self::Account(None) } else { Self::FreeText(last) };
                Ok((Erased { values, rows: 0 }, next))
            }
            Self::Account(after) => {
                let Some(account) = erasure::account(tx, person)? else { return Ok((Erased::default(), Self::Rest)) };
                let (last, values) = erasure::of_account(tx, account.id, after, MANY)?;
                let next = if last.is_none() { Self::Rest } else { Self::Account(last) };
                Ok((Erased { values, rows: 0 }, next))
            }
            Self::Rest => Ok((Erased { values: 0, rows: rest(tx, person, actor, now)? }, Self::Done)),
            Self::Done => Ok((Erased::default(), Self::Done)),
        }
    }
}

/// Deliveries, and the questions to approvers about them. Returns how many rows.
fn blank(tx: &mut Tx, ids: &[DeliveryId]) -> Result<usize> {
    let blank = erasure::blank_deliveries(tx, ids)?;
    Ok(blank.len() + erasure::approvals(tx, &blank)?)
}

fn rest(tx: &mut Tx, person: &Person, actor: Actor, now: Time) -> Result<usize> {
    let rows = erasure::contacts(tx, person)? + erasure::templates(tx, person)? + erasure::searches(tx, person)?;
    let rows = rows + export::end_all(tx, actor, now)?;
    let Some(account) = erasure::account(tx, person)? else { return Ok(rows) };
    let (blank, changed) = erasure::blank_account(tx, account.id, now)?;
    // The log tells the register as it is now, so that the two agree.
    let entry = Event::new(EventKind::AccountChanged { changed, entry: Entry::of(&blank) }, now, actor);
    tx.record(&Entry::private(&blank).into_iter().fold(entry.account(blank.id), Event::with))?;
    Ok(rows + 1)
}

/// Erases what is older than it is kept. Returns how much. Mostly there is nothing, and nothing is written.
///
/// # Errors
/// The store cannot be read or written; the next sweep goes on.
pub async fn sweep(gateway: &Gateway) -> Result<Erased> {
    let mut all = Erased::default();
    for _ in 0..ROUNDS {
        let now = gateway.now();
        let before = now - gateway.store.keeps();
        let old = gateway.store.read(move |tx| Old::find(tx, before, now)).await?;
        if old.is_nothing() {
            break;
        }
        let erased = gateway.store.write(move |tx| old.erase(tx, now)).await?;
        if erased.is_nothing() {
            break;
        }
        all = all.plus(erased);
    }
    if !all.is_nothing() {
        gateway.store.scrub().await?;
    }
    Ok(all)
}

/// What is old: values have their own dates; the deliveries of that time, and what the fax register has of it, go with them.
/// Whatever is in here stays old.
struct Old {
    values: bool,
    deliveries: Vec<DeliveryId>,
    faxes: Vec<FaxId>,
}

impl Old {
    fn find(tx: &mut Tx, before: Time, now: Time) -> Result<Self> {
        Ok(Self {
            values: erasure::is_any_past(tx, now)?,
            deliveries: erasure::old_deliveries(tx, before, SOME)?,
            faxes: erasure::old_faxes(tx, before, SOME)?,
        })
    }

    const fn is_nothing(&self) -> bool {
        !self.values && self.deliveries.is_empty() && self.faxes.is_empty()
    }

    fn erase(&self, tx: &mut Tx, now: Time) -> Result<Erased> {
        let values = erasure::past(tx, now, MANY)?;
        let rows = blank(tx, &self.deliveries)? + erasure::blank_faxes(tx, self.faxes.iter().copied())?;
        let erased = Erased { values, rows };
        if !erased.is_nothing() {
            tx.record(&erased.event(Erasure::Age, now, Actor::System))?;
        }
        Ok(erased)
    }
}
