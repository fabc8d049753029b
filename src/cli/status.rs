//! `kakitome status`: one transfer with what happened to it, or the list of the own ones.

use reqwest::{Method, Url};
use serde_json::Value;

use crate::error::Doing;
use crate::http::pages::timeline::Entry;

use super::client::shapes::{Delivery, DraftFile, Event, Transfer, Transfers};
use super::client::{Again, Client, Staff};
use super::failure::Result;
use super::terminal::{Terminal, time};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Reference of a delivery (K-…) or id of a transfer; without it all own transfers are listed
    reference: Option<String>,
    #[command(flatten)]
    staff: Staff,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let client = Client::of_staff(&args.staff, terminal)?;
    match args.reference {
        Some(reference) => one(&client, &reference, terminal).await,
        None => list(&client, terminal).await,
    }
}

/// The path of something named by what a person typed.
pub(super) fn path(before: &str, typed: &str, after: &str) -> String {
    let mut url = Url::parse("https://gateway").ok();
    if let Some(mut segments) = url.as_mut().and_then(|url| url.path_segments_mut().ok()) {
        segments.push(typed.trim());
    }
    let escaped = url.as_ref().map_or("/", |url| url.path()).to_owned();
    format!("/api/v1/{before}{escaped}{after}")
}

async fn one(client: &Client, reference: &str, terminal: Terminal) -> Result<()> {
    let answer: Value = client.json(Method::GET, &path("transfers", reference, ""), None, Again::Always).await?;
    if terminal.json {
        return terminal.print_json(&answer);
    }
    terminal.print(told(&read(answer)?, terminal))
}

async fn list(client: &Client, terminal: Terminal) -> Result<()> {
    let answer: Value = client.json(Method::GET, "/api/v1/transfers?limit=100", None, Again::Always).await?;
    if terminal.json {
        return terminal.print_json(&answer);
    }
    let found: Transfers = serde_json::from_value(answer).doing("reading the answer")?;
    if found.transfers.is_empty() {
        terminal.say_text("cli-no-transfers");
    }
    for transfer in &found.transfers {
        let begun = terminal.moment(&transfer.created_at);
        terminal.print(format!("{}  {begun}  {}", transfer.id, word(&transfer.state, terminal)))?;
        for delivery in &transfer.deliveries {
            terminal.print(line(delivery, terminal))?;
        }
    }
    Ok(())
}

pub(super) fn read(answer: Value) -> Result<Transfer> {
    Ok(serde_json::from_value(answer).doing("reading the answer")?)
}

/// A transfer with its timeline, as people read it.
pub(super) fn told(transfer: &Transfer, terminal: Terminal) -> String {
    let mut lines = vec![format!("{}  {}", transfer.id, word(&transfer.state, terminal))];
    lines.extend(transfer.deliveries.iter().map(|delivery| line(delivery, terminal)));
    lines.extend(transfer.files.iter().map(|file| file_line(file, terminal)));
    let over = matches!(transfer.state.as_str(), "finished" | "shredded");
    if let Some(until) = transfer.expires_at.as_ref().filter(|_| !over) {
        lines.push(terminal.phrase("cli-until").with("until", terminal.moment(until)).to_string());
    }
    lines.extend(transfer.events.iter().filter_map(|event| event_line(event, transfer, terminal)));
    lines.join("\n")
}

fn line(delivery: &Delivery, terminal: Terminal) -> String {
    let Delivery { reference, recipient, state, .. } = delivery;
    let mail = delivery.mail.as_ref().map_or("", |mail| mail.state.as_str());
    let mail = if mail == "failed" { terminal.texts.text("cli-mail-not-delivered") } else { String::new() };
    format!("  {reference}  {}  {} {mail}", recipient.email, word(state, terminal)).trim_end().to_owned()
}

/// A file of a draft, and what the scanner said of it.
fn file_line(file: &DraftFile, terminal: Terminal) -> String {
    let refused = file.flaws.iter().find(|flaw| flaw.ruling != "allow").map(|flaw| flaw.flaw.as_str());
    let scan = file.scan.as_ref();
    let word = scan.map(|scan| scan.verdict.as_deref().unwrap_or(&scan.state));
    let said = terminal.phrase("cli-file-scan").with("word", refused.or(word).unwrap_or("arriving")).to_string();
    format!("  {}  {}  {said}", file.name, terminal.texts.size(file.size))
}

/// States in the words of the pages.
fn word(state: &str, terminal: Terminal) -> String {
    terminal.phrase("cli-state").with("state", state).to_string()
}

fn event_line(event: &Event, transfer: &Transfer, terminal: Terminal) -> Option<String> {
    let at = time(&event.at)?;
    let of = |delivery: &&Delivery| Some(&delivery.id) == event.delivery.as_ref();
    let recipient = transfer.deliveries.iter().find(of).map(|delivery| &delivery.recipient);
    let person = recipient.map_or("", |who| if who.name.is_empty() { who.email.as_str() } else { who.name.as_str() });
    let own = matches!(event.event.as_str(), "draft_created" | "sealed");
    let person = if own { terminal.texts.text("cli-the-sender") } else { person.to_owned() };
    let entry = Entry::new(at, &event.event, person, &event.leaf, transfer.file_count.unwrap_or(0));
    let finding = event.values.get("finding").map_or("", String::as_str);
    let about = event.leaf.pointer("/subject/file").and_then(Value::as_str);
    let file = transfer.files.iter().find(|file| Some(file.id.as_str()) == about).map_or("", |file| &file.name);
    let entry = entry.with_verdict(&event.leaf, finding, file);
    Some(format!("  {}  {}", terminal.texts.short_moment(&at), entry.text(&terminal.texts)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_one_segment_of_the_path() {
        assert_eq!(path("transfers", " K-7K2M-90QF ", ""), "/api/v1/transfers/K-7K2M-90QF");
        assert_eq!(path("deliveries", "../x?y#z", "/recall"), "/api/v1/deliveries/..%2Fx%3Fy%23z/recall");
    }
}
