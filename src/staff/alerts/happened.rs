//! What the log's events tell. They are read from where the last look ended, and a while before that: a transaction that began
//! earlier may have ended later. Each event is looked at once all the same.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::Value;

use super::Found;
use crate::error::Result;
use crate::model::{AlertRule, LogReason, Role, Time};
use crate::store::alerts::{self, Noted};
use crate::store::{Tx, accounts, settings};

/// No transaction takes longer than this between writing an event and its end.
const OVERLAP: Duration = Duration::from_secs(600);
/// Events of one look; more wait for the next.
const MOST: i64 = 2000;
/// Earlier sign-ins that a network is compared with.
const COMPARED: i64 = 1000;

/// The words that rules are about.
const WORDS: [&str; 10] = [
    "paused",
    "tamper_suspected",
    "password_locked",
    "password_stopped",
    "codes_locked",
    "codes_stopped",
    "source_banned",
    "signed_in",
    "log_began",
    "log_inconsistent",
];

/// What was found in the events since the last look.
pub(super) fn look(tx: &mut Tx, now: Time) -> Result<Vec<Found>> {
    // With the first look nothing is told of before it; a clock that went back leaves nothing out.
    let last = settings::alerts_until(tx)?.unwrap_or(now).min(now);
    let from = last - OVERLAP;
    let events = alerts::events_from(tx, &WORDS, from, MOST)?;
    let is_all = i64::try_from(events.len()).is_ok_and(|count| count < MOST);
    let until = if is_all { now } else { events.last().map_or(now, |last| last.at) };
    let mut found = Vec::new();
    for event in events {
        alerts::look_at(tx, event.id, event.at)?;
        found.extend(judge(tx, &event)?);
    }
    alerts::forget_before(tx, from)?;
    settings::set_alerts_until(tx, until, now)?;
    Ok(found)
}

fn judge(tx: &mut Tx, event: &Noted) -> Result<Option<Found>> {
    let about_delivery = |rule| {
        let subject = event.delivery_id.map(|id| id.to_string()).unwrap_or_default();
        Found { delivery: event.delivery_id, ..Found::new(rule, subject) }
    };
    let about_account = |rule| {
        let subject = event.account_id.map(|id| id.to_string()).unwrap_or_default();
        Found { account: event.account_id, ..Found::new(rule, subject) }
    };
    Ok(match event.event.as_str() {
        "paused" => Some(about_delivery(AlertRule::PausedDelivery)),
        "tamper_suspected" => Some(about_delivery(AlertRule::TamperSuspected)),
        "password_locked" | "password_stopped" | "codes_locked" | "codes_stopped" => {
            Some(about_account(AlertRule::AccountLocked))
        }
        "source_banned" => Some(Found::new(AlertRule::SourceBanned, "")),
        "signed_in" if is_new_network(tx, event)? => Some(about_account(AlertRule::NewNetwork)),
        "log_began" if matches!(reason(event), Some(LogReason::Restored | LogReason::Key)) => {
            Some(Found::new(AlertRule::LogInconsistent, ""))
        }
        "log_inconsistent" => Some(Found::new(AlertRule::LogInconsistent, "")),
        _ => None,
    })
}

fn reason(event: &Noted) -> Option<LogReason> {
    let leaf: Value = serde_json::from_slice(&event.leaf).ok()?;
    leaf.get("why")?.as_str()?.parse().ok()
}

/// Whether an administrator came from where the account never came from. With the first sign-in there is nothing to compare.
fn is_new_network(tx: &mut Tx, event: &Noted) -> Result<bool> {
    let Some(account) = event.account_id else { return Ok(false) };
    if !accounts::get(tx, account)?.has(Role::Administrator) {
        return Ok(false);
    }
    let Some(network) = alerts::source(tx, event.id)?.and_then(|source| network(&source)) else { return Ok(false) };
    let before = alerts::sources_before(tx, account, event, COMPARED)?;
    let known: Vec<_> = before.iter().filter_map(|source| self::network(source)).collect();
    Ok(!known.is_empty() && !known.contains(&network))
}

/// The network of an address: what an office or a provider has as a whole, 24 bits of an IPv4 address and 48 of an IPv6 one.
fn network(source: &str) -> Option<IpAddr> {
    let address = source.parse::<IpAddr>().ok()?.to_canonical();
    let bits = if address.is_ipv4() { 24 } else { 48 };
    ipnet::IpNet::new(address, bits).ok().map(|net| net.network())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_house_are_of_one_network() {
        for (one, other, same) in [
            ("192.0.2.7", "192.0.2.200", true),
            ("192.0.2.7", "192.0.3.7", false),
            ("::ffff:192.0.2.7", "192.0.2.9", true),
            ("2001:db8:1:2::3", "2001:db8:1:9::4", true),
            ("2001:db8:1::3", "2001:db8:2::3", false),
        ] {
            assert_eq!(network(one) == network(other), same, "{one} {other}");
        }
        assert_eq!(network("nowhere"), None);
    }
}
