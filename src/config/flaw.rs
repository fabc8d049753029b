//! Mistakes in the configuration, told with place, key, what is wrong and what would be right.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use figment::error::Kind;
use figment::value::{Dict, Value};
use toml_edit::{ImDocument, TableLike};

/// Everything that is wrong; never empty.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<Flaw>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, flaw) in self.0.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            write!(f, "{flaw}")?;
        }
        Ok(())
    }
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where it stands.
    pub place: Place,
    /// `section.key`; empty if the file as a whole is meant.
    pub key: String,
    /// What is wrong, a clause.
    pub wrong: String,
    /// What would be right, a clause.
    pub right: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}; right would be: {}", self.wrong, self.right)
    }
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file, and its line counted from 1 if it is known.
    File {
        /// The file.
        file: PathBuf,
        /// The line.
        line: Option<usize>,
    },
    /// An environment variable.
    Environment(String),
    /// Nowhere: it was not set, or no file was read.
    Unset,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File { file, line: Some(line) } => write!(f, "{}:{line}", file.display()),
            Place::File { file, line: None } => write!(f, "{}", file.display()),
            Place::Environment(name) => f.write_str(name),
            Place::Unset => f.write_str("configuration"),
        }
    }
}

/// A mistake whose place is not looked up yet.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) key: String,
    pub(super) wrong: String,
    pub(super) right: String,
}

/// What was read, for looking up places.
pub(super) struct Source {
    file: Option<PathBuf>,
    lines: BTreeMap<String, usize>,
    variables: BTreeMap<String, String>,
}

impl Source {
    /// Notes the line of every key; the flaw is a mistake of TOML itself.
    pub(super) fn parse(file: Option<PathBuf>, text: &str) -> Result<Self, Flaw> {
        let mut source = Self { file, lines: BTreeMap::new(), variables: BTreeMap::new() };
        let document = ImDocument::parse(text).map_err(|e| Flaw {
            place: source.file_at(e.span().map(|span| line(text, span.start))),
            key: String::new(),
            wrong: e.message().trim().replace('\n', ", "),
            right: "TOML 1.0: lines of `key = value` under `[section]`".into(),
        })?;
        source.note(text, "", document.as_table());
        Ok(source)
    }

    fn note(&mut self, text: &str, above: &str, table: &dyn TableLike) {
        for (name, item) in table.iter() {
            let key = if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
            let span = table.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
            if let Some(span) = span {
                self.lines.insert(key.clone(), line(text, span.start));
            }
            if let Some(inner) = item.as_table_like() {
                self.note(text, &key, inner);
            }
        }
    }

    /// Notes that a variable sets `key`.
    pub(super) fn overridden(&mut self, key: String, variable: String) {
        self.variables.insert(key, variable);
    }

    /// Gives a mistake its place: the key's own, or that of what encloses it.
    pub(super) fn locate(&self, wrong: Wrong) -> Flaw {
        let mut at = wrong.key.as_str();
        let place = loop {
            if let Some(name) = self.variables.get(at) {
                break Place::Environment(name.clone());
            }
            if let Some(line) = self.lines.get(at) {
                break self.file_at(Some(*line));
            }
            match at.rsplit_once('.') {
                Some((above, _)) => at = above,
                None => break self.file_at(None),
            }
        };
        Flaw { place, key: wrong.key, wrong: wrong.wrong, right: wrong.right }
    }

    fn file_at(&self, line: Option<usize>) -> Place {
        match &self.file {
            Some(file) => Place::File { file: file.clone(), line },
            None => Place::Unset,
        }
    }
}

fn line(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The key an error is about. An unknown key is named by the kind of the error, not by its path.
pub(super) fn path_of(error: &figment::Error) -> Vec<String> {
    let mut path = error.path.clone();
    if let Kind::UnknownField(name, _) = &error.kind
        && path.last() != Some(name)
    {
        path.push(name.clone());
    }
    path
}

/// Words an error of the reader.
pub(super) fn explain(error: &figment::Error, path: &[String], defaults: &Dict) -> Wrong {
    let (wrong, right) = match &error.kind {
        Kind::UnknownField(name, known) => ("is unknown".into(), suggestion(name, known)),
        Kind::UnknownVariant(name, known) => (format!("`{name}` is unknown"), suggestion(name, known)),
        Kind::InvalidType(actual, expected) => (format!("is {actual}"), with_example(expected, path, defaults)),
        Kind::InvalidValue(actual, expected) => (format!("is {actual}"), with_example(expected, path, defaults)),
        other => (other.to_string(), with_example("another value", path, defaults)),
    };
    Wrong { key: path.join("."), wrong, right }
}

fn suggestion(name: &str, known: &[&str]) -> String {
    // Below this likeness a guess misleads more than it helps.
    const ALIKE: f64 = 0.7;
    let best = known.iter().map(|k| (strsim::jaro_winkler(name, k), *k)).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((score, close)) if score > ALIKE => format!("did you mean `{close}`?"),
        _ => format!("one of {}", known.join(", ")),
    }
}

fn with_example(expected: &str, path: &[String], defaults: &Dict) -> String {
    let default = path
        .split_first()
        .and_then(|(first, rest)| rest.iter().try_fold(defaults.get(first)?, |value, name| value.as_dict()?.get(name)));
    match default {
        Some(Value::String(_, text)) if !text.is_empty() => format!("{expected}, such as \"{text}\""),
        Some(Value::Bool(_, value)) => format!("{expected}, such as {value}"),
        Some(Value::Num(_, number)) => match (number.to_u128(), number.to_i128()) {
            (Some(n), _) => format!("{expected}, such as {n}"),
            (_, Some(n)) => format!("{expected}, such as {n}"),
            _ => expected.to_owned(),
        },
        _ => expected.to_owned(),
    }
}
