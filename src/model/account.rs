//! Staff accounts and what they may do.

use serde::{Deserialize, Serialize};

use super::words::words;
use super::{AccountId, Language, Time};

words! {
    /// What an account may do. One account may hold several.
    pub enum Role {
        /// Sends transfers and sees the own ones.
        Sender = "sender",
        /// Approves transfers of others.
        Approver = "approver",
        /// Reads the log.
        Auditor = "auditor",
        /// Manages accounts and policy; opens no file, alters no log.
        Administrator = "administrator",
    }
}

words! {
    /// Whether an account may sign in.
    pub enum AccountState {
        /// Asked by mail to set a password; cannot sign in before.
        Invited = "invited",
        /// In use.
        Active = "active",
        /// Stopped by an administrator.
        Stopped = "stopped",
    }
}

words! {
    /// What an API token may do.
    pub enum Scope {
        /// Make and manage own transfers.
        Send = "send",
        /// Read own transfers.
        Read = "read",
        /// Read the log.
        Audit = "audit",
        /// Manage accounts.
        Admin = "admin",
    }
}

/// A member of staff, as stored. Secrets (password hash, sealed account key) stay in the store's own row type.
#[derive(Clone, Debug)]
pub struct Account {
    /// Row id.
    pub id: AccountId,
    /// Mail address, also the sign-in name; lower case.
    pub email: String,
    /// Name shown to recipients.
    pub name: String,
    /// Department; may be empty.
    pub department: String,
    /// Direct phone number shown to recipients; may be empty.
    pub phone: String,
    /// Language of the staff pages.
    pub language: Language,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Whether it may sign in.
    pub state: AccountState,
    /// The password is initial or was reset and must be changed before anything else.
    pub must_change_password: bool,
    /// When the password was set.
    pub password_changed_at: Time,
    /// Public half of the account key; none while it has no account key.
    pub recipient_key: Option<String>,
    /// When a reset replaced the account key, until its owner has read what that means.
    pub key_renewed_at: Option<Time>,
    /// From when on and until when it may be used.
    pub validity: Validity,
    /// What narrows the policy for it.
    pub limits: Limits,
    /// Who takes over when its owner leaves.
    pub successor: Option<AccountId>,
    /// When it last signed in or used a token, to the hour; none: never.
    pub last_used_at: Option<Time>,
    /// Grows whenever somebody decides about it: orders what the log says of it, whatever the clock did.
    pub revision: i64,
    /// When it was made.
    pub created_at: Time,
}

impl Account {
    /// Whether it holds `role`.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it may do anything now: in use, and within its validity.
    pub fn may_act(&self, now: Time) -> bool {
        self.state == AccountState::Active && self.validity.covers(now)
    }

    /// Whether its owner can be relied on to administer from now on: acting, and with no end in sight.
    pub fn administers_for_good(&self, now: Time) -> bool {
        self.has(Role::Administrator) && self.may_act(now) && self.validity.until.is_none()
    }
}

/// From when on and until when an account may be used; an absent bound is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// The first moment.
    pub from: Option<Time>,
    /// The first moment that is too late.
    pub until: Option<Time>,
}

impl Validity {
    /// Whether `now` lies within.
    pub fn covers(&self, now: Time) -> bool {
        self.from.is_none_or(|from| from <= now) && !self.is_over(now)
    }

    /// Whether it has ended.
    pub fn is_over(&self, now: Time) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// What narrows the policy for an account or a department. What is absent is as the policy says; nothing widens it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a transfer at most.
    pub most_bytes: Option<i64>,
    /// Recipients of a transfer at most.
    pub most_recipients: Option<i32>,
    /// Hours that files are kept at most.
    pub most_keep_hours: Option<i32>,
    /// Domains that may be sent to, lower case, their subdomains not included; empty: all.
    pub domains: Vec<String>,
    /// Whether every transfer must be approved.
    pub needs_approval: bool,
}

impl Limits {
    /// Whether these allow anything that `others` do not.
    pub fn are_wider_than(&self, others: &Limits) -> bool {
        let wider = |own: Option<i64>, other: Option<i64>| match (own, other) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(own), Some(other)) => own > other,
        };
        let domains = !others.domains.is_empty()
            && (self.domains.is_empty() || self.domains.iter().any(|domain| !others.domains.contains(domain)));
        domains
            || wider(self.most_bytes, others.most_bytes)
            || wider(self.most_recipients.map(i64::from), others.most_recipients.map(i64::from))
            || wider(self.most_keep_hours.map(i64::from), others.most_keep_hours.map(i64::from))
            || (others.needs_approval && !self.needs_approval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_widens_limits() {
        let narrow = Limits {
            most_bytes: Some(10),
            most_recipients: Some(2),
            most_keep_hours: None,
            domains: vec!["a.example".into()],
            needs_approval: true,
        };
        assert!(!narrow.are_wider_than(&narrow) && !narrow.are_wider_than(&Limits::default()));
        let change = |change: fn(&mut Limits)| {
            let mut limits = narrow.clone();
            change(&mut limits);
            limits.are_wider_than(&narrow)
        };
        assert!(change(|limits| limits.most_bytes = None) && change(|limits| limits.most_recipients = Some(3)));
        assert!(change(|limits| limits.domains.push("b.example".into())) && change(|limits| limits.domains.clear()));
        assert!(change(|limits| limits.needs_approval = false));
        assert!(!change(|limits| limits.most_keep_hours = Some(1)) && !change(|limits| limits.most_bytes = Some(9)));
    }
}
