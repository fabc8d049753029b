//! Rules that an administrator set, and what is kept about the installation as a whole, as JSON of their type.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Doing, Result};
use crate::model::{LetterKind, SignInRules, Time};

use super::Tx;
use super::database::on;
use super::schema::settings;

const SIGN_IN: &str = "sign_in";
const POLICY: &str = "policy";
const DIGEST: &str = "digest";
const CHECK_DUE: &str = "log_check_due";
const CHECKED: &str = "log_checked";
const ALERTS_UNTIL: &str = "alerts_until";
const LOG_MAIL: &str = "log_mail";

/// The rules of signing in, if an administrator has set them.
///
/// # Errors
/// The database cannot be read, or holds what nobody could set.
pub fn sign_in(tx: &mut Tx) -> Result<Option<SignInRules>> {
    read(tx, SIGN_IN)
}

/// Sets the rules of signing in; `None` takes them back to what the configuration says.
///
/// # Errors
/// The database cannot be written.
pub fn set_sign_in(tx: &mut Tx, rules: Option<&SignInRules>, now: Time) -> Result<()> {
    write(tx, SIGN_IN, rules, now)
}

/// The values of the policy that an administrator has set, by the names of their settings.
///
/// # Errors
/// The database cannot be read, or holds what nobody could set.
pub fn policy(tx: &mut Tx) -> Result<BTreeMap<String, u64>> {
    Ok(read(tx, POLICY)?.unwrap_or_default())
}

/// Sets these values of the policy; every other one is as the configuration says.
///
/// # Errors
/// The database cannot be written.
pub fn set_policy(tx: &mut Tx, values: &BTreeMap<String, u64>, now: Time) -> Result<()> {
    write(tx, POLICY, Some(values).filter(|values| !values.is_empty()), now)
}

/// An alarm that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Since when it was so.
    pub since: Time,
    /// When it was told.
    pub told_at: Time,
}

/// The last alarm of this kind.
///
/// # Errors
/// The database cannot be read.
pub fn alarm(tx: &mut Tx, kind: LetterKind) -> Result<Option<Alarm>> {
    read(tx, &alarm_name(kind))
}

/// Notes that an alarm was told.
///
/// # Errors
/// The database cannot be written.
pub fn set_alarm(tx: &mut Tx, kind: LetterKind, alarm: &Alarm, now: Time) -> Result<()> {
    write(tx, &alarm_name(kind), Some(alarm), now)
}

/// The day on which the last digest was due, as a date of the office.
///
/// # Errors
/// The database cannot be read.
pub fn digest(tx: &mut Tx) -> Result<Option<String>> {
    read(tx, DIGEST)
}

/// Notes the day on which a digest was due.
///
/// # Errors
/// The database cannot be written.
pub fn set_digest(tx: &mut Tx, day: &str, now: Time) -> Result<()> {
    write(tx, DIGEST, Some(&day), now)
}

/// The night for which the log is or was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckDue {
    /// As a date of the office.
    pub day: String,
    /// When somebody began.
    pub began_at: Time,
    /// Whether it ended.
    pub is_done: bool,
}

/// What was found when the log was checked last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// When.
    pub at: Time,
    /// Entries of all logs together.
    pub entries: u64,
    /// When nothing was wrong last.
    pub good_at: Option<Time>,
    /// What is wrong.
    pub wrong: Option<Inconsistency>,
    /// Logs that are known to lack their end, because the database was put back.
    #[serde(default)]
    pub lacking: Vec<PutBack>,
}

/// What there was of a log that lacks its end, when that was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutBack {
    /// Its number.
    pub log: i32,
    /// The entries of its newest signed checkpoint.
    pub size: u64,
    /// Their root, as it stands in that checkpoint.
    pub root: String,
}

/// What is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inconsistency {
    /// Which log.
    pub origin: String,
    /// The word of the flaw.
    pub flaw: String,
    /// From which entry on, where one is named.
    pub entry: Option<i64>,
    /// Since when it is known.
    pub found_at: Time,
}

/// The night for which the log is or was checked.
///
/// # Errors
/// The database cannot be read.
pub fn check_due(tx: &mut Tx) -> Result<Option<CheckDue>> {
    read(tx, CHECK_DUE)
}

/// Notes it.
///
/// # Errors
/// The database cannot be written.
pub fn set_check_due(tx: &mut Tx, due: &CheckDue, now: Time) -> Result<()> {
    write(tx, CHECK_DUE, Some(due), now)
}

/// What was found when the log was checked last.
///
/// # Errors
/// The database cannot be read.
pub fn checked(tx: &mut Tx) -> Result<Option<Checked>> {
    read(tx, CHECKED)
}

/// Keeps it.
///
/// # Errors
/// The database cannot be written.
pub fn set_checked(tx: &mut Tx, checked: &Checked, now: Time) -> Result<()> {
    write(tx, CHECKED, Some(checked), now)
}

/// Up to when events were looked at for alerts.
///
/// # Errors
/// The database cannot be read.
pub fn alerts_until(tx: &mut Tx) -> Result<Option<Time>> {
    read(tx, ALERTS_UNTIL)
}

/// Notes up to when events were looked at for alerts.
///
/// # Errors
/// The database cannot be written.
pub fn set_alerts_until(tx: &mut Tx, until: Time, now: Time) -> Result<()> {
    write(tx, ALERTS_UNTIL, Some(&until), now)
}

/// The daily mail to auditors: when, and of which log, with so many entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogMail {
    /// The day, as a date of the office.
    pub day: String,
    /// When.
    pub at: Time,
    /// Of the log with this number.
    pub log: i32,
    /// Entries of its newest signed checkpoint then.
    pub size: u64,
    /// Log, entries and time of the mail before.
    pub before: Option<(i32, u64, Time)>,
}

/// The newest daily mail to auditors.
///
/// # Errors
/// The database cannot be read.
pub fn log_mail(tx: &mut Tx) -> Result<Option<LogMail>> {
    read(tx, LOG_MAIL)
}

/// Notes a daily mail to auditors.
///
/// # Errors
/// The database cannot be written.
pub fn set_log_mail(tx: &mut Tx, mail: &LogMail, now: Time) -> Result<()> {
    write(tx, LOG_MAIL, Some(mail), now)
}

fn alarm_name(kind: LetterKind) -> String {
    format!("alarm_{kind}")
}

fn read<T: DeserializeOwned>(tx: &mut Tx, name: &str) -> Result<Option<T>> {
    let row = settings::table.find(name).select(settings::value);
    let text: Option<String> = on!(tx, c => row.first(c).optional())?;
    text.map(|text| serde_json::from_str(&text).doing("reading a setting")).transpose()
}

fn write<T: Serialize>(tx: &mut Tx, name: &str, value: Option<&T>, now: Time) -> Result<()> {
    on!(tx, c => diesel::delete(settings::table.find(name)).execute(c))?;
    let Some(value) = value else { return Ok(()) };
    let value = serde_json::to_string(value).doing("writing a setting")?;
    on!(tx, c => diesel::insert_into(settings::table)
        .values((settings::name.eq(name), settings::value.eq(value), settings::changed_at.eq(now)))
        .execute(c))?;
    Ok(())
}
