//! How an account stands, and by which words its roles and ways to sign in are known.

use crate::http::text::Texts;
use crate::model::{Account, AccountState, Role, Time};
use crate::staff::register::listing::Factors;

/// The states of accounts that people tell apart: icon, word and colour together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// Asked by mail to come.
    Invited,
    /// Asked by mail, and the time to follow it is over.
    InvitationOver,
    /// In use.
    Active,
    /// In use, but its first day has not come.
    NotYet,
    /// Stopped.
    Stopped,
}

impl AccountStatus {
    /// Of an account whose invitation can be followed until `invited_until`.
    pub fn of(account: &Account, invited_until: Option<Time>, now: Time) -> Self {
        match account.state {
            AccountState::Stopped => Self::Stopped,
            AccountState::Invited if invited_until.is_some_and(|until| now < until) => Self::Invited,
            AccountState::Invited => Self::InvitationOver,
            AccountState::Active if account.validity.from.is_some_and(|from| now < from) => Self::NotYet,
            AccountState::Active => Self::Active,
        }
    }

    /// Of accounts that a list is filtered by.
    pub(super) fn of_state(state: &AccountState) -> Self {
        match state {
            AccountState::Invited => Self::Invited,
            AccountState::Active => Self::Active,
            AccountState::Stopped => Self::Stopped,
        }
    }

    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Invited => "account-invited",
            Self::InvitationOver => "account-invitation-over",
            Self::Active => "account-active",
            Self::NotYet => "account-not-yet",
            Self::Stopped => "account-stopped",
        }
    }

    pub(super) fn icon(&self) -> &'static str {
        match self {
            Self::Invited | Self::NotYet => "…",
            Self::InvitationOver => "⚠",
            Self::Active => "✓",
            Self::Stopped => "–",
        }
    }

    pub(super) fn tone(&self) -> &'static str {
        match self {
            Self::Invited | Self::NotYet => "open",
            Self::InvitationOver => "alert",
            Self::Active => "good",
            Self::Stopped => "quiet",
        }
    }
}

/// The name of a role.
pub const fn role_key(role: &Role) -> &'static str {
    match role {
        Role::Sender => "role-sender",
        Role::Approver => "role-approver",
        Role::Auditor => "role-auditor",
        Role::Administrator => "role-administrator",
    }
}

/// What a role is for.
pub const fn role_hint_key(role: &Role) -> &'static str {
    match role {
        Role::Sender => "role-sender-hint",
        Role::Approver => "role-approver-hint",
        Role::Auditor => "role-auditor-hint",
        Role::Administrator => "role-administrator-hint",
    }
}

/// Words in a row, as the language divides them.
pub(super) fn joined(texts: &Texts, words: &[String]) -> String {
    words.join(&texts.text("me-between"))
}

/// Roles in a row.
pub(super) fn roles(texts: &Texts, roles: &[Role]) -> String {
    let words: Vec<String> = roles.iter().map(|role| texts.text(role_key(role))).collect();
    joined(texts, &words)
}

/// What somebody can sign in with, in a row; empty for nothing.
pub(super) fn factors(texts: &Texts, factors: &Factors) -> String {
    let named = [
        (factors.password, "word-password"),
        (factors.app, "factor-app"),
        (factors.provider, "factor-provider"),
        (factors.directory, "factor-directory"),
    ];
    let mut words: Vec<String> = named.iter().filter(|(has, _)| *has).map(|(_, key)| texts.text(key)).collect();
    if factors.passkeys > 0 {
        words.push(texts.phrase("factor-passkeys").with("count", factors.passkeys).to_string());
    }
    joined(texts, &words)
}
