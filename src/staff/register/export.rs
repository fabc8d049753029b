//! The register as a file for spreadsheet programs. What names people goes out with it: who took it is written down.

use std::collections::HashMap;

use chrono::Days;
use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::columns::Column;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::day::{date_of, first_moment};
use crate::model::table;
use crate::model::{Account, AccountId, Actor, Event, EventKind, Time};
use crate::staff::permit::RegisterReader;
use crate::store::{Tx, accounts};

/// Writes the register down for somebody who may read it: UTF-8 with its mark, and nothing that a spreadsheet program would
/// carry out.
///
/// # Errors
/// `SignInNeeded` when the session ended meanwhile; the store cannot be read or written.
pub async fn export(gateway: &Gateway, reader: &RegisterReader) -> Result<String> {
    reader.write(gateway, writing(gateway, reader.actor())).await
}

/// The same at the console of the server.
///
/// # Errors
/// The store cannot be read or written.
pub async fn export_at_console(gateway: &Gateway) -> Result<String> {
    gateway.store.write(writing(gateway, Actor::Console)).await
}

fn writing(gateway: &Gateway, actor: Actor) -> impl FnOnce(&mut Tx) -> Result<String> + Send + use<> {
    let (zone, now) = (gateway.office().time_zone, gateway.now());
    move |tx| {
        let accounts = accounts::all(tx)?;
        let text = text(&accounts, zone)?;
        let (rows, digest) = (i64::try_from(accounts.len()).unwrap_or(i64::MAX), digest(text.as_bytes()));
        tx.record(&Event::new(EventKind::RegisterExported { rows, digest }, now, actor))?;
        Ok(text)
    }
}

/// SHA-256 of a file, as the log has it.
pub(super) fn digest(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

fn text(accounts: &[Account], zone: Tz) -> Result<String> {
    let addresses: HashMap<AccountId, &str> = accounts.iter().map(|one| (one.id, one.email.as_str())).collect();
    let heading = Column::ALL.iter().map(|column| column.word().to_owned()).collect();
    let row = |account: &Account| -> Vec<String> {
        Column::ALL.iter().map(|column| kept_apart(cell(account, *column, &addresses, zone))).collect()
    };
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(accounts.iter().map(row)).collect();
    table::text(&rows)
}

/// A cell that begins with an apostrophe of its own gets a second one: the first is taken off when it is read.
fn kept_apart(cell: String) -> String {
    if cell.starts_with('\'') { format!("'{cell}") } else { cell }
}

fn cell(account: &Account, column: Column, addresses: &HashMap<AccountId, &str>, zone: Tz) -> String {
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let limits = &account.limits;
    match column {
        Column::Email => account.email.clone(),
        Column::Name => account.name.clone(),
        Column::Department => account.department.clone(),
        Column::Phone => account.phone.clone(),
        Column::Language => account.language.word().to_owned(),
        Column::Roles => account.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(" "),
        Column::State => account.state.word().to_owned(),
        Column::ValidFrom => account.validity.from.map(|from| first_day(from, zone)).unwrap_or_default(),
        Column::ValidUntil => account.validity.until.map(|until| last_day(until, zone)).unwrap_or_default(),
        Column::MostBytes => number(limits.most_bytes),
        Column::MostRecipients => number(limits.most_recipients.map(i64::from)),
        Column::MostKeepHours => number(limits.most_keep_hours.map(i64::from)),
        Column::Domains => limits.domains.join(" "),
        Column::NeedsApproval => if limits.needs_approval { "yes" } else { "no" }.to_owned(),
        Column::Successor => {
            account.successor.and_then(|id| addresses.get(&id)).copied().unwrap_or_default().to_owned()
        }
        Column::LastUsedAt => account.last_used_at.map(|at| moment(at, zone)).unwrap_or_default(),
        Column::CreatedAt => moment(account.created_at, zone),
    }
}

/// The day that begins then; a moment within a day is written as one.
fn first_day(from: Time, zone: Tz) -> String {
    let day = date_of(from, zone);
    if first_moment(day, zone) == Some(from) { day.to_string() } else { moment(from, zone) }
}

/// The day that ends then: the first moment that is too late begins the next.
fn last_day(until: Time, zone: Tz) -> String {
    let day = date_of(until, zone);
    let last = day.checked_sub_days(Days::new(1)).filter(|_| first_moment(day, zone) == Some(until));
    last.map_or_else(|| moment(until, zone), |last| last.to_string())
}

fn moment(at: Time, zone: Tz) -> String {
    at.to_utc().with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
