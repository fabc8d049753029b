//! `kakitome account list`.

use std::time::Duration;

use chrono::NaiveDate;

use crate::cli::console::Console;
use crate::cli::failure::Result;
use crate::cli::terminal::Terminal;
use crate::gateway::Gateway;
use crate::model::day::first_moment;
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
    /// The register as it was at the end of this day, from the log alone
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "dormant")]
    on: Option<NaiveDate>,
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
    let all = match args.on {
        Some(day) => of_day(&gateway, day).await?,
        None => register::list(&gateway).await?,
    };
    let accounts: Vec<Account> = all.into_iter().filter(fits).collect();
    print_all(&accounts, terminal)
}

/// Everybody who stood in the register at the end of a day of the office, by address.
async fn of_day(gateway: &Gateway, day: NaiveDate) -> Result<Vec<Account>> {
    let next = day.succ_opt().and_then(|next| first_moment(next, gateway.office().time_zone));
    let end = next.map_or(Time::from_millis(i64::MAX), |next| next - Duration::from_millis(1));
    let recorded = register::as_of(gateway, end).await?;
    let mut accounts: Vec<Account> = recorded.iter().map(|(id, recorded)| recorded.account(*id)).collect();
    accounts.sort_by(|one, other| one.email.cmp(&other.email));
    Ok(accounts)
}

/// In use, and not used since; one that was never used counts from when it was made.
fn is_dormant(account: &Account, since: Time) -> bool {
    account.state == AccountState::Active && account.last_used_at.unwrap_or(account.created_at) <= since
}
