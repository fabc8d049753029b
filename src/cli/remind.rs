//! `kakitome remind`: tells recipients by mail that something waits for them.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::client::{Again, Client, Staff};
use super::failure::Result;
use super::status::path;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Reference of a delivery (K-…), or id of a transfer: then everybody who has not collected everything
    reference: String,
    #[command(flatten)]
    staff: Staff,
}

#[derive(Serialize, Deserialize)]
struct Reminded {
    reminded: Vec<String>,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let client = Client::of_staff(&args.staff, terminal)?;
    let reference = args.reference.as_str();
    let reminded = if uuid::Uuid::try_parse(reference.trim()).is_ok() {
        let path = path("transfers", reference, "/remind");
        client.json(Method::POST, &path, Some(&json!({})), Again::Unsent).await?
    } else {
        client.ask(Method::POST, &path("deliveries", reference, "/remind"), None, Again::Unsent).await?;
        Reminded { reminded: vec![reference.trim().to_ascii_uppercase()] }
    };
    let count = reminded.reminded.len();
    terminal.say(terminal.phrase("cli-reminded").with("count", count).to_string());
    if terminal.json { terminal.print_json(&reminded) } else { Ok(()) }
}
