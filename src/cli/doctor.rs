//! `kakitome doctor`: looks at what the gateway relies on, and says what to do about what is not well.

mod words;

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::{Map, json};

use crate::http::text::Phrase;
use crate::staff::doctor::{CHECKS, Facts, Outcome, Saw, Value};

use super::console::Console;
use super::failure::Result;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    console: Console,
}

/// A check, as it is told.
#[derive(Serialize)]
struct Told {
    name: &'static str,
    outcome: Outcome,
    found: &'static str,
    seen: String,
    next: String,
    values: Map<String, serde_json::Value>,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    args.console.require_installation(terminal)?;
    let gateway = args.console.open().await?.gateway;
    let bar = bar();
    bar.tick();
    let facts = Facts::gather(&gateway).await;
    let mut told = Vec::with_capacity(CHECKS.len());
    for check in CHECKS {
        bar.set_message(check.name);
        let one = tell(check.name, &check.look(&facts).await?, terminal);
        bar.inc(1);
        if !terminal.json {
            bar.suspend(|| terminal.print(line(&one, terminal)))?;
        }
        told.push(one);
    }
    bar.finish_and_clear();
    conclude(&told, terminal)
}

/// What is being looked at, on a terminal; elsewhere the lines that are printed tell it.
fn bar() -> ProgressBar {
    let target =
        if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(CHECKS.len() as u64), target);
    if let Ok(style) = ProgressStyle::with_template("[{bar:23}] {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

fn conclude(told: &[Told], terminal: Terminal) -> Result<()> {
    let count = |outcome: Outcome| told.iter().filter(|one| one.outcome == outcome).count();
    let failed = count(Outcome::Failed);
    if terminal.json {
        terminal.print_json(&json!({ "ok": failed == 0, "checks": told }))?;
    }
    let sum = terminal.phrase("cli-doctor-sum").with("ok", count(Outcome::Ok)).with("failed", failed);
    let sum = sum.with("warnings", count(Outcome::Warning)).with("unchecked", count(Outcome::NotChecked));
    terminal.say(sum.to_string());
    match failed {
        0 => Ok(()),
        _ => Err(terminal.failure("cli-doctor-failed", "cli-doctor-failed.next")),
    }
}

fn tell(name: &'static str, saw: &Saw, terminal: Terminal) -> Told {
    let outcome = saw.seen.outcome();
    let key = words::key(saw.seen);
    let next = match outcome {
        Outcome::Ok => String::new(),
        _ => fill(terminal.phrase(&format!("{key}.next")), saw, terminal),
    };
    let values = saw.values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let seen = fill(terminal.phrase(key), saw, terminal);
    Told { name, outcome, found: saw.seen.word(), seen, next, values }
}

fn fill(phrase: Phrase<'_>, saw: &Saw, terminal: Terminal) -> String {
    let texts = &terminal.texts;
    let filled = saw.values.iter().fold(phrase, |phrase, (name, value)| match value {
        Value::Text(text) => phrase.with(name, text),
        Value::Count(count) => phrase.with(name, count),
        Value::Size(bytes) => phrase.with(name, texts.size(bytes)),
        Value::Seconds(seconds) => phrase.with(name, texts.duration(*seconds)),
        Value::Moment(at) => phrase.with(name, texts.short_moment(at)),
    });
    filled.to_string()
}

fn line(told: &Told, terminal: Terminal) -> String {
    let outcome = terminal.phrase("cli-doctor-outcome").with("outcome", told.outcome.word()).to_string();
    let line = format!("{outcome}  {}\n    {}", told.name, told.seen);
    if told.next.is_empty() { line } else { format!("{line}\n    → {}", told.next) }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::http::text::Texts;
    use crate::model::Language;
    use crate::staff::doctor::Seen;

    /// Every name that a text may use.
    const VALUES: [&str; 23] = [
        "address",
        "addresses",
        "answer",
        "at",
        "count",
        "directory",
        "file",
        "hours",
        "key",
        "keys",
        "kind",
        "limit",
        "log",
        "mode",
        "name",
        "needed",
        "patience",
        "record",
        "seconds",
        "size",
        "swap",
        "version",
        "why",
    ];

    #[test]
    fn everything_that_can_be_seen_is_told_and_what_is_not_well_says_what_to_do() {
        for language in [Language::Ja, Language::En] {
            let terminal = Terminal { texts: Texts::new(language, Tz::UTC), json: false };
            for seen in Seen::ALL {
                let saw = Saw { seen: *seen, values: VALUES.map(|name| (name, Value::Count(2))).into() };
                let told = tell("scanner", &saw, terminal);
                assert!(!told.seen.contains('⟦') && !told.next.contains('⟦'), "{language:?} {seen}");
                assert_eq!(told.next.is_empty(), told.outcome == Outcome::Ok, "{seen}");
            }
            for outcome in Outcome::ALL {
                let told = terminal.phrase("cli-doctor-outcome").with("outcome", outcome.word()).to_string();
                assert!(!told.contains(outcome.word()) || language == Language::En, "{told}");
            }
        }
    }
}
