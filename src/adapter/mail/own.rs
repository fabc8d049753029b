//! The office's own wording: templates in a directory that stand in for those of the product. They are tried with every kind
//! of letter before the gateway starts, because a mail that cannot be worded, or that says the wrong thing, is found by nobody
//! until it is too late.

mod same;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use minijinja::{ErrorKind, Value};

use same::{unquoted, visible, words};

use super::fields::Fields;
use super::letterhead::{Codes, Letterhead};
use super::samples;
use super::wording::{TEMPLATES, Worded, Wording, closing, style};
use crate::error::Error;
use crate::model::{Language, Letter, LetterKind, OwnWording};

/// Bytes of a template at most.
const LONGEST: u64 = 64 * 1024;
/// Bytes of a worded mail at most; above that mail programs cut it.
const LARGEST: usize = 100_000;
/// The code that stands for every secret while a wording is tried.
const CODE: &str = "k7q2m9d4x1r8t5w3e6n0p2c7h4b9v8s1s8";
const GROUPED: &str = "k7q2 m9d4 x1r8 t5w3 e6n0 p2c7 h4b9 v8s1 s8";
/// What no HTML of a mail holds: programs drop it, or readers must not be asked for it.
const NEVER: [&str; 13] = [
    "|safe",
    "autoescape",
    "<img",
    "<script",
    "<style",
    "<link",
    "<form",
    "<input",
    "<iframe",
    "<object",
    "<base",
    "http://",
    "javascript:",
];

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFlaw {
    /// The file.
    pub file: PathBuf,
    /// Its line, if it is known.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl fmt::Display for OwnFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// Everything that is wrong; never empty.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct OwnFlaws(pub Vec<OwnFlaw>);

impl fmt::Display for OwnFlaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// What was read.
#[derive(Debug)]
pub struct ReadOwnWording {
    /// The templates.
    pub wording: OwnWording,
    /// What is not wrong, but not well either.
    pub warnings: Vec<OwnFlaw>,
}

/// The templates of the product, by file name: what an office begins with.
pub fn shipped_wording() -> impl Iterator<Item = (&'static str, &'static str)> {
    TEMPLATES.iter().copied()
}

/// Reads the templates of a directory and tries them.
///
/// # Errors
/// Everything that is wrong with them.
pub fn read_own_wording(directory: &Path) -> Result<ReadOwnWording, OwnFlaws> {
    let mut trial = Trial { directory, flaws: Vec::new(), warnings: Vec::new() };
    let sources = trial.sources();
    trial.parse(&sources);
    if trial.flaws.is_empty() {
        trial.letters(&sources);
    }
    if !trial.flaws.is_empty() {
        return Err(OwnFlaws(trial.flaws));
    }
    Ok(ReadOwnWording { wording: OwnWording(sources), warnings: trial.warnings })
}

/// One look at a directory.
struct Trial<'a> {
    directory: &'a Path,
    flaws: Vec<OwnFlaw>,
    warnings: Vec<OwnFlaw>,
}

impl Trial<'_> {
    fn flaw(&mut self, name: &str, line: Option<usize>, what: impl Into<String>) {
        let flaw = OwnFlaw { file: self.directory.join(name), line, what: what.into() };
        if !self.flaws.contains(&flaw) {
            self.flaws.push(flaw);
        }
    }

    fn warn(&mut self, name: &str, what: impl Into<String>) {
        let flaw = OwnFlaw { file: self.directory.join(name), line: None, what: what.into() };
        if !self.warnings.contains(&flaw) {
            self.warnings.push(flaw);
        }
    }

    /// The files of the directory, by name.
    fn sources(&mut self) -> BTreeMap<String, String> {
        let mut sources = BTreeMap::new();
        let entries = match std::fs::read_dir(self.directory) {
            Ok(entries) => entries,
            Err(error) => {
                self.flaw("", None, format!("the directory cannot be read: {error}"));
                return sources;
            }
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // What editors and archives leave lying about is no template.
            if name.starts_with('.') || name.ends_with('~') {
                continue;
            }
            if TEMPLATES.iter().all(|(known, _)| *known != name) {
                self.flaw(&name, None, unknown(&name));
            } else if let Some(source) = self.source(&name, &entry.path()) {
                sources.insert(name, source);
            }
        }
        sources
    }

    fn source(&mut self, name: &str, path: &Path) -> Option<String> {
        let is_too_long = std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > LONGEST);
        if is_too_long {
            self.flaw(name, None, format!("is larger than {LONGEST} bytes"));
            return None;
        }
        match std::fs::read(path).map(String::from_utf8) {
            Ok(Ok(source)) => Some(source.trim_start_matches('\u{feff}').replace("\r\n", "\n")),
            Ok(Err(_)) => {
                self.flaw(name, None, "is not UTF-8; save it in that encoding");
                None
            }
            Err(error) => {
                self.flaw(name, None, format!("cannot be read: {error}"));
                None
            }
        }
    }

    /// Whether each template parses, and takes only what there is.
    fn parse(&mut self, sources: &BTreeMap<String, String>) {
        let Ok(mut wording) = Wording::embedded() else { return };
        let known = names();
        for (name, source) in sources {
            if let Err(error) = wording.replace(name, source) {
                self.flaw(name, error.line(), format!("is no template: {}", reason(&error)));
                continue;
            }
            for variable in wording.variables(name) {
                if !known.contains(variable.as_str()) {
                    let last = variable.rsplit('.').next().unwrap_or_default();
                    let line = source.lines().position(|line| line.contains(last)).map(|line| line + 1);
                    self.flaw(name, line, format!("there is no value {variable}"));
                }
            }
            self.markup(name, source);
        }
    }

    fn markup(&mut self, name: &str, source: &str) {
        for (number, line) in source.lines().enumerate() {
            if let Some(word) = line.split("{%").skip(1).find_map(reaches_out) {
                self.flaw(name, Some(number + 1), format!("{word} has no place in a mail: each is one file"));
            }
        }
        if name.ends_with(".txt") {
            let is_letter = !name.starts_with("closing");
            let subject = source.lines().next().and_then(|line| line.strip_prefix("Subject: "));
            if is_letter && subject.is_none_or(|subject| subject.trim().is_empty()) {
                self.flaw(name, Some(1), "the first line is to be “Subject: ” and the subject");
            }
            return;
        }
        for (number, line) in source.lines().enumerate() {
            let small = line.to_lowercase();
            for never in NEVER.iter().filter(|never| small.contains(**never)) {
                self.flaw(name, Some(number + 1), format!("{never} has no place in a mail"));
            }
        }
    }

    /// Words every letter that an own template is part of.
    fn letters(&mut self, sources: &BTreeMap<String, String>) {
        let wording = Wording::embedded().and_then(|wording| wording.with(&OwnWording(sources.clone())));
        let Ok(wording) = wording else { return };
        for kind in LetterKind::ALL.iter().copied() {
            for language in Language::ALL.iter().copied() {
                let parts = Parts::of(kind, language, sources);
                if parts.own.is_empty() {
                    continue;
                }
                for letter in samples::of_kind(kind, language) {
                    for letterhead in samples::letterheads() {
                        self.letter(&wording, &letter, &letterhead, &parts);
                    }
                }
            }
        }
    }

    fn letter(&mut self, wording: &Wording, letter: &Letter, letterhead: &Letterhead, parts: &Parts) {
        let is_secret = letter.offer.is_some() || letter.invitation.is_some();
        let codes = is_secret.then(|| Codes { code: CODE.to_owned().into(), grouped: GROUPED.to_owned().into() });
        match wording.word(letter, letterhead, codes.as_ref()) {
            Ok(worded) => self.judge(letter, letterhead, &worded, parts),
            Err(error) => {
                let (name, line, what) = blamed(&error, parts);
                self.flaw(&name, line, what);
            }
        }
    }

    /// Whether a worded letter keeps the rules of mails.
    fn judge(&mut self, letter: &Letter, letterhead: &Letterhead, worded: &Worded, parts: &Parts) {
        let mut refuse = |part: &str, what: &str| self.flaw(parts.name(part), None, what);
        if worded.subject.trim().is_empty() || worded.subject.contains(CODE) || worded.subject.contains(GROUPED) {
            refuse("txt", "the subject is empty, or holds the code");
        }
        if letter.kind.goes_to_recipient() && !worded.text.contains(&letter.reference) {
            refuse("txt", "a mail to a recipient holds {{ reference }}");
        }
        if letter.kind.goes_to_recipient() && !worded.html.contains(&letter.reference) {
            refuse("html", "a mail to a recipient holds {{ reference }}");
        }
        if let Some(link) = link(letter, letterhead) {
            let value = if letter.offer.is_some() { "offer" } else { "invitation" };
            let codes = (worded.text.matches(&link).count(), worded.text.matches(CODE).count());
            if codes != (1, 1) || worded.text.matches(GROUPED).count() != 1 {
                let what =
                    format!("{{{{ {value}.link }}}} and {{{{ {value}.code }}}} are to be there, each exactly once");
                refuse("txt", &what);
            }
            let shown = worded.html.matches(&format!(">{link}</a>")).count();
            let linked = worded.html.matches(&format!("href=\"{link}\"")).count();
            let is_elsewhere = worded.html.matches(CODE).count() != shown + linked;
            if shown != 1 || linked > 2 || is_elsewhere || worded.html.matches(GROUPED).count() != 1 {
                let what = format!(
                    "{{{{ {value}.link }}}} is to be the visible text of one link to it, and may stand behind one button; \
                     {{{{ {value}.code }}}} is to be there exactly once"
                );
                refuse("html", &what);
            }
        }
        if worded.html.len() > LARGEST || worded.text.len() > LARGEST {
            refuse("html", "the mail is larger than 100 kB");
        }
        if words(&visible(&worded.html)) != words(&unquoted(&worded.text)) {
            let what = format!("says other words than {}", parts.other());
            self.warn(parts.name(""), what);
        }
    }
}

/// The own templates that a letter is made of.
struct Parts {
    letter: String,
    closing: String,
    own: Vec<String>,
}

impl Parts {
    fn of(kind: LetterKind, language: Language, sources: &BTreeMap<String, String>) -> Self {
        let (letter, closing) = (format!("{kind}.{language}"), format!("{}.{language}", closing(kind)));
        let names = [&letter, &closing].into_iter().flat_map(|stem| [format!("{stem}.txt"), format!("{stem}.html")]);
        let own = names.filter(|name| sources.contains_key(name)).collect();
        Self { letter, closing, own }
    }

    /// The own template to be blamed for what is wrong in this format: the letter's, or its closing's.
    fn name(&self, format: &str) -> &str {
        let fits = |name: &&String| name.ends_with(format);
        let of_letter = self.own.iter().filter(|name| name.starts_with(&self.letter));
        let found = of_letter.clone().find(fits).or_else(|| self.own.iter().find(fits));
        found.or_else(|| self.own.first()).map_or("", String::as_str)
    }

    /// What the blamed template is compared with.
    fn other(&self) -> String {
        let name = self.name("");
        let (stem, format) = name.rsplit_once('.').unwrap_or((&self.closing, "txt"));
        format!("{stem}.{}", if format == "txt" { "html" } else { "txt" })
    }
}

/// Every name that a template may use.
fn names() -> BTreeSet<String> {
    let mut names: BTreeSet<String> = ["closing", "loop", "range", "dict", "namespace"].map(str::to_owned).into();
    for kind in [LetterKind::Offer, LetterKind::Invitation, LetterKind::Digest, LetterKind::LogCheckpoint] {
        for letter in samples::of_kind(kind, Language::Ja).into_iter().take(1) {
            for letterhead in samples::letterheads().into_iter().take(1) {
                let codes = Codes { code: CODE.to_owned().into(), grouped: GROUPED.to_owned().into() };
                let fields = Value::from_serialize(Fields::new(&letter, &letterhead, Some(&codes)));
                collect("", &fields, &mut names);
            }
        }
    }
    names.insert("style".into());
    collect("style.", &style(""), &mut names);
    names
}

fn collect(before: &str, value: &Value, names: &mut BTreeSet<String>) {
    for key in value.try_iter().into_iter().flatten() {
        let name = format!("{before}{key}");
        if let Ok(inner) = value.get_item(&key)
            && before.is_empty()
            && inner.kind() == minijinja::value::ValueKind::Map
        {
            collect(&format!("{name}."), &inner, names);
        }
        names.insert(name);
    }
}

/// A statement that reaches into other templates.
fn reaches_out(statement: &str) -> Option<&'static str> {
    let first = statement.trim_start_matches(['-', '+']).split_whitespace().next()?;
    ["include", "import", "from", "extends"].into_iter().find(|word| *word == first)
}

fn unknown(name: &str) -> String {
    let near = TEMPLATES
        .iter()
        .map(|(known, _)| *known)
        .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
    format!("is the name of no mail; the nearest is {}", near.unwrap_or_default())
}

/// Template, line and reason of a mail that could not be worded.
fn blamed(error: &Error, parts: &Parts) -> (String, Option<usize>, String) {
    let Error::Fault { source, .. } = error else { return (parts.name("").to_owned(), None, error.to_string()) };
    match source.downcast_ref::<minijinja::Error>() {
        Some(error) => {
            let name = error.name().filter(|name| parts.own.iter().any(|own| own == name));
            (name.unwrap_or(parts.name("")).to_owned(), error.line(), reason(error))
        }
        None => (parts.name("").to_owned(), None, source.to_string()),
    }
}

fn reason(error: &minijinja::Error) -> String {
    match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "takes too many steps".to_owned(),
        (ErrorKind::UndefinedError, None) => "there is no such value in this mail".to_owned(),
        (kind, None) => kind.to_string(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
    }
}

fn link(letter: &Letter, letterhead: &Letterhead) -> Option<String> {
    let offer = letter.offer.as_ref().map(|offer| format!("{}/r/{}#{CODE}", letterhead.public_url, offer.public_id));
    offer.or_else(|| letter.invitation.as_ref().map(|_| format!("{}/join#{CODE}", letterhead.staff_url)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(files: &[(&str, &str)]) -> Result<ReadOwnWording, OwnFlaws> {
        let directory = tempfile::tempdir().unwrap();
        for (name, source) in files {
            std::fs::write(directory.path().join(name), source).unwrap();
        }
        read_own_wording(directory.path())
    }

    fn refused(files: &[(&str, &str)]) -> Vec<(String, Option<usize>, String)> {
        let flaws = tried(files).unwrap_err().0;
        let name = |flaw: &OwnFlaw| flaw.file.file_name().unwrap().to_string_lossy().into_owned();
        flaws.iter().map(|flaw| (name(flaw), flaw.line, flaw.what.clone())).collect()
    }

    fn shipped(name: &str) -> &'static str {
        shipped_wording().find(|(known, _)| *known == name).unwrap().1
    }

    #[test]
    fn the_words_of_the_product_keep_their_own_rules() {
        let all: Vec<_> = shipped_wording().collect();
        let read = tried(&all).unwrap();
        assert_eq!(read.wording.0.len(), all.len());
        assert!(read.warnings.is_empty(), "{:?}", read.warnings);
        assert!(tried(&[]).unwrap().wording.0.is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_with_file_and_line() {
        let recalled = shipped("recalled.ja.txt");
        let wrong_name = refused(&[("recaled.ja.txt", recalled)]);
        assert_eq!(wrong_name, [("recaled.ja.txt".into(), None, unknown("recaled.ja.txt"))]);
        assert!(unknown("recaled.ja.txt").ends_with("recalled.ja.txt"));
        let cases = [
            ("recalled.ja.txt", recalled.replace("{% endif %}", ""), None, "is no template"),
            (
                "recalled.ja.txt",
                recalled.replace("{{ content }}", "{{ contents }}"),
                Some(11),
                "there is no value contents",
            ),
            (
                "recalled.ja.txt",
                recalled.replace("{{ content }}", "{{ offer.link }}"),
                Some(11),
                "no such value in this mail",
            ),
            ("recalled.ja.txt", recalled.replace("Subject: ", "件名: "), Some(1), "“Subject: ”"),
            ("recalled.ja.txt", recalled.replace("{{ reference }}", ""), None, "{{ reference }}"),
            ("recalled.ja.txt", recalled.to_owned() + "{%- include \"offer.ja.txt\" %}", None, "include has no place"),
            (
                "recalled.ja.txt",
                recalled.to_owned() + "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}",
                None,
                "too many steps",
            ),
            ("offer.ja.html", shipped("offer.ja.html").to_owned() + "<IMG src=x>", None, "<img has no place"),
        ];
        for (name, source, line, what) in cases {
            let flaws = refused(&[(name, &source)]);
            assert_eq!(flaws.len(), 1, "{what}: {flaws:?}");
            assert_eq!(flaws[0].0, name);
            assert!(flaws[0].2.contains(what), "{what}: {flaws:?}");
            if line.is_some() {
                assert_eq!(flaws[0].1, line, "{what}");
            }
        }
    }

    #[test]
    fn a_link_is_there_once_and_says_where_it_leads() {
        let (text, html) = (shipped("offer.en.txt"), shipped("offer.en.html"));
        let link = "{{ offer.link }}";
        for source in [
            text.replace(link, ""),
            text.replace(link, &format!("{link} {link}")),
            text.replace("{{ offer.code }}", ""),
        ] {
            assert!(refused(&[("offer.en.txt", &source)])[0].2.contains("exactly once"));
        }
        for source in [
            html.replace(&format!(">{link}</a>"), ">here</a>"),
            html.replace("</b>", &format!("</b>{link}")),
            html.replace("{{ closing }}", &format!("<a href=\"{link}\">x</a>{{{{ closing }}}}")),
            html.replace(&format!("href=\"{link}\""), &format!("href=\"https://elsewhere.example/?{link}\"")),
        ] {
            assert!(refused(&[("offer.en.html", &source)])[0].2.contains("visible text of one link"), "{source}");
        }
    }

    #[test]
    fn a_text_that_says_other_words_than_its_html_is_told_of() {
        let other = shipped("recalled.en.txt").replace("please delete", "kindly delete");
        let warnings = tried(&[("recalled.en.txt", &other)]).unwrap().warnings;
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].to_string().ends_with("recalled.en.txt: says other words than recalled.en.html"));
        let html = shipped("recalled.en.html").replace("please delete", "kindly delete");
        assert!(tried(&[("recalled.en.txt", &other), ("recalled.en.html", &html)]).unwrap().warnings.is_empty());
    }
}
