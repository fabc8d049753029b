//! `kakitome recall`: takes one delivery, or a whole transfer, back.

use reqwest::Method;
use serde_json::json;

use super::client::shapes::Transfer;
use super::client::{Again, Client, Staff};
use super::failure::Result;
use super::status::path;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Reference of a delivery (K-…), or id of a transfer
    reference: String,
    /// Why; kept in the log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Take the whole transfer back, for every recipient
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    staff: Staff,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let client = Client::of_staff(&args.staff, terminal)?;
    let reference = args.reference.as_str();
    let whole = args.all || uuid::Uuid::try_parse(reference.trim()).is_ok();
    let body = json!({ "reason": args.reason.unwrap_or_default() });
    let recall = if whole {
        let transfer: Transfer =
            client.json(Method::GET, &path("transfers", reference, ""), None, Again::Always).await?;
        path("transfers", &transfer.id, "/recall")
    } else {
        path("deliveries", reference, "/recall")
    };
    client.ask(Method::POST, &recall, Some(&body), Again::Unsent).await?;
    terminal.say_text("cli-recalled");
    if terminal.json {
        terminal.print_json(&json!({ "recalled": reference, "whole_transfer": whole }))?;
    }
    Ok(())
}
