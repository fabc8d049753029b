//! `kakitome receive`: look, open, fetch every file, verify. Called again it goes on where it stopped.

mod fetch;
mod link;
mod place;

use std::path::{Path, PathBuf};

use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::crypt::{NumberError, parse_number};
use crate::error::Problem;

use super::client::shapes::{Opened, Seen};
use super::client::{Again, Client, Trust};
use super::failure::{Failure, Result};
use super::private_file::read_secret;
use super::terminal::Terminal;

pub(super) use fetch::digest;
pub(super) use link::Link;
use place::Places;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// File with the link of the mail, or its code (`-`: standard input)
    #[arg(long, value_name = "FILE")]
    link_file: PathBuf,
    /// File with the pick-up number (`-`: standard input, after the link); without it you are asked
    #[arg(long, value_name = "FILE")]
    number_file: Option<PathBuf>,
    /// Directory to save into
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// End a session that is open elsewhere
    #[arg(long)]
    take_over: bool,
    /// Say at the end that everything is saved: nothing can be fetched again afterwards
    #[arg(long)]
    done: bool,
    /// Address of the gateway, needed only with a bare code
    #[arg(long, value_name = "URL", env = "KAKITOME_SERVER")]
    server: Option<String>,
    #[command(flatten)]
    trust: Trust,
}

/// What was received.
#[derive(Debug, Serialize)]
pub(super) struct Received {
    reference: String,
    pub(super) files: Vec<Saved>,
    expires_at: Option<String>,
    done: bool,
}

/// A verified file.
#[derive(Debug, Serialize)]
pub(super) struct Saved {
    pub(super) path: PathBuf,
    size: u64,
    pub(super) sha256: String,
}

/// How to receive.
pub(super) struct Wish<'a> {
    pub(super) out: &'a Path,
    pub(super) take_over: bool,
    pub(super) done: bool,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let (link, number) = secrets(&args, terminal)?;
    let server = link.server.clone().or(args.server);
    let server = server.ok_or_else(|| Failure::Usage(terminal.texts.text("cli-code-needs-server")))?;
    let client = Client::anonymous(&server, &args.trust, terminal)?;
    let seen = look(&client, &link).await?;
    tell(&seen, terminal)?;
    let number = match number {
        Some(number) => number,
        None => terminal.ask("cli-ask-number")?,
    };
    let wish = Wish { out: &args.out, take_over: args.take_over, done: args.done };
    let received = receive(&client, &link, &seen, &number, &wish, terminal).await?;
    print(&received, terminal)
}

/// Both halves, from files or standard input; a missing number is asked for later.
fn secrets(args: &Args, terminal: Terminal) -> Result<(Link, Option<Zeroizing<String>>)> {
    let dash = Path::new("-");
    let text = read_secret(&args.link_file)?;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let link = Link::read(lines.next().unwrap_or_default(), terminal)?;
    let second = lines.next().filter(|_| args.link_file == dash).map(|line| Zeroizing::new(line.to_owned()));
    let number = match &args.number_file {
        Some(file) if file == dash && args.link_file == dash => second,
        Some(file) => Some(read_secret(file)?),
        None => second,
    };
    Ok((link, number))
}

/// What a bearer of the link may see.
pub(super) async fn look(client: &Client, link: &Link) -> Result<Seen> {
    let path = match &link.public_id {
        Some(id) => format!("/api/v1/r/{id}/look"),
        None => "/api/v1/r/look".to_owned(),
    };
    client.json(Method::POST, &path, Some(&json!({ "secret": link.code.as_str() })), Again::Always).await
}

fn tell(seen: &Seen, terminal: Terminal) -> Result<()> {
    let from = terminal
        .phrase("cli-offered")
        .with("office", seen.office_name())
        .with("sender", seen.sender.name.as_str())
        .with("phone", seen.sender.phone.as_str())
        .with("count", seen.file_count)
        .with("size", terminal.texts.size(seen.total_bytes))
        .with("until", seen.expires_at.as_deref().map(|time| terminal.moment(time)).unwrap_or_default());
    terminal.say(from.to_string());
    if !seen.phrase.is_empty() {
        terminal.say(terminal.phrase("cli-agreed-phrase").with("phrase", seen.phrase.as_str()).to_string());
    }
    let ended = match seen.state.as_str() {
        "collected" => "cli-ended-collected",
        "expired" => "cli-ended-expired",
        "recalled" => "cli-ended-recalled",
        "key_lost" => "cli-ended-key-lost",
        _ => return Ok(()),
    };
    Err(terminal.failure(ended, "cli-ended-next"))
}

/// Opens the delivery and saves every file.
pub(super) async fn receive(
    client: &Client,
    link: &Link,
    seen: &Seen,
    number: &str,
    wish: &Wish<'_>,
    terminal: Terminal,
) -> Result<Received> {
    let places = Places::new(wish.out, &seen.public_id)?;
    let take_over = wish.take_over || places.any_part();
    let door = Door { client, link, public_id: &seen.public_id, number: checked(number, seen.number_digits)? };
    let opened = door.open(take_over, terminal).await?;
    let mut files = Vec::with_capacity(opened.files.len());
    for file in &opened.files {
        files.push(fetch::fetch(&door, file, &places, terminal).await?);
    }
    if wish.done {
        let path = format!("/api/v1/r/{}/done", seen.public_id);
        client.ask(Method::POST, &path, None, Again::Always).await?;
    }
    let expires_at = if wish.done { None } else { again_until(client, &seen.public_id).await.or(opened.expires_at) };
    Ok(Received { reference: seen.reference.clone(), files, expires_at, done: wish.done })
}

/// Until when it can be fetched again; once everything has arrived that may be sooner than before.
async fn again_until(client: &Client, public_id: &str) -> Option<String> {
    let path = format!("/api/v1/r/{public_id}/files");
    let opened: Opened = client.json(Method::GET, &path, None, Again::Always).await.ok()?;
    opened.expires_at
}

/// Slips are found here, where they cost nothing.
fn checked(number: &str, digits: u32) -> Result<Zeroizing<String>> {
    let number = parse_number(number, digits).map_err(|error| match error {
        NumberError::Missing => Problem::NumberMissing,
        NumberError::Length { got, want } => Problem::NumberLength { got, want },
        NumberError::CheckDigit | NumberError::Alphabet => Problem::NumberMistyped,
    });
    Ok(Zeroizing::new(number.map_err(crate::error::Error::from)?.expose().to_owned()))
}

/// Both halves of what opens a delivery, kept for as long as files are fetched: a session may end on the way.
pub(super) struct Door<'a> {
    client: &'a Client,
    link: &'a Link,
    public_id: &'a str,
    number: Zeroizing<String>,
}

impl Door<'_> {
    async fn open(&self, take_over: bool, terminal: Terminal) -> Result<Opened> {
        let path = format!("/api/v1/r/{}/open", self.public_id);
        let ask = async |take_over: bool| {
            let body =
                json!({ "secret": self.link.code.as_str(), "number": self.number.as_str(), "take_over": take_over });
            self.client.json::<Opened>(Method::POST, &path, Some(&body), Again::Unsent).await
        };
        match ask(take_over).await {
            Err(Failure::Refused(refused)) if refused.is_status(StatusCode::CONFLICT) && !take_over => {
                let (what, _) = refused.told(&terminal.texts);
                Err(Failure::failed(what, terminal.texts.text("cli-take-over")))
            }
            answer => answer,
        }
    }
}

fn print(received: &Received, terminal: Terminal) -> Result<()> {
    if terminal.json {
        return terminal.print_json(received);
    }
    for file in &received.files {
        terminal.print(format!("{}  {}", file.sha256, file.path.display()))?;
    }
    match &received.expires_at {
        Some(until) => {
            terminal.say(terminal.phrase("cli-again-until").with("until", terminal.moment(until)).to_string());
        }
        None if received.done => terminal.say_text("cli-done"),
        None => {}
    }
    Ok(())
}
