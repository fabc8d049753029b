//! `kakitome account`: the account register, at the console of the server.

mod add;
mod deputy;
mod file;
mod list;
mod review;
mod set;
mod shown;

use clap::Subcommand;
use serde_json::json;

use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Leaving, Role};
use crate::staff::registrar::Registrar;
use crate::staff::{invitation, register};

use super::console::Console;
use super::failure::{Failure, Result};
use super::terminal::Terminal;
use shown::{print_issued, print_one};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Add an account; prints its one-time password, or invites by mail
    Add(Box<add::Add>),
    /// Change an account; what is not given stays
    Set(Box<set::Set>),
    /// List all accounts
    List(list::List),
    /// Show everything about one account
    Show(One),
    /// Stop an account: its sessions and tokens end
    Stop(Stop),
    /// Take a stopped account back into use
    Resume(Why),
    /// Reset the password; prints a one-time password. Sessions, tokens and the account key end
    Reset(Why),
    /// Replace the roles; sessions and tokens end
    Roles(Roles),
    /// Show, name or end the deputy of an approver who is away
    Deputy(Box<deputy::Args>),
    /// Compare the register with what the log says of it
    Check(Console),
    /// Invite somebody again who has not come yet
    Invite(Why),
    /// Add and change accounts from a CSV file: all of it or nothing
    Import(file::Import),
    /// Write the register as CSV
    Export(file::Export),
    /// Review the register: is every account still needed?
    Review(review::Args),
}

#[derive(Debug, clap::Args)]
struct One {
    /// Mail address of the account
    email: String,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct Why {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    reason: Reason,
}

/// Why something is changed: it is kept in the log.
#[derive(Debug, clap::Args)]
struct Reason {
    /// Why; it is kept in the history of the register
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

impl Reason {
    fn registrar(&self) -> Result<Registrar> {
        Ok(Registrar::console().because(&self.reason)?)
    }
}

#[derive(Debug, clap::Args)]
struct Stop {
    #[command(flatten)]
    why: Why,
    /// What becomes of the running transfers: recall or keep
    #[arg(long, value_name = "recall|keep", default_value = "keep")]
    transfers: Leaving,
}

#[derive(Debug, clap::Args)]
struct Roles {
    /// Mail address of the account
    email: String,
    /// What it may do: sender, approver, auditor, administrator
    #[arg(required = true, value_name = "ROLE", value_delimiter = ',')]
    roles: Vec<Role>,
    #[command(flatten)]
    reason: Reason,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::Add(args) => add::run(*args, terminal).await,
        Verb::Set(args) => set::run(*args, terminal).await,
        Verb::List(args) => list::run(args, terminal).await,
        Verb::Import(args) => file::import(args, terminal).await,
        Verb::Export(args) => file::export(args, terminal).await,
        Verb::Show(one) => {
            let (gateway, account) = one.open().await?;
            print_one(&gateway, &account, terminal).await
        }
        Verb::Stop(stop) => {
            let (gateway, account) = stop.why.one.open().await?;
            register::stop(&gateway, &account, stop.transfers, &stop.why.reason.registrar()?).await?;
            show_again(&gateway, &account, terminal).await
        }
        Verb::Resume(why) => {
            let (gateway, account) = why.one.open().await?;
            register::resume(&gateway, &account, &why.reason.registrar()?).await?;
            show_again(&gateway, &account, terminal).await
        }
        Verb::Reset(why) => {
            let (gateway, account) = why.one.open().await?;
            print_issued(&register::reset(&gateway, &account, &why.reason.registrar()?).await?, terminal)
        }
        Verb::Invite(why) => {
            let (gateway, account) = why.one.open().await?;
            invitation::resend(&gateway, account.id, &why.reason.registrar()?).await?;
            shown::say_invited(&gateway, &account, terminal).await?;
            show_again(&gateway, &account, terminal).await
        }
        Verb::Deputy(args) => deputy::run(*args, terminal).await,
        Verb::Check(console) => check(&console, terminal).await,
        Verb::Review(args) => review::run(args, terminal).await,
        Verb::Roles(args) => {
            let gateway = args.console.open().await?.gateway;
            let account = register::find(&gateway, &args.email).await?;
            register::set_roles(&gateway, &account, args.roles, &args.reason.registrar()?).await?;
            show_again(&gateway, &account, terminal).await
        }
    }
}

impl One {
    async fn open(&self) -> Result<(std::sync::Arc<Gateway>, Account)> {
        let gateway = self.console.open().await?.gateway;
        let account = register::find(&gateway, &self.email).await?;
        Ok((gateway, account))
    }
}

/// Says on which accounts register and log disagree; to disagree is to fail.
async fn check(console: &Console, terminal: Terminal) -> Result<()> {
    let gateway = console.open().await?.gateway;
    let found = register::compare(&gateway).await?;
    let mut rows = Vec::with_capacity(found.len());
    for (id, disagreement) in found {
        let email = register::get(&gateway, id).await.map(|account| account.email).unwrap_or_default();
        rows.push((id, disagreement.word(), email));
    }
    match terminal.json {
        true => {
            let row = |(id, disagreement, email): &(AccountId, &str, String)| json!({ "id": id, "email": email, "disagreement": disagreement });
            terminal.print_json(&rows.iter().map(row).collect::<Vec<_>>())?;
        }
        false => {
            for (id, disagreement, email) in &rows {
                terminal.print(format!("{id}  {disagreement}  {email}").trim_end())?;
            }
        }
    }
    let key = if rows.is_empty() { "cli-register-agrees" } else { "cli-register-disagrees" };
    let said = terminal.phrase(key).with("count", rows.len()).to_string();
    if rows.is_empty() {
        terminal.say(said);
        return Ok(());
    }
    Err(Failure::failed(said, ""))
}

async fn show_again(gateway: &Gateway, account: &Account, terminal: Terminal) -> Result<()> {
    let account = register::get(gateway, account.id).await?;
    shown::print_all(std::slice::from_ref(&account), terminal)
}
