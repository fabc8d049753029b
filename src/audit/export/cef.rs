//! Common Event Format, version 0 (ArcSight, "Implementing ArcSight CEF"): a header of seven fields between pipes, and an
//! extension of keys and values.

use std::net::IpAddr;

use super::record::{Facts, Record, Weight};
use crate::error::{Doing, Result};

/// As the header names us.
const PRODUCT: &str = "Kakitome";

pub(super) fn line(record: &Record) -> Result<String> {
    let facts = Facts::of(record)?;
    let version = env!("CARGO_PKG_VERSION");
    let (event, name) = (header(&facts.event), header(&facts.spoken()));
    let mut line = format!("CEF:0|{PRODUCT}|{PRODUCT}|{version}|{event}|{name}|{}|", severity(facts.weight()));
    let pairs = pairs(record, &facts)?;
    let told = pairs.iter().filter(|(_, text)| !text.is_empty());
    let told: Vec<String> = told.map(|(key, text)| format!("{key}={}", extension(text))).collect();
    line.push_str(&told.join(" "));
    Ok(line)
}

/// 0 to 10.
const fn severity(weight: Weight) -> u8 {
    match weight {
        Weight::Usual => 3,
        Weight::Notable => 5,
        Weight::High => 8,
        Weight::Critical => 10,
    }
}

/// Keys of the dictionary as far as there are any; what it does not know is in custom fields with their labels.
fn pairs(record: &Record, facts: &Facts) -> Result<Vec<(&'static str, String)>> {
    let outcome = if facts.failed() { "failure" } else { "success" };
    let mut pairs = vec![
        ("rt", record.at.millis().to_string()),
        ("externalId", record.id.to_string()),
        ("cat", "audit".to_owned()),
        ("outcome", outcome.to_owned()),
        ("suid", facts.actor.clone()),
        ("suser", record.called.actor.clone()),
        ("duid", facts.about("account").to_owned()),
        ("duser", duser(record).to_owned()),
        ("fileId", facts.about("file").to_owned()),
        ("reason", record.kept("reason").to_owned()),
    ];
    pairs.extend(source(record.kept("source")));
    let place = record.place.as_ref();
    let details = if facts.details.is_empty() { String::new() } else { json(&facts.details)? };
    custom(&mut pairs, ["cs1", "cs1Label"], "reference", record.called.reference.clone());
    custom(&mut pairs, ["cs2", "cs2Label"], "transfer", facts.about("transfer").to_owned());
    custom(&mut pairs, ["cs3", "cs3Label"], "delivery", facts.about("delivery").to_owned());
    custom(&mut pairs, ["cs4", "cs4Label"], "log", place.map(|place| place.log.clone()).unwrap_or_default());
    custom(&mut pairs, ["cs5", "cs5Label"], "details", details);
    custom(&mut pairs, ["cs6", "cs6Label"], "actorKind", facts.by.clone());
    custom(&mut pairs, ["cn1", "cn1Label"], "entry", place.map(|place| place.entry.to_string()).unwrap_or_default());
    Ok(pairs)
}

/// Whom it was about: the address that the entry names, else the account's.
fn duser(record: &Record) -> &str {
    match record.kept("email") {
        "" => &record.called.account,
        email => email,
    }
}

/// `src` takes addresses of version 4 only; those of version 6 have a custom field.
fn source(text: &str) -> Vec<(&'static str, String)> {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => vec![("src", address.to_string())],
        Ok(IpAddr::V6(address)) => {
            vec![("c6a2Label", "Source IPv6 Address".to_owned()), ("c6a2", address.to_string())]
        }
        Err(_) => Vec::new(),
    }
}

fn custom(pairs: &mut Vec<(&'static str, String)>, [key, label]: [&'static str; 2], name: &str, value: String) {
    if !value.is_empty() {
        pairs.push((label, name.to_owned()));
        pairs.push((key, value));
    }
}

fn json(map: &serde_json::Map<String, serde_json::Value>) -> Result<String> {
    serde_json::to_string(map).doing("writing an entry as CEF")
}

/// In the header a backslash and a pipe are escaped, and there is one line.
fn header(text: &str) -> String {
    let one_line = text.replace(['\r', '\n'], " ");
    one_line.replace('\\', "\\\\").replace('|', "\\|")
}

/// In the extension a backslash and an equals sign are escaped; lines are told by `\n` and `\r`, and pipes stay.
fn extension(text: &str) -> String {
    text.replace('\\', "\\\\").replace('=', "\\=").replace('\n', "\\n").replace('\r', "\\r")
}
