//! `kakitome account add`.

use crate::cli::console::Console;
use crate::cli::failure::Result;
use crate::cli::terminal::Terminal;
use crate::model::{Language, Role, Validity};
use crate::staff::invitation;
use crate::staff::register::{self, NewAccount};

use super::Reason;
use super::set::{Day, first, last};
use super::shown::{print_all, print_issued, say_invited};

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// Mail address, also the sign-in name
    email: String,
    /// Name shown to recipients
    #[arg(long)]
    name: String,
    /// What it may do: sender, approver, auditor, administrator; repeat for more
    #[arg(long = "role", required = true, num_args = 1.., value_name = "ROLE", value_delimiter = ',')]
    roles: Vec<Role>,
    /// Department
    #[arg(long, default_value = "", hide_default_value = true)]
    department: String,
    /// Direct phone number shown to recipients
    #[arg(long, default_value = "", hide_default_value = true)]
    phone: String,
    /// Language of the staff pages
    #[arg(long)]
    language: Option<Language>,
    /// Invite by mail to set a password, instead of printing a one-time password
    #[arg(long)]
    invite: bool,
    /// The first day, such as 2026-04-01
    #[arg(long, value_name = "DAY")]
    valid_from: Option<Day>,
    /// The last day
    #[arg(long, value_name = "DAY")]
    valid_until: Option<Day>,
    #[command(flatten)]
    reason: Reason,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Add, terminal: Terminal) -> Result<()> {
    let registrar = args.reason.registrar()?;
    let gateway = args.console.open().await?.gateway;
    let zone = gateway.office().time_zone;
    let validity = Validity {
        from: args.valid_from.and_then(|day| first(day, zone)),
        until: args.valid_until.and_then(|day| last(day, zone)),
    };
    let new = NewAccount {
        email: args.email,
        name: args.name,
        department: args.department,
        phone: args.phone,
        language: args.language.unwrap_or_else(|| gateway.default_language()),
        roles: args.roles,
    };
    if !args.invite {
        return print_issued(&register::add_within(&gateway, new, validity, &registrar).await?, terminal);
    }
    let account = invitation::add_within(&gateway, new, validity, &registrar).await?;
    say_invited(&gateway, &account, terminal).await?;
    print_all(std::slice::from_ref(&account), terminal)
}
