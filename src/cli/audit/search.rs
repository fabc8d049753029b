//! `kakitome audit search`: questions to the log, on the gateway's machine.

use serde_json::{Value, json};

use crate::error::Error;
use crate::http::event_text;
use crate::http::text::Texts;
use crate::staff::log::{self, Row};

use super::super::console::Console;
use super::super::failure::Result;
use super::super::terminal::Terminal;
use super::question::Asking;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    asking: Asking,
    /// So many events at most, the newest
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    args.console.require_installation(terminal)?;
    let gateway = args.console.open().await?.gateway;
    let (question, limit) = (args.asking.question(), args.limit);
    let span = question.span(gateway.now(), gateway.office().time_zone);
    let rows = gateway.store.read(move |tx| match log::wanted(tx, &question, span)? {
        Some(wanted) => Ok::<_, Error>(log::page(tx, &wanted, None, limit)?.rows),
        None => Ok(Vec::new()),
    });
    let rows = rows.await?;
    if terminal.json {
        return terminal.print_json(&Value::Array(rows.iter().map(as_json).collect()));
    }
    rows.iter().try_for_each(|row| terminal.print(line(&terminal.texts, row)))
}

fn as_json(row: &Row) -> Value {
    let values: serde_json::Map<_, _> =
        row.told.values.iter().map(|(field, value)| (field.clone(), Value::from(value.as_str()))).collect();
    let reference = row.delivery.as_ref().map(|delivery| delivery.reference.as_str());
    json!({"leaf": row.leaf, "values": values, "reference": reference})
}

fn line(texts: &Texts, row: &Row) -> String {
    let found = &row.told.found;
    let account = row.actor.as_ref().or(row.account.as_ref()).map(|account| account.email.as_str());
    let delivery = row.delivery.as_ref();
    let cells = [
        texts.exact_moment(&found.at),
        found.outcome.word().to_owned(),
        event_text::name(texts, &found.event),
        delivery.map(|delivery| delivery.reference.clone()).unwrap_or_default(),
        delivery.map(|delivery| delivery.recipient.email.clone()).unwrap_or_default(),
        account.unwrap_or_default().to_owned(),
        row.value("source").unwrap_or_default().to_owned(),
    ];
    cells.join("\t")
}
