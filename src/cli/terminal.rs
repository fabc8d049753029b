//! Where words and data go, in the person's language and time zone.

use std::fmt::Write as _;
use std::io::{self, BufRead, IsTerminal, Write};

use chrono_tz::Tz;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::config::{Log, LogFormat};
use crate::crypt::is_unseen;
use crate::error::{Doing, Error};
use crate::http::text::{Phrase, Texts};
use crate::model::{Language, Time};

use super::failure::{Failure, Result};

/// The person's side of a verb.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    /// Words in the person's language.
    pub(super) texts: Texts,
    /// Whether data is wanted as JSON.
    pub(super) json: bool,
}

impl Terminal {
    /// From the locale of the environment.
    pub(super) fn new(json: bool) -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| {
            let value = std::env::var(name).ok()?;
            (!value.is_empty()).then_some(value)
        });
        let language = language_of(set.as_deref().unwrap_or_default());
        Self { texts: Texts::new(language, time_zone()), json }
    }

    /// Words, to standard error. Nobody can be told when that fails. Some come out of a file or from somebody else: none of
    /// them steers the terminal.
    pub(super) fn say(&self, words: impl AsRef<str>) {
        let lines: Vec<String> = words.as_ref().split('\n').map(one_line).collect();
        let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
    }

    /// The words of `key`, to standard error.
    pub(super) fn say_text(&self, key: &str) {
        self.say(self.texts.text(key));
    }

    /// The words of `key`, to be completed with values.
    pub(super) fn phrase<'a>(&self, key: &'a str) -> Phrase<'a> {
        self.texts.phrase(key)
    }

    /// Data, to standard output; flushed, so that a caller may act on it having arrived.
    pub(super) fn print(&self, data: impl AsRef<str>) -> Result<()> {
        let mut out = io::stdout().lock();
        let written = out.write_all(data.as_ref().as_bytes()).and_then(|()| out.write_all(b"\n"));
        Ok(written.and_then(|()| out.flush()).doing("writing to standard output")?)
    }

    /// Data byte for byte, to standard output: what has a digest.
    pub(super) fn print_bytes(&self, bytes: &[u8]) -> Result<()> {
        let mut out = io::stdout().lock();
        Ok(out.write_all(bytes).and_then(|()| out.flush()).doing("writing to standard output")?)
    }

    /// Data as JSON, to standard output.
    pub(super) fn print_json(&self, data: &impl Serialize) -> Result<()> {
        let text = Zeroizing::new(serde_json::to_string_pretty(data).doing("writing JSON")?);
        // JSON escapes what is below a space alone. Outside of words nothing of this stands.
        let mut seen = Zeroizing::new(String::with_capacity(text.len()));
        for c in text.chars() {
            match c {
                '\n' => seen.push(c),
                // Writing to a string does not fail; and none of these has more than four digits.
                c if is_unseen(c) => drop(write!(seen, "\\u{:04x}", u32::from(c))),
                c => seen.push(c),
            }
        }
        self.print(seen.as_str())
    }

    /// A failure in the words of two keys.
    pub(super) fn failure(&self, what: &str, next: &str) -> Failure {
        Failure::failed(self.texts.text(what), self.texts.text(next))
    }

    /// A moment as people read it; what is no RFC 3339 time stays as it is.
    pub(super) fn moment(&self, text: &str) -> String {
        time(text).map_or_else(|| text.to_owned(), |time| self.texts.short_moment(&time))
    }

    /// Asks on the terminal of this process; what is typed is seen, as on the page.
    pub(super) fn ask(&self, key: &str) -> Result<Zeroizing<String>> {
        if !io::stdin().is_terminal() {
            return Err(Failure::Usage(self.texts.text("cli-no-terminal")));
        }
        let mut words = io::stderr();
        let _ = write!(words, "{} ", self.texts.text(key)).and_then(|()| words.flush());
        let mut line = Zeroizing::new(String::new());
        io::stdin().lock().read_line(&mut line).doing("reading from the terminal")?;
        Ok(line)
    }
}

/// What somebody else has written, as it is shown on a terminal: in one line, without what would steer the terminal or turn the
/// direction of reading.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_unseen(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Reads RFC 3339.
pub(super) fn time(text: &str) -> Option<Time> {
    let time = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(Time::from_millis(time.timestamp_millis()))
}

pub(super) fn language_of(locale: &str) -> Language {
    if locale.to_ascii_lowercase().starts_with("ja") { Language::Ja } else { Language::En }
}

/// From TZ, else from the system's link to its zone, else UTC.
fn time_zone() -> Tz {
    let set = std::env::var("TZ").ok().and_then(|name| name.trim_start_matches(':').parse().ok());
    set.or_else(|| {
        let link = std::fs::read_link("/etc/localtime").ok()?;
        let (_, name) = link.to_str()?.split_once("zoneinfo/")?;
        name.parse().ok()
    })
    .unwrap_or(Tz::UTC)
}

/// Never logged, whatever the level: it writes down what it says to the mail server, the password among it.
const SILENT: &str = "async_imap";

/// Turns the program's own log on, to standard error.
pub(super) fn log(settings: &Log) -> Result<()> {
    let wanted = settings.level.split(',').filter(|directive| !directive.contains(SILENT));
    let level = wanted.chain(["async_imap=off"]).collect::<Vec<_>>().join(",");
    let filter = tracing_subscriber::EnvFilter::try_new(&level).doing("reading log.level")?;
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    let set = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    set.map_err(|error| Failure::from(Error::fault("starting the log", error)))
}
