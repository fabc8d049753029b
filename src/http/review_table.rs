//! The record of a review as a table for spreadsheet programs, in the reader's language.

use super::pages::view::{at_by, decision_key, done_key, party_text, standing_text};
use super::text::Texts;
use crate::error::Result;
use crate::model::table;
use crate::staff::review::record::{Kept, Line, Party, Record};

const HEADS: [&str; 12] = [
    "review-name",
    "word-email",
    "register-department",
    "review-before",
    "review-decision",
    "review-after",
    "review-done",
    "review-reason",
    "review-field-reviewer",
    "review-decided-by",
    "review-decided-at",
    "review-own-recorded",
];

/// The record as CSV: what is true of all of it first, then a line for each account.
///
/// # Errors
/// A fault when it cannot be written.
pub fn csv(texts: &Texts, kept: &Kept) -> Result<String> {
    let mut rows = head(texts, &kept.record, &kept.digest);
    rows.push(HEADS.iter().map(|key| texts.text(key)).collect());
    rows.extend(kept.record.accounts.iter().map(|line| row(texts, line)));
    table::text(&rows)
}

fn head(texts: &Texts, record: &Record, digest: &str) -> Vec<Vec<String>> {
    let period = format!("{} – {}", texts.day(&record.period_from), texts.day(&record.period_to));
    let started = at_by(texts, &record.started_at, record.started_by.as_ref(), false);
    let signed = at_by(texts, &record.signed_at, record.signed_by.as_ref(), record.signed_at_console);
    let names: Vec<String> = record.reviewers.iter().map(|party| party.name.clone()).collect();
    let facts = [
        ("review-period", period),
        ("review-started", started),
        ("review-reviewers", names.join(&texts.text("me-between"))),
        ("review-signed", signed),
        ("review-note", record.note.clone()),
        ("review-digest", digest.to_owned()),
    ];
    let fact = |(key, value): (&str, String)| vec![texts.text(key), value];
    facts.into_iter().map(fact).chain([Vec::from([String::new()])]).collect()
}

fn row(texts: &Texts, line: &Line) -> Vec<String> {
    let name = |party: &Option<Party>| party.as_ref().map(|party| party.name.clone()).unwrap_or_default();
    vec![
        line.account.name.clone(),
        line.account.email.clone(),
        line.department.clone(),
        standing_text(texts, line.state_before, &line.roles_before),
        texts.text(decision_key(line.decision)),
        standing_text(texts, line.state_after, &line.roles_after),
        texts.text(done_key(line.done)),
        line.reason.clone(),
        name(&line.reviewer),
        party_text(texts, line.decided_by.as_ref(), line.at_console),
        texts.short_moment(&line.decided_at),
        if line.own_account { "1".to_owned() } else { String::new() },
    ]
}
