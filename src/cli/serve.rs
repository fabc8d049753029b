//! `kakitome serve`: runs the gateway until it is told to stop.

use std::io::Write;
use std::sync::Arc;

use crate::adapter::clock::SystemClock;
use crate::app::{self, Places, Running};
use crate::config::{Config, Facts, dangers};
use crate::error::{Doing, Error, Result};
use crate::staff::register;

/// The first account's sign-in name, until it is changed.
const FIRST_ACCOUNT: &str = "admin@localhost";

/// Serves until a signal. Words go to standard error; the first account's one-time password to standard output.
///
/// # Errors
/// A dangerous start is refused; something cannot be opened.
pub async fn run(config: Config, places: Places) -> Result<()> {
    refuse_danger(&config)?;
    let unscanned = config.scan.off;
    let maildir = config.mail.kind == crate::config::MailKind::Maildir;
    let data = places.data.clone();
    let running = app::start(config, places, Arc::new(SystemClock)).await?;
    let mut words = std::io::stderr().lock();
    let said = |result: std::io::Result<()>| result.doing("writing to standard error");
    if unscanned {
        said(writeln!(words, "No scanner: files are sent without looking for malware (scan.off = true)."))?;
    }
    if maildir {
        said(writeln!(words, "Mails are written as files to {}/mail/new.", data.display()))?;
    }
    if let Some(authority) = &running.authority_file {
        said(writeln!(
            words,
            "The certificate is self-made; browsers warn once, clients take --ca-file {}.",
            authority.display()
        ))?;
    }
    first_account(&running).await?;
    said(writeln!(
        words,
        "Kakitome answers at {} (staff: {}, administration: {}).",
        running.gateway.public_url,
        running.gateway.staff_url,
        running.gateway.admin_url.clone().unwrap_or_else(|| format!("http://{}", running.admin_addr)),
    ))?;
    drop(words);
    running.wait().await?;
    running.stop().await
}

fn refuse_danger(config: &Config) -> Result<()> {
    let found = dangers(config, &Facts::gather(config));
    if found.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = found.iter().map(|danger| format!("- {danger}")).collect();
    Err(Error::fault("starting", format!("this start is refused, nothing was changed:\n{}", list.join("\n"))))
}

async fn first_account(running: &Running) -> Result<()> {
    let Some(issued) = register::first(&running.gateway, FIRST_ACCOUNT, "Administrator").await? else { return Ok(()) };
    let mut out = std::io::stdout().lock();
    writeln!(out, "First account (administrator and sender):")
        .and_then(|()| writeln!(out, "  e-mail             {}", issued.account.email))
        .and_then(|()| writeln!(out, "  one-time password  {}", issued.one_time_password.as_str()))
        .and_then(|()| writeln!(out, "  sign in at         {}/sign-in", running.gateway.staff_url))
        .and_then(|()| out.flush())
        .doing("printing the first account")
}
