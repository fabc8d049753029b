//! `kakitome account deputy`: who approves instead of somebody who is away.

use serde_json::json;

use crate::cli::failure::{Failure, Result};
use crate::cli::terminal::Terminal;
use crate::model::Time;
use crate::staff::deputy::{self, Named};

use super::set::{Day, first, last};
use super::{One, Reason};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    one: One,
    /// Mail address of who stands in
    #[arg(long, value_name = "EMAIL", requires = "until", conflicts_with = "end")]
    to: Option<String>,
    /// The first day, such as 2026-04-01; now if left out
    #[arg(long, value_name = "DAY", requires = "to")]
    from: Option<Day>,
    /// The last day
    #[arg(long, value_name = "DAY", requires = "to")]
    until: Option<Day>,
    /// Nobody stands in any more
    #[arg(long)]
    end: bool,
    #[command(flatten)]
    reason: Reason,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let (gateway, account) = args.one.open().await?;
    let registrar = args.reason.registrar()?;
    if let Some(to) = &args.to {
        let zone = gateway.office().time_zone;
        let from = args.from.and_then(|day| first(day, zone)).unwrap_or_else(|| gateway.now());
        let until = args.until.and_then(|day| last(day, zone));
        let until = until.ok_or_else(|| Failure::failed(terminal.texts.text("cli-deputy-until"), ""))?;
        deputy::name_for(&gateway, &registrar, account.id, to, (from, until)).await?;
    }
    if args.end {
        deputy::withdraw_for(&gateway, &registrar, account.id).await?;
    }
    let named = deputy::of_account(&gateway, account.id).await?;
    print(named.as_ref(), terminal)
}

fn print(named: Option<&Named>, terminal: Terminal) -> Result<()> {
    if terminal.json {
        let one = |one: &Named| {
            let (from, until) = (Time::to_rfc3339(one.from_at), Time::to_rfc3339(one.until_at));
            json!({ "id": one.account.id, "email": one.account.email, "from": from, "until": until })
        };
        return terminal.print_json(&json!({ "deputy": named.map(one) }));
    }
    match named {
        Some(one) => {
            let (from, until) = (terminal.texts.moment(&one.from_at), terminal.texts.moment(&one.until_at));
            terminal.print(format!("{}  {from}  {until}", one.account.email))
        }
        None => {
            terminal.say(terminal.texts.text("cli-deputy-none"));
            Ok(())
        }
    }
}
