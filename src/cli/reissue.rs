//! `kakitome reissue`: a new pick-up number on the same link.

use reqwest::Method;

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
    #[command(flatten)]
    staff: Staff,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let client = Client::of_staff(&args.staff, terminal)?;
    let path = path("deliveries", &args.reference, "/reissue");
    let numbered: Numbered = client.json(Method::POST, &path, None, Again::Unsent).await?;
    if terminal.json { terminal.print_json(&numbered) } else { print_number(&numbered, terminal) }
}
