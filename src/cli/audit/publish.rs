//! `kakitome audit publish`: a log as files of C2SP tlog-tiles, in a directory or in one zip. What is full does not change
//! any more and is written once.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::audit::{Place, named};
use crate::error::Error;
use crate::staff::log::{Zip, published};
use crate::store::copies;
use crate::store::tree::{self, Log};

use super::super::console::Console;
use super::super::failure::{Failure, Result};
use super::super::terminal::Terminal;
use super::{bar, is_zip};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to; what is there of an earlier time is kept. With the ending .zip it becomes one file, made anew
    #[arg(value_name = "DIR-OR-ZIP")]
    target: PathBuf,
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
    let mut target = Target::of(&args.target, &log.origin, terminal)?;
    let progress = bar(&log.origin, signed.size);
    for place in Place::all(signed.size) {
        let path = place.path();
        if !target.has(&path) || matches!(place, Place::Tile(..)) {
            let (number, size) = (log.number, signed.size);
            let bytes = gateway.store.read(move |tx| published::file(tx, number, size, place)).await?;
            let bytes = bytes.ok_or_else(|| Error::fault("publishing the log", format!("{path} is not stored")))?;
            target.write(&path, &bytes)?;
        }
        if let Place::Entries(_, width) = place {
            progress.inc(width);
        }
    }
    // Last: whoever reads meanwhile finds everything that it is about.
    let known = signed.clone();
    let published = gateway.store.read(move |tx| copies::published(tx, &known)).await?;
    target.end(published.as_bytes())?;
    progress.finish_and_clear();
    terminal.print(log.origin.clone())
}

/// Where files go.
enum Target {
    Directory(PathBuf),
    Zip { zip: Box<Zip>, unfinished: tempfile::NamedTempFile, file: PathBuf },
}

impl Target {
    fn of(path: &Path, origin: &str, terminal: Terminal) -> Result<Self> {
        if !is_zip(path) {
            refuse_another(path, origin, terminal)?;
            return Ok(Self::Directory(path.to_owned()));
        }
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let unfinished = tempfile::NamedTempFile::new_in(parent).map_err(|error| Failure::file(path, &error))?;
        Ok(Self::Zip { zip: Box::default(), unfinished, file: path.to_owned() })
    }

    /// Whether an earlier time left it, so that it need not be read again.
    fn has(&self, path: &str) -> bool {
        match self {
            Self::Directory(directory) => directory.join(path).exists(),
            Self::Zip { .. } => false,
        }
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Directory(directory) => write(directory, path, bytes),
            Self::Zip { zip, unfinished, file } => {
                let bytes = zip.add(path, bytes)?;
                unfinished.write_all(&bytes).map_err(|error| Failure::file(file, &error))
            }
        }
    }

    fn end(mut self, checkpoint: &[u8]) -> Result<()> {
        self.write("checkpoint", checkpoint)?;
        let Self::Zip { zip, mut unfinished, file } = self else { return Ok(()) };
        let last = zip.end()?;
        unfinished.write_all(&last).map_err(|error| Failure::file(&file, &error))?;
        unfinished.persist(&file).map_err(|failed| Failure::file(&file, &failed.error))?;
        Ok(())
    }
}

/// Files of one log do not mix with those of another.
fn refuse_another(directory: &Path, origin: &str, terminal: Terminal) -> Result<()> {
    let there = fs::read_to_string(directory.join("checkpoint")).unwrap_or_default();
    if !there.is_empty() && named(&there) != origin {
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
