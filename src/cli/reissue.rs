//! `kakitome reissue`: a new pick-up number on the same link.

use reqwest::Method;

use crate::model::Channel;

use super::client::shapes::Numbered;
use super::client::{Again, Client, Staff};
use super::failure::Result;
use super::send::print_number;
use super::status::path;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Reference of the delivery (K-…)
    reference: String,
    /// How the new number is told: phone, sheet or sms; as the earlier one if absent
    #[arg(long)]
    channel: Option<Channel>,
    /// The phone number, where it is another
    #[arg(long, requires = "channel")]
    phone: Option<String>,
    #[command(flatten)]
    staff: Staff,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let client = Client::of_staff(&args.staff, terminal)?;
    let path = path("deliveries", &args.reference, "/reissue");
    let body = args.channel.map(|channel| serde_json::json!({ "channel": channel, "phone": args.phone }));
    let numbered: Numbered = client.json(Method::POST, &path, body.as_ref(), Again::Unsent).await?;
    if terminal.json { terminal.print_json(&numbered) } else { print_number(&numbered, terminal) }
}
