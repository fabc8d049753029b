//! Certificate of deletion: what of a transfer was destroyed, when and why, proved by the log. Whoever takes one is written
//! down before it leaves.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{Months, NaiveDate};

use super::asking::Asking;
use super::receipt::{self, prove};
use crate::audit::{About, Fact, RECEIPT_FORMAT, Receipt, Statement};
use crate::crypt::CustodyKeys;
use crate::error::{Doing, Error, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::day::first_moment;
use crate::model::{CertificateForm, Event, EventId, EventKind, FileId, Time, TransferId};
use crate::store::proofs::{self, Erased, Provable};
use crate::store::tree::{self, Log};
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
/// `NotFound`; `NotErased` before it is; `NotInLogYet` for some seconds; the store cannot be read or written.
pub async fn certificate(
    gateway: &Gateway,
    asking: Asking,
    transfer: TransferId,
    form: CertificateForm,
) -> Result<Certificate> {
    let now = gateway.now();
    let made = made(gateway, asking, transfer, &As::of(gateway, now).await?).await?;
    let kind = EventKind::CertificateIssued { form, digest: made.digest.clone() };
    let event = Event::new(kind, now, asking.actor()).transfer(transfer);
    gateway.store.write(move |tx| tx.record(&event)).await?;
    Ok(made)
}

/// As of when something is certified, and under which signatures: made again, it is the same to the byte.
#[derive(Clone)]
struct As {
    now: Time,
    logs: Arc<[Log]>,
}

impl As {
    async fn of(gateway: &Gateway, now: Time) -> Result<Self> {
        let logs = gateway.store.read(tree::all).await?.into();
        Ok(Self { now, logs })
    }
}

async fn made(gateway: &Gateway, asking: Asking, transfer: TransferId, of: &As) -> Result<Certificate> {
    let (custody, office, of) = (gateway.store.keys().custody.clone(), gateway.office().name, of.clone());
    gateway.store.read(move |tx| make(tx, &custody, asking, (transfer, office), &of)).await
}

fn make(
    tx: &mut Tx,
    custody: &CustodyKeys,
    asking: Asking,
    (transfer, office): (TransferId, String),
    of: &As,
) -> Result<Certificate> {
    asking.transfer(tx, transfer)?.shredded_at.ok_or(Problem::NotErased)?;
    let told = that_stayed(proofs::of_transfer(tx, transfer, &TOLD)?)?;
    let entries = told.iter().map(|event| prove(tx, custody, asking, event, &of.logs)).collect::<Result<Vec<_>>>()?;
    let facts = entries.iter().map(|entry| entry.fact().doing("reading a leaf")).collect::<Result<Vec<Fact>>>()?;
    let said = Statement::of(facts.iter().zip(&entries).map(|(fact, entry)| (fact, entry.values.as_slice())));
    let statement = said.ok_or_else(|| Error::fault("certifying a deletion", "the log does not tell it"))?;
    let about = About { office, references: receipt::references(tx, transfer, |_| true)? };
    let format = RECEIPT_FORMAT.to_owned();
    let receipt = Receipt { format, issued_at: of.now.millis(), about, statement: Some(statement.clone()), entries };
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

/// The certificates of a month, one after the other, each a line of the file. Each is made twice: how long the file is, is
/// known before its first byte leaves, so that one of which the end is missing is never taken for whole.
pub struct Batch {
    lines: Lines,
    left: u64,
    length: u64,
}

impl Batch {
    /// Begins the file of a month. Its taking is an event.
    ///
    /// # Errors
    /// `NotInLogYet` for some seconds after an erasure; the store cannot be read or written.
    pub async fn begin(gateway: &Gateway, asking: Asking, month: Month) -> Result<Self> {
        let of = As::of(gateway, gateway.now()).await?;
        let (mut left, mut length) = (0, 0);
        let mut lines = Lines::begin(asking, month, of.clone());
        while let Some(line) = lines.next(gateway).await? {
            left += 1;
            length += line.len() as u64;
        }
        let kind = EventKind::CertificatesIssued { month: month.text() };
        let event = Event::new(kind, gateway.now(), asking.actor());
        gateway.store.write(move |tx| tx.record(&event)).await?;
        Ok(Self { lines: Lines::begin(asking, month, of), left, length })
    }

    /// Bytes of the whole file.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The next line, with its end; none when all were given. What was erased after the beginning is in the next file.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn next(&mut self, gateway: &Gateway) -> Result<Option<String>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.lines.next(gateway).await
    }
}

/// A walk through the erased transfers of a month.
struct Lines {
    asking: Asking,
    month: Month,
    of: As,
    waiting: std::vec::IntoIter<Listed>,
    after: Option<EventId>,
    more: bool,
}

impl Lines {
    fn begin(asking: Asking, month: Month, of: As) -> Self {
        Self { asking, month, of, waiting: Vec::new().into_iter(), after: None, more: true }
    }

    async fn next(&mut self, gateway: &Gateway) -> Result<Option<String>> {
        loop {
            if let Some(one) = self.waiting.next() {
                let made = made(gateway, self.asking, one.erased.transfer, &self.of).await?;
                return Ok(Some(made.text + "\n"));
            }
            if !self.more {
                return Ok(None);
            }
            let (listed, more) = erased(gateway, self.asking, self.month, self.after).await?;
            self.after = listed.last().map(|last| last.erased.event).or(self.after);
            self.more = more;
            self.waiting = listed.into_iter();
        }
    }
}
