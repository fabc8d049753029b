//! `kakitome keys`: the keys of an installation.

use std::path::Path;

use clap::Subcommand;
use serde::Serialize;

use crate::adapter::mail::DkimKey;
use crate::app;
use crate::transfer::key_loss;

use super::console::Console;
use super::failure::Result;
use super::private_file;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Accept a new, empty shred store after the old one was lost for good: ends every transfer that lives
    ReinitShredStore(Reinit),
    /// The key for signing mails (DKIM): makes it if it is not there, and prints the record for the domain
    Dkim(Dkim),
}

#[derive(Debug, clap::Args)]
struct Reinit {
    /// Do it. Nothing that is under way can be opened any more, by anybody
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct Dkim {
    #[command(flatten)]
    console: Console,
}

/// A record for the domain.
#[derive(Serialize)]
struct Record {
    name: String,
    r#type: &'static str,
    value: String,
    made: bool,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::ReinitShredStore(args) => reinit(args, terminal).await,
        Verb::Dkim(args) => dkim(&args, terminal),
    }
}

fn dkim(args: &Dkim, terminal: Terminal) -> Result<()> {
    let mail = args.console.config()?.mail;
    let (Some(name), Some(file)) = (app::dkim_name(&mail), &mail.dkim.key_file) else {
        return Err(terminal.failure("cli-dkim-unset", "cli-dkim-unset.next"));
    };
    let made = make_key(file)?;
    let value = app::dkim_key(file)?.record()?;
    let said = if made { "cli-dkim-made" } else { "cli-dkim-there" };
    terminal.say(terminal.phrase(said).with("file", file.display().to_string()).to_string());
    terminal.say_text("cli-dkim-next");
    let record = Record { name: name.record_name(), r#type: "TXT", value, made };
    if terminal.json { terminal.print_json(&record) } else { terminal.print(zone_line(&record)) }
}

/// Makes the key unless it is there; never puts another in its place.
fn make_key(file: &Path) -> Result<bool> {
    if file.exists() {
        return Ok(false);
    }
    private_file::write_bytes(file, DkimKey::generate()?.as_bytes())?;
    Ok(true)
}

/// As it stands in a zone file: strings of at most 255 bytes, which belong together (RFC 1035, 3.3.14).
fn zone_line(record: &Record) -> String {
    let letters: Vec<char> = record.value.chars().collect();
    let strings: Vec<String> =
        letters.chunks(255).map(|part| format!("\"{}\"", part.iter().collect::<String>())).collect();
    format!("{}. IN TXT ( {} )", record.name, strings.join(" "))
}

async fn reinit(args: Reinit, terminal: Terminal) -> Result<()> {
    if !args.yes {
        return Err(terminal.failure("cli-reinit", "cli-reinit.next"));
    }
    let config = args.console.config()?;
    app::replace_shred_store(&config, &args.console.places()).await?;
    let gateway = args.console.open().await?.gateway;
    let ended = key_loss::finish(&gateway).await?;
    terminal.say_text("cli-reinit-done");
    if terminal.json {
        return terminal.print_json(&ended);
    }
    let line = terminal.phrase("cli-reinit-count").with("deliveries", ended.deliveries).with("drafts", ended.drafts);
    terminal.print(line.to_string())
}
