//! Certificate of deletion: what of a transfer was destroyed, when and why, proved by the log. Whoever takes one is written
//! down before it leaves.

use std::collections::HashSet;

use chrono::{Months, NaiveDate};

use super::asking::Asking;
use super::receipt::{self, prove};
use crate::audit::{About, Fact, LeftOut, RECEIPT_FORMAT, Receipt, Statement};
use crate::crypt::CustodyKeys;
use crate::error::{Doing, Error, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::day::first_moment;
use crate::model::{CertificateForm, Event, EventId, EventKind, FileId, Time, TransferId};
use crate::store::proofs::{self, Erased, Provable};
use crate::store::{Tx, deliveries};

/// The events that a certificate tells, and one that takes one of them back.
const TOLD: [&str; 9] = [
    "file_added",
    "file_removed",
    "sealed",
    "dispatched",
    "retrieved",
    "delivery_ended",
    "finished",
    "shred_intended",
    "shredded",
];
/// Transfers read at once.
const MANY: i64 = 200;

/// A certificate, and as the file that it is.
pub struct Certificate {
    /// What it says and proves.
    pub receipt: Receipt,
    /// What it says.
    pub statement: Statement,
    /// The file's text, one line.
    pub text: String,
    /// Its SHA-256, hexadecimal.
    pub digest: String,
}

/// The certificate of a transfer. Its taking is an event.
///
/// # Errors
/// `NotFound`; `NotErased` before it is; `NotInLogYet` for some seconds; `NeverSigned`; `NotProved`; `SignInNeeded` when the right ended
/// meanwhile; the store cannot be read or written.
pub async fn certificate(
    gateway: &Gateway,
    asking: Asking,
    transfer: TransferId,
    form: CertificateForm,
) -> Result<Certificate> {
    let (made, now) = (made(gateway, &asking, transfer).await?, gateway.now());
    let kind = EventKind::CertificateIssued { form, digest: made.digest.clone() };
    let event = Event::new(kind, now, asking.actor()).transfer(transfer);
    let write = move |tx: &mut Tx| {
        asking.still_holds(tx)?;
        tx.record(&event)
    };
    gateway.store.write(write).await?;
    Ok(made)
}

async fn made(gateway: &Gateway, asking: &Asking, transfer: TransferId) -> Result<Certificate> {
    let asking = asking.clone();
    let (custody, office) = (gateway.store.keys().custody.clone(), gateway.office().name);
    let now = gateway.now();
    gateway.store.read(move |tx| make(tx, &custody, &asking, (transfer, office), now)).await
}

fn make(
    tx: &mut Tx,
    custody: &CustodyKeys,
    asking: &Asking,
    (transfer, office): (TransferId, String),
    now: Time,
) -> Result<Certificate> {
    asking.transfer(tx, transfer)?.shredded_at.ok_or(Problem::NotErased)?;
    let told = that_stayed(proofs::of_transfer(tx, transfer, &TOLD)?)?;
    let entries = told.iter().map(|event| prove(tx, asking, Some(custody), event)).collect::<Result<Vec<_>>>()?;
    let facts = entries.iter().map(|entry| entry.fact().doing("reading a leaf")).collect::<Result<Vec<Fact>>>()?;
    let said = Statement::of(facts.iter().zip(&entries).map(|(fact, entry)| (fact, entry.values.as_slice())));
    // An event is missing that the others speak of.
    let statement = said.ok_or(Problem::NotProved)?;
    let about = About { office, references: receipt::references(tx, transfer, |_| true)? };
    let format = RECEIPT_FORMAT.to_owned();
    let receipt = Receipt { format, issued_at: now.millis(), about, statement: Some(statement.clone()), entries };
    let (text, digest) = receipt::written(&receipt)?;
    Ok(Certificate { receipt, statement, text, digest })
}

/// Without files that were taken out of the draft.
fn that_stayed(mut told: Vec<Provable>) -> Result<Vec<Provable>> {
    let file = |event: &Provable| -> Result<Option<FileId>> {
        let fact: Fact = serde_json::from_slice(&event.leaf).doing("reading a leaf")?;
        Ok(fact.subject.get("file").and_then(|id| id.parse().ok()))
    };
    let mut removed = HashSet::new();
    for event in told.iter().filter(|event| event.event == "file_removed") {
        removed.extend(file(event)?);
    }
    told.retain(|event| event.event != "file_removed");
    let mut stayed = Vec::with_capacity(told.len());
    for event in told {
        if event.event != "file_added" || file(&event)?.is_none_or(|id| !removed.contains(&id)) {
            stayed.push(event);
        }
    }
    Ok(stayed)
}

/// A month of the office's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month(NaiveDate);

impl Month {
    /// Reads `2026-11`.
    ///
    /// # Errors
    /// `Field`.
    pub fn parse(text: &str) -> Result<Self> {
        let day = NaiveDate::parse_from_str(&format!("{}-01", text.trim()), "%Y-%m-%d");
        day.map(Self).map_err(|_| Problem::Field { field: "month", flaw: FieldFlaw::Malformed }.into())
    }

    /// The month of a moment.
    pub fn of(gateway: &Gateway, time: Time) -> Self {
        use chrono::Datelike as _;
        let day = crate::model::day::date_of(time, gateway.office().time_zone);
        Self(day.with_day(1).unwrap_or(day))
    }

    /// The one before.
    pub fn before(self) -> Self {
        Self(self.0.checked_sub_months(Months::new(1)).unwrap_or(self.0))
    }

    /// The one after.
    pub fn after(self) -> Self {
        Self(self.0.checked_add_months(Months::new(1)).unwrap_or(self.0))
    }

    /// As it is read.
    pub fn text(self) -> String {
        self.0.format("%Y-%m").to_string()
    }

    /// From its first moment to that of the next.
    fn period(self, gateway: &Gateway) -> Option<(Time, Time)> {
        let zone = gateway.office().time_zone;
        Some((first_moment(self.0, zone)?, first_moment(self.after().0, zone)?))
    }
}

/// An erased transfer as a list has it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Which, and when.
    pub erased: Erased,
    /// The references of its deliveries.
    pub references: Vec<String>,
}

/// The transfers that were erased in a month, behind one of them, oldest first; and whether there are more.
///
/// # Errors
/// The store cannot be read.
pub async fn erased(
    gateway: &Gateway,
    asking: Asking,
    month: Month,
    after: Option<EventId>,
) -> Result<(Vec<Listed>, bool)> {
    let Some(period) = month.period(gateway).filter(|_| asking.sees_sources()) else { return Ok((Vec::new(), false)) };
    gateway
        .store
        .read(move |tx| {
            asking.is_there(tx)?;
            let found = proofs::erased(tx, period, after, MANY)?;
            let more = i64::try_from(found.len()).unwrap_or(i64::MAX) == MANY;
            let listed = found.into_iter().map(|erased| {
                let of = deliveries::of_transfer(tx, erased.transfer)?;
                Ok(Listed { erased, references: of.into_iter().map(|one| one.reference).collect() })
            });
            Ok((listed.collect::<Result<Vec<_>>>()?, more))
        })
        .await
}

/// The certificates of a month, one after the other, each a line of the file; none when all were given. What is not under a
/// signature yet is waited for by nobody: it ends the file with an error, and the file is taken again in a few seconds. What
/// no signature will ever cover, and what is not as it was signed, is named as left out, and the file goes on.
pub struct Batch {
    asking: Asking,
    month: Month,
    waiting: std::vec::IntoIter<Listed>,
    after: Option<EventId>,
    more: bool,
}

impl Batch {
    /// Begins the file of a month. Its taking is an event.
    ///
    /// # Errors
    /// `SignInNeeded` when the right ended meanwhile; the store cannot be read or written.
    pub async fn begin(gateway: &Gateway, asking: Asking, month: Month) -> Result<Self> {
        let (listed, more) = erased(gateway, asking.clone(), month, None).await?;
        let kind = EventKind::CertificatesIssued { month: month.text() };
        let event = Event::new(kind, gateway.now(), asking.actor());
        let by = asking.clone();
        let write = move |tx: &mut Tx| {
            by.still_holds(tx)?;
            tx.record(&event)
        };
        gateway.store.write(write).await?;
        let after = listed.last().map(|last| last.erased.event);
        Ok(Self { asking, month, waiting: listed.into_iter(), after, more })
    }

    /// The next line, with its end. Before each it is asked again whether this one may still have it.
    ///
    /// # Errors
    /// `NotInLogYet`; `SignInNeeded`; the store cannot be read.
    pub async fn next(&mut self, gateway: &Gateway) -> Result<Option<String>> {
        loop {
            if let Some(one) = self.waiting.next() {
                let text = match made(gateway, &self.asking, one.erased.transfer).await {
                    Ok(made) => made.text,
                    Err(Error::Problem(Problem::NeverSigned)) => left_out(one, "never_signed")?,
                    Err(Error::Problem(Problem::NotProved)) => left_out(one, "not_proved")?,
                    Err(error) => return Err(error),
                };
                return Ok(Some(text + "\n"));
            }
            if !self.more {
                return Ok(None);
            }
            let (listed, more) = erased(gateway, self.asking.clone(), self.month, self.after).await?;
            self.after = listed.last().map(|last| last.erased.event).or(self.after);
            self.more = more;
            self.waiting = listed.into_iter();
        }
    }
}

/// The line of a transfer of which the log does not prove what became of it.
fn left_out(one: Listed, why: &str) -> Result<String> {
    let left_out = LeftOut::new(one.erased.transfer.to_string(), one.references, why);
    serde_json::to_string(&left_out).doing("writing what is left out")
}
