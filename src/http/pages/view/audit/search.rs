//! The log, searched.

use askama::Template;
use chrono::NaiveDate;

use super::super::Frame;
use crate::error::Problem;
use crate::http::event_text::{self, GROUPS, Group};
use crate::http::pages::timeline::Entry;
use crate::http::pages::visit::percent_encoded;
use crate::http::question;
use crate::http::text::Texts;
use crate::model::{EventId, Outcome, Period, Question, Time, TransferId};
use crate::staff::log::{Count, LogState, Row};
use crate::store::saved_searches::SavedSearch;

/// GET `/audit?period=&from=&until=&person=&recipient=&reference=&kind=&result=&source=&after=`.
#[derive(Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// The frame.
    pub frame: Frame,
    /// The question.
    pub question: Question,
    /// Its first day.
    pub from: Option<NaiveDate>,
    /// Its last day.
    pub until: Option<NaiveDate>,
    /// What answers it; none where it was refused.
    pub found: Option<Found>,
    /// The reader's kept questions.
    pub saved: Vec<SavedSearch>,
    /// How far the log has come.
    pub state: Option<LogState>,
    /// The name as typed, of a search that was not kept.
    pub search_name: String,
}

/// What answers a question.
#[derive(Clone, Debug)]
pub struct Found {
    /// The events of this page, newest first.
    pub rows: Vec<AuditRow>,
    /// How many there are; only the first page says so.
    pub count: Option<Count>,
    /// Where to go on.
    pub next: Option<EventId>,
}

/// An event in the table.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its id.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// Who did it; empty where that is known no more.
    pub who: String,
    /// What kind of event it is.
    pub kind: String,
    /// What happened, as the timeline tells it; may be empty.
    pub text: String,
    /// The transfer it was about.
    pub transfer: Option<TransferId>,
    /// The reference of the delivery it was about; may be empty.
    pub reference: String,
    /// Whom that was for, or which account it was about; may be empty.
    pub about: String,
    /// How it ended.
    pub outcome: Outcome,
    /// From which network address; may be empty.
    pub source: String,
}

impl AuditRow {
    /// The row of an event.
    pub fn of(texts: &Texts, row: &Row) -> Self {
        let found = &row.told.found;
        let recipient = row.delivery.as_ref().map(|delivery| &delivery.recipient);
        let named = |name: &str, email: &str| if name.is_empty() { email.to_owned() } else { name.to_owned() };
        let recipient = recipient.map(|who| named(&who.name, &who.email)).unwrap_or_default();
        let account = row.account.as_ref().map(|account| named(&account.name, &account.email)).unwrap_or_default();
        let actor = row.actor.as_ref().map(|account| named(&account.name, &account.email)).unwrap_or_default();
        let by = row.recipient.as_ref().map(|one| named(&one.recipient.name, &one.recipient.email)).unwrap_or_default();
        let kind = event_text::name(texts, &found.event);
        let person = if recipient.is_empty() { actor.clone() } else { recipient.clone() };
        let counts_files = matches!(found.event.as_str(), "sealed" | "retrieved" | "scan_verdict");
        let text = Entry::new(found.at, &found.event, person, &row.leaf, 0).text(texts);
        Self {
            id: found.id,
            at: found.at,
            who: who(texts, &row.leaf, actor, &by),
            // What the kind says alone is not said twice; how many files there were, only the transfer's page tells.
            text: text.filter(|text| *text != kind && !counts_files).unwrap_or_default(),
            kind,
            transfer: found.transfer,
            reference: row.delivery.as_ref().map(|delivery| delivery.reference.clone()).unwrap_or_default(),
            about: if recipient.is_empty() { account } else { recipient },
            outcome: found.outcome,
            source: row.value("source").unwrap_or_default().to_owned(),
        }
    }
}

impl AuditRow {
    pub(super) fn is_ok(&self) -> bool {
        self.outcome == Outcome::Ok
    }

    pub(super) fn result_key(&self) -> &'static str {
        result_key(&self.outcome)
    }
}

/// Who did it, in words.
fn who(texts: &Texts, leaf: &serde_json::Value, actor: String, recipient: &str) -> String {
    let by = leaf.pointer("/actor/by").and_then(serde_json::Value::as_str).unwrap_or_default();
    let named = |name: String| if name.is_empty() { texts.text("audit-erased") } else { name };
    match by {
        "account" => named(actor),
        "recipient" => named(recipient.to_owned()),
        "system" => texts.text("audit-by-system"),
        "console" => texts.text("audit-by-console"),
        _ => texts.text("audit-by-nobody"),
    }
}

impl AuditPage {
    /// What was found when the log was checked last, and whether that is well.
    fn verified(frame: &Frame, state: &LogState) -> (bool, String) {
        super::log::found(frame, state.checked.as_ref())
    }

    /// The page's path with this question and these parameters.
    pub fn path(question: &Question, more: &[(&str, &str)]) -> String {
        let asked = question::pairs(question);
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let all: Vec<String> =
            asked.into_iter().chain(more).map(|(name, value)| format!("{name}={}", percent_encoded(&value))).collect();
        if all.is_empty() { "/audit".to_owned() } else { format!("/audit?{}", all.join("&")) }
    }

    /// The field of the form that a refusal is about.
    pub fn field(problem: &Problem) -> &'static str {
        match problem {
            Problem::Field { field, .. } => field,
            _ => "",
        }
    }

    fn this(&self) -> String {
        Self::path(&self.question, &[])
    }

    fn of_period(&self, period: &Period) -> String {
        Self::path(&Question { period: Some(*period), from: None, until: None, ..self.question.clone() }, &[])
    }

    fn of_saved(&self, saved: &SavedSearch) -> String {
        Self::path(&saved.question, &[])
    }

    fn older(&self) -> Option<String> {
        let next = self.found.as_ref()?.next?;
        Some(Self::path(&self.question, &[("after", &next.to_string())]))
    }

    fn newest(&self) -> Option<String> {
        self.found.as_ref().filter(|found| found.count.is_none()).map(|_| self.this())
    }

    fn is_asking(&self) -> bool {
        self.question != Question::default()
    }

    fn groups(&self) -> &'static [Group] {
        &GROUPS
    }

    fn is_period(&self, period: &Period) -> bool {
        self.question.period == Some(*period)
    }

    fn is_kind(&self, word: &str) -> bool {
        self.question.kind == word
    }

    fn is_result(&self, outcome: &Outcome) -> bool {
        self.question.result == Some(*outcome)
    }

    fn day(day: &Option<NaiveDate>) -> String {
        day.map(|day| day.to_string()).unwrap_or_default()
    }

    fn counted(&self, found: &Found) -> String {
        let so_far = |count: usize, at: Time| {
            let phrase = self.frame.phrase("audit-count-since").with("count", count);
            phrase.with("at", self.frame.texts.short_moment(&at)).to_string()
        };
        match found.count {
            Some(Count::Exactly(0)) => self.frame.text("audit-none"),
            Some(Count::Exactly(count)) => self.frame.phrase("audit-count").with("count", count).to_string(),
            Some(Count::MoreThan(count)) => self.frame.phrase("audit-count-more").with("count", count).to_string(),
            Some(Count::Since(count, at)) => so_far(count, at),
            None => match found.next.filter(|_| found.rows.is_empty()) {
                Some(next) => so_far(0, next.at()),
                None if found.rows.is_empty() => self.frame.text("audit-no-more"),
                None => self.frame.text("audit-older"),
            },
        }
    }

    /// The same question, to be written to a file.
    fn export(&self) -> String {
        self.this().replacen("/audit", "/audit/export", 1)
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        question::pairs(&self.question)
    }
}

/// The name of a period.
pub fn period_key(period: &Period) -> &'static str {
    match period {
        Period::Today => "audit-today",
        Period::ThisWeek => "audit-this-week",
        Period::ThisMonth => "audit-this-month",
        Period::LastMonth => "audit-last-month",
        Period::BusinessYear => "audit-business-year",
    }
}

/// The name of a result.
pub fn result_key(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "audit-ok",
        Outcome::Failed => "audit-failed",
    }
}
