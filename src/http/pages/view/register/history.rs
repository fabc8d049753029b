//! The history of an account in the reader's words.

use std::time::Duration;

use super::AccountPage;
use super::standing::{joined, roles};
use crate::http::text::Texts;
use crate::model::{AccountId, Decision, Detail, Language, Leaving, Limits, Validity};
use crate::staff::register::history::{By, Difference, Happened, Told, Value};

impl AccountPage {
    /// What happened.
    pub(super) fn what(&self, told: &Told) -> String {
        let texts = &self.frame.texts;
        match (told.what, told.transfers, told.decision) {
            (Happened::Stopped, Some(Leaving::Recall), _) => texts.text("history-stopped-recall"),
            (Happened::ReviewDecided, _, Some(decision)) => texts.text(match decision {
                Decision::Keep => "history-review-keep",
                Decision::Reduce => "history-review-reduce",
                Decision::Stop => "history-review-stop",
            }),
            (what, ..) => texts.text(what_key(what)),
        }
    }

    /// Who did it.
    pub(super) fn who(&self, told: &Told) -> String {
        match told.by {
            By::Account(id) => self.name_of(id),
            By::Console => self.frame.text("history-by-console"),
            By::System => self.frame.text("history-by-system"),
        }
    }

    fn name_of(&self, id: AccountId) -> String {
        match self.history.names.get(&id) {
            Some(name) => self.frame.phrase("history-person").with("name", name).to_string(),
            None => self.frame.text("history-somebody"),
        }
    }

    /// What is different: which detail, before, after.
    pub(super) fn change(&self, change: &Difference) -> (String, String, String) {
        let words = |value: &Option<Value>| match value {
            Some(value) => self.value(value),
            None => self.frame.text("history-unknown"),
        };
        (self.frame.text(detail_key(change.detail)), words(&change.before), words(&change.after))
    }

    fn value(&self, value: &Value) -> String {
        let texts = &self.frame.texts;
        let or_none = |text: String| if text.is_empty() { texts.text("register-none") } else { text };
        match value {
            Value::Text(text) => or_none(text.clone()),
            Value::Language(Language::Ja) => "日本語".into(),
            Value::Language(Language::En) => "English".into(),
            Value::Roles(all) => or_none(roles(texts, all)),
            Value::Validity(validity) => validity_words(texts, validity),
            Value::Limits(limits) => or_none(limits_words(texts, limits)),
            Value::Successor(successor) => or_none(successor.map(|id| self.name_of(id)).unwrap_or_default()),
        }
    }
}

fn what_key(what: Happened) -> &'static str {
    match what {
        Happened::Created => "history-created",
        Happened::Invited => "history-invited",
        Happened::Joined => "history-joined",
        Happened::Changed => "history-changed",
        Happened::RolesChanged => "history-roles-changed",
        Happened::Stopped => "history-stopped",
        Happened::Resumed => "history-resumed",
        Happened::PasswordReset => "history-password-reset",
        Happened::ReviewAssigned => "history-review-assigned",
        Happened::ReviewDecided => "history-review-decided",
        Happened::DeputyNamed => "history-deputy-named",
        Happened::DeputyWithdrawn => "history-deputy-withdrawn",
        Happened::SessionEnded => "history-session-ended",
        Happened::TokenRevoked => "history-token-revoked",
    }
}

fn detail_key(detail: Detail) -> &'static str {
    match detail {
        Detail::Email => "word-email",
        Detail::Name => "register-name",
        Detail::Phone => "word-phone",
        Detail::Department => "register-department",
        Detail::Language => "register-language",
        Detail::Roles => "register-roles",
        Detail::Validity => "register-validity",
        Detail::Limits => "register-limits",
        Detail::Successor => "register-successor",
    }
}

/// From which day on and until which day, both included.
fn validity_words(texts: &Texts, validity: &Validity) -> String {
    let last = validity.until.map(|until| texts.day(&(until - Duration::from_millis(1))));
    match (validity.from.map(|from| texts.day(&from)), last) {
        (Some(from), Some(last)) => texts.phrase("validity-both").with("from", from).with("last", last).to_string(),
        (Some(from), None) => texts.phrase("validity-from").with("from", from).to_string(),
        (None, Some(last)) => texts.phrase("validity-until").with("last", last).to_string(),
        (None, None) => texts.text("validity-none"),
    }
}

/// What narrows the policy, in a row; empty for nothing.
pub(super) fn limits_words(texts: &Texts, limits: &Limits) -> String {
    let mut words = Vec::new();
    if let Some(bytes) = limits.most_bytes.and_then(|bytes| u64::try_from(bytes).ok()) {
        words.push(texts.phrase("own-limit-bytes").with("size", texts.size(bytes)).to_string());
    }
    if let Some(count) = limits.most_recipients {
        words.push(texts.phrase("own-limit-recipients").with("count", count).to_string());
    }
    if let Some(hours) = limits.most_keep_hours.and_then(|hours| u64::try_from(hours).ok()) {
        words.push(texts.phrase("own-limit-keep").with("time", texts.duration(hours * 3600)).to_string());
    }
    if !limits.domains.is_empty() {
        words.push(texts.phrase("own-limit-domains").with("domains", limits.domains.join(" ")).to_string());
    }
    if limits.needs_approval {
        words.push(texts.text("own-limit-approval"));
    }
    joined(texts, &words)
}
