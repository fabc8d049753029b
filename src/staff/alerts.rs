//! Alerts: what happened, and what stands still, is measured by rules; what a rule finds is an event, a mail to every
//! administrator who can act, and a post to webhooks. Of each rule and subject that is told once a day, whichever node finds
//! it; what follows on the same day is counted. No alert holds a number, a secret or the name of a file.

mod happened;
mod standing;

use crate::config::AuditAlerts;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::day::date_of;
use crate::model::{AccountId, Actor, AlertRule, DeliveryId, Event, EventKind, LetterKind, Time};
use crate::store::letters::QueuedLetter;
use crate::store::{Tx, accounts, alerts};
use crate::transfer::dispatch;

use super::alarm;

/// Something that a rule found.
struct Found {
    rule: AlertRule,
    /// Of what: an id, or a destination of the log; empty where there is but one.
    subject: String,
    delivery: Option<DeliveryId>,
    account: Option<AccountId>,
}

impl Found {
    fn new(rule: AlertRule, subject: impl ToString) -> Self {
        Self { rule, subject: subject.to_string(), delivery: None, account: None }
    }
}

/// Looks once, and tells what is new. Returns how many alerts were raised.
///
/// # Errors
/// The store cannot be read or written; nothing is half told, and the next look finds it again.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let now = gateway.now();
    let day = date_of(now, gateway.office().time_zone).to_string();
    let rules = gateway.audit.alerts.clone();
    let places = gateway.copies.destinations();
    let raised = gateway
        .store
        .write(move |tx| {
            // One after the other: two nodes do not both tell.
            accounts::hold_register(tx)?;
            let mut raised = Vec::new();
            for found in happened::look(tx, now)? {
                raised.extend(raise(tx, found, &rules, &day, now)?);
            }
            for found in standing::look(tx, &rules, &places, now)? {
                if !alerts::was_raised(tx, found.rule, &found.subject, &day)? {
                    raised.extend(raise(tx, found, &rules, &day, now)?);
                }
            }
            tell(tx, &raised, now)?;
            Ok(raised.len())
        })
        .await?;
    if raised > 0 {
        gateway.outbox_bell.notify_one();
    }
    Ok(raised)
}

/// Raises an alert if its rule is on and it is the first of its subject on this day.
fn raise(tx: &mut Tx, found: Found, rules: &AuditAlerts, day: &str, now: Time) -> Result<Option<Found>> {
    let is_first = is_on(rules, found.rule) && alerts::raise(tx, found.rule, &found.subject, day, now)?;
    Ok(is_first.then_some(found))
}

fn tell(tx: &mut Tx, raised: &[Found], now: Time) -> Result<()> {
    for found in raised {
        tracing::warn!(rule = %found.rule, "an alert was raised");
        let mut event = Event::new(EventKind::AlertRaised { rule: found.rule }, now, Actor::System);
        event.subject.delivery = found.delivery;
        event.subject.account = found.account;
        tx.record(&event)?;
    }
    if raised.is_empty() {
        return Ok(());
    }
    for account in alarm::told(tx, now)? {
        dispatch::queue(tx, &QueuedLetter::new(LetterKind::Alert, now).of_account(account.id), now)?;
    }
    Ok(())
}

/// Whether the configuration has a rule on.
const fn is_on(rules: &AuditAlerts, rule: AlertRule) -> bool {
    match rule {
        AlertRule::PausedDelivery => rules.paused_delivery,
        AlertRule::TamperSuspected => rules.tamper_suspected,
        AlertRule::AccountLocked => rules.account_locked,
        AlertRule::SourceBanned => rules.source_banned,
        AlertRule::NewNetwork => rules.new_network,
        AlertRule::LogInconsistent => rules.log_inconsistent,
        AlertRule::LogStalled => rules.log_stalled,
        AlertRule::SweepOverdue => rules.sweep_overdue,
        AlertRule::CopyFailing => rules.copy_failing,
    }
}
