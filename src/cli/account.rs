//! `kakitome account`: the account register, at the console of the server.

mod review;

use clap::Subcommand;
use serde_json::{Value, json};

use crate::gateway::Gateway;
use crate::model::{Account, Language, Leaving, Role};
use crate::staff::register::{self, Issued, NewAccount};
use crate::staff::registrar::Registrar;

use super::console::Console;
use super::failure::Result;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Add an account; prints its one-time password
    Add(Add),
    /// List all accounts
    List(Console),
    /// Show one account
    Show(One),
    /// Stop an account: its sessions and tokens end, its transfers go on
    Stop(One),
    /// Take a stopped account back into use
    Resume(One),
    /// Reset the password; prints a one-time password. Sessions, tokens and the account key end
    Reset(One),
    /// Replace the roles; sessions and tokens end
    Roles(Roles),
    /// Review the register: is every account still needed?
    Review(review::Args),
}

#[derive(Debug, clap::Args)]
struct Add {
    /// Mail address, also the sign-in name
    email: String,
    /// Name shown to recipients
    #[arg(long)]
    name: String,
    /// What it may do: sender, approver, auditor, administrator; repeat for more
    #[arg(long = "role", required = true, num_args = 1.., value_name = "ROLE", value_delimiter = ',')]
    roles: Vec<Role>,
    /// Department
    #[arg(long, default_value = "")]
    department: String,
    /// Direct phone number shown to recipients
    #[arg(long, default_value = "")]
    phone: String,
    /// Language of the staff pages
    #[arg(long)]
    language: Option<Language>,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct One {
    /// Mail address of the account
    email: String,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct Roles {
    /// Mail address of the account
    email: String,
    /// What it may do: sender, approver, auditor, administrator
    #[arg(required = true, value_name = "ROLE", value_delimiter = ',')]
    roles: Vec<Role>,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::Add(args) => add(args, terminal).await,
        Verb::List(console) => {
            let accounts = register::list(&console.open().await?.gateway).await?;
            print_all(&accounts, terminal)
        }
        Verb::Show(one) => {
            let (_, account) = one.open().await?;
            print_all(std::slice::from_ref(&account), terminal)
        }
        Verb::Stop(one) => {
            let (gateway, account) = one.open().await?;
            register::stop(&gateway, &account, Leaving::Keep, &Registrar::console()).await?;
            show_again(&gateway, &account, terminal).await
        }
        Verb::Resume(one) => {
            let (gateway, account) = one.open().await?;
            register::resume(&gateway, &account, &Registrar::console()).await?;
            show_again(&gateway, &account, terminal).await
        }
        Verb::Reset(one) => {
            let (gateway, account) = one.open().await?;
            print_issued(&register::reset(&gateway, &account, &Registrar::console()).await?, terminal)
        }
        Verb::Review(args) => review::run(args, terminal).await,
        Verb::Roles(args) => {
            let gateway = args.console.open().await?.gateway;
            let account = register::find(&gateway, &args.email).await?;
            register::set_roles(&gateway, &account, args.roles, &Registrar::console()).await?;
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

async fn add(args: Add, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let new = NewAccount {
        email: args.email,
        name: args.name,
        department: args.department,
        phone: args.phone,
        language: args.language.unwrap_or_else(|| gateway.default_language()),
        roles: args.roles,
    };
    print_issued(&register::add(&gateway, new, &Registrar::console()).await?, terminal)
}

async fn show_again(gateway: &Gateway, account: &Account, terminal: Terminal) -> Result<()> {
    let account = register::find(gateway, &account.email).await?;
    print_all(std::slice::from_ref(&account), terminal)
}

fn print_issued(issued: &Issued, terminal: Terminal) -> Result<()> {
    let password = issued.one_time_password.as_str();
    if terminal.json {
        let mut shown = shown(&issued.account);
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("one_time_password".to_owned(), password.into());
        }
        return terminal.print_json(&shown);
    }
    terminal.say(terminal.phrase("cli-one-time").with("email", issued.account.email.as_str()).to_string());
    terminal.print(password)
}

fn print_all(accounts: &[Account], terminal: Terminal) -> Result<()> {
    if terminal.json {
        return terminal.print_json(&accounts.iter().map(shown).collect::<Vec<_>>());
    }
    for account in accounts {
        let roles: Vec<_> = account.roles.iter().map(|role| role.word()).collect();
        let Account { email, name, department, state, .. } = account;
        let line = format!("{email}  {name}  {}  {state}  {department}", roles.join(","));
        terminal.print(line.trim_end())?;
    }
    Ok(())
}

fn shown(account: &Account) -> Value {
    json!({
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "department": account.department,
        "phone": account.phone,
        "language": account.language,
        "roles": account.roles,
        "state": account.state,
        "must_change_password": account.must_change_password,
        "created_at": account.created_at.to_rfc3339(),
    })
}
