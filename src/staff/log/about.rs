//! About: what an outsider must know of each log to verify it: origin, key, size, when it began and ended and why, and what
//! of it has left the house.

use serde::Deserialize;

use crate::audit::Origin;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::LogReason;
use crate::staff::permit::LogReader;
use crate::store::copies;
use crate::store::settings::{self, Checked};
use crate::store::tree::{self, Log, Signed};

/// A log with why it began.
#[derive(Clone, Debug)]
pub struct Told {
    /// The log.
    pub log: Log,
    /// Why it began, as its first entry says; none while that has no place yet.
    pub began: Option<LogReason>,
    /// Why it ended: why the one after it began.
    pub ended: Option<LogReason>,
}

/// The first entry of a log, as far as it is asked here.
#[derive(Deserialize)]
struct Beginning {
    why: LogReason,
}

/// Why a log began, by its first entry.
pub(in crate::staff) fn reason(entry: &[u8]) -> Option<LogReason> {
    serde_json::from_slice(entry).ok().map(|beginning: Beginning| beginning.why)
}

/// Every log there is, the newest first, and what was found when they were checked last.
///
/// # Errors
/// The store cannot be read.
pub async fn about(gateway: &Gateway, _: &LogReader) -> Result<(Vec<Told>, Option<Checked>)> {
    gateway
        .store
        .read(|tx| {
            let mut told: Vec<Told> = Vec::new();
            for log in tree::all(tx)?.into_iter().rev() {
                let first = tree::entries(tx, log.number, 0, 1)?;
                let began = first.first().and_then(|entry| reason(entry));
                let ended = told.last().and_then(|next| next.began);
                told.push(Told { log, began, ended });
            }
            Ok((told, settings::checked(tx)?))
        })
        .await
}

/// What tells a log from the gateway's others: year and number (`2026-1`).
pub fn short_name(log: &Log) -> Option<String> {
    log.origin.parse::<Origin>().ok().map(|origin| origin.short())
}

/// A log that may be read, by its year and number (`2026-1`); the newest without.
///
/// # Errors
/// `NotFound`, also for one that is not signed yet.
pub async fn named(gateway: &Gateway, _: &LogReader, name: Option<&str>) -> Result<Log> {
    let logs = gateway.store.read(tree::all).await?;
    let is_it = |log: &Log| name.is_none_or(|name| short_name(log).as_deref() == Some(name));
    let found = logs.into_iter().rev().find(|log| log.signed.is_some() && is_it(log));
    let mut log = found.ok_or(crate::error::Problem::NotFound)?;
    if let Some(signed) = log.signed.take() {
        let known = signed.clone();
        let checkpoint = gateway.store.read(move |tx| copies::published(tx, &known)).await?;
        log.signed = Some(Signed { checkpoint, ..signed });
    }
    Ok(log)
}
