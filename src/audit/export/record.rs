//! An entry as the formats take it, and what its leaf says.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::audit::{Hash, leaf_hash};
use crate::error::{Doing, Error, Result};
use crate::model::{EventId, Outcome, Time};

/// A stored entry with everything that is known of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// The final bytes: JCS JSON.
    pub leaf: Vec<u8>,
    /// Its place in the log; none while it waits for one.
    pub place: Option<Place>,
    /// What is kept of the values that it commits to.
    pub kept: Vec<KeptValue>,
    /// What those are called whom the leaf knows by their ids.
    pub called: Called,
}

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The log, by its origin.
    pub log: String,
    /// Which entry of it, from 0.
    pub entry: u64,
}

/// A value that a leaf commits to, and the salt that proves it.
#[derive(Clone, Debug)]
pub struct KeptValue {
    /// The field's word.
    pub field: String,
    /// The salt of the commitment.
    pub salt: Vec<u8>,
    /// The value.
    pub value: String,
}

/// Names as the office's registers have them today; no part of the log. Empty where there is none.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// The mail address of the account that acted.
    pub actor: String,
    /// The mail address of the account that it was about.
    pub account: String,
    /// The reference of the delivery.
    pub reference: String,
}

impl Record {
    /// The kept value of a field; empty where there is none.
    pub(super) fn kept(&self, field: &str) -> &str {
        self.kept.iter().find(|value| value.field == field).map(|value| value.value.as_str()).unwrap_or_default()
    }

    /// What the tree has of it.
    pub(super) fn hash(&self) -> Hash {
        leaf_hash(&self.leaf)
    }
}

/// What a leaf says, taken apart.
pub(super) struct Facts {
    /// The event's word.
    pub(super) event: String,
    /// How it ended.
    pub(super) outcome: Outcome,
    /// What kind of actor it was.
    pub(super) by: String,
    /// The actor's id; empty without one.
    pub(super) actor: String,
    /// What it was about: ids by their words.
    pub(super) subject: BTreeMap<String, String>,
    /// The event's own fields.
    pub(super) details: Map<String, Value>,
}

impl Facts {
    /// Reads a leaf.
    pub(super) fn of(record: &Record) -> Result<Self> {
        let value: Value = serde_json::from_slice(&record.leaf).doing("reading an entry of the log")?;
        let Value::Object(mut leaf) = value else {
            return Err(Error::fault("reading an entry of the log", "no object"));
        };
        for told_elsewhere in ["v", "id", "at", "commitments"] {
            leaf.remove(told_elsewhere);
        }
        let actor = leaf.remove("actor").unwrap_or_default();
        let word = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let subject = match leaf.remove("subject") {
            Some(Value::Object(subject)) => subject.iter().map(|(key, id)| (key.clone(), word(Some(id)))).collect(),
            _ => BTreeMap::new(),
        };
        let outcome = word(leaf.remove("outcome").as_ref()).parse().doing("reading an entry of the log")?;
        Ok(Self {
            event: word(leaf.remove("event").as_ref()),
            outcome,
            by: word(actor.get("by")),
            actor: word(actor.get("id")),
            subject,
            details: leaf,
        })
    }

    /// The id of what it was about; empty where it was about no such thing.
    pub(super) fn about(&self, what: &str) -> &str {
        self.subject.get(what).map(String::as_str).unwrap_or_default()
    }

    /// Whether it failed.
    pub(super) const fn failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed)
    }

    /// The event's word as plain English.
    pub(super) fn spoken(&self) -> String {
        self.event.replace('_', " ")
    }

    /// How much it matters, by itself and by how it ended.
    pub(super) fn weight(&self) -> Weight {
        let word = self.event.as_str();
        match word {
            "tamper_suspected" => Weight::Critical,
            _ if GRAVE.contains(&word) => Weight::High,
            _ if self.failed() || NOTABLE.contains(&word) => Weight::Notable,
            _ => Weight::Usual,
        }
    }
}

/// How much an entry matters to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Usual,
    Notable,
    High,
    Critical,
}

/// Somebody should look at these soon.
const GRAVE: [&str; 8] = [
    "paused",
    "password_stopped",
    "codes_stopped",
    "source_banned",
    "clock_jump",
    "scanner_lost",
    "fax_misdirected",
    "webhook_given_up",
];
/// These are as they should be, and matter.
const NOTABLE: [&str; 14] = [
    "number_wrong",
    "password_locked",
    "codes_locked",
    "roles_changed",
    "account_stopped",
    "policy_changed",
    "sign_in_rules_changed",
    "token_created",
    "log_began",
    "log_exported",
    "mail_failed",
    "mail_bounced",
    "mail_withheld",
    "signatures_aged",
];
