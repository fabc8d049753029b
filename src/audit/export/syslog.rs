//! Messages of syslog (RFC 5424), framed by their length (RFC 5425, 4.3.1).

use data_encoding::HEXLOWER;
use serde_json::Value;

use super::record::{Facts, Record, Weight};
use super::{Stream, cef, ocsf};
use crate::error::Result;

/// Octets that a message has at most: what every receiver should take (RFC 5425, 4.3.1).
pub const SYSLOG_MOST: usize = 8192;
/// The number that is there for examples (RFC 5612): an office with a private enterprise number sets its own.
pub const EXAMPLE_ENTERPRISE: u32 = 32_473;
/// "Log audit" (RFC 5424, table 1).
const FACILITY: u8 = 13;
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What every message of a stream has.
#[derive(Clone, Debug)]
pub struct Header {
    /// Who says it: the host of the public address.
    pub host: String,
    /// Behind the `@` of the structured data's id.
    pub enterprise: u32,
}

/// A message with its length before it.
pub struct Framed(pub Vec<u8>);

impl Header {
    /// An entry as a message.
    ///
    /// # Errors
    /// The entry is no leaf.
    pub fn frame(&self, stream: Stream, record: &Record) -> Result<Framed> {
        let message = self.message(stream, record)?;
        let mut framed = format!("{} ", message.len()).into_bytes();
        framed.extend_from_slice(message.as_bytes());
        Ok(Framed(framed))
    }

    fn message(&self, stream: Stream, record: &Record) -> Result<String> {
        let facts = Facts::of(record)?;
        let start = self.start(record, &facts);
        let message = match stream {
            // What is known to be UTF-8 begins with its mark (RFC 5424, 6.4).
            Stream::Rfc5424 => {
                let head = format!("{start}{}", self.data(record, &facts, true));
                format!("{head} {BYTE_ORDER_MARK}{}", fitting(&sentence(record, &facts), head.len()))
            }
            // Programs read these, and JSON must not begin with the mark (RFC 8259, 8.1): MSG-ANY.
            Stream::Cef => format!("{start}{} {}", self.data(record, &facts, false), cef::line(record)?),
            Stream::Ocsf => format!("{start}{} {}", self.data(record, &facts, false), ocsf::line(record)?),
        };
        Ok(message)
    }

    fn start(&self, record: &Record, facts: &Facts) -> String {
        let priority = u32::from(FACILITY) * 8 + u32::from(severity(facts.weight()));
        let (host, event) = (name(&self.host, 255), name(&facts.event, 32));
        format!("<{priority}>1 {} {host} kakitome - {event} ", record.at.to_rfc3339())
    }

    /// Ids always; facts and kept values where nothing else in the message has them.
    fn data(&self, record: &Record, facts: &Facts, whole: bool) -> String {
        let mut data = format!("[kakitome@{}", self.enterprise);
        let mut put = |key: &str, value: &str| {
            if !value.is_empty() {
                data.push_str(&format!(" {}=\"{}\"", parameter(key), escaped(value)));
            }
        };
        put("id", &record.id.to_string());
        if let Some(place) = &record.place {
            put("log", &place.log);
            put("entry", &place.entry.to_string());
            put("leafHash", &HEXLOWER.encode(&record.hash().0));
        }
        if whole {
            put("event", &facts.event);
            put("result", facts.outcome.word());
            put("actorKind", &facts.by);
            put("actorId", &facts.actor);
            put("actor", &record.called.actor);
            put("reference", &record.called.reference);
            for (what, id) in &facts.subject {
                put(&format!("{what}Id"), id);
            }
            for (key, value) in &facts.details {
                put(&format!("x_{key}"), &plain(value));
            }
            for kept in &record.kept {
                put(&format!("v_{}", kept.field), &kept.value);
            }
        }
        data.push(']');
        data
    }
}

const fn severity(weight: Weight) -> u8 {
    match weight {
        Weight::Usual => 6,
        Weight::Notable => 5,
        Weight::High => 4,
        Weight::Critical => 2,
    }
}

/// Printable US-ASCII of at most so many characters; `-` for nothing (RFC 5424, 6).
fn name(text: &str, most: usize) -> String {
    let name: String = text.chars().filter(|c| matches!(c, '!'..='~')).take(most).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

/// The name of a parameter: printable US-ASCII without `=`, `]`, `"` and space, at most 32 characters (RFC 5424, 6.3.3).
fn parameter(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '!'..='~') && !matches!(c, '=' | ']' | '"')).take(32).collect()
}

/// The value of a parameter: `"`, `\` and `]` are escaped (RFC 5424, 6.3.3). What would end a line stays a character of the
/// value: framing is by length; yet receivers that write lines are spared it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' | ']' => escaped.extend(['\\', c]),
            _ if c.is_control() => escaped.push(' '),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A field of an event: text as it is, everything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn sentence(record: &Record, facts: &Facts) -> String {
    let mut sentence = facts.spoken();
    if facts.failed() {
        sentence.push_str(" (failed)");
    }
    let actor = if record.called.actor.is_empty() { &facts.by } else { &record.called.actor };
    sentence.push_str(", by ");
    sentence.push_str(actor);
    if !record.called.reference.is_empty() {
        sentence.push_str(", reference ");
        sentence.push_str(&record.called.reference);
    }
    let one_line = |c: char| if c.is_control() { ' ' } else { c };
    sentence.chars().map(one_line).collect()
}

/// What of a sentence still fits behind so many octets.
fn fitting(sentence: &str, taken: usize) -> &str {
    let room = SYSLOG_MOST.saturating_sub(taken + BYTE_ORDER_MARK.len() + 1);
    sentence.get(..sentence.floor_char_boundary(room)).unwrap_or_default()
}
