//! `kakitome audit check`: what the gateway does every night, now.

use serde_json::json;

use crate::model::Actor;
use crate::staff::log::check;

use super::super::console::Console;
use super::super::failure::{Failure, Result};
use super::super::terminal::Terminal;

pub(super) async fn run(console: Console, terminal: Terminal) -> Result<()> {
    console.require_installation(terminal)?;
    let gateway = console.open().await?.gateway;
    let checked = check::check(&gateway, Actor::Console).await?;
    if terminal.json {
        terminal.print_json(&json!({
            "ok": checked.wrong.is_none(),
            "entries": checked.entries,
            "good_at": checked.good_at.map(|at| at.to_rfc3339()),
            "origin": checked.wrong.as_ref().map(|wrong| &wrong.origin),
            "flaw": checked.wrong.as_ref().map(|wrong| &wrong.flaw),
            "entry": checked.wrong.as_ref().and_then(|wrong| wrong.entry),
        }))?;
    }
    let Some(wrong) = checked.wrong else {
        terminal.say(terminal.phrase("cli-audit-checked").with("entries", checked.entries).to_string());
        return Ok(());
    };
    let key = match (wrong.flaw.as_str(), wrong.entry) {
        ("unsigned", _) => "cli-audit-inconsistent-unsigned",
        ("astray", _) => "cli-audit-inconsistent-astray",
        (_, Some(_)) => "cli-audit-inconsistent-entry",
        (_, None) => "cli-audit-inconsistent",
    };
    let phrase = terminal.phrase(key).with("origin", wrong.origin).with("flaw", wrong.flaw);
    let what = phrase.with("entry", wrong.entry.unwrap_or_default()).to_string();
    Err(Failure::failed(what, terminal.phrase("cli-audit-inconsistent.next").to_string()))
}
