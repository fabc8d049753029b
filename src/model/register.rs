//! What the account register says of a person, as the log has it: after every change the whole entry, so that the register
//! of any day can be read from the log alone.

use serde::{Deserialize, Serialize};

use super::words::words;
use super::{Account, AccountId, AccountState, Language, Private, Role, Time, Validity};

words! {
    /// What can be changed of an entry.
    pub enum Detail {
        /// The mail address.
        Email = "email",
        /// The name.
        Name = "name",
        /// The phone number.
        Phone = "phone",
        /// The department.
        Department = "department",
        /// The language.
        Language = "language",
        /// The roles.
        Roles = "roles",
        /// From when on and until when.
        Validity = "validity",
        /// What narrows the policy.
        Limits = "limits",
        /// Who takes over.
        Successor = "successor",
    }
}

words! {
    /// What becomes of the running transfers of somebody who leaves.
    pub enum Leaving {
        /// They are taken back.
        Recall = "recall",
        /// They are kept until they expire.
        Keep = "keep",
    }
}

words! {
    /// Where a review is.
    pub enum ReviewState {
        /// Decisions are being made.
        Open = "open",
        /// Signed off; nothing changes any more.
        Signed = "signed",
        /// Given up before it was signed.
        Abandoned = "abandoned",
    }
}

words! {
    /// What a reviewer decides about an account.
    pub enum Decision {
        /// It stays as it is.
        Keep = "keep",
        /// It keeps some of its roles.
        Reduce = "reduce",
        /// It is stopped.
        Stop = "stop",
    }
}

/// The clear part of an entry: enumerations, counts, times and ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whether it may be used.
    pub state: AccountState,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Language of the staff pages.
    pub language: Language,
    /// From when on and until when.
    pub validity: Validity,
    /// Bytes of a transfer at most.
    pub most_bytes: Option<i64>,
    /// Recipients of a transfer at most.
    pub most_recipients: Option<i32>,
    /// Hours that files are kept at most.
    pub most_keep_hours: Option<i32>,
    /// Whether every transfer must be approved.
    pub needs_approval: bool,
    /// Who takes over.
    pub successor: Option<AccountId>,
    /// The account's revision when it was written: of two entries the higher one is later, whatever the clock did.
    pub revision: i64,
    /// When it was made.
    pub created_at: Time,
}

impl Entry {
    /// Of an account.
    pub fn of(account: &Account) -> Self {
        Self {
            state: account.state,
            roles: account.roles.clone(),
            language: account.language,
            validity: account.validity,
            most_bytes: account.limits.most_bytes,
            most_recipients: account.limits.most_recipients,
            most_keep_hours: account.limits.most_keep_hours,
            needs_approval: account.limits.needs_approval,
            successor: account.successor,
            revision: account.revision,
            created_at: account.created_at,
        }
    }

    /// The rest of an account's entry: what names a person.
    pub fn private(account: &Account) -> [Private; 5] {
        [
            Private::Email(account.email.clone()),
            Private::PersonName(account.name.clone()),
            Private::Phone(account.phone.clone()),
            Private::Department(account.department.clone()),
            Private::Domains(account.limits.domains.join(" ")),
        ]
    }
}

/// The details in which two entries differ.
pub fn differences(before: &Account, after: &Account) -> Vec<Detail> {
    let differs = |detail: &Detail| match detail {
        Detail::Email => before.email != after.email,
        Detail::Name => before.name != after.name,
        Detail::Phone => before.phone != after.phone,
        Detail::Department => before.department != after.department,
        Detail::Language => before.language != after.language,
        Detail::Roles => before.roles != after.roles,
        Detail::Validity => before.validity != after.validity,
        Detail::Limits => before.limits != after.limits,
        Detail::Successor => before.successor != after.successor,
    };
    Detail::ALL.iter().filter(|detail| differs(detail)).copied().collect()
}
