//! The address book as a table: comma-separated text, as spreadsheet programs read and write it.

use std::collections::HashSet;

use crate::error::{FieldFlaw, Result};
use crate::gateway::Gateway;
use crate::model::table;
use crate::model::{Channel, Contact, Language, Recipient};
use crate::staff::register::import;

use super::Typed;
use super::file::{ENTRIES_MOST, Form, Row, RowFlaw, Rows, examined, too_many};

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

fn flaw(row: u64, column: &'static str, flaw: FieldFlaw) -> RowFlaw {
    super::file::flaw(Form::Table, row, column, flaw)
}

/// The entries of a table.
pub(super) fn read(gateway: &Gateway, bytes: &[u8]) -> std::result::Result<Rows, Vec<RowFlaw>> {
    let rows = import::rows(bytes).filter(|rows| rows.len() > 1);
    let rows = rows.ok_or_else(|| vec![flaw(0, "file", FieldFlaw::Malformed)])?;
    if rows.len() > ENTRIES_MOST + 1 {
        return Err(vec![too_many(Form::Table)]);
    }
    let mut rows = rows.into_iter();
    let (_, heading) = rows.next().unwrap_or_default();
    let is = |cell: &str, names: &[&str; 3]| names.iter().any(|name| name.eq_ignore_ascii_case(cell.trim()));
    let place = |names: &[&str; 3]| heading.iter().position(|cell| is(cell, names));
    let places = COLUMNS.each_ref().map(place);
    if places.first().copied().flatten().is_none() {
        return Err(vec![flaw(1, "email", FieldFlaw::Missing)]);
    }
    let (mut entries, mut flaws, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (number, cells) in rows {
        match entry(gateway, number, &places, &cells) {
            Ok(row) if seen.insert(row.typed.recipient.email.to_lowercase()) => entries.push(row),
            Ok(_) => flaws.push(flaw(number, "email", FieldFlaw::Duplicate)),
            Err(flaw) => flaws.push(flaw),
        }
    }
    if flaws.is_empty() { Ok(Rows { rows: entries, without: 0 }) } else { Err(flaws) }
}

fn entry(
    gateway: &Gateway,
    number: u64,
    places: &[Option<usize>; 8],
    cells: &[String],
) -> std::result::Result<Row, RowFlaw> {
    let [email, name, company, phone, language, phrase, channel, note] = places.map(|place| {
        let cell = place.and_then(|place| cells.get(place)).map(String::as_str).unwrap_or_default().trim();
        // What was written so that no spreadsheet takes it for a formula.
        cell.strip_prefix('\'').unwrap_or(cell).to_owned()
    });
    let (says_language, says_channel) = (!language.is_empty(), !channel.is_empty());
    let language = match language.as_str() {
        "" => gateway.default_language(),
        "日本語" => Language::Ja,
        "English" | "英語" => Language::En,
        word => word.parse().map_err(|_| flaw(number, "language", FieldFlaw::Malformed))?,
    };
    let channel = match channel.as_str() {
        "" | "電話" => Channel::Phone,
        "お知らせ票" => Channel::Sheet,
        word => word.parse().map_err(|_| flaw(number, "channel", FieldFlaw::Malformed))?,
    };
    let recipient = Recipient { email, name, language, phone, phrase, channel };
    let typed = examined(Form::Table, number, Typed { company, recipient, phone_from_mail: false, note })?;
    Ok(Row { typed, says_language, says_channel, left_out: Vec::new() })
}

/// Entries as a table.
///
/// # Errors
/// They cannot be written.
pub(super) fn text(all: &[Contact]) -> Result<String> {
    let heading = COLUMNS.iter().filter_map(|names| names.first()).map(|name| (*name).to_owned()).collect();
    let row = |contact: &Contact| {
        let who = &contact.recipient;
        let [language, channel] = [who.language.word(), who.channel.word()].map(str::to_owned);
        let [email, name, phone, phrase] = [&who.email, &who.name, &who.phone, &who.phrase].map(String::clone);
        vec![email, name, contact.company.clone(), phone, language, phrase, channel, contact.note.clone()]
    };
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(all.iter().map(row)).collect();
    table::text(&rows)
}
