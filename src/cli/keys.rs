//! `kakitome keys`: the keys of an installation.

use clap::Subcommand;

use crate::app;
use crate::transfer::key_loss;

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
    /// Accept a new, empty shred store after the old one was lost for good: ends every transfer that lives
    ReinitShredStore(Reinit),
}

#[derive(Debug, clap::Args)]
struct Reinit {
    /// Do it. Nothing that is under way can be opened any more, by anybody
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let Verb::ReinitShredStore(args) = args.verb;
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
