//! JSON Lines: the leaf as it is in the log, byte for byte, with its place and the values that it commits to. Whoever has
//! the log can check each line against it.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::Serialize;

use super::record::Record;
use crate::error::{Doing, Result};

#[derive(Serialize)]
struct Disclosed<'a> {
    salt: String,
    value: &'a str,
}

#[derive(Serialize)]
struct Placed<'a> {
    entry: u64,
    hash: String,
    log: &'a str,
}

pub(super) fn line(record: &Record) -> Result<Vec<u8>> {
    let values: BTreeMap<&str, Disclosed> = record
        .kept
        .iter()
        .map(|kept| (kept.field.as_str(), Disclosed { salt: HEXLOWER.encode(&kept.salt), value: &kept.value }))
        .collect();
    let hash = || HEXLOWER.encode(&record.hash().0);
    let place = record.place.as_ref().map(|place| Placed { entry: place.entry, hash: hash(), log: &place.log });
    // The leaf is put in as it is: written anew it might be the same facts and other bytes.
    let mut line = b"{\"leaf\":".to_vec();
    line.extend_from_slice(&record.leaf);
    line.extend_from_slice(b",\"place\":");
    serde_json::to_writer(&mut line, &place).doing("writing an entry as JSON")?;
    line.extend_from_slice(b",\"values\":");
    serde_json::to_writer(&mut line, &values).doing("writing an entry as JSON")?;
    line.extend_from_slice(b"}\n");
    Ok(line)
}
