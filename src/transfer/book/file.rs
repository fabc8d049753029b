//! The address book from a file and into one: a table, or vCards. All of a file is taken, or nothing.

use std::collections::HashMap;

use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{AccountId, Contact, ContactId, Event, EventKind, Recipient, Time};
use crate::staff::permit::Sender;
use crate::staff::register::import;
use crate::store::{Tx, contacts};

use super::plan::{Plan, Planned};
use super::{Typed, card, examine, made, may_change, phone, renewed, table};

/// Entries of a file at most.
pub(super) const ENTRIES_MOST: usize = 5_000;

/// As what a book is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated text: everything that an entry has.
    Table,
    /// vCards, for phones and mail programs. The agreed phrase is not in them: it has no place in an address book that
    /// synchronises itself.
    Cards,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFlaw {
    /// As what the file was read.
    pub form: Form,
    /// Its number: of a table, the heading is the first; of cards, the first is 1. 0: the file as a whole.
    pub row: u64,
    /// Which column.
    pub column: &'static str,
    /// What about it.
    pub problem: Problem,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All of it was taken.
    Done(Plan),
    /// Nothing was: something in it is wrong.
    Refused(Vec<RowFlaw>),
    /// Nothing was: the book has changed since the plan was agreed to, and the file would do this now.
    Stale(Plan),
}

/// An entry of a file.
pub(super) struct Row {
    pub(super) typed: Typed,
    /// Whether the file says by itself in which language, and how the number is told.
    pub(super) says_language: bool,
    pub(super) says_channel: bool,
    /// Further addresses of the same person, which no entry has a place for.
    pub(super) left_out: Vec<String>,
}

/// The entries of a file, and how many of it have no address.
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) without: usize,
}

pub(super) fn flaw(form: Form, row: u64, column: &'static str, flaw: FieldFlaw) -> RowFlaw {
    RowFlaw { form, row, column, problem: Problem::Field { field: column, flaw } }
}

pub(super) fn too_many(form: Form) -> RowFlaw {
    let limit = u32::try_from(ENTRIES_MOST).unwrap_or(u32::MAX);
    flaw(form, 0, "file", FieldFlaw::TooLong { limit })
}

/// What is wrong with an entry, as a flaw of its row.
pub(super) fn examined(form: Form, row: u64, typed: Typed) -> std::result::Result<Typed, RowFlaw> {
    examine(typed).map_err(|error| match error {
        Error::Problem(problem) => {
            let column = if let Problem::Field { field, .. } = problem { field } else { "phrase" };
            RowFlaw { form, row, column, problem }
        }
        Error::Fault { .. } => flaw(form, row, "email", FieldFlaw::Malformed),
    })
}

fn read(gateway: &Gateway, bytes: &[u8]) -> std::result::Result<Rows, Vec<RowFlaw>> {
    let text = import::text(bytes).ok_or_else(|| vec![flaw(Form::Table, 0, "encoding", FieldFlaw::Malformed)])?;
    if card::is_one(&text) { card::read(gateway, &text) } else { table::read(gateway, bytes) }
}

fn planned(tx: &mut Tx, region: &str, owner: Option<AccountId>, rows: Rows, now: Time) -> Result<Plan> {
    let book = contacts::of_book(tx, owner)?;
    let mut book: HashMap<String, Contact> =
        book.into_iter().map(|contact| (contact.recipient.email.to_lowercase(), contact)).collect();
    let plan = |row: Row| {
        let left_out = row.left_out.clone();
        match book.remove(&row.typed.recipient.email.to_lowercase()) {
            Some(before) => {
                let after = renewed(region, &before, filled(region, &before, row), now);
                Planned { before: Some(before), after, left_out }
            }
            None => Planned { before: None, after: made(ContactId::new(now), owner, row.typed, now), left_out },
        }
    };
    Ok(Plan { without: rows.without, rows: rows.rows.into_iter().map(plan).collect() })
}

/// What a file would do; nothing is changed.
///
/// # Errors
/// `Forbidden`; the store cannot be read.
pub async fn check(
    gateway: &Gateway,
    sender: &Sender,
    office: bool,
    bytes: &[u8],
) -> Result<std::result::Result<Plan, Vec<RowFlaw>>> {
    let owner = (!office).then_some(sender.account().id);
    may_change(sender, owner)?;
    let rows = match read(gateway, bytes) {
        Ok(rows) => rows,
        Err(flaws) => return Ok(Err(flaws)),
    };
    let (now, region) = (gateway.now(), gateway.outwards.region.clone());
    Ok(Ok(gateway.store.read(move |tx| planned(tx, &region, owner, rows, now)).await?))
}

/// Takes a file: new entries are added, those with a known address are written anew. `agreed` is the mark of the plan that
/// was agreed to; none for whatever the file does.
///
/// # Errors
/// As [`check`].
pub async fn carry_out(
    gateway: &Gateway,
    sender: &Sender,
    office: bool,
    bytes: &[u8],
    agreed: Option<String>,
) -> Result<Outcome> {
    let owner = (!office).then_some(sender.account().id);
    may_change(sender, owner)?;
    let rows = match read(gateway, bytes) {
        Ok(rows) => rows,
        Err(flaws) => return Ok(Outcome::Refused(flaws)),
    };
    let (now, actor, region) = (gateway.now(), sender.actor(), gateway.outwards.region.clone());
    sender
        .write(gateway, move |tx| {
            let plan = planned(tx, &region, owner, rows, now)?;
            if agreed.is_some_and(|mark| mark != plan.mark()) {
                return Ok(Outcome::Stale(plan));
            }
            for row in plan.rows.iter().filter(|row| !row.is_unchanged()) {
                match row.before {
                    Some(_) => contacts::update(tx, &row.after)?,
                    None => contacts::insert(tx, &row.after)?,
                }
            }
            let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
            let (added, changed) = (count(plan.added()), count(plan.changed()));
            tx.record(&Event::new(EventKind::ContactsImported { office, added, changed }, now, actor))?;
            Ok(Outcome::Done(plan))
        })
        .await
}

/// A row of a file over an entry that stands: what the row leaves empty, or has no column for, stays as it is. A number from
/// the mails stays one.
fn filled(region: &str, before: &Contact, row: Row) -> Typed {
    let (old, typed) = (&before.recipient, row.typed);
    let or = |new: String, old: &str| if new.is_empty() { old.to_owned() } else { new };
    let recipient = Recipient {
        name: or(typed.recipient.name, &old.name),
        phone: or(typed.recipient.phone, &old.phone),
        phrase: or(typed.recipient.phrase, &old.phrase),
        language: if row.says_language { typed.recipient.language } else { old.language },
        channel: if row.says_channel { typed.recipient.channel } else { old.channel },
        email: typed.recipient.email,
    };
    Typed {
        company: or(typed.company, &before.company),
        note: or(typed.note, &before.note),
        phone_from_mail: before.phone_from_mail && phone::are_same(region, &old.phone, &recipient.phone),
        recipient,
    }
}

/// Everything that this sender may read.
///
/// # Errors
/// The store cannot be read or written.
pub async fn export(gateway: &Gateway, sender: &Sender, form: Form) -> Result<String> {
    let (reader, now, actor) = (sender.account().id, gateway.now(), sender.actor());
    let all = sender
        .write(gateway, move |tx| {
            let all = contacts::readable(tx, reader)?;
            let rows = i64::try_from(all.len()).unwrap_or(i64::MAX);
            tx.record(&Event::new(EventKind::ContactsExported { rows }, now, actor))?;
            Ok(all)
        })
        .await?;
    match form {
        Form::Table => table::text(&all),
        Form::Cards => card::text(&all),
    }
}
