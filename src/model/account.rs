//! Staff accounts and what they may do.

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
    /// When it was made.
    pub created_at: Time,
}

impl Account {
    /// Whether it holds `role`.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
