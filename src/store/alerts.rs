//! Alerts: of a rule and a subject at most one a day, and the events that they were looked for in.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, AlertCount, AlertRule, DeliveryId, EventId, Outcome, Time};

use super::Tx;
use super::database::on;
use super::schema::{alert_events, alerts, event_values, events};

/// An event that alerts are looked for in.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct Noted {
    /// Row id.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// The event's word.
    pub event: String,
    /// The delivery it was about.
    pub delivery_id: Option<DeliveryId>,
    /// The account it was about.
    pub account_id: Option<AccountId>,
    /// The final bytes: JCS JSON.
    pub leaf: Vec<u8>,
}

/// Events of these words from a moment on that nobody looked at, oldest first; of sign-ins those that succeeded: a flood of
/// others has rules of its own.
///
/// # Errors
/// The database cannot be read.
pub fn events_from(tx: &mut Tx, words: &[&str], from: Time, most: i64) -> Result<Vec<Noted>> {
    let seen = exists(alert_events::table.filter(alert_events::event_id.eq(events::id)));
    let counts = events::event.ne("signed_in").or(events::outcome.eq(Outcome::Ok));
    // Both outcomes are named so that the index leads to the span of ids, of each word.
    let of_words = events::event.eq_any(words).and(events::outcome.eq_any(Outcome::ALL));
    let since = events::id.ge(EventId::first(from));
    Ok(on!(tx, c => events::table
        .filter(of_words.and(since).and(counts).and(not(seen)))
        .order(events::id)
        .limit(most)
        .select(Noted::as_select())
        .load(c))?)
}

/// Notes that an event was looked at.
///
/// # Errors
/// It was before, or the database cannot be written.
pub fn look_at(tx: &mut Tx, event: EventId, at: Time) -> Result<()> {
    on!(tx, c => diesel::insert_into(alert_events::table)
        .values((alert_events::event_id.eq(event), alert_events::at.eq(at)))
        .execute(c))?;
    Ok(())
}

/// Forgets the events that will not be met again.
///
/// # Errors
/// The database cannot be written.
pub fn forget_before(tx: &mut Tx, before: Time) -> Result<()> {
    on!(tx, c => diesel::delete(alert_events::table.filter(alert_events::at.lt(before))).execute(c))?;
    Ok(())
}

/// Raises an alert; true if it is the first of its rule and subject on this day. Later ones are counted.
///
/// # Errors
/// The database cannot be written.
pub fn raise(tx: &mut Tx, rule: AlertRule, subject: &str, day: &str, now: Time) -> Result<bool> {
    let first = on!(tx, c => diesel::insert_into(alerts::table)
        .values((
            alerts::rule.eq(rule),
            alerts::subject.eq(subject),
            alerts::day.eq(day),
            alerts::count.eq(1),
            alerts::told_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    if first == 1 {
        return Ok(true);
    }
    let row = alerts::table.find((rule, subject, day));
    on!(tx, c => diesel::update(row).set(alerts::count.eq(alerts::count + 1)).execute(c))?;
    Ok(false)
}

/// Whether an alert of this rule and subject was raised on this day.
///
/// # Errors
/// The database cannot be read.
pub fn was_raised(tx: &mut Tx, rule: AlertRule, subject: &str, day: &str) -> Result<bool> {
    let row = alerts::table.find((rule, subject, day)).select(alerts::told_at);
    let found: Option<Time> = on!(tx, c => row.first(c).optional())?;
    Ok(found.is_some())
}

/// How many alerts of this rule and day there were, and of how many subjects.
///
/// # Errors
/// The database cannot be read.
pub fn of_day(tx: &mut Tx, rule: AlertRule, day: &str) -> Result<(usize, i64)> {
    let rows: Vec<i32> = on!(tx, c => alerts::table
        .filter(alerts::rule.eq(rule).and(alerts::day.eq(day)))
        .select(alerts::count)
        .load(c))?;
    Ok((rows.len(), rows.into_iter().map(i64::from).sum()))
}

/// The alerts that were told in this time, by rule: the first moment counts, the last does not.
///
/// # Errors
/// The database cannot be read.
pub fn told(tx: &mut Tx, (from, before): (Time, Time)) -> Result<Vec<AlertCount>> {
    let rules: Vec<AlertRule> = on!(tx, c => alerts::table
        .filter(alerts::told_at.ge(from).and(alerts::told_at.lt(before)))
        .select(alerts::rule)
        .load(c))?;
    let counted = |rule: &AlertRule| {
        let count = rules.iter().filter(|told| *told == rule).count();
        AlertCount { rule: *rule, count: u32::try_from(count).unwrap_or(u32::MAX) }
    };
    Ok(AlertRule::ALL.iter().map(counted).filter(|told| told.count > 0).collect())
}

/// The address that an event came from, while it is kept.
///
/// # Errors
/// The database cannot be read.
pub fn source(tx: &mut Tx, event: EventId) -> Result<Option<String>> {
    let row = event_values::table.find((event, "source")).select(event_values::value);
    let found: Option<Vec<u8>> = on!(tx, c => row.first(c).optional())?;
    Ok(found.map(|value| String::from_utf8_lossy(&value).into_owned()))
}

/// The addresses that an account signed in from before an event, the newest first, as far as they are kept.
///
/// # Errors
/// The database cannot be read.
pub fn sources_before(tx: &mut Tx, account: AccountId, event: &Noted, most: i64) -> Result<Vec<String>> {
    // The account's own events by their one index; what is no sign-in is passed over here.
    let own: Vec<(EventId, String, Outcome)> = on!(tx, c => events::table
        .filter(events::account_id.eq(account).and(events::id.lt(event.id)))
        .order(events::id.desc())
        .limit(most * 4)
        .select((events::id, events::event, events::outcome))
        .load(c))?;
    let is_sign_in = |word: &str, outcome: Outcome| word == "signed_in" && outcome == Outcome::Ok;
    let own = own.into_iter().filter(|(_, word, outcome)| is_sign_in(word, *outcome)).map(|(id, ..)| id);
    let sign_ins: Vec<EventId> = own.take(usize::try_from(most).unwrap_or(usize::MAX)).collect();
    let values: Vec<Vec<u8>> = on!(tx, c => event_values::table
        .filter(event_values::event_id.eq_any(sign_ins).and(event_values::field.eq("source")))
        .order(event_values::event_id.desc())
        .select(event_values::value)
        .load(c))?;
    Ok(values.iter().map(|value| String::from_utf8_lossy(value).into_owned()).collect())
}
