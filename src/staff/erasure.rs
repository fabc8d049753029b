//! Personal data that are to be forgotten: by age, which the sweeper does, and by person, which an administrator does. The
//! log keeps its bytes and stays verifiable: what it commits to is gone.

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{AccountState, Actor, Entry, Erasure, Event, EventId, EventKind, Person, Time};
use crate::store::Tx;
use crate::store::erasure::{self, Found, Whose};

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

    const fn is_nothing(self) -> bool {
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
    let mut step = Step::Faxes;
    while step != Step::Done {
        let (who, by, now) = (person.clone(), registrar.clone(), gateway.now());
        let (erased, next) = gateway
            .store
            .write(move |tx| {
                by.admit(tx, None)?;
                require_unused(tx, &who)?;
                let (erased, next) = step.take(tx, &who, by.actor(), now)?;
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

/// Where an erasure is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The fax register. First: the deliveries tell which entries are theirs.
    Faxes,
    /// Deliveries and their events.
    Deliveries,
    /// Other events with the address.
    Addresses,
    /// Reasons that have it in their text, behind this event.
    FreeText(Option<EventId>),
    /// What is left: address books, templates, the account.
    Rest,
    Done,
}

impl Step {
    fn take(self, tx: &mut Tx, person: &Person, actor: Actor, now: Time) -> Result<(Erased, Self)> {
        match self {
            Self::Faxes => {
                let (values, rows) = erasure::faxes(tx, Whose::Person(person))?;
                Ok((Erased { values, rows }, Self::Deliveries))
            }
            Self::Deliveries => {
                let ended = erasure::ended(tx, Whose::Person(person), SOME)?;
                let values = erasure::of_deliveries(tx, &ended)?;
                let rows = ended.len() + erasure::approvals(tx, &ended)?;
                let next = if ended.is_empty() { Self::Addresses } else { self };
                Ok((Erased { values, rows }, next))
            }
            Self::Addresses => {
                let (events, values) = erasure::of_address(tx, person, SOME)?;
                let next = if events == 0 { Self::FreeText(None) } else { self };
                Ok((Erased { values, rows: 0 }, next))
            }
            Self::FreeText(after) => {
                let (last, values) = erasure::of_free_text(tx, person, after, MANY)?;
                let next = if last.is_none() { Self::Rest } else { Self::FreeText(last) };
                Ok((Erased { values, rows: 0 }, next))
            }
            Self::Rest => Ok((rest(tx, person, actor, now)?, Self::Done)),
            Self::Done => Ok((Erased::default(), Self::Done)),
        }
    }
}

fn rest(tx: &mut Tx, person: &Person, actor: Actor, now: Time) -> Result<Erased> {
    let rows = erasure::contacts(tx, person)? + erasure::templates(tx, person)? + erasure::searches(tx, person)?;
    let rows = rows + export::end_all(tx, actor, now)?;
    let Some(account) = erasure::account(tx, person)? else { return Ok(Erased { values: 0, rows }) };
    let values = erasure::of_account(tx, account.id)?;
    let (blank, changed) = erasure::blank_account(tx, account.id, now)?;
    // The log tells the register as it is now, so that the two agree.
    let entry = Event::new(EventKind::AccountChanged { changed, entry: Entry::of(&blank) }, now, actor);
    tx.record(&Entry::private(&blank).into_iter().fold(entry.account(blank.id), Event::with))?;
    Ok(Erased { values, rows: rows + 1 })
}

/// Erases what is older than it is kept. Returns how much.
///
/// # Errors
/// The store cannot be read or written; the next sweep goes on.
pub async fn sweep(gateway: &Gateway) -> Result<Erased> {
    let mut all = Erased::default();
    for _ in 0..ROUNDS {
        let now = gateway.now();
        let erased = gateway.store.write({
            let before = now - gateway.store.keeps();
            move |tx| old(tx, before, now)
        });
        let erased = erased.await?;
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

/// The values have their own dates; the deliveries of that time, and what the fax register has of it, go with them.
fn old(tx: &mut Tx, before: Time, now: Time) -> Result<Erased> {
    let values = erasure::past(tx, now, MANY)?;
    let (more, faxes) = erasure::faxes(tx, Whose::Anybody(before))?;
    let ended = erasure::ended(tx, Whose::Anybody(before), SOME)?;
    let rows = ended.len() + faxes + erasure::approvals(tx, &ended)?;
    let erased = Erased { values: values + more, rows };
    if !erased.is_nothing() {
        tx.record(&erased.event(Erasure::Age, now, Actor::System))?;
    }
    Ok(erased)
}
