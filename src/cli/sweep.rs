//! `kakitome sweep`: ends what the clock has ended, once, beside the gateway or without it.

use crate::model::Time;
use crate::transfer::expire::{self, Swept};

use super::console::Console;
use super::failure::Result;
use super::terminal::{Terminal, time};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Sweep as if it were this time (RFC 3339, such as 2026-12-01T00:00:00Z): what it ends stays ended
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<Time>,
    #[command(flatten)]
    console: Console,
}

fn moment(text: &str) -> Result<Time, String> {
    time(text).ok_or_else(|| format!("`{text}` is no RFC 3339 time, such as 2026-12-01T00:00:00Z"))
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let now = args.now.unwrap_or_else(|| gateway.now());
    let swept = expire::sweep(&gateway, now).await?;
    // Orphans are told by when they were written, so the true time decides about them.
    let swept = Swept { orphans: expire::sweep_orphans(&gateway, gateway.now()).await?, ..swept };
    print(&swept, terminal)
}

fn print(swept: &Swept, terminal: Terminal) -> Result<()> {
    if terminal.json {
        return terminal.print_json(swept);
    }
    let Swept { expired, closed, abandoned, sessions, shredded, orphans } = *swept;
    let line = terminal
        .phrase("cli-swept")
        .with("expired", expired)
        .with("closed", closed)
        .with("abandoned", abandoned)
        .with("sessions", sessions)
        .with("shredded", shredded)
        .with("orphans", orphans);
    terminal.print(line.to_string())
}
