//! `kakitome audit`: the log as files, its key, and its verification by somebody who has neither the database nor us.

mod certificate;
mod check;
mod erase;
mod export;
mod publish;
mod question;
mod receipt;
mod search;
mod verify;

use std::io::IsTerminal;
use std::path::Path;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

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
    /// Search the log (on the gateway's machine)
    Search(search::Args),
    /// Print the keys that the checkpoints of each log verify with (on the gateway's machine)
    Key(Console),
    /// Write entries that answer a question into a file (on the gateway's machine)
    Export(Box<export::Args>),
    /// Have a person forgotten: what names somebody, beside the log and elsewhere (on the gateway's machine)
    Erase(erase::Args),
    /// Write a log as files: checkpoint, tiles, entries (on the gateway's machine)
    Publish(publish::Args),
    /// Verify a log that was written as files, a receipt or certificates. Needs no gateway, no database and no network
    Verify(verify::Args),
    /// Verify every log as it is stored, and write down what was found (on the gateway's machine)
    Check(Console),
    /// Print the certificate of a deletion, or all of a month, a line each (on the gateway's machine)
    Certificate(certificate::Args),
    /// Print the proof of an event, or the receipts of a delivery, a line each (on the gateway's machine)
    Proof(certificate::ProofArgs),
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::Search(args) => search::run(args, terminal).await,
        Verb::Key(console) => key(console, terminal).await,
        Verb::Export(args) => export::run(*args, terminal).await,
        Verb::Erase(args) => erase::run(args, terminal).await,
        Verb::Publish(args) => publish::run(args, terminal).await,
        Verb::Verify(args) => verify::run(&args, terminal),
        Verb::Check(console) => check::run(console, terminal).await,
        Verb::Certificate(args) => certificate::run(args, terminal).await,
        Verb::Proof(args) => certificate::prove(args, terminal).await,
    }
}

async fn key(console: Console, terminal: Terminal) -> Result<()> {
    console.require_installation(terminal)?;
    let gateway = console.open().await?.gateway;
    let logs = gateway.store.read(tree::all).await?;
    // The key that each log was signed with; the present one may be another.
    let keys: Vec<String> = logs.into_iter().map(|log| log.key).filter(|key| !key.is_empty()).collect();
    if terminal.json {
        return terminal.print_json(&json!(keys));
    }
    keys.into_iter().try_for_each(|key| terminal.print(key))
}

/// Whether a log is or will be one file.
fn is_zip(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
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
