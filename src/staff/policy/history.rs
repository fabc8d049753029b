//! Who set what, when and why, as the log has it.

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Doing, Result};
use crate::gateway::Gateway;
use crate::model::{AccountId, Limits, Time};
use crate::store::accounts;
use crate::store::events::{self, Entry};

/// The events that are rules of the office.
const WORDS: [&str; 4] = ["policy_changed", "office_changed", "sign_in_rules_changed", "department_limited"];
/// Changes that are shown at most.
const MOST: i64 = 100;

/// One change of what the office has set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Time,
    /// Name of the administrator, or the address where there is none; none: at the console.
    pub by: Option<String>,
    /// What.
    pub changed: Changed,
    /// Why; empty where nothing was said, or where it was erased.
    pub why: String,
}

/// What was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum Changed {
    /// A value of the policy; absent: as the configuration says.
    Policy { setting: String, before: Option<u64>, after: Option<u64> },
    /// How the office presents itself, in these settings.
    Office { settings: Vec<String> },
    /// The rules of signing in, in these settings.
    SignIn { settings: Vec<String> },
    /// The limits of a department.
    Department { name: String, limits: Limits },
}

/// What a leaf says of a change; each event has some of it.
#[derive(Deserialize)]
struct Said {
    event: String,
    actor: Value,
    setting: Option<String>,
    before: Option<u64>,
    after: Option<u64>,
    #[serde(default)]
    settings: Vec<String>,
    most_bytes: Option<i64>,
    most_recipients: Option<i32>,
    most_keep_hours: Option<i32>,
    #[serde(default)]
    needs_approval: bool,
}

/// The newest changes first.
///
/// # Errors
/// The store cannot be read.
pub async fn history(gateway: &Gateway) -> Result<Vec<Change>> {
    gateway
        .store
        .read(|tx| {
            let entries = events::of_words(tx, &WORDS, MOST)?;
            entries
                .into_iter()
                .map(|entry| {
                    let said: Said = serde_json::from_slice(&entry.leaf).doing("reading the log")?;
                    let id = said.actor.get("id").and_then(Value::as_str);
                    let id = id.and_then(|id| id.parse::<AccountId>().ok());
                    let account = id.map(|id| accounts::find(tx, id)).transpose()?.flatten();
                    let by = account.map(|account| match account.name.is_empty() {
                        true => account.email,
                        false => account.name,
                    });
                    Ok(change(&entry, said, by))
                })
                .collect()
        })
        .await
}

fn change(entry: &Entry, said: Said, by: Option<String>) -> Change {
    let value = |field: &str| {
        let found = entry.values.iter().find(|(name, _)| name == field);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let changed = match said.event.as_str() {
        "office_changed" => Changed::Office { settings: said.settings },
        "sign_in_rules_changed" => Changed::SignIn { settings: said.settings },
        "department_limited" => Changed::Department {
            name: value("department"),
            limits: Limits {
                most_bytes: said.most_bytes,
                most_recipients: said.most_recipients,
                most_keep_hours: said.most_keep_hours,
                domains: value("domains").split_whitespace().map(str::to_owned).collect(),
                needs_approval: said.needs_approval,
            },
        },
        _ => Changed::Policy { setting: said.setting.unwrap_or_default(), before: said.before, after: said.after },
    };
    Change { at: entry.at, by, changed, why: value("reason") }
}
