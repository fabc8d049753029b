//! `kakitome account set`.

use std::str::FromStr;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use crate::cli::console::Console;
use crate::cli::failure::Result;
use crate::cli::terminal::Terminal;
use crate::gateway::Gateway;
use crate::model::day::first_moment;
use crate::model::{Account, Language, Limits, Role, Time, Validity};
use crate::staff::register::{self, Change};

use super::{Reason, show_again};

/// A day, or `none`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Day {
    None,
    Of(NaiveDate),
}

impl FromStr for Day {
    type Err = chrono::ParseError;
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        if text == "none" { Ok(Self::None) } else { NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self::Of) }
    }
}

/// When a first day begins.
pub(super) fn first(day: Day, zone: Tz) -> Option<Time> {
    match day {
        Day::None => None,
        Day::Of(day) => first_moment(day, zone),
    }
}

/// When a last day is over.
pub(super) fn last(day: Day, zone: Tz) -> Option<Time> {
    match day {
        Day::None => None,
        Day::Of(day) => first_moment(day.checked_add_days(Days::new(1))?, zone),
    }
}

/// A number, or `none`.
#[derive(Clone, Copy, Debug)]
struct Most<T>(Option<T>);

impl<T: FromStr> FromStr for Most<T> {
    type Err = T::Err;
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        if text == "none" { Ok(Self(None)) } else { text.parse().map(|value| Self(Some(value))) }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Set {
    /// Mail address of the account
    email: String,
    /// A new mail address
    #[arg(long = "email", value_name = "EMAIL", id = "new_email")]
    new_email: Option<String>,
    /// Name shown to recipients
    #[arg(long)]
    name: Option<String>,
    /// Department; may be empty
    #[arg(long)]
    department: Option<String>,
    /// Direct phone number shown to recipients; may be empty
    #[arg(long)]
    phone: Option<String>,
    /// Language of the staff pages
    #[arg(long)]
    language: Option<Language>,
    /// All that it may do: sender, approver, auditor, administrator
    #[arg(long, value_name = "ROLE", value_delimiter = ',', num_args = 1..)]
    roles: Option<Vec<Role>>,
    /// The first day, such as 2026-04-01, or none
    #[arg(long, value_name = "DAY")]
    valid_from: Option<Day>,
    /// The last day, or none
    #[arg(long, value_name = "DAY")]
    valid_until: Option<Day>,
    /// Bytes of a transfer at most, or none
    #[arg(long, value_name = "BYTES")]
    most_bytes: Option<Most<i64>>,
    /// Recipients of a transfer at most, or none
    #[arg(long, value_name = "COUNT")]
    most_recipients: Option<Most<i32>>,
    /// Hours that files are kept at most, or none
    #[arg(long, value_name = "HOURS")]
    most_keep_hours: Option<Most<i32>>,
    /// Domains that may be sent to, separated by commas; empty for all
    #[arg(long, value_name = "DOMAINS")]
    domains: Option<String>,
    /// Every transfer must be approved
    #[arg(long, overrides_with = "no_approval")]
    needs_approval: bool,
    /// Transfers need no approval
    #[arg(long, overrides_with = "needs_approval")]
    no_approval: bool,
    /// Who takes over
    #[arg(long, value_name = "EMAIL", conflicts_with = "no_successor")]
    successor: Option<String>,
    /// Nobody takes over
    #[arg(long)]
    no_successor: bool,
    #[command(flatten)]
    reason: Reason,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Set, terminal: Terminal) -> Result<()> {
    let registrar = args.reason.registrar()?;
    let gateway = args.console.open().await?.gateway;
    let account = register::find(&gateway, &args.email).await?;
    let change = args.change(&gateway, &account).await?;
    register::change(&gateway, &registrar, account.id, change).await?;
    show_again(&gateway, &account, terminal).await
}

impl Set {
    async fn change(&self, gateway: &Gateway, before: &Account) -> Result<Change> {
        let successor = match &self.successor {
            Some(email) => Some(Some(register::find(gateway, email).await?.id)),
            None => self.no_successor.then_some(None),
        };
        Ok(Change {
            email: self.new_email.clone(),
            name: self.name.clone(),
            phone: self.phone.clone(),
            department: self.department.clone(),
            language: self.language,
            roles: self.roles.clone(),
            validity: self.validity(before.validity, gateway.office().time_zone),
            limits: self.limits(&before.limits),
            successor,
        })
    }

    fn validity(&self, before: Validity, zone: Tz) -> Option<Validity> {
        (self.valid_from.is_some() || self.valid_until.is_some()).then(|| Validity {
            from: self.valid_from.map_or(before.from, |day| first(day, zone)),
            until: self.valid_until.map_or(before.until, |day| last(day, zone)),
        })
    }

    fn limits(&self, before: &Limits) -> Option<Limits> {
        let domains = |text: &String| text.split([',', ' ']).filter(|one| !one.is_empty()).map(str::to_owned).collect();
        let after = Limits {
            most_bytes: self.most_bytes.map_or(before.most_bytes, |most| most.0),
            most_recipients: self.most_recipients.map_or(before.most_recipients, |most| most.0),
            most_keep_hours: self.most_keep_hours.map_or(before.most_keep_hours, |most| most.0),
            domains: self.domains.as_ref().map_or_else(|| before.domains.clone(), domains),
            needs_approval: (before.needs_approval || self.needs_approval) && !self.no_approval,
        };
        (after != *before).then_some(after)
    }
}
