//! What stands still, or stands against the log.

use std::time::Duration;

use super::Found;
use crate::config::AuditAlerts;
use crate::error::Result;
use crate::gateway::minutes;
use crate::model::{AlertRule, CopyFailure, Destination, Time};
use crate::store::{Tx, copies, transfers, tree};

/// What the clock ends is ended within a minute; a sweep that is cut off is repeated.
const OVERDUE: Duration = Duration::from_secs(1800);
/// A place that the log is copied to may be away for so long.
const AWAY: Duration = Duration::from_secs(6 * 3600);

/// What is not as it should be now.
pub(super) fn look(tx: &mut Tx, rules: &AuditAlerts, places: &[Destination], now: Time) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let patience = minutes(rules.stalled_minutes);
    if tree::waiting_since(tx)?.is_some_and(|since| now.since(since) > patience) {
        found.push(Found::new(AlertRule::LogStalled, ""));
    }
    if !transfers::expired(tx, now - OVERDUE, 1)?.is_empty() {
        found.push(Found::new(AlertRule::SweepOverdue, ""));
    }
    if let Some(log) = tree::current(tx)? {
        // A place that was taken out of the configuration is waited for no more.
        let places: Vec<String> = places.iter().map(ToString::to_string).collect();
        let copies = copies::of_log(tx, log.number)?;
        let copies = copies.into_iter().filter(|copy| places.contains(&copy.destination));
        found.extend(copies.filter_map(|copy| judge(copy.destination, copy.failing, now)));
    }
    for behind in copies::behind(tx, places)? {
        // What lacks something is tried every few minutes, and then has it or fails.
        let stopped = |(_, at): (u64, Time)| (behind.closed_at.max(at), CopyFailure::Silent);
        let failing = behind.state.failing.or(behind.state.left.map(stopped));
        found.extend(judge(behind.state.destination.to_string(), failing, now));
    }
    Ok(found)
}

/// Whether it is told that a place takes nothing.
fn judge(place: String, failing: Option<(Time, CopyFailure)>, now: Time) -> Option<Found> {
    match failing? {
        (_, CopyFailure::Inconsistent) => Some(Found::new(AlertRule::LogInconsistent, place)),
        (since, _) if now.since(since) > AWAY => Some(Found::new(AlertRule::CopyFailing, place)),
        _ => None,
    }
}
