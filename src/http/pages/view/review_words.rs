//! The words of a review: on its pages and in its tables.

use crate::http::text::Texts;
use crate::model::{AccountState, Decision, Role, Time};
use crate::staff::review::Party;
use crate::staff::review::record::Done;

/// Roles as people read them.
pub(in crate::http) fn roles_text(texts: &Texts, roles: &[Role]) -> String {
    let names: Vec<String> = roles.iter().map(|role| texts.text(role_key(*role))).collect();
    names.join(&texts.text("me-between"))
}

pub(super) const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Sender => "role-sender",
        Role::Approver => "role-approver",
        Role::Auditor => "role-auditor",
        Role::Administrator => "role-administrator",
    }
}

/// The word for a decision.
pub(in crate::http) const fn decision_key(decision: Decision) -> &'static str {
    match decision {
        Decision::Keep => "review-keep",
        Decision::Reduce => "review-reduce",
        Decision::Stop => "review-stop",
    }
}

/// The word for what became of a decision.
pub(in crate::http) const fn done_key(done: Done) -> &'static str {
    match done {
        Done::Nothing => "review-done-nothing",
        Done::Now => "review-done-now",
        Done::Before => "review-done-before",
    }
}

/// A person in a record; nobody known at the console.
pub(in crate::http) fn party_text(texts: &Texts, party: Option<&Party>, at_console: bool) -> String {
    party_name(texts, party.map(|party| party.name.as_str()), at_console)
}

/// A person by name; nobody known at the console.
pub(in crate::http) fn party_name(texts: &Texts, name: Option<&str>, at_console: bool) -> String {
    match name {
        Some(name) if at_console => texts.phrase("review-said-at-console").with("name", name).to_string(),
        Some(name) => name.to_owned(),
        None => texts.text("review-console"),
    }
}

/// When something was done, and by whom.
pub(in crate::http) fn at_by(texts: &Texts, at: &Time, by: Option<&Party>, at_console: bool) -> String {
    let name = party_text(texts, by, at_console);
    texts.phrase("review-at-by").with("when", texts.moment(at)).with("name", name).to_string()
}

/// What an account may do: its roles, or that it is stopped.
pub(in crate::http) fn standing_text(texts: &Texts, state: AccountState, roles: &[Role]) -> String {
    match state {
        AccountState::Stopped => texts.text("review-stopped"),
        _ => roles_text(texts, roles),
    }
}
