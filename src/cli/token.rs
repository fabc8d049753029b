//! `kakitome token`: API tokens, at the console of the server. They carry no account key: `reissue` needs one made in the
//! browser.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use crate::model::{Scope, TokenId};
use crate::staff::{register, tokens};
use crate::store::tokens::ApiToken;

use super::console::Console;
use super::duration;
use super::failure::Result;
use super::private_file::write_new;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a token; prints it once
    Create(Create),
    /// List the tokens of an account
    List(List),
    /// Revoke a token
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// Mail address of the account
    email: String,
    /// What it may do: send, read, audit, admin
    #[arg(long)]
    scope: Scope,
    /// How long it lives, such as 90d
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = duration::days)]
    expires: u32,
    /// What it is for
    #[arg(long, default_value = "console")]
    name: String,
    /// Write it into a new file that only you can read, instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct List {
    /// Mail address of the account
    email: String,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    /// Mail address of the account
    email: String,
    /// Id of the token, as `token list` shows it
    id: TokenId,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::Create(args) => create(args, terminal).await,
        Verb::List(args) => list(args, terminal).await,
        Verb::Revoke(args) => revoke(args, terminal).await,
    }
}

async fn create(args: Create, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let account = register::find(&gateway, &args.email).await?;
    let made = tokens::make_at_console(&gateway, &account, &args.name, args.scope, args.expires).await?;
    if account.must_change_password {
        terminal.say_text("cli-token-sleeps");
    }
    if let Some(file) = &args.out {
        return write_new(file, made.text.as_str());
    }
    if terminal.json {
        let mut shown = shown(&made.row);
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("token".to_owned(), made.text.as_str().into());
        }
        return terminal.print_json(&shown);
    }
    terminal.print(made.text.as_str())
}

async fn list(args: List, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let account = register::find(&gateway, &args.email).await?;
    let rows = tokens::list(&gateway, account.id).await?;
    if terminal.json {
        return terminal.print_json(&rows.iter().map(shown).collect::<Vec<_>>());
    }
    for row in &rows {
        let until = terminal.texts.short_moment(&row.expires_at);
        let revoked = if row.revoked_at.is_some() { terminal.texts.text("cli-token-revoked") } else { String::new() };
        terminal.print(format!("{}  {}  {until}  {} {revoked}", row.id, row.scope, row.name).trim_end())?;
    }
    Ok(())
}

async fn revoke(args: Revoke, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let account = register::find(&gateway, &args.email).await?;
    tokens::revoke_at_console(&gateway, account.id, args.id).await?;
    if terminal.json { terminal.print_json(&json!({ "revoked": args.id })) } else { Ok(()) }
}

fn shown(row: &ApiToken) -> Value {
    json!({
        "id": row.id,
        "name": row.name,
        "scope": row.scope,
        "created_at": row.created_at.to_rfc3339(),
        "expires_at": row.expires_at.to_rfc3339(),
        "last_used_at": row.last_used_at.map(crate::model::Time::to_rfc3339),
        "revoked_at": row.revoked_at.map(crate::model::Time::to_rfc3339),
    })
}
