//! CSV (RFC 4180) for spreadsheet programs: UTF-8 with its mark, CRLF, and no cell that would be carried out as a formula.

use chrono::SecondsFormat;
use chrono_tz::Tz;
use data_encoding::HEXLOWER;
use serde_json::{Map, Value};

use super::record::{Facts, Record};
use crate::error::{Doing, Result};
use crate::model::table;
use crate::model::words;

words! {
    /// A column of a table of entries, by its head. Their order is fixed; new ones come last.
    pub enum Column {
        /// When, in the office's time zone.
        Time = "time",
        /// The event's word.
        Event = "event",
        /// `ok` or `failed`.
        Result = "result",
        /// What kind of actor: account, recipient, system, console, anonymous.
        ActorKind = "actor_kind",
        /// The actor's mail address, as the account register has it today.
        Actor = "actor",
        /// The actor's id.
        ActorId = "actor_id",
        /// The reference of the delivery.
        Reference = "reference",
        /// The mail address that the entry names.
        Email = "email",
        /// The name that the entry names.
        Name = "name",
        /// The network address that it came from.
        Source = "source",
        /// Why, or what was answered.
        Reason = "reason",
        /// The phone number that the entry names.
        Phone = "phone",
        /// The department that the entry names.
        Department = "department",
        /// The event's own fields, as a JSON object.
        Details = "details",
        /// Every other kept value, as a JSON object.
        OtherValues = "other_values",
        /// The transfer's id.
        Transfer = "transfer_id",
        /// The delivery's id.
        Delivery = "delivery_id",
        /// The file's id.
        File = "file_id",
        /// The id of the account that it was about.
        Account = "account_id",
        /// Every other id that it was about, as a JSON object.
        OtherIds = "other_ids",
        /// The entry's id.
        Id = "id",
        /// The log, by its origin.
        Log = "log",
        /// Which entry of the log, from 0.
        Entry = "entry",
        /// The leaf's hash in the tree (RFC 6962), hexadecimal.
        LeafHash = "leaf_hash",
    }
}

/// Fields of kept values with a column of their own.
const OWN_VALUES: [&str; 6] = ["email", "name", "source", "reason", "phone", "department"];
/// Ids with a column of their own.
const OWN_IDS: [&str; 4] = ["transfer", "delivery", "file", "account"];

pub(super) fn head(columns: &[Column]) -> Result<Vec<u8>> {
    let heads: Vec<String> = columns.iter().map(|column| column.word().to_owned()).collect();
    let mut bytes = table::BYTE_ORDER_MARK.as_bytes().to_vec();
    bytes.extend(table::line(&heads)?);
    Ok(bytes)
}

pub(super) fn line(record: &Record, columns: &[Column], zone: Tz) -> Result<Vec<u8>> {
    let facts = Facts::of(record)?;
    let cells = columns.iter().map(|column| cell(*column, record, &facts, zone)).collect::<Result<Vec<_>>>()?;
    table::line(&cells)
}

fn cell(column: Column, record: &Record, facts: &Facts, zone: Tz) -> Result<String> {
    Ok(match column {
        Column::Time => record.at.to_utc().with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Millis, true),
        Column::Event => facts.event.clone(),
        Column::Result => facts.outcome.word().to_owned(),
        Column::ActorKind => facts.by.clone(),
        Column::Actor => record.called.actor.clone(),
        Column::ActorId => facts.actor.clone(),
        Column::Reference => record.called.reference.clone(),
        Column::Email | Column::Name | Column::Source | Column::Reason | Column::Phone | Column::Department => {
            record.kept(column.word()).to_owned()
        }
        Column::Details => object(facts.details.clone())?,
        Column::OtherValues => object(other_values(record))?,
        Column::Transfer => facts.about("transfer").to_owned(),
        Column::Delivery => facts.about("delivery").to_owned(),
        Column::File => facts.about("file").to_owned(),
        Column::Account => facts.about("account").to_owned(),
        Column::OtherIds => object(other_ids(facts))?,
        Column::Id => record.id.to_string(),
        Column::Log => record.place.as_ref().map(|place| place.log.clone()).unwrap_or_default(),
        Column::Entry => record.place.as_ref().map(|place| place.entry.to_string()).unwrap_or_default(),
        Column::LeafHash => HEXLOWER.encode(&record.hash().0),
    })
}

fn other_values(record: &Record) -> Map<String, Value> {
    let others = record.kept.iter().filter(|kept| !OWN_VALUES.contains(&kept.field.as_str()));
    others.map(|kept| (kept.field.clone(), Value::from(kept.value.as_str()))).collect()
}

fn other_ids(facts: &Facts) -> Map<String, Value> {
    let others = facts.subject.iter().filter(|(what, _)| !OWN_IDS.contains(&what.as_str()));
    others.map(|(what, id)| (what.clone(), Value::from(id.as_str()))).collect()
}

/// An object as text; nothing for an empty one.
fn object(map: Map<String, Value>) -> Result<String> {
    if map.is_empty() { Ok(String::new()) } else { serde_json::to_string(&map).doing("writing a table") }
}
