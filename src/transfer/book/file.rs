//! The address book from a file and into one. All of a file is taken, or nothing.

use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Channel, Contact, ContactId, Event, EventKind, Language, Recipient};
use crate::staff::csv;
use crate::staff::permit::Sender;
use crate::staff::register::import;
use crate::store::contacts;

use super::{Typed, examine, is_same_phone, made, may_change, renewed};

/// Columns, in the order in which they are written.
const COLUMNS: [[&str; 3]; 8] = [
    ["email", "メールアドレス", "e-mail"],
    ["name", "名前", "氏名"],
    ["company", "会社", "会社名"],
    ["phone", "電話番号", "電話"],
    ["language", "言語", "lang"],
    ["phrase", "合言葉", "agreed phrase"],
    ["channel", "番号の伝え方", "way"],
    ["note", "メモ", "備考"],
];
/// Rows of a file at most.
const ROWS_MOST: usize = 5_000;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFlaw {
    /// Its number; the heading is the first. 0: the file as a whole.
    pub row: u64,
    /// Which column.
    pub column: &'static str,
    /// What about it.
    pub problem: Problem,
}

/// What a file would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The entries of the file, in its order.
    pub entries: Vec<Typed>,
    /// How many of them are new.
    pub added: usize,
}

fn flaw(row: u64, column: &'static str, flaw: FieldFlaw) -> RowFlaw {
    RowFlaw { row, column, problem: Problem::Field { field: column, flaw } }
}

fn read(gateway: &Gateway, bytes: &[u8]) -> std::result::Result<Vec<Typed>, Vec<RowFlaw>> {
    let rows = import::rows(bytes).filter(|rows| rows.len() > 1);
    let rows = rows.ok_or_else(|| vec![flaw(0, "file", FieldFlaw::Malformed)])?;
    if rows.len() > ROWS_MOST + 1 {
        let limit = u32::try_from(ROWS_MOST).unwrap_or(u32::MAX);
        return Err(vec![flaw(0, "file", FieldFlaw::TooLong { limit })]);
    }
    let mut rows = rows.into_iter();
    let (_, heading) = rows.next().unwrap_or_default();
    let is = |cell: &str, names: &[&str; 3]| names.iter().any(|name| name.eq_ignore_ascii_case(cell.trim()));
    let place = |names: &[&str; 3]| heading.iter().position(|cell| is(cell, names));
    let places = COLUMNS.each_ref().map(place);
    if places.first().copied().flatten().is_none() {
        return Err(vec![flaw(1, "email", FieldFlaw::Missing)]);
    }
    let (mut entries, mut flaws): (Vec<Typed>, Vec<RowFlaw>) = (Vec::new(), Vec::new());
    for (number, cells) in rows {
        match entry(gateway, &places, &cells).map_err(|flaw| RowFlaw { row: number, ..flaw }) {
            Ok(one) if entries.iter().any(|other| is_one(other, &one)) => {
                flaws.push(flaw(number, "email", FieldFlaw::Duplicate));
            }
            Ok(one) => entries.push(one),
            Err(flaw) => flaws.push(flaw),
        }
    }
    if flaws.is_empty() { Ok(entries) } else { Err(flaws) }
}

fn is_one(one: &Typed, other: &Typed) -> bool {
    one.recipient.email.eq_ignore_ascii_case(&other.recipient.email)
}

fn entry(gateway: &Gateway, places: &[Option<usize>; 8], cells: &[String]) -> std::result::Result<Typed, RowFlaw> {
    let [email, name, company, phone, language, phrase, channel, note] = places.map(|place| {
        let cell = place.and_then(|place| cells.get(place)).map(String::as_str).unwrap_or_default().trim();
        // What was written so that no spreadsheet takes it for a formula.
        cell.strip_prefix('\'').unwrap_or(cell).to_owned()
    });
    let language = match language.as_str() {
        "" => gateway.default_language(),
        "日本語" => Language::Ja,
        "English" | "英語" => Language::En,
        word => word.parse().map_err(|_| flaw(0, "language", FieldFlaw::Malformed))?,
    };
    let channel = match channel.as_str() {
        "" | "電話" => Channel::Phone,
        "お知らせ票" => Channel::Sheet,
        word => word.parse().map_err(|_| flaw(0, "channel", FieldFlaw::Malformed))?,
    };
    let recipient = Recipient { email, name, language, phone, phrase, channel };
    examine(Typed { company, recipient, phone_from_mail: false, note }).map_err(|error| match error {
        Error::Problem(problem) => {
            let column = if let Problem::Field { field, .. } = problem { field } else { "phrase" };
            RowFlaw { row: 0, column, problem }
        }
        Error::Fault { .. } => flaw(0, "email", FieldFlaw::Malformed),
    })
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
    let entries = match read(gateway, bytes) {
        Ok(entries) => entries,
        Err(flaws) => return Ok(Err(flaws)),
    };
    let emails: Vec<String> = entries.iter().map(|entry| entry.recipient.email.clone()).collect();
    let count = move |tx: &mut crate::store::Tx<'_>| {
        let mut added = 0;
        for email in &emails {
            added += usize::from(contacts::in_book(tx, owner, email)?.is_none());
        }
        Ok(added)
    };
    let added = gateway.store.read(count).await?;
    Ok(Ok(Plan { entries, added }))
}

/// Takes a file: new entries are added, those with a known address are written anew.
///
/// # Errors
/// As [`check`].
pub async fn carry_out(
    gateway: &Gateway,
    sender: &Sender,
    office: bool,
    bytes: &[u8],
) -> Result<std::result::Result<Plan, Vec<RowFlaw>>> {
    let owner = (!office).then_some(sender.account().id);
    may_change(sender, owner)?;
    let entries = match read(gateway, bytes) {
        Ok(entries) => entries,
        Err(flaws) => return Ok(Err(flaws)),
    };
    let (now, actor, signed_in) = (gateway.now(), sender.actor(), sender.signed_in().clone());
    let plan = gateway
        .store
        .write(move |tx| {
            signed_in.still_holds(tx)?;
            let (mut added, mut changed) = (0, 0);
            for typed in entries.clone() {
                if let Some(before) = contacts::in_book(tx, owner, &typed.recipient.email)? {
                    contacts::update(tx, &renewed(&before, filled(&before, typed), now))?;
                    changed += 1;
                } else {
                    contacts::insert(tx, &made(ContactId::new(now), owner, typed, now))?;
                    added += 1;
                }
            }
            tx.record(&Event::new(EventKind::ContactsImported { office, added, changed }, now, actor))?;
            Ok(Plan { entries, added: usize::try_from(added).unwrap_or(0) })
        })
        .await?;
    Ok(Ok(plan))
}

/// A row of a file over an entry that stands: what the row leaves empty, or has no column for, stays as it is. A number from
/// the mails stays one.
fn filled(before: &Contact, typed: Typed) -> Typed {
    let old = &before.recipient;
    let or = |new: String, old: &str| if new.is_empty() { old.to_owned() } else { new };
    let recipient = Recipient {
        name: or(typed.recipient.name, &old.name),
        phone: or(typed.recipient.phone, &old.phone),
        phrase: or(typed.recipient.phrase, &old.phrase),
        ..typed.recipient
    };
    Typed {
        company: or(typed.company, &before.company),
        note: or(typed.note, &before.note),
        phone_from_mail: before.phone_from_mail && is_same_phone(&old.phone, &recipient.phone),
        recipient,
    }
}

/// Everything that this sender may read, as comma-separated text.
///
/// # Errors
/// The store cannot be read or written.
pub async fn export(gateway: &Gateway, sender: &Sender) -> Result<String> {
    let (reader, now, actor) = (sender.account().id, gateway.now(), sender.actor());
    let all = gateway
        .store
        .write(move |tx| {
            let all = contacts::readable(tx, reader)?;
            let rows = i64::try_from(all.len()).unwrap_or(i64::MAX);
            tx.record(&Event::new(EventKind::ContactsExported { rows }, now, actor))?;
            Ok(all)
        })
        .await?;
    let heading = COLUMNS.iter().filter_map(|names| names.first()).map(|name| (*name).to_owned()).collect();
    let row = |contact: &Contact| {
        let who = &contact.recipient;
        let [language, channel] = [who.language.word(), who.channel.word()].map(str::to_owned);
        let [email, name, phone, phrase] = [&who.email, &who.name, &who.phone, &who.phrase].map(String::clone);
        vec![email, name, contact.company.clone(), phone, language, phrase, channel, contact.note.clone()]
    };
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(all.iter().map(row)).collect();
    csv::text(&rows)
}
