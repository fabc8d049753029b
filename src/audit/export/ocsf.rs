//! Open Cybersecurity Schema Framework: each entry as an event of the class that fits it best, one JSON object each.
//!
//! Class, required attributes and activities are those of schema 1.3.0 (github.com/ocsf/ocsf-schema). What the schema has no
//! attribute for is in `unmapped`, as it says.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::record::{Facts, Record, Weight};
use crate::error::{Doing, Result};

mod class;

use class::{Activity, Class};

/// The version of the schema.
pub const OCSF_VERSION: &str = "1.3.0";
const PRODUCT: &str = "Kakitome";

pub(super) fn line(record: &Record) -> Result<String> {
    let facts = Facts::of(record)?;
    serde_json::to_string(&event(record, &facts)).doing("writing an entry as OCSF")
}

fn event(record: &Record, facts: &Facts) -> Value {
    let Activity { class, id, name } = class::of(facts);
    let mut event = Map::new();
    let mut put = |key: &str, value: Value| drop(event.insert(key.to_owned(), value));
    put("category_uid", class.category().into());
    put("class_uid", class.uid().into());
    put("class_name", class.name().into());
    put("activity_id", id.into());
    put("activity_name", name.into());
    put("type_uid", (class.uid() * 100 + id).into());
    put("time", record.at.millis().into());
    put("severity_id", severity(facts.weight()).into());
    put("status_id", if facts.failed() { 2 } else { 1 }.into());
    put("status", if facts.failed() { "Failure" } else { "Success" }.into());
    put("message", facts.spoken().into());
    put("metadata", metadata(record, facts));
    match class {
        Class::FileHosting => {
            put("actor", actor(record, facts));
            put("file", file(facts));
            put("src_endpoint", endpoint(record));
        }
        Class::Authentication => {
            put("user", user(record, facts));
            put("src_endpoint", endpoint(record));
            put("service", json!({"name": PRODUCT}));
        }
        Class::AccountChange => {
            put("user", user(record, facts));
            put("actor", actor(record, facts));
            put("src_endpoint", endpoint(record));
        }
        Class::EntityManagement => {
            put("entity", entity(facts));
            put("actor", actor(record, facts));
        }
        Class::Base => {}
    }
    put("unmapped", unmapped(record, facts));
    Value::Object(event)
}

const fn severity(weight: Weight) -> u32 {
    match weight {
        Weight::Usual => 1,
        Weight::Notable => 2,
        Weight::High => 4,
        Weight::Critical => 5,
    }
}

fn metadata(record: &Record, facts: &Facts) -> Value {
    let product = json!({"name": PRODUCT, "vendor_name": PRODUCT, "version": env!("CARGO_PKG_VERSION")});
    let mut metadata = json!({
        "version": OCSF_VERSION,
        "product": product,
        "uid": record.id,
        "event_code": facts.event,
        "original_time": record.at.to_rfc3339(),
    });
    if let (Some(place), Some(metadata)) = (&record.place, metadata.as_object_mut()) {
        metadata.insert("log_name".to_owned(), place.log.as_str().into());
        metadata.insert("sequence".to_owned(), place.entry.into());
    }
    metadata
}

/// Who did it. Recipients are known by their delivery; the gateway acts as a program.
fn actor(record: &Record, facts: &Facts) -> Value {
    match facts.by.as_str() {
        "account" => json!({"user": account(&facts.actor, &record.called.actor)}),
        "recipient" => json!({"user": recipient(&facts.actor, record)}),
        other => json!({"app_name": PRODUCT, "user": {"name": other, "type_id": 3, "type": "System"}}),
    }
}

fn account(id: &str, email: &str) -> Value {
    let mut user = json!({"uid": id, "type_id": 1, "type": "User"});
    if let (false, Some(user)) = (email.is_empty(), user.as_object_mut()) {
        user.insert("name".to_owned(), email.into());
        user.insert("email_addr".to_owned(), email.into());
    }
    user
}

fn recipient(delivery: &str, record: &Record) -> Value {
    let mut user = json!({"uid": delivery, "type_id": 99, "type": "Recipient"});
    let reference = record.called.reference.as_str();
    if let (false, Some(user)) = (reference.is_empty(), user.as_object_mut()) {
        user.insert("name".to_owned(), reference.into());
    }
    user
}

/// Whom it was about: an account, else a recipient, else whoever was named.
fn user(record: &Record, facts: &Facts) -> Value {
    let (account_id, delivery) = (facts.about("account"), facts.about("delivery"));
    if !account_id.is_empty() {
        return account(account_id, &record.called.account);
    }
    if !delivery.is_empty() {
        return recipient(delivery, record);
    }
    if facts.by == "account" {
        return account(&facts.actor, &record.called.actor);
    }
    let named = record.kept("email");
    json!({"name": if named.is_empty() { "unknown" } else { named }, "type_id": 0, "type": "Unknown"})
}

/// From where. An address that is not known any more, or never was, leaves the gateway's own name.
fn endpoint(record: &Record) -> Value {
    match record.kept("source").parse::<IpAddr>() {
        Ok(address) => json!({"ip": address}),
        Err(_) => json!({"name": "unknown"}),
    }
}

/// A file, or all of a transfer's. Names are sealed: ids stand for them.
fn file(facts: &Facts) -> Value {
    let (file, transfer) = (facts.about("file"), facts.about("transfer"));
    match file {
        "" => json!({"name": transfer, "uid": transfer, "type_id": 2, "type": "Folder"}),
        _ => json!({"name": file, "uid": file, "type_id": 1, "type": "Regular File"}),
    }
}

/// The most particular thing that it was about.
fn entity(facts: &Facts) -> Value {
    const PARTICULAR_FIRST: [&str; 9] =
        ["file", "fax", "review", "token", "letter", "session", "delivery", "transfer", "account"];
    let about = PARTICULAR_FIRST.iter().find(|what| !facts.about(what).is_empty());
    match about {
        Some(what) => json!({"type": what, "uid": facts.about(what), "name": format!("{what} {}", facts.about(what))}),
        None => json!({"type": "gateway", "name": PRODUCT}),
    }
}

fn unmapped(record: &Record, facts: &Facts) -> Value {
    let values: Map<String, Value> =
        record.kept.iter().map(|kept| (kept.field.clone(), kept.value.as_str().into())).collect();
    json!({
        "actor_kind": facts.by,
        "subject": facts.subject,
        "details": facts.details,
        "values": values,
        "reference": record.called.reference,
    })
}
