//! What is faxed to whom: the number is typed twice and compared with those that the recipient had before.

use crate::crypt::looks_like_number_or_link;
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{
    Delivery, Event, EventKind, Fax, FaxDetails, FaxId, FaxState, Language, Private, fax_number, shown_fax_number,
};
use crate::staff::permit::Sender;
use crate::store::{Tx, faxes};

use super::{about, own};
use crate::transfer::draft::own_delivery;

/// Characters of a field at most.
const FIELD_LONGEST: u32 = 100;
/// Pages of a fax at most.
const PAGES_MOST: i32 = 999;

/// An entry as it is typed.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Who receives.
    pub recipient: String,
    /// The recipient's company; may be empty.
    pub company: String,
    /// The number.
    pub number: String,
    /// The number once more.
    pub again: String,
    /// What it is.
    pub subject: String,
    /// Pages with the cover.
    pub pages: i32,
    /// The office's own reference; may be empty.
    pub reference: String,
    /// Language of the cover.
    pub language: Language,
    /// Who compared the number besides the sender; may be empty.
    pub checked_by: String,
    /// That a number which differs from the earlier ones is right.
    pub differs_on_purpose: bool,
}

fn flaw(field: &'static str, flaw: FieldFlaw) -> Problem {
    Problem::Field { field, flaw }
}

/// A field in one line, trimmed; nothing in it may look like a pick-up number or a link.
pub(super) fn line(field: &'static str, text: &str, needed: bool) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() && needed {
        return Err(flaw(field, FieldFlaw::Missing));
    }
    if text.chars().count() > FIELD_LONGEST as usize {
        return Err(flaw(field, FieldFlaw::TooLong { limit: FIELD_LONGEST }));
    }
    if text.chars().any(char::is_control) {
        return Err(flaw(field, FieldFlaw::Malformed));
    }
    if looks_like_number_or_link(text) {
        return Err(Problem::MessageCarriesSecret);
    }
    Ok(text.to_owned())
}

/// A number as it is shown, which is one that can be dialled.
pub(super) fn number(field: &'static str, text: &str) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Err(flaw(field, FieldFlaw::Missing));
    }
    shown_fax_number(text).ok_or_else(|| flaw(field, FieldFlaw::Malformed))
}

impl Wanted {
    /// Everything that is wrong with it, field by field in the order of the form, so that nobody is told one thing at a time.
    pub fn flaws(&self) -> Vec<(&'static str, Problem)> {
        let lines = |fields: &[(&'static str, &str, bool)]| -> Vec<_> {
            let wrong =
                |(field, text, needed): &(&'static str, &str, bool)| Some((*field, line(field, text, *needed).err()?));
            fields.iter().filter_map(wrong).collect()
        };
        let mut flaws = lines(&[("company", &self.company, false), ("recipient", &self.recipient, true)]);
        flaws.extend(self.number_flaws());
        flaws.extend(lines(&[("checked_by", &self.checked_by, false), ("subject", &self.subject, true)]));
        if !(1..=PAGES_MOST).contains(&self.pages) {
            let bounds = FieldFlaw::OutOfBounds { least: 1, most: PAGES_MOST.into() };
            flaws.push(("pages", flaw("pages", bounds)));
        }
        flaws.extend(lines(&[("reference", &self.reference, false)]));
        flaws
    }

    fn number_flaws(&self) -> Vec<(&'static str, Problem)> {
        let typed = [("number", &self.number), ("again", &self.again)];
        let wrong = typed.into_iter().filter_map(|(field, text)| Some((field, number(field, text).err()?)));
        let wrong: Vec<_> = wrong.collect();
        if wrong.is_empty() && fax_number(&self.number) != fax_number(&self.again) {
            return vec![("again", Problem::FaxNumbersDiffer)];
        }
        wrong
    }

    fn checked(&self) -> Result<FaxDetails> {
        if let Some((_, first)) = self.flaws().into_iter().next() {
            return Err(first.into());
        }
        Ok(FaxDetails {
            recipient: line("recipient", &self.recipient, true)?,
            company: line("company", &self.company, false)?,
            number: number("number", &self.number)?,
            subject: line("subject", &self.subject, true)?,
            pages: self.pages,
            reference: line("reference", &self.reference, false)?,
            language: self.language,
            differs: false,
            checked_by: line("checked_by", &self.checked_by, false)?,
        })
    }
}

/// Compares the number with those at which the recipient was reached before, whoever of the office sent it. The newest one is
/// told by its last four digits.
fn compare(tx: &mut Tx, details: FaxDetails, on_purpose: bool, except: Option<FaxId>) -> Result<FaxDetails> {
    let known = faxes::earlier_numbers(tx, &details.recipient_key(), except)?;
    // However they were typed.
    let known: Vec<String> = known.iter().filter_map(|number| fax_number(number)).collect();
    let Some(newest) = known.first() else { return Ok(details) };
    if fax_number(&details.number).is_some_and(|dialled| known.contains(&dialled)) {
        return Ok(details);
    }
    if !on_purpose {
        let tail = newest.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        return Err(Problem::FaxNumberNew { known: tail }.into());
    }
    Ok(FaxDetails { differs: true, ..details })
}

fn said(event: Event, details: &FaxDetails) -> Event {
    let event = event.with(Private::PersonName(details.whom())).with(Private::Phone(details.number.clone()));
    event.with(Private::Reason(details.subject.clone()))
}

/// Records a fax before it is sent; `reference` names the own delivery whose notice sheet it is.
///
/// # Errors
/// `Field`, `MessageCarriesSecret`; `FaxNumbersDiffer`; `FaxNumberNew` for a number that is not one of the recipient's, as
/// long as nobody says that it is right; `NotFound` for a delivery of somebody else. Nothing was recorded.
pub async fn record(gateway: &Gateway, sender: &Sender, wanted: &Wanted, reference: Option<&str>) -> Result<FaxId> {
    let details = wanted.checked()?;
    let delivery: Option<Delivery> = match reference {
        Some(reference) => Some(own_delivery(gateway, &sender.watcher(), reference).await?),
        None => None,
    };
    let (owner, by, now, on_purpose) = (sender.account().id, sender.actor(), gateway.now(), wanted.differs_on_purpose);
    sender
        .write(gateway, move |tx| {
            let details = compare(tx, details, on_purpose, None)?;
            let kind = EventKind::FaxRecorded { pages: details.pages, differs: details.differs };
            let fax = Fax {
                id: FaxId::new(now),
                owner,
                delivery: delivery.map(|delivery| delivery.id),
                details,
                state: FaxState::Recorded,
                created_at: now,
                sent_at: None,
                confirmed: None,
                stored: None,
                closed_at: None,
                note: String::new(),
            };
            faxes::insert(tx, &fax)?;
            let event = about(tx, said(Event::new(kind, now, by), &fax.details), &fax)?;
            tx.record(&event)?;
            Ok(fax.id)
        })
        .await
}

/// Writes an entry anew that was not sent yet. What stood there before stays in the log.
///
/// # Errors
/// As [`record`]; `WrongState` once it was sent or closed.
pub async fn correct(gateway: &Gateway, sender: &Sender, id: FaxId, wanted: &Wanted) -> Result<()> {
    let details = wanted.checked()?;
    let (owner, by, now, on_purpose) = (sender.account().id, sender.actor(), gateway.now(), wanted.differs_on_purpose);
    sender
        .write(gateway, move |tx| {
            let fax = own(tx, owner, id)?;
            let details = compare(tx, details, on_purpose, Some(id))?;
            if fax.state == FaxState::Recorded && fax.details == details {
                return Ok(());
            }
            if !faxes::correct(tx, id, &details)? {
                return Err(Problem::WrongState { state: own(tx, owner, id)?.state.word() }.into());
            }
            let kind = EventKind::FaxCorrected { pages: details.pages, differs: details.differs };
            let event = about(tx, said(Event::new(kind, now, by), &details), &fax)?;
            tx.record(&event)
        })
        .await
}
