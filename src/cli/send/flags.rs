//! Recipients with flags: they are named, and at a terminal it is asked whether they were checked with.

use std::io::{IsTerminal, stdin};

use crate::cli::client::Refused;
use crate::cli::failure::Result;
use crate::cli::terminal::Terminal;

/// What the person at the terminal confirms of the recipients that the gateway names; none where nobody is asked, or
/// somebody says no.
pub(super) fn ask(refused: &Refused, terminal: Terminal) -> Result<Option<Vec<String>>> {
    let mut confirmed = Vec::new();
    for recipient in refused.list("recipients") {
        let text = |name: &str| recipient.get(name).and_then(|value| value.as_str()).unwrap_or_default();
        let flags = recipient.get("flags").and_then(|flags| flags.as_array()).map(Vec::as_slice).unwrap_or_default();
        let words: Vec<&str> = flags.iter().filter_map(|flag| flag.as_str()).collect();
        let names = words.iter().map(|word| terminal.texts.text(key(word))).collect::<Vec<_>>().join(" / ");
        let line = terminal.phrase("cli-flags").with("email", text("email")).with("flags", names);
        terminal.say(line.with("words", words.join(" ")).to_string());
        confirmed.extend(words.iter().map(|word| format!("{}:{word}", text("reference"))));
    }
    if terminal.json || !stdin().is_terminal() || confirmed.is_empty() {
        return Ok(None);
    }
    let answer = terminal.ask("cli-confirm-flags")?;
    let yes = ["y", "yes", "はい"].contains(&answer.trim().to_lowercase().as_str());
    Ok(yes.then_some(confirmed))
}

fn key(word: &str) -> &'static str {
    match word {
        "look_alike" => "cli-flag-look-alike",
        "look_alike_here" => "cli-flag-look-alike-here",
        "scripts" => "cli-flag-scripts",
        "free_mail" => "cli-flag-free-mail",
        "other_company" => "cli-flag-other-company",
        "bounced" => "cli-flag-bounced",
        _ => "cli-flag-first-time",
    }
}
