//! `kakitome audit`: the log as files, its key, and its verification by somebody who has neither the database nor us.

mod erase;
mod publish;
mod verify;

use std::io::IsTerminal;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::audit::VerifierKey;
use crate::store::tree;

use super::console::Console;
use super::failure::Result;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print the keys that the checkpoints of each log verify with (on the gateway's machine)
    Key(Console),
    /// Have a person forgotten: what names somebody, beside the log and elsewhere (on the gateway's machine)
    Erase(erase::Args),
    /// Write a log as files: checkpoint, tiles, entries (on the gateway's machine)
    Publish(publish::Args),
    /// Verify a log that was written as files. Needs no gateway, no database and no network
    Verify(verify::Args),
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::Key(console) => key(console, terminal).await,
        Verb::Erase(args) => erase::run(args, terminal).await,
        Verb::Publish(args) => publish::run(args, terminal).await,
        Verb::Verify(args) => verify::run(&args, terminal),
    }
}

async fn key(console: Console, terminal: Terminal) -> Result<()> {
    console.require_installation(terminal)?;
    let gateway = console.open().await?.gateway;
    let logs = gateway.store.read(tree::all).await?;
    let mut keys = Vec::with_capacity(logs.len());
    for log in &logs {
        keys.push(VerifierKey::of(&log.origin, &gateway.store.keys().log)?.text().to_owned());
    }
    if terminal.json {
        return terminal.print_json(&json!(keys));
    }
    keys.into_iter().try_for_each(|key| terminal.print(key))
}

/// How many entries were dealt with, on a terminal.
fn bar(origin: &str, all: u64) -> ProgressBar {
    let target =
        if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(all), target).with_message(origin.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar
}
