//! `kakitome demo`: the main job in one process. A temporary gateway over real TLS, a real file, both halves, both ends; the
//! same code as `serve`, `send` and `receive`.

mod mail;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use rand::{Rng, RngExt};
use reqwest::Method;
use serde_json::json;
use zeroize::Zeroizing;

use crate::adapter::clock::SystemClock;
use crate::app::{self, Places, Running};
use crate::config::Config;
use crate::error::{Doing, Error};
use crate::gateway::Gateway;
use crate::model::{Language, Passphrase, Role, Scope};
use crate::staff::register::NewAccount;
use crate::staff::registrar::Registrar;
use crate::staff::visitor::Visitor;
use crate::staff::{password, register, session, sign_in, tokens};

use super::client::shapes::{Numbered, Transfer};
use super::client::{Again, Client, Trust};
use super::failure::{Failure, Result};
use super::receive::{self, Link, Received, Wish};
use super::send::{self, Order};
use super::status;
use super::terminal::Terminal;

const LARGE: usize = 8 * 1024 * 1024;
const SENDER: &str = "tanaka@example.jp";
const RECIPIENT: &str = "suzuki@aozora.example,鈴木 一郎";
/// How long the gateway may take for what it does on its own: mails, shredding.
const WAIT: Duration = Duration::from_secs(30);

pub(super) async fn run(terminal: Terminal) -> Result<()> {
    let directory = tempfile::tempdir().doing("making a temporary directory")?;
    let places = Places { data: directory.path().join("data"), keys: directory.path().join("keys") };
    terminal.say_text("cli-demo-unscanned");
    let running = app::start(config()?, places, Arc::new(SystemClock)).await?;
    terminal.say(terminal.phrase("cli-demo-runs").with("address", running.gateway.public_url.as_str()).to_string());
    let shown = show(&running, directory.path(), terminal).await;
    running.stop().await?;
    shown
}

fn config() -> Result<Config> {
    let set = [("SERVER__LISTEN", "127.0.0.1:0"), ("SERVER__ADMIN_LISTEN", "127.0.0.1:0"), ("SCAN__OFF", "true")];
    let set = set.map(|(name, value)| (format!("KAKITOME_{name}"), value.to_owned()));
    Config::load(None, set).map_err(|errors| Failure::failed(errors.to_string(), ""))
}

async fn show(running: &Running, directory: &Path, terminal: Terminal) -> Result<()> {
    let gateway = &running.gateway;
    let trust = Trust { ca_file: running.authority_file.clone(), patience: 30 };
    let client = Client::anonymous(gateway.public_url.as_str(), &trust, terminal)?.with_token(token(gateway).await?);
    let files = make_files(directory)?;
    let order = order(&files, terminal)?;

    let sent = send::send(&client, &order, &[], &directory.join("state"), terminal).await?;
    let dispatch = send::acknowledge(&client, sent).await?;
    let numbered = dispatch.deliveries.first().ok_or_else(|| Error::fault("sending", "no delivery"))?;
    let said = terminal.phrase("cli-demo-sent").with("reference", numbered.reference.as_str());
    terminal.say(said.with("groups", numbered.groups.as_str()).to_string());

    let received = collect(&directory.join("data/mail/new"), numbered, directory, &trust, terminal).await?;
    compare(&files, &received, terminal)?;
    let transfer = shredded(&client, &dispatch.transfer.id).await?;
    if terminal.json {
        let digests: Vec<_> = received.files.iter().map(|file| file.sha256.as_str()).collect();
        return terminal.print_json(&json!({ "transfer": transfer.id, "state": transfer.state, "sha256": digests }));
    }
    terminal.print(status::told(&transfer, terminal))?;
    terminal.say_text("cli-demo-done");
    Ok(())
}

/// An account that sends, and its token: made as a person does at the browser.
async fn token(gateway: &Gateway) -> Result<Zeroizing<String>> {
    let new = NewAccount {
        email: SENDER.to_owned(),
        name: "田中 太郎".to_owned(),
        department: String::new(),
        phone: "03-0000-0000".to_owned(),
        language: Language::Ja,
        roles: vec![Role::Sender],
    };
    let issued = register::add(gateway, new, &Registrar::console()).await?;
    let first = || Passphrase::new(issued.one_time_password.as_str().to_owned());
    let here = Visitor::default();
    let signed_in = sign_in::sign_in(gateway, SENDER, first(), &here).await?;
    let newcomer = session::by_cookie(gateway, &signed_in.cookie, &here).await?.newcomer()?;
    let own = Passphrase::new(HEXLOWER.encode(&rand::rng().random::<[u8; 16]>()));
    password::change(gateway, &newcomer, first(), own, &here).await?;
    let person = session::by_cookie(gateway, &signed_in.cookie, &here).await?.person()?;
    Ok(tokens::make(gateway, &person, "demo", Scope::Send, 1).await?.text)
}

fn make_files(directory: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut large = vec![0; LARGE];
    rand::rng().fill_bytes(&mut large);
    let small = "十一月分の給与データです。\n".as_bytes().to_vec();
    let mut made = Vec::new();
    for (name, bytes) in [("archive.bin", large), ("給与データ 2026-11.txt", small)] {
        let path = directory.join(name);
        fs::write(&path, bytes).doing("writing a file to send")?;
        made.push(path);
    }
    Ok(made)
}

fn order(files: &[std::path::PathBuf], terminal: Terminal) -> Result<Order> {
    Ok(Order {
        files: send::choose(files, terminal)?,
        to: vec![RECIPIENT.parse().map_err(Failure::Usage)?],
        message: None,
        keep_hours: Some(24),
        language: Some(terminal.texts.language()),
        phone: None,
        phrase: None,
        channel: None,
    })
}

/// What the recipient does: reads the mail, hears the number, fetches, says so.
async fn collect(
    maildir: &Path,
    numbered: &Numbered,
    directory: &Path,
    trust: &Trust,
    terminal: Terminal,
) -> Result<Received> {
    let link = Link::read(&mail::link(maildir, WAIT).await?, terminal)?;
    let server = link.server.clone().unwrap_or_default();
    let client = Client::anonymous(&server, trust, terminal)?;
    let seen = receive::look(&client, &link).await?;
    terminal.say_text("cli-demo-looked");
    let wish = Wish { out: &directory.join("received"), take_over: false, done: true };
    receive::receive(&client, &link, &seen, &numbered.number, &wish, terminal).await
}

fn compare(sent: &[std::path::PathBuf], received: &Received, terminal: Terminal) -> Result<()> {
    if sent.len() != received.files.len() {
        return Err(terminal.failure("cli-demo-differs", "cli-tell-administrator"));
    }
    for (sent, received) in sent.iter().zip(&received.files) {
        let [before, after] = [sent.as_path(), received.path.as_path()].map(digest);
        let (before, after) = (before?, after?);
        if before != after || sent.file_name() != received.path.file_name() {
            return Err(terminal.failure("cli-demo-differs", "cli-tell-administrator"));
        }
        let name = sent.file_name().unwrap_or_default().to_string_lossy();
        let same = terminal.phrase("cli-demo-same").with("name", name.as_ref()).with("digest", after);
        terminal.say(same.to_string());
    }
    Ok(())
}

fn digest(path: &Path) -> Result<String> {
    let digest = receive::digest(path).map_err(|error| Failure::file(path, &error))?;
    Ok(HEXLOWER.encode(&digest))
}

async fn shredded(client: &Client, id: &str) -> Result<Transfer> {
    let begun = Instant::now();
    loop {
        let answer = client.json(Method::GET, &format!("/api/v1/transfers/{id}"), None, Again::Always).await?;
        let transfer = status::read(answer)?;
        if transfer.state == "shredded" {
            return Ok(transfer);
        }
        if begun.elapsed() > WAIT {
            return Err(Error::fault("waiting for shredding", "the transfer still exists").into());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
