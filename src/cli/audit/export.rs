//! `kakitome audit export`: entries of the log as a file, on the gateway's machine.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;

use super::super::console::Console;
use super::super::failure::{Failure, Result};
use super::super::terminal::Terminal;
use super::bar;
use super::question::Asking;
use crate::audit::export::Column;
use crate::gateway::Gateway;
use crate::model::{ExportFormat, ExportId, ExportState};
use crate::staff::log::export::{self, Asked, Exporter, Opened, Progress};

/// Between two looks at what another process writes.
const LOOK: Duration = Duration::from_millis(500);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How it is written: csv, jsonl, cef or ocsf
    #[arg(long, value_name = "FORMAT", value_parser = format, default_value = "csv")]
    format: ExportFormat,
    /// What for; it stays in the log
    #[arg(long, value_name = "TEXT")]
    purpose: String,
    /// Columns of CSV, separated by commas; without it all of them
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', value_parser = column)]
    columns: Vec<Column>,
    #[command(flatten)]
    asking: Asking,
    /// Into a new file that only you can read, and its manifest beside it; without it to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    console: Console,
}

fn format(text: &str) -> std::result::Result<ExportFormat, String> {
    text.parse().map_err(|_| "csv, jsonl, cef or ocsf".to_owned())
}

fn column(text: &str) -> std::result::Result<Column, String> {
    let all = || Column::ALL.iter().map(|column| column.word()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|_| format!("one of {}", all()))
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    args.console.require_installation(terminal)?;
    let gateway = args.console.open().await?.gateway;
    let by = Exporter::console();
    let asked =
        Asked { question: args.asking.question(), format: args.format, columns: args.columns, purpose: args.purpose };
    let id = export::ask(&gateway, by.clone(), asked).await?;
    let written = carry_out(&gateway, by.clone(), id, args.out.as_deref(), terminal).await;
    // The copy that was kept for fetching is not needed any more, whatever became of it.
    let left = export::cancel(&gateway, by, id).await;
    written?;
    Ok(left?)
}

async fn carry_out(
    gateway: &Arc<Gateway>,
    by: Exporter,
    id: ExportId,
    out: Option<&Path>,
    terminal: Terminal,
) -> Result<()> {
    let progress = bar("export", 0);
    let told = |now: Progress| {
        progress.set_length(now.expected.unsigned_abs());
        progress.set_position(now.written.unsigned_abs());
    };
    if !export::work(gateway, Some(id), told).await? {
        // A running gateway took it first.
        watch(gateway, by.clone(), id, told).await?;
    }
    progress.finish_and_clear();
    let (_, manifest) = export::manifest(gateway, by.clone(), id).await?;
    let rows = export::show(gateway, by.clone(), id).await?.export.written;
    let opened = export::open(gateway, by, id).await?;
    let digest = opened.digest.clone();
    match out {
        Some(file) => {
            write(gateway, opened, file).await?;
            let beside = PathBuf::from(format!("{}.manifest.json", file.display()));
            create(&beside)?.write_all(manifest.as_bytes()).map_err(|error| Failure::file(&beside, &error))?;
            if terminal.json {
                return terminal.print_json(&json!({"file": file, "manifest": beside, "rows": rows, "sha256": digest}));
            }
            terminal.print(format!("{digest}  {}", file.display()))
        }
        None => {
            let mut bytes = opened.bytes(gateway);
            while let Some(some) = bytes.next().await {
                terminal.print_bytes(&some?)?;
            }
            terminal.say(manifest);
            Ok(())
        }
    }
}

/// Until another process has written the file.
async fn watch(gateway: &Gateway, by: Exporter, id: ExportId, told: impl Fn(Progress)) -> Result<()> {
    let mut looks = tokio::time::interval(LOOK);
    loop {
        looks.tick().await;
        let export = export::show(gateway, by.clone(), id).await?.export;
        if export.state != ExportState::Running {
            return Ok(());
        }
        told(Progress { written: export.written, expected: export.expected });
    }
}

async fn write(gateway: &Arc<Gateway>, opened: Opened, path: &Path) -> Result<()> {
    let mut file = create(path)?;
    let mut bytes = opened.bytes(gateway);
    while let Some(some) = bytes.next().await {
        file.write_all(&some?).map_err(|error| Failure::file(path, &error))?;
    }
    file.sync_all().map_err(|error| Failure::file(path, &error))
}

/// A new file that only its owner reads.
fn create(path: &Path) -> Result<std::fs::File> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    opened.map_err(|error| Failure::file(path, &error))
}
