//! `kakitome account list`.

use std::time::Duration;

use crate::cli::console::Console;
use crate::cli::failure::Result;
use crate::cli::terminal::Terminal;
use crate::model::{Account, AccountState, Time};
use crate::staff::register;

use super::shown::print_all;

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only those in use that have not been used for long
    #[arg(long)]
    dormant: bool,
    /// Only those in this state: invited, active, stopped
    #[arg(long)]
    state: Option<AccountState>,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: List, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let days = gateway.policy().dormant_days;
    let since = gateway.now() - Duration::from_secs(u64::from(days) * 24 * 3600);
    let fits = |account: &Account| {
        args.state.is_none_or(|state| account.state == state) && (!args.dormant || is_dormant(account, since))
    };
    let accounts: Vec<Account> = register::list(&gateway).await?.into_iter().filter(fits).collect();
    print_all(&accounts, terminal)
}

/// In use, and not used since; one that was never used counts from when it was made.
fn is_dormant(account: &Account, since: Time) -> bool {
    account.state == AccountState::Active && account.last_used_at.unwrap_or(account.created_at) <= since
}
