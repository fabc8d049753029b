//! Totals: what was sent in a period, by month, department or sender.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::TotalsBy as By;
use crate::staff::permit::LogReader;
use crate::store::accounts;
use crate::store::totals::{self as stored, Amount, Total};

/// One line of totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is of: a day, a month, a department (may be empty), or a sender's name.
    pub label: String,
    /// How much.
    pub amount: Amount,
}

/// The totals of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Its lines: in order of time, or the largest first.
    pub bars: Vec<Bar>,
    /// All of them together.
    pub sum: Amount,
}

fn plus(one: Amount, other: Amount) -> Amount {
    Amount {
        transfers: one.transfers + other.transfers,
        deliveries: one.deliveries + other.deliveries,
        files: one.files + other.files,
        bytes: one.bytes + other.bytes,
        retrieved: one.retrieved + other.retrieved,
    }
}

/// What was sent from one day to another, both included.
///
/// # Errors
/// The store cannot be read.
pub async fn totals(
    gateway: &Gateway,
    _reader: &LogReader,
    by: By,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<Summary> {
    let (rows, names) = gateway
        .store
        .read(move |tx| {
            let rows = stored::between(tx, from, until)?;
            let names = if by == By::Sender { accounts::all(tx)? } else { Vec::new() };
            Ok((rows, names))
        })
        .await?;
    let names: BTreeMap<_, _> = names.into_iter().map(|account| (account.id, account)).collect();
    let label = |row: &Total| match by {
        By::Day => row.day.clone(),
        By::Month => row.day.chars().take(7).collect(),
        By::Department => row.department.clone(),
        By::Sender => names.get(&row.account).map_or_else(String::new, |account| {
            if account.name.is_empty() { account.email.clone() } else { account.name.clone() }
        }),
    };
    let mut lines: BTreeMap<(String, Option<String>), Amount> = BTreeMap::new();
    for row in &rows {
        // Two people may have one name.
        let who = (by == By::Sender).then(|| row.account.to_string());
        let line = lines.entry((label(row), who)).or_default();
        *line = plus(*line, row.amount);
    }
    let mut bars: Vec<Bar> = lines.into_iter().map(|((label, _), amount)| Bar { label, amount }).collect();
    if matches!(by, By::Department | By::Sender) {
        bars.sort_by_key(|bar| std::cmp::Reverse((bar.amount.transfers, bar.amount.bytes)));
    }
    let sum = rows.iter().fold(Amount::default(), |sum, row| plus(sum, row.amount));
    Ok(Summary { bars, sum })
}
