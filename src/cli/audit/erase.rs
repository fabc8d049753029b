//! `kakitome audit erase`: has a person forgotten, as `/admin/erase` does.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::json;

use crate::model::AccountState;
use crate::staff::erasure;
use crate::staff::registrar::Registrar;
use crate::store::erasure::Found;

use super::super::console::Console;
use super::super::failure::Result;
use super::super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The person's mail address
    email: String,
    /// The person's name in the fax register
    #[arg(long, value_name = "NAME", default_value = "")]
    name: String,
    /// Why; kept in the log, and must not name the person
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    reason: Option<String>,
    /// Only tell what is kept
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    args.console.require_installation(terminal)?;
    let gateway = args.console.open().await?.gateway;
    let person = erasure::person(&args.email, &args.name)?;
    if args.dry_run {
        return tell(&erasure::preview(&gateway, &person).await?, terminal);
    }
    let registrar = Registrar::console().because(args.reason.as_deref().unwrap_or_default())?;
    let target =
        if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let progress = ProgressBar::with_draw_target(None, target);
    let told = |erased: erasure::Erased| {
        progress.set_message(format!("{} / {}", erased.values, erased.rows));
        progress.tick();
    };
    let erased = erasure::erase(&gateway, &registrar, &person, told).await?;
    progress.finish_and_clear();
    let left = erasure::preview(&gateway, &person).await?;
    if terminal.json {
        let waits = waits(&left);
        return terminal.print_json(&json!({ "values": erased.values, "rows": erased.rows, "waits": waits }));
    }
    let words = terminal.phrase("cli-erased").with("values", erased.values.to_string());
    terminal.print(words.with("rows", erased.rows.to_string()).to_string())?;
    tell_waits(&left, terminal)
}

/// What has to wait, as an object.
fn waits(found: &Found) -> serde_json::Value {
    let in_use = found.account.is_some_and(|state| state != AccountState::Stopped);
    json!({ "deliveries": found.running, "faxes": found.open_faxes, "account": in_use })
}

fn tell(found: &Found, terminal: Terminal) -> Result<()> {
    let stopped = i64::from(found.account == Some(AccountState::Stopped));
    let rows = [
        ("values", "erase-values", found.values),
        ("deliveries", "erase-deliveries", found.deliveries),
        ("office_contacts", "erase-office-contacts", found.office_contacts),
        ("own_contacts", "erase-own-contacts", found.own_contacts),
        ("templates", "erase-templates", found.templates),
        ("faxes", "erase-faxes", found.faxes),
        ("accounts", "erase-account", stopped),
    ];
    if terminal.json {
        let mut now = serde_json::Map::new();
        for (word, _, count) in rows {
            now.insert(word.to_owned(), json!(count));
        }
        return terminal.print_json(&json!({ "now": now, "waits": waits(found) }));
    }
    for (_, key, count) in rows {
        terminal.print(format!("{count:>8}  {}", terminal.phrase(key)))?;
    }
    tell_waits(found, terminal)
}

fn tell_waits(found: &Found, terminal: Terminal) -> Result<()> {
    let in_use = i64::from(found.account.is_some_and(|state| state != AccountState::Stopped));
    let waiting =
        [("erase-running", found.running), ("erase-open-faxes", found.open_faxes), ("erase-account-in-use", in_use)];
    for (key, count) in waiting.into_iter().filter(|(_, count)| *count > 0) {
        terminal.print(terminal.phrase(key).with("count", count).to_string())?;
    }
    Ok(())
}
