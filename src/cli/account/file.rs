//! `kakitome account import` and `kakitome account export`.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::cli::console::Console;
use crate::cli::failure::{Failure, Result};
use crate::cli::private_file::write_new;
use crate::cli::terminal::Terminal;
use crate::error::Doing;
use crate::http::import_text;
use crate::staff::register;
use crate::staff::register::import::{self as register_file, Options, Outcome, Plan, RowFlaw};

use super::Reason;

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The CSV file; - for standard input
    file: PathBuf,
    /// Only say what would change
    #[arg(long)]
    check: bool,
    /// Invite nobody by mail
    #[arg(long)]
    no_mail: bool,
    #[command(flatten)]
    reason: Reason,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// Write it into a new file that only you can read, instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn import(args: Import, terminal: Terminal) -> Result<()> {
    let registrar = args.reason.registrar()?;
    let bytes = read(&args.file)?;
    let gateway = args.console.open().await?.gateway;
    let plan = match register_file::check(&gateway, bytes.clone(), None).await? {
        Ok(plan) => plan,
        Err(flaws) => return Err(refused(&flaws, terminal)),
    };
    if args.check {
        tell(&plan, terminal);
        return print(&plan, false, terminal);
    }
    let bar = bar((plan.added.len() + plan.changed.len()) as u64);
    let moving = bar.clone();
    let options = Options { mail: !args.no_mail, agreed: None };
    let outcome =
        register_file::carry_out(&gateway, bytes, options, &registrar, move |done| moving.set_position(done)).await;
    bar.finish_and_clear();
    match outcome? {
        Outcome::Done(plan) => print(&plan, true, terminal),
        Outcome::Refused(flaws) => Err(refused(&flaws, terminal)),
        Outcome::Stale(_) => Err(terminal.failure("import-stale", "import-errors-lead")),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    // One byte more than is read: what is too large is told as such, and not read to its end.
    let most = register_file::BYTES_MOST as u64 + 1;
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).doing("reading standard input")?;
    } else {
        let opened = std::fs::File::open(file).map_err(|error| Failure::file(file, &error))?;
        opened.take(most).read_to_end(&mut bytes).map_err(|error| Failure::file(file, &error))?;
    }
    Ok(bytes)
}

fn bar(total: u64) -> ProgressBar {
    let target =
        if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(total), target);
    if let Ok(style) = ProgressStyle::with_template("[{bar:30}] {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar
}

/// Every flaw on a line of its own; nothing was done.
fn refused(flaws: &[RowFlaw], terminal: Terminal) -> Failure {
    for flaw in flaws {
        terminal.say(import_text::line(&terminal.texts, flaw));
    }
    terminal.failure("import-errors-title", "import-errors-lead")
}

/// What would change, by person.
fn tell(plan: &Plan, terminal: Terminal) {
    for one in &plan.added {
        terminal.say(format!("+ {}  {}", one.account.email, one.account.name));
    }
    for one in &plan.changed {
        let details: Vec<_> = one.details.iter().map(|detail| detail.word()).collect();
        terminal.say(format!("~ {}  {}", one.before.email, details.join(",")));
    }
}

fn print(plan: &Plan, done: bool, terminal: Terminal) -> Result<()> {
    let (added, changed) = (plan.added.len(), plan.changed.len());
    if terminal.json {
        let told = json!({
            "rows": plan.rows, "added": added, "changed": changed, "unchanged": plan.unchanged, "done": done,
        });
        return terminal.print_json(&told);
    }
    let key = if done { "cli-imported" } else { "cli-would-import" };
    let words = terminal.phrase(key).with("added", added).with("changed", changed).with("unchanged", plan.unchanged);
    terminal.print(words.to_string())
}

pub(super) async fn export(args: Export, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let text = register::export_at_console(&gateway).await?;
    match &args.out {
        Some(path) => Ok(write_new(path, &text)?),
        None => terminal.print(text.trim_end_matches("\r\n")),
    }
}
