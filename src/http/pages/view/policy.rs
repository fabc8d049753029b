//! `/admin/policy`: every default of the product, who changed what, and what departments narrow.

use askama::Template;

use super::Frame;
use crate::config::{SETTINGS, Setting, Unit};
use crate::http::pages::visit::percent_encoded;
use crate::http::setting_text;
use crate::staff::departments::Department;
use crate::staff::policy::{Change, Changed};

/// The settings as people look for them.
const GROUPS: [(&str, &[&str]); 9] = [
    (
        "policy-keeping",
        &[
            "keep_default_hours",
            "keep_least_hours",
            "keep_most_hours",
            "grace_minutes",
            "hold_minutes",
            "sender_slot",
            "draft_days",
            "upload_hours",
        ],
    ),
    ("policy-size", &["bytes_per_transfer", "files_per_transfer", "recipients_per_transfer"]),
    (
        "policy-files",
        &[
            "infected",
            "unscannable",
            "unanswered",
            "oversized",
            "signature_hours",
            "executables",
            "macros",
            "disguised",
            "mismatched",
        ],
    ),
    ("policy-check", &["retype_domain", "confirm_first_time"]),
    (
        "policy-approval",
        &["approve_always", "approve_new_domains", "approve_recipients", "approve_bytes", "approval_hours"],
    ),
    ("policy-mails", &["remind_hours", "digest_hour"]),
    (
        "policy-numbers",
        &[
            "channel_phone",
            "channel_sheet",
            "channel_sms",
            "sms_per_delivery",
            "sms_per_day",
            "number_digits",
            "wrong_pause",
            "wrong_life",
            "openings",
        ],
    ),
    ("policy-sessions", &["session_idle_minutes", "session_most_hours", "idle_lock_minutes", "absolute_hours"]),
    ("policy-accounts", &["invitation_hours", "dormant_days", "review_months", "review_days"]),
];

/// Settings that the limits of an account or department narrow.
const NARROWED: [&str; 3] = ["bytes_per_transfer", "recipients_per_transfer", "keep_most_hours"];

/// GET and POST `/admin/policy`.
#[derive(Template)]
#[template(path = "policy.html")]
pub struct PolicyPage {
    /// The frame.
    pub frame: Frame,
    /// Every setting, in the order of the configuration.
    pub settings: Vec<SettingRow>,
    /// Why something is changed, as typed.
    pub reason: String,
    /// Why settings are taken back, as typed.
    pub reset_reason: String,
    /// Settings chosen to be taken back.
    pub chosen: Vec<String>,
    /// The departments with what narrows the policy for them.
    pub departments: Vec<Department>,
    /// The newest changes first.
    pub history: Vec<Change>,
}

/// One setting.
#[derive(Clone)]
pub struct SettingRow {
    /// The setting.
    pub setting: &'static Setting,
    /// Its value as the page found it, as typed.
    pub was: String,
    /// Its value as typed.
    pub typed: String,
    /// Its value in the configuration.
    pub usual: u64,
    /// Its value in force, where an administrator has set it.
    pub set: Option<u64>,
}

impl SettingRow {
    /// The numbers or places of words to choose from; none where something is typed.
    fn choices(&self) -> Vec<u64> {
        match self.setting.unit {
            Unit::OneOf(numbers) => numbers.to_vec(),
            Unit::Words(_) | Unit::HourOfDay => (self.setting.least..=self.setting.most).collect(),
            _ => Vec::new(),
        }
    }

    fn is_chosen(&self, choice: &u64) -> bool {
        self.typed == choice.to_string()
    }

    /// The unit that stands behind the field.
    fn unit_key(&self) -> &'static str {
        match self.setting.unit {
            Unit::Minutes => "unit-name-minutes",
            Unit::Hours => "unit-name-hours",
            Unit::Days => "unit-name-days",
            Unit::Months => "unit-name-months",
            Unit::Bytes => "unit-name-gigabytes",
            Unit::Count | Unit::HourOfDay | Unit::OneOf(_) | Unit::Words(_) => "",
        }
    }
}

impl PolicyPage {
    fn groups(&self) -> Vec<(&'static str, Vec<&SettingRow>)> {
        let rows = |names: &[&str]| {
            names.iter().filter_map(|name| self.settings.iter().find(|row| row.setting.name == *name)).collect()
        };
        GROUPS.iter().map(|(key, names)| (*key, rows(names))).collect()
    }

    fn label(&self, row: &SettingRow) -> String {
        setting_text::label(&self.frame.texts, row.setting)
    }

    fn value(&self, row: &SettingRow, value: &u64) -> String {
        setting_text::value(&self.frame.texts, row.setting, *value)
    }

    fn hint(&self, row: &SettingRow) -> String {
        let texts = &self.frame.texts;
        let usual = texts.phrase("policy-usual").with("value", setting_text::value(texts, row.setting, row.usual));
        match row.choices().is_empty() {
            true => {
                let bounds = setting_text::bounds(texts, row.setting);
                texts.phrase("policy-hint").with("bounds", bounds).with("usual", usual.to_string()).to_string()
            }
            false => usual.to_string(),
        }
    }

    fn is_narrowed(&self, row: &SettingRow) -> bool {
        NARROWED.contains(&row.setting.name)
    }

    fn changed(&self) -> Vec<&SettingRow> {
        self.settings.iter().filter(|row| row.set.is_some()).collect()
    }

    fn is_to_reset(&self, row: &SettingRow) -> bool {
        self.chosen.iter().any(|name| name == row.setting.name)
    }

    fn limits(&self, department: &Department) -> String {
        match &department.limits {
            Some(limits) => setting_text::limits(&self.frame.texts, limits),
            None => self.frame.text("policy-no-limits"),
        }
    }

    fn department_path(&self, department: &Department) -> String {
        format!("/admin/policy/department?name={}", percent_encoded(&department.name))
    }

    /// What was changed, in one sentence.
    fn what(&self, change: &Change) -> String {
        let texts = &self.frame.texts;
        match &change.changed {
            Changed::Office { .. } => texts.text("policy-changed-office"),
            Changed::SignIn { .. } => texts.text("policy-changed-sign-in"),
            Changed::Department { name, limits } => {
                let limits = setting_text::limits(texts, limits);
                let limits = if limits.is_empty() { texts.text("policy-no-limits") } else { limits };
                texts.phrase("policy-changed-department").with("name", name.clone()).with("limits", limits).to_string()
            }
            Changed::Policy { setting, before, after } => {
                let Some(setting) = Setting::named(setting) else { return setting.clone() };
                let value = |value: &Option<u64>| match value {
                    Some(value) => setting_text::value(texts, setting, *value),
                    None => texts.text("policy-as-configured"),
                };
                let phrase = texts.phrase("policy-changed").with("setting", setting_text::label(texts, setting));
                phrase.with("before", value(before)).with("after", value(after)).to_string()
            }
        }
    }

    fn who(&self, change: &Change) -> String {
        change.by.clone().unwrap_or_else(|| self.frame.text("policy-console"))
    }
}

/// GET and POST `/admin/policy/department`.
#[derive(Template)]
#[template(path = "policy_department.html")]
pub struct DepartmentPage {
    /// The frame.
    pub frame: Frame,
    /// The department.
    pub name: String,
    /// Accounts that belong to it.
    pub members: usize,
    /// Its limits as they are, or as typed.
    pub form: LimitsForm,
}

/// Limits, as typed.
#[derive(Clone, Debug, Default)]
pub struct LimitsForm {
    /// Gigabytes of a transfer at most; empty: as the policy says.
    pub most_bytes: String,
    /// Recipients of a transfer at most.
    pub most_recipients: String,
    /// Hours that files are kept at most.
    pub most_keep_hours: String,
    /// Domains, one a line.
    pub domains: String,
    /// Whether every transfer must be approved.
    pub needs_approval: bool,
    /// Why.
    pub reason: String,
}

/// Every setting with its value in force.
pub fn setting_rows(row: impl FnMut(&'static Setting) -> SettingRow) -> Vec<SettingRow> {
    SETTINGS.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_stands_in_one_group() {
        for setting in SETTINGS {
            let groups = GROUPS.iter().filter(|(_, names)| names.contains(&setting.name)).count();
            assert_eq!(groups, 1, "{}", setting.name);
        }
        for name in GROUPS.iter().flat_map(|(_, names)| names.iter()).chain(&NARROWED) {
            assert!(Setting::named(name).is_some(), "{name}");
        }
    }
}
