//! What an import would do to a person, in words.

use std::collections::HashMap;

use super::view::ChangedRow;
use crate::http::text::Texts;
use crate::model::{Account, AccountId, Detail, Language};
use crate::staff::register::import::{Added, Changed};

/// A new person: row, and who.
pub(super) fn added(texts: &Texts, one: &Added) -> (u64, String) {
    (one.row, format!("{}  {}  {}", one.account.name, one.account.email, roles(texts, &one.account)))
}

/// A changed person.
pub(super) fn changed(texts: &Texts, one: &Changed, addresses: &HashMap<AccountId, String>) -> ChangedRow {
    let value = |detail: Detail, account: &Account| {
        let value = value(texts, detail, account, addresses);
        if value.is_empty() { texts.text("import-nothing") } else { value }
    };
    let change =
        |detail: &Detail| (texts.text(label(*detail)), value(*detail, &one.before), value(*detail, &one.after));
    ChangedRow {
        row: one.row,
        who: format!("{}  {}", one.before.name, one.before.email),
        changes: one.details.iter().map(change).collect(),
    }
}

const fn label(detail: Detail) -> &'static str {
    match detail {
        Detail::Email => "field-email",
        Detail::Name => "field-name",
        Detail::Phone => "field-phone",
        Detail::Department => "field-department",
        Detail::Language => "import-detail-language",
        Detail::Roles => "field-role",
        Detail::Validity => "import-detail-validity",
        Detail::Limits => "import-detail-limits",
        Detail::Successor => "field-successor",
    }
}

fn value(texts: &Texts, detail: Detail, account: &Account, addresses: &HashMap<AccountId, String>) -> String {
    match detail {
        Detail::Email => account.email.clone(),
        Detail::Name => account.name.clone(),
        Detail::Phone => account.phone.clone(),
        Detail::Department => account.department.clone(),
        Detail::Language => match account.language {
            Language::Ja => "日本語".to_owned(),
            Language::En => "English".to_owned(),
        },
        Detail::Roles => roles(texts, account),
        Detail::Validity => validity(texts, account),
        Detail::Limits => limits(texts, account),
        Detail::Successor => account.successor.and_then(|id| addresses.get(&id)).cloned().unwrap_or_default(),
    }
}

fn list(texts: &Texts, parts: &[String]) -> String {
    parts.join(if texts.language() == Language::Ja { "、" } else { ", " })
}

fn roles(texts: &Texts, account: &Account) -> String {
    let roles: Vec<String> = account.roles.iter().map(|role| texts.text(&format!("role-{role}"))).collect();
    list(texts, &roles)
}

fn validity(texts: &Texts, account: &Account) -> String {
    let moment = |time: Option<_>| time.map(|time| texts.short_moment(&time)).unwrap_or_default();
    match (account.validity.from, account.validity.until) {
        (None, None) => String::new(),
        (from, until) => format!("{} – {}", moment(from), moment(until)),
    }
}

fn limits(texts: &Texts, account: &Account) -> String {
    let limits = &account.limits;
    let mut parts = Vec::new();
    let mut part = |key: &str, value: Option<String>| {
        parts.extend(value.filter(|value| !value.is_empty()).map(|value| format!("{}: {value}", texts.text(key))));
    };
    let bytes = limits.most_bytes.and_then(|bytes| u64::try_from(bytes).ok());
    part("field-most-bytes", bytes.map(|bytes| texts.size(bytes)));
    part("field-most-recipients", limits.most_recipients.map(|most| most.to_string()));
    part("field-most-keep-hours", limits.most_keep_hours.map(|most| most.to_string()));
    part("field-domains", Some(limits.domains.join(" ")));
    part("import-detail-approval", limits.needs_approval.then(|| "✓".to_owned()));
    list(texts, &parts)
}
