//! `kakitome audit publish`: a log as files of C2SP tlog-tiles. What is full does not change any more and is written once.

use std::fs;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use crate::audit::{ENTRIES, Tile, Tiles as _, write_entries};
use crate::gateway::Gateway;
use crate::store::copies;
use crate::store::tree::{self, Kept, Log};

use super::super::console::Console;
use super::super::failure::{Failure, Result};
use super::super::terminal::Terminal;
use super::bar;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to; what is there of an earlier time is kept
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Which log, by its origin; without it the one that grows
    #[arg(long, value_name = "ORIGIN")]
    log: Option<String>,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    args.console.require_installation(terminal)?;
    let gateway = args.console.open().await?.gateway;
    let logs = gateway.store.read(tree::all).await?;
    let is_asked = |log: &&Log| args.log.as_ref().is_none_or(|origin| *origin == log.origin);
    let Some(log) = logs.iter().rev().find(is_asked) else {
        return Err(terminal.failure("cli-audit-no-log", "cli-audit-no-log.next"));
    };
    let Some(signed) = &log.signed else {
        return Err(terminal.failure("cli-audit-not-signed", "cli-audit-not-signed.next"));
    };
    refuse_another(&args.directory, &log.origin, terminal)?;
    let progress = bar(&log.origin, signed.size);
    write_all_entries(&gateway, log.number, signed.size, &args.directory, &progress).await?;
    for (tile, width) in Tile::all(signed.size) {
        let number = log.number;
        let mut hashes = gateway.store.read(move |tx| Kept::of(tx, number).tile(tile)).await?;
        hashes.truncate(usize::try_from(width).unwrap_or_default() * size_of::<crate::audit::Hash>());
        write(&args.directory, &tile.path(width), &hashes)?;
    }
    // Last: whoever reads meanwhile finds everything that it is about.
    let known = signed.clone();
    let published = gateway.store.read(move |tx| copies::published(tx, &known)).await?;
    write(&args.directory, "checkpoint", published.as_bytes())?;
    progress.finish_and_clear();
    terminal.print(log.origin.clone())
}

async fn write_all_entries(
    gateway: &Gateway,
    log: i32,
    size: u64,
    directory: &Path,
    progress: &ProgressBar,
) -> Result<()> {
    for index in 0..size.div_ceil(ENTRIES) {
        let width = ENTRIES.min(size - index * ENTRIES);
        let path = Tile::entries_path(index, width);
        if !directory.join(&path).exists() {
            let entries = gateway.store.read(move |tx| tree::entries(tx, log, index * ENTRIES, width)).await?;
            write(directory, &path, &write_entries(entries.iter().map(Vec::as_slice))?)?;
        }
        progress.inc(width);
    }
    Ok(())
}

/// Files of one log do not mix with those of another.
fn refuse_another(directory: &Path, origin: &str, terminal: Terminal) -> Result<()> {
    let there = fs::read_to_string(directory.join("checkpoint")).unwrap_or_default();
    if there.lines().next().is_some_and(|first| first != origin) {
        return Err(terminal.failure("cli-audit-another", "cli-audit-another.next"));
    }
    Ok(())
}

/// Whole or not at all.
fn write(directory: &Path, path: &str, bytes: &[u8]) -> Result<()> {
    let file = directory.join(path);
    let parent = file.parent().unwrap_or(directory);
    let unfinished = parent.join(".unfinished");
    let written = fs::create_dir_all(parent)
        .and_then(|()| fs::write(&unfinished, bytes))
        .and_then(|()| fs::rename(&unfinished, &file));
    written.map_err(|error| Failure::file(&file, &error))
}
