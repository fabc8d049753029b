//! What is seen to after a fax was recorded. Each step is said once; of two who say it at once, one is told that it was said.

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{
    AccountId, Event, EventKind, Fax, FaxConfirmation, FaxId, FaxOriginal, FaxState, Private, Time, fax_number,
};
use crate::staff::permit::Sender;
use crate::store::{Tx, faxes};

use super::details::{line, number};
use super::{about, own};

/// The call by which a fax was confirmed, as it is typed.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who said so.
    pub with: String,
    /// At which phone number.
    pub phone: String,
    /// When; none: now.
    pub at: Option<Time>,
}

impl Call {
    /// Everything that is wrong with it, field by field in the order of the form.
    pub fn flaws(&self) -> Vec<(&'static str, Problem)> {
        let with = line("with", &self.with, true).err().map(|problem| ("with", problem));
        let phone = number("call", &self.phone).err().map(|problem| ("call", problem));
        with.into_iter().chain(phone).collect()
    }
}

/// A time that somebody names: not before the entry, not in the future. None: now.
fn moment(at: Option<Time>, fax: &Fax, now: Time) -> Result<Time> {
    // Forms name minutes, clocks tell milliseconds.
    let minute = std::time::Duration::from_secs(60);
    match at {
        Some(at) if at > now || at + minute < fax.created_at => {
            Err(Problem::Field { field: "at", flaw: FieldFlaw::Malformed }.into())
        }
        Some(at) => Ok(at),
        None => Ok(now),
    }
}

/// Somebody was faster, or it is over.
fn passed(tx: &mut Tx, owner: AccountId, id: FaxId) -> Result<Problem> {
    Ok(Problem::WrongState { state: own(tx, owner, id)?.state.word() })
}

/// It was sent: it went through at this time, or did not and may be tried again.
///
/// # Errors
/// `Field` for a time that cannot be; `WrongState`, `NotFound`.
pub async fn sent(gateway: &Gateway, sender: &Sender, id: FaxId, at: Option<Time>, went_through: bool) -> Result<()> {
    let (owner, by, now) = (sender.account().id, sender.actor(), gateway.now());
    sender
        .write(gateway, move |tx| {
            let fax = own(tx, owner, id)?;
            let sent_at = moment(at, &fax, now)?;
            let done = if went_through { faxes::set_sent(tx, id, sent_at)? } else { fax.state == FaxState::Recorded };
            if !done {
                return Err(passed(tx, owner, id)?.into());
            }
            let event = about(tx, Event::new(EventKind::FaxSent { sent_at }, now, by), &fax)?;
            tx.record(&if went_through { event } else { event.failed() })
        })
        .await
}

/// The recipient confirmed it on the phone.
///
/// # Errors
/// `Field`, also for the fax number itself: a machine confirms nothing; `MessageCarriesSecret`; `WrongState` before it was sent,
/// and for who says it second; `NotFound`.
pub async fn confirmed(gateway: &Gateway, sender: &Sender, id: FaxId, call: Call) -> Result<()> {
    let with = line("with", &call.with, true)?;
    let phone = number("call", &call.phone)?;
    let (owner, by, now) = (sender.account().id, sender.actor(), gateway.now());
    sender
        .write(gateway, move |tx| {
            let fax = own(tx, owner, id)?;
            if fax_number(&phone) == fax_number(&fax.details.number) {
                return Err(Problem::Field { field: "call", flaw: FieldFlaw::FaxNumber }.into());
            }
            let call = FaxConfirmation { at: moment(call.at, &fax, now)?, by: owner, with, phone };
            let Some(to) = fax.state.once_confirmed() else { return Err(passed(tx, owner, id)?.into()) };
            if !faxes::set_confirmed(tx, id, fax.state, to, &call)? {
                return Err(passed(tx, owner, id)?.into());
            }
            let event = about(tx, Event::new(EventKind::FaxConfirmed, now, by), &fax)?;
            tx.record(&event.with(Private::PersonName(call.with)).with(Private::Phone(call.phone)))
        })
        .await
}

/// The original was collected from the machine and put away.
///
/// # Errors
/// `Field`, `MessageCarriesSecret`; `WrongState` before it was sent, and for who says it second; `NotFound`.
pub async fn stored(gateway: &Gateway, sender: &Sender, id: FaxId, place: &str) -> Result<()> {
    let place = line("place", place, true)?;
    let (owner, by, now) = (sender.account().id, sender.actor(), gateway.now());
    sender
        .write(gateway, move |tx| {
            let fax = own(tx, owner, id)?;
            let original = FaxOriginal { at: now, by: owner, place };
            let Some(to) = fax.state.once_stored() else { return Err(passed(tx, owner, id)?.into()) };
            if !faxes::set_stored(tx, id, fax.state, to, &original)? {
                return Err(passed(tx, owner, id)?.into());
            }
            let event = about(tx, Event::new(EventKind::FaxOriginalStored, now, by), &fax)?;
            tx.record(&event.with(Private::Reason(original.place)))
        })
        .await
}

/// It is not sent after all.
///
/// # Errors
/// `Field` without a reason; `WrongState` once it was sent; `NotFound`.
pub async fn close(gateway: &Gateway, sender: &Sender, id: FaxId, note: &str) -> Result<()> {
    end(gateway, sender, id, note, FaxState::NotSent).await
}

/// It went to a wrong number; the note says what was done about it.
///
/// # Errors
/// `Field` without a note; `WrongState` before it was sent; `NotFound`.
pub async fn misdirected(gateway: &Gateway, sender: &Sender, id: FaxId, note: &str) -> Result<()> {
    end(gateway, sender, id, note, FaxState::Misdirected).await
}

async fn end(gateway: &Gateway, sender: &Sender, id: FaxId, note: &str, to: FaxState) -> Result<()> {
    let note = line("note", note, true)?;
    let (owner, by, now) = (sender.account().id, sender.actor(), gateway.now());
    let kind = if to == FaxState::Misdirected { EventKind::FaxMisdirected } else { EventKind::FaxClosed };
    sender
        .write(gateway, move |tx| {
            let fax = own(tx, owner, id)?;
            if !faxes::close(tx, id, to, &note, now)? {
                return Err(passed(tx, owner, id)?.into());
            }
            let event = about(tx, Event::new(kind, now, by), &fax)?;
            tx.record(&event.with(Private::Reason(note)))
        })
        .await
}
