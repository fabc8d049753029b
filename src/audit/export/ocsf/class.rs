//! Which class and activity an event is.

use super::super::record::Facts;

/// The classes that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Files come, are offered, leave, are destroyed.
    FileHosting,
    /// Somebody proves who he is: staff, or a recipient with link and number.
    Authentication,
    /// Accounts and what opens them.
    AccountChange,
    /// Everything else that somebody manages.
    EntityManagement,
    /// What happens to the gateway itself.
    Base,
}

impl Class {
    pub(super) const fn uid(self) -> u32 {
        match self {
            Self::FileHosting => 6006,
            Self::Authentication => 3002,
            Self::AccountChange => 3001,
            Self::EntityManagement => 3004,
            Self::Base => 0,
        }
    }

    /// Application Activity, Identity & Access Management, Uncategorized.
    pub(super) const fn category(self) -> u32 {
        self.uid() / 1000
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::FileHosting => "File Hosting Activity",
            Self::Authentication => "Authentication",
            Self::AccountChange => "Account Change",
            Self::EntityManagement => "Entity Management",
            Self::Base => "Base Event",
        }
    }
}

/// A class and what was done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Activity {
    pub(super) class: Class,
    pub(super) id: u32,
    pub(super) name: &'static str,
}

const fn is(class: Class, id: u32, name: &'static str) -> Activity {
    Activity { class, id, name }
}

/// "Other": the schema has no activity for it.
const OTHER: u32 = 99;

/// What an event is.
pub(super) fn of(facts: &Facts) -> Activity {
    let word = facts.event.as_str();
    file(word, facts).or_else(|| proof(word)).or_else(|| account(word)).unwrap_or_else(|| other(word, facts))
}

fn file(word: &str, facts: &Facts) -> Option<Activity> {
    let (id, name) = match word {
        "file_added" | "file_arrived" => (1, "Upload"),
        "serving_started" | "bytes_served" | "retrieved" => (2, "Download"),
        "file_removed" | "shredded" => (4, "Delete"),
        "file_inspected" => (9, "Preview"),
        "sealed" | "dispatched" => (12, "Share"),
        "delivery_ended" => (13, "Unshare"),
        "scan_verdict" | "tamper_suspected" | "recipient_confirmed" | "finished" | "shred_intended" => (OTHER, "Other"),
        _ => return None,
    };
    let about_files = !facts.about("file").is_empty() || !facts.about("transfer").is_empty();
    about_files.then(|| is(Class::FileHosting, id, name))
}

fn proof(word: &str) -> Option<Activity> {
    let (id, name) = match word {
        "signed_in" | "identity_confirmed" | "session_unlocked" | "number_wrong" | "number_accepted" => (1, "Logon"),
        "signed_out" | "session_ended" | "session_taken_over" => (2, "Logoff"),
        "session_locked" | "number_mistyped" | "link_opened" => (OTHER, "Other"),
        _ => return None,
    };
    Some(is(Class::Authentication, id, name))
}

fn account(word: &str) -> Option<Activity> {
    let (id, name) = match word {
        "account_created" => (1, "Create"),
        "account_resumed" => (2, "Enable"),
        "password_changed" | "sealing_passphrase_set" => (3, "Password Change"),
        "password_reset" => (4, "Password Reset"),
        "account_stopped" => (5, "Disable"),
        "password_locked" | "password_stopped" | "codes_locked" | "codes_stopped" => (9, "Lock"),
        "totp_enrolled" | "passkey_added" => (10, "MFA Factor Enable"),
        "totp_removed" | "passkey_removed" => (11, "MFA Factor Disable"),
        "account_invited"
        | "account_joined"
        | "account_changed"
        | "roles_changed"
        | "recovery_codes_made"
        | "identity_linked"
        | "key_renewal_read"
        | "password_reminded" => (OTHER, "Other"),
        _ => return None,
    };
    Some(is(Class::AccountChange, id, name))
}

/// What the gateway notices about itself is nobody's management.
const OF_GATEWAY: [&str; 11] = [
    "started",
    "stopped",
    "log_began",
    "clock_jump",
    "source_banned",
    "scanner_lost",
    "scanner_found",
    "signatures_aged",
    "webhook_given_up",
    "webhook_stopped",
    "webhook_dropped",
];

fn other(word: &str, facts: &Facts) -> Activity {
    if OF_GATEWAY.contains(&word) || (facts.by == "system" && facts.subject.is_empty()) {
        return is(Class::Base, OTHER, "Other");
    }
    let (id, name) = match word.rsplit('_').next().unwrap_or_default() {
        "created" | "added" | "saved" | "recorded" | "started" | "queued" => (1, "Create"),
        "exported" | "shown" | "copied" | "printed" => (2, "Read"),
        "removed" | "revoked" | "withdrawn" | "abandoned" => (4, "Delete"),
        "changed" | "corrected" | "renamed" | "extended" | "imported" | "reissued" | "resumed" | "paused" => {
            (3, "Update")
        }
        _ => (OTHER, "Other"),
    };
    is(Class::EntityManagement, id, name)
}
