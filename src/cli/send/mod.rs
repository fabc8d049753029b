//! `kakitome send`: draft → recipients → files → send. Called again with the same arguments it goes on where it stopped.

mod chosen;
mod draft;
mod flags;
mod scan;
mod upload;

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde_json::json;

use crate::model::{Channel, Language};

use super::client::shapes::{Delivery, Dispatch, Numbered, Transfer};
use super::client::{Again, Client, Staff};
use super::failure::{Failure, Result};
use super::terminal::Terminal;
use super::{duration, failure};

use chosen::Addressee;
pub(super) use chosen::{Chosen, choose};
use draft::Draft;

/// How long is waited for the mail system after the numbers were printed.
const MAIL_WAIT: Duration = Duration::from_secs(8);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files to send
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A recipient; repeat for more
    #[arg(long, required = true, value_name = "EMAIL[,NAME]")]
    to: Vec<Addressee>,
    /// Message in the mail (never the number)
    #[arg(long)]
    message: Option<String>,
    /// How long the files are kept, such as 12h or 7d
    #[arg(long, value_name = "TIME", value_parser = duration::hours)]
    expires: Option<u32>,
    /// Language of the mail and the recipient's page
    #[arg(long)]
    language: Option<Language>,
    /// Phone number to tell the pick-up number to
    #[arg(long)]
    phone: Option<String>,
    /// Words that the recipient knows from you, shown in mail and page
    #[arg(long, value_name = "WORDS")]
    phrase: Option<String>,
    /// How the number is told
    #[arg(long)]
    channel: Option<Channel>,
    /// A warning that you have checked with the recipient, such as look_alike; repeat for more
    #[arg(long, value_name = "[RECIPIENT:]FLAG")]
    confirm: Vec<String>,
    #[command(flatten)]
    staff: Staff,
}

/// What shall be sent to whom.
#[derive(Debug, Serialize)]
pub(super) struct Order {
    pub(super) files: Vec<Chosen>,
    pub(super) to: Vec<Addressee>,
    pub(super) message: Option<String>,
    pub(super) keep_hours: Option<u32>,
    pub(super) language: Option<Language>,
    pub(super) phone: Option<String>,
    pub(super) phrase: Option<String>,
    pub(super) channel: Option<Channel>,
}

/// What was sent; the numbers are shown and then acknowledged.
pub(super) struct Sent {
    pub(super) dispatch: Dispatch,
    draft: Draft,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let order = Order {
        files: chosen::choose(&args.files, terminal)?,
        to: chosen::each_once(args.to, terminal)?,
        message: args.message,
        keep_hours: args.expires,
        language: args.language,
        phone: args.phone,
        phrase: args.phrase,
        channel: args.channel,
    };
    let client = Client::of_staff(&args.staff, terminal)?;
    let sent = send(&client, &order, &args.confirm, &draft::directory(terminal)?, terminal).await?;
    print(&sent.dispatch, terminal)?;
    let dispatch = acknowledge(&client, sent).await?;
    if !terminal.json {
        tell_mail(&client, &dispatch.transfer.id, terminal).await?;
    }
    Ok(())
}

/// Sends, going on with what an earlier call left in `directory`.
pub(super) async fn send(
    client: &Client,
    order: &Order,
    confirmed: &[String],
    directory: &Path,
    terminal: Terminal,
) -> Result<Sent> {
    let mut draft = Draft::open(directory, client.server(), order, terminal)?;
    let transfer = begin(client, order, &mut draft, terminal).await?;
    if transfer.state == "draft" {
        recipients(client, order, &transfer).await?;
        upload::all(client, order, &transfer, &mut draft, terminal).await?;
    }
    match seal(client, &transfer, confirmed, terminal).await {
        Ok(dispatch) => Ok(Sent { dispatch, draft }),
        // It was sent and told by an earlier call, or has ended: going on leads nowhere.
        Err(Failure::Refused(refused)) if transfer.state != "draft" => {
            draft.close()?;
            let (what, _) = refused.told(&terminal.texts);
            let reference = transfer.deliveries.first().map_or_else(String::new, |first| first.reference.clone());
            let next = terminal.phrase("cli-sent-before").with("reference", reference).to_string();
            Err(Failure::failed(what, next))
        }
        Err(failure) => Err(failure),
    }
}

/// Seals the draft, once the scanner has said its word on every file.
async fn seal(client: &Client, transfer: &Transfer, confirmed: &[String], terminal: Terminal) -> Result<Dispatch> {
    let mut confirmed = confirmed.to_vec();
    let path = format!("/api/v1/transfers/{}/send", transfer.id);
    loop {
        if transfer.state == "draft" {
            scan::wait(client, &transfer.id, terminal).await?;
        }
        match client.json(Method::POST, &path, Some(&json!({ "confirmed": confirmed })), Again::Always).await {
            // Newer signatures came meanwhile: the files are scanned once more.
            Err(Failure::Refused(refused)) if refused.code() == "scan-pending" => {}
            Err(Failure::Refused(refused)) if refused.code() == "confirm-recipients" => {
                match flags::ask(&refused, terminal)? {
                    Some(more) => confirmed.extend(more),
                    None => return Err(Failure::Refused(refused)),
                }
            }
            answer => return answer,
        }
    }
}

/// The numbers have arrived: the gateway may forget them, and so may we what we would go on with.
pub(super) async fn acknowledge(client: &Client, sent: Sent) -> Result<Dispatch> {
    let path = format!("/api/v1/transfers/{}/acknowledge", sent.dispatch.transfer.id);
    client.ask(Method::POST, &path, None, Again::Always).await?;
    sent.draft.close()?;
    Ok(sent.dispatch)
}

/// The transfer of the draft; a new one when there is none any more.
async fn begin(client: &Client, order: &Order, draft: &mut Draft, terminal: Terminal) -> Result<Transfer> {
    if let Some(id) = draft.transfer() {
        match client.json(Method::GET, &format!("/api/v1/transfers/{id}"), None, Again::Always).await {
            Ok(transfer) => {
                terminal.say_text("cli-goes-on");
                return Ok(transfer);
            }
            Err(Failure::Refused(refused)) if refused.is_status(StatusCode::NOT_FOUND) => draft.start_over()?,
            Err(failure) => return Err(failure),
        }
    }
    let body = json!({ "message": order.message, "keep_hours": order.keep_hours });
    let key = draft.key().to_owned();
    let answer = client
        .ask_with(Method::POST, "/api/v1/transfers", Some(&body), Again::Always, |request| {
            request.header("Idempotency-Key", &key)
        })
        .await;
    if matches!(answer, Err(Failure::Refused(_))) {
        draft.close()?;
    }
    let transfer: Transfer = client.read(answer?).await?;
    draft.begun(&transfer.id)?;
    Ok(transfer)
}

async fn recipients(client: &Client, order: &Order, transfer: &Transfer) -> Result<()> {
    let path = format!("/api/v1/transfers/{}/recipients", transfer.id);
    let is = |addressee: &Addressee, delivery: &Delivery| {
        delivery.recipient.email.to_lowercase() == addressee.email.to_lowercase()
    };
    let missing = |addressee: &&Addressee| !transfer.deliveries.iter().any(|delivery| is(addressee, delivery));
    for addressee in order.to.iter().filter(missing) {
        let mut body = serde_json::Map::new();
        for (field, value) in [
            ("email", Some(addressee.email.as_str())),
            ("name", addressee.name.as_deref()),
            ("language", order.language.map(Language::word)),
            ("phone", order.phone.as_deref()),
            ("phrase", order.phrase.as_deref()),
            ("channel", order.channel.map(Channel::word)),
        ] {
            body.extend(value.map(|value| (field.to_owned(), value.into())));
        }
        match client.ask(Method::POST, &path, Some(&body.into()), Again::Always).await {
            Ok(_) => {}
            // Addresses differ in this order: an earlier try arrived although its answer did not.
            Err(Failure::Refused(refused)) if refused.member("flaw") == "duplicate" => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

fn print(dispatch: &Dispatch, terminal: Terminal) -> failure::Result<()> {
    let expires_at = dispatch.transfer.expires_at.as_deref();
    if terminal.json {
        #[derive(Serialize)]
        struct Told<'a> {
            transfer: &'a str,
            expires_at: Option<&'a str>,
            deliveries: &'a [Numbered],
        }
        let told = Told { transfer: &dispatch.transfer.id, expires_at, deliveries: &dispatch.deliveries };
        return terminal.print_json(&told);
    }
    for numbered in &dispatch.deliveries {
        print_number(numbered, terminal)?;
    }
    let until = expires_at.map(|time| terminal.moment(time)).unwrap_or_default();
    terminal.say(terminal.phrase("cli-sent").with("until", until).to_string());
    Ok(())
}

/// A delivery's number, the way it is told.
pub(super) fn print_number(numbered: &Numbered, terminal: Terminal) -> Result<()> {
    let reading = match terminal.texts.language() {
        Language::Ja => &numbered.reading.ja,
        Language::En => &numbered.reading.en,
    };
    let number = zeroize::Zeroizing::new(
        terminal
            .phrase("cli-number")
            .with("reference", numbered.reference.as_str())
            .with("email", numbered.email.as_str())
            .with("groups", numbered.groups.as_str())
            .with("reading", reading.as_str())
            .to_string(),
    );
    terminal.print(number.as_str())?;
    match &numbered.sms {
        Some(sms) => terminal.print(terminal.phrase("cli-number-sms").with("state", sms.state.as_str()).to_string()),
        None => Ok(()),
    }
}

/// Where the links are; the mails leave on their own, whatever is seen here.
async fn tell_mail(client: &Client, id: &str, terminal: Terminal) -> Result<()> {
    let path = format!("/api/v1/transfers/{id}");
    let begun = std::time::Instant::now();
    let transfer = loop {
        let transfer: Transfer = client.json(Method::GET, &path, None, Again::Always).await?;
        let waits = transfer.deliveries.iter().any(|delivery| mail_state(delivery) == "queued");
        if !waits || begun.elapsed() > MAIL_WAIT {
            break transfer;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    for delivery in &transfer.deliveries {
        let key = match mail_state(delivery) {
            "accepted" => "cli-mail-accepted",
            "failed" => "cli-mail-failed",
            _ => "cli-mail-waits",
        };
        terminal.say(terminal.phrase(key).with("email", delivery.recipient.email.as_str()).to_string());
    }
    Ok(())
}

fn mail_state(delivery: &Delivery) -> &str {
    delivery.mail.as_ref().map_or("queued", |mail| mail.state.as_str())
}
