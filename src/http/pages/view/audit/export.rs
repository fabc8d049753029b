//! Files of the log's entries.

use askama::Template;
use chrono::NaiveDate;

use super::super::Frame;
use super::search::result_key;
use crate::audit::export::Column;
use crate::http::{event_text, question};
use crate::model::{ExportFormat, ExportState, Question};
use crate::staff::log::export::{Listed, SMALL};

/// GET and POST `/audit/export`.
#[derive(Template)]
#[template(path = "export.html")]
pub struct ExportPage {
    /// The frame.
    pub frame: Frame,
    /// The question that the entries answer.
    pub question: Question,
    /// Its first and last day.
    pub days: (Option<NaiveDate>, Option<NaiveDate>),
    /// What was typed.
    pub form: ExportForm,
    /// How many entries there would be, and none for too many to be counted; unknown where something was refused.
    pub expected: Option<Option<i64>>,
}

/// What was typed.
#[derive(Clone, Debug)]
pub struct ExportForm {
    /// How it is written.
    pub format: ExportFormat,
    /// The chosen columns; none: all.
    pub columns: Vec<Column>,
    /// What for.
    pub purpose: String,
}

impl Default for ExportForm {
    fn default() -> Self {
        Self { format: ExportFormat::Csv, columns: Vec::new(), purpose: String::new() }
    }
}

impl ExportPage {
    fn day(day: &Option<NaiveDate>) -> String {
        day.map(|day| day.to_string()).unwrap_or_default()
    }

    /// What narrows the question besides its days: parameter, value, and what is read in its place.
    fn narrowed(&self) -> Vec<(&'static str, String, String)> {
        let asked = question::pairs(&self.question).into_iter();
        let narrows = asked.filter(|(name, _)| !matches!(*name, "period" | "from" | "until"));
        narrows.map(|(name, value)| (name, value.clone(), self.words(name, value))).collect()
    }

    /// A kind and a result are told by the names that the search has for them; everything else as it was typed.
    fn words(&self, name: &str, value: String) -> String {
        match (name, self.question.result) {
            ("kind", _) => event_text::name(&self.frame.texts, &value),
            ("result", Some(result)) => self.frame.text(result_key(&result)),
            _ => value,
        }
    }

    fn label(&self, name: &str) -> String {
        let key = match name {
            "person" => "export-asked-person",
            "recipient" => "export-asked-recipient",
            "reference" => "export-asked-reference",
            "kind" => "export-asked-kind",
            "result" => "export-asked-result",
            _ => "export-asked-source",
        };
        self.frame.text(key)
    }

    fn is_chosen(&self, column: &Column) -> bool {
        self.form.columns.is_empty() || self.form.columns.contains(column)
    }

    fn counted(&self) -> Option<String> {
        Some(match self.expected? {
            Some(count) => self.frame.phrase("export-expected").with("count", count.unsigned_abs()).to_string(),
            None => self
                .frame
                .phrase("export-expected-more")
                .with("count", self.frame.texts.grouped(SMALL.unsigned_abs()))
                .to_string(),
        })
    }

    fn format_key(format: &ExportFormat) -> &'static str {
        format_key(*format)
    }

    fn format_hint(format: &ExportFormat) -> &'static str {
        match format {
            ExportFormat::Csv => "export-format-csv-hint",
            ExportFormat::JsonLines => "export-format-jsonl-hint",
            ExportFormat::Cef => "export-format-cef-hint",
            ExportFormat::Ocsf => "export-format-ocsf-hint",
        }
    }
}

const fn format_key(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Csv => "export-format-csv",
        ExportFormat::JsonLines => "export-format-jsonl",
        ExportFormat::Cef => "export-format-cef",
        ExportFormat::Ocsf => "export-format-ocsf",
    }
}

/// Tone, icon and words of where a file is.
const fn state(state: ExportState) -> (&'static str, &'static str, &'static str) {
    match state {
        ExportState::Running => ("open", "…", "export-state-running"),
        ExportState::Ready => ("good", "✓", "export-state-ready"),
        ExportState::Failed => ("alert", "✕", "export-state-failed"),
        ExportState::Cancelled => ("", "■", "export-state-cancelled"),
        ExportState::Expired => ("", "■", "export-state-expired"),
    }
}

/// GET `/audit/exports`.
#[derive(Template)]
#[template(path = "exports.html")]
pub struct ExportsPage {
    /// The frame.
    pub frame: Frame,
    /// The files, newest first.
    pub files: Vec<Listed>,
}

impl ExportsPage {
    fn by(&self, file: &Listed) -> String {
        by(&self.frame, file)
    }

    fn format(&self, file: &Listed) -> String {
        self.frame.text(format_key(file.export.format))
    }

    fn state(&self, file: &Listed) -> (&'static str, &'static str, String) {
        let (tone, icon, key) = state(file.export.state);
        (tone, icon, self.frame.text(key))
    }
}

/// Whether a file comes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetch {
    /// The download begins by itself.
    ByItself,
    /// Somebody follows the link.
    ByHand,
}

/// GET `/audit/exports/{id}`.
#[derive(Template)]
#[template(path = "export_file.html")]
pub struct WrittenPage {
    /// The frame.
    pub frame: Frame,
    /// The file.
    pub file: Listed,
    /// Whether it comes by itself.
    pub fetch: Fetch,
}

impl WrittenPage {
    fn by(&self) -> String {
        by(&self.frame, &self.file)
    }

    fn format(&self) -> String {
        self.frame.text(format_key(self.file.export.format))
    }

    fn state(&self) -> (&'static str, &'static str, String) {
        let (tone, icon, key) = state(self.file.export.state);
        (tone, icon, self.frame.text(key))
    }

    fn size(&self) -> String {
        self.frame.texts.size(self.file.export.bytes.unsigned_abs())
    }

    fn written(&self) -> String {
        self.frame.texts.grouped(self.file.export.written.unsigned_abs())
    }

    fn expected(&self) -> String {
        self.frame.texts.grouped(self.of().unsigned_abs())
    }

    /// Entries in all; what was not counted before is at least what is written.
    fn of(&self) -> i64 {
        self.file.export.expected.max(self.file.export.written).max(1)
    }
}

fn by(frame: &Frame, file: &Listed) -> String {
    match (file.export.account, file.by.as_str()) {
        (None, _) => frame.text("export-by-console"),
        (Some(_), "") => frame.text("export-by-nobody"),
        (Some(_), name) => name.to_owned(),
    }
}
