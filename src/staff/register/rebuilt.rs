//! The register as the log alone has it: of now, to be compared with what is stored, or of any day.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::error::{Doing, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Entry, Limits, Time, words};
use crate::store::events::{self, Kept};
use crate::store::{Tx, accounts};

use super::adding::new_account;

/// An entry as the log has it. What was erased from the log reads as empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The clear part.
    pub entry: Entry,
    /// The mail address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The phone number.
    pub phone: String,
    /// The department.
    pub department: String,
    /// Domains that may be sent to.
    pub domains: Vec<String>,
    /// Whether what names the person was erased from the log.
    pub erased: bool,
}

impl Recorded {
    /// What the log should say of an account.
    fn of(account: &Account) -> Self {
        Self {
            entry: Entry::of(account),
            email: account.email.clone(),
            name: account.name.clone(),
            phone: account.phone.clone(),
            department: account.department.clone(),
            domains: account.limits.domains.clone(),
            erased: false,
        }
    }

    /// As an account, as far as the register goes: what is no part of an entry is as of one that was never used.
    pub fn account(&self, id: AccountId) -> Account {
        let entry = &self.entry;
        let limits = Limits {
            most_bytes: entry.most_bytes,
            most_recipients: entry.most_recipients,
            most_keep_hours: entry.most_keep_hours,
            domains: self.domains.clone(),
            needs_approval: entry.needs_approval,
        };
        Account {
            id,
            name: self.name.clone(),
            department: self.department.clone(),
            phone: self.phone.clone(),
            state: entry.state,
            validity: entry.validity,
            limits,
            successor: entry.successor,
            revision: entry.revision,
            ..new_account(self.email.clone(), entry.roles.clone(), entry.language, entry.created_at)
        }
    }

    fn read(kept: &Kept) -> Result<Option<Self>> {
        #[derive(Deserialize)]
        struct Leaf {
            entry: Option<Entry>,
        }
        let leaf: Leaf = serde_json::from_slice(&kept.leaf).doing("reading an entry of the log")?;
        let value = |field: &str| kept.values.get(field).cloned().unwrap_or_default();
        Ok(leaf.entry.map(|entry| Self {
            entry,
            email: value("email"),
            name: value("name"),
            phone: value("phone"),
            department: value("department"),
            domains: value("domains").split_whitespace().map(str::to_owned).collect(),
            erased: !kept.values.contains_key("email"),
        }))
    }
}

/// The register as it was at the end of `until`, from the log alone; none: as it is now. Of several entries of an account
/// the one of its highest revision counts: the clock may have gone back between them.
///
/// # Errors
/// The database cannot be read.
pub(in crate::staff) fn read(tx: &mut Tx, until: Option<Time>) -> Result<BTreeMap<AccountId, Recorded>> {
    let mut register: BTreeMap<AccountId, Recorded> = BTreeMap::new();
    for kept in events::of_register(tx, until)? {
        let Some(recorded) = Recorded::read(&kept)? else { continue };
        let known = register.get(&kept.account).map(|known| known.entry.revision);
        if known.is_none_or(|known| known <= recorded.entry.revision) {
            register.insert(kept.account, recorded);
        }
    }
    Ok(register)
}

/// The register as it was at a moment.
///
/// # Errors
/// The store cannot be read.
pub async fn as_of(gateway: &Gateway, at: Time) -> Result<BTreeMap<AccountId, Recorded>> {
    gateway.store.read(move |tx| read(tx, Some(at))).await
}

words! {
    /// How an account's stored entry and the log disagree.
    pub enum Disagreement {
        /// The log knows nothing of it.
        Unrecorded = "unrecorded",
        /// The log knows it, the register does not.
        Missing = "missing",
        /// They say different things.
        Different = "different",
    }
}

/// Compares the register with the log. Empty where they agree.
///
/// # Errors
/// The store cannot be read.
pub async fn compare(gateway: &Gateway) -> Result<Vec<(AccountId, Disagreement)>> {
    gateway
        .store
        .read(|tx| {
            let stored: BTreeMap<AccountId, Recorded> =
                accounts::all(tx)?.iter().map(|account| (account.id, Recorded::of(account))).collect();
            Ok(disagreements(&stored, &read(tx, None)?))
        })
        .await
}

fn disagreements(
    stored: &BTreeMap<AccountId, Recorded>,
    recorded: &BTreeMap<AccountId, Recorded>,
) -> Vec<(AccountId, Disagreement)> {
    // The revision also grows when something else than the entry changes.
    let same = |one: &Recorded, other: &Recorded| {
        let entry = Entry { revision: one.entry.revision, ..other.entry.clone() };
        // What was erased says nothing any more.
        if other.erased {
            return one.entry == entry;
        }
        *one == Recorded { entry, ..other.clone() }
    };
    let all: BTreeSet<AccountId> = stored.keys().chain(recorded.keys()).copied().collect();
    let judge = |id: AccountId| match (stored.get(&id), recorded.get(&id)) {
        (Some(_), None) => Some((id, Disagreement::Unrecorded)),
        (None, Some(_)) => Some((id, Disagreement::Missing)),
        (Some(stored), Some(recorded)) if !same(stored, recorded) => Some((id, Disagreement::Different)),
        _ => None,
    };
    all.into_iter().filter_map(judge).collect()
}
