//! What a file would do to the register as it is now.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::cells::Wanted;
use super::flaw::{Flaw, RowFlaw, told};
use crate::error::{Doing, Result};
use crate::model::{
    Account, AccountId, AccountState, Detail, Entry, Language, Limits, Role, Time, Validity, differences,
};
use crate::staff::register::adding::new_account;
use crate::staff::register::columns::Column;

/// Accounts that one file makes or changes at most. Whoever writes waits meanwhile: with invitations that is 2 s on SQLite and
/// 4 s on PostgreSQL, measured with an unoptimised build on two cores.
pub const CHANGES_MOST: u64 = 5_000;

/// A new account and its row.
#[derive(Clone, Debug)]
pub struct Added {
    /// The row.
    pub row: u64,
    /// The account.
    pub account: Account,
}

/// A changed account and its row.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The row.
    pub row: u64,
    /// As it is.
    pub before: Account,
    /// As it will be.
    pub after: Account,
    /// In which details.
    pub details: Vec<Detail>,
}

/// What a file does.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Rows that say something.
    pub rows: u64,
    /// New accounts, in the order of the file.
    pub added: Vec<Added>,
    /// Changed accounts, in the order of the file.
    pub changed: Vec<Changed>,
    /// How many accounts stay as they are.
    pub unchanged: u64,
}

impl Plan {
    /// What tells this plan from any other: whoever agreed to one agreed to no other.
    ///
    /// # Errors
    /// An entry cannot be encoded.
    pub fn mark(&self) -> Result<String> {
        let mut hash = Sha256::new();
        for added in &self.added {
            // A new entry has no age yet.
            write(&mut hash, &Account { created_at: Time::default(), ..added.account.clone() })?;
        }
        for changed in &self.changed {
            // Whoever signed in meanwhile changed nothing of the entry.
            for account in [&changed.before, &changed.after] {
                write(&mut hash, &Account { revision: 0, ..account.clone() })?;
            }
        }
        Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
    }
}

fn write(hash: &mut Sha256, account: &Account) -> Result<()> {
    hash.update(serde_json::to_vec(&Entry::of(account)).doing("encoding an entry")?);
    for private in Entry::private(account) {
        hash.update(private.text().as_bytes());
        hash.update([0]);
    }
    Ok(())
}

/// Against what a file is judged.
pub(super) struct Present {
    /// Every account.
    pub(super) accounts: Vec<Account>,
    /// Whoever carries it out.
    pub(super) own: Option<AccountId>,
    /// The language of accounts that name none.
    pub(super) language: Language,
    /// Now.
    pub(super) now: Time,
}

/// Judges what the rows want.
///
/// # Errors
/// Everything that cannot be, row by row.
pub(super) fn judge(wanted: &[Wanted], present: &Present) -> Result<Plan, Vec<RowFlaw>> {
    let known: HashMap<&str, &Account> = present.accounts.iter().map(|one| (one.email.as_str(), one)).collect();
    let (mut plan, mut flaws) = (Plan { rows: wanted.len() as u64, ..Plan::default() }, Vec::new());
    let mut seen: HashMap<&str, u64> = HashMap::with_capacity(wanted.len());
    for one in wanted {
        if let Some(first) = seen.insert(&one.email, one.row) {
            seen.insert(&one.email, first);
            flaws.push(RowFlaw::cell(one.row, Column::Email, Flaw::TwiceAddress { first }));
            continue;
        }
        let judged = match known.get(one.email.as_str()) {
            Some(before) => change(one, before, &known, present).map(|changed| match changed {
                Some(changed) => plan.changed.push(changed),
                None => plan.unchanged += 1,
            }),
            None => make(one, &known, present).map(|added| plan.added.push(added)),
        };
        flaws.extend(judged.err());
    }
    let got = (plan.added.len() + plan.changed.len()) as u64;
    if flaws.is_empty() && got > CHANGES_MOST {
        flaws.push(RowFlaw::file(Flaw::TooManyChanges { limit: CHANGES_MOST, got }));
    }
    if flaws.is_empty() && !keeps_an_administrator(&plan, present) {
        flaws.push(RowFlaw::file(Flaw::LastAdministrator));
    }
    if flaws.is_empty() { Ok(plan) } else { Err(flaws) }
}

fn keeps_an_administrator(plan: &Plan, present: &Present) -> bool {
    let after: HashMap<AccountId, &Account> = plan.changed.iter().map(|one| (one.before.id, &one.after)).collect();
    let stands =
        |account: &Account| after.get(&account.id).copied().unwrap_or(account).administers_for_good(present.now);
    plan.changed.is_empty() || present.accounts.iter().any(stands)
}

fn make(wanted: &Wanted, known: &HashMap<&str, &Account>, present: &Present) -> Result<Added, RowFlaw> {
    let missing = |column| RowFlaw::cell(wanted.row, column, Flaw::Missing);
    let name = wanted.name.clone().ok_or_else(|| missing(Column::Name))?;
    let roles = wanted.roles.clone().ok_or_else(|| missing(Column::Roles))?;
    if wanted.state == Some(AccountState::Stopped) {
        return Err(RowFlaw::cell(wanted.row, Column::State, Flaw::NewStopped));
    }
    let language = wanted.language.unwrap_or(present.language);
    let fresh = new_account(wanted.email.clone(), roles, language, present.now);
    let fresh = Account { name, state: AccountState::Invited, ..fresh };
    let account = entry(wanted, &fresh, known, present.now)?;
    Ok(Added { row: wanted.row, account })
}

fn change(
    wanted: &Wanted,
    before: &Account,
    known: &HashMap<&str, &Account>,
    present: &Present,
) -> Result<Option<Changed>, RowFlaw> {
    if wanted.state.is_some_and(|state| state != before.state) {
        return Err(RowFlaw::cell(wanted.row, Column::State, Flaw::StateDiffers { state: before.state }));
    }
    let after = entry(wanted, before, known, present.now)?;
    let details = differences(before, &after);
    if details.is_empty() {
        return Ok(None);
    }
    if present.own == Some(before.id) {
        return Err(RowFlaw::cell(wanted.row, Column::Email, Flaw::OwnAccount));
    }
    Ok(Some(Changed { row: wanted.row, before: before.clone(), after, details }))
}

/// The entry that `before` becomes.
fn entry(wanted: &Wanted, before: &Account, known: &HashMap<&str, &Account>, now: Time) -> Result<Account, RowFlaw> {
    let text = |new: &Option<String>, old: &String| new.clone().unwrap_or_else(|| old.clone());
    let limits = &before.limits;
    Ok(Account {
        name: text(&wanted.name, &before.name),
        department: text(&wanted.department, &before.department),
        phone: text(&wanted.phone, &before.phone),
        language: wanted.language.unwrap_or(before.language),
        roles: roles(wanted, before),
        validity: validity(wanted, before, now)?,
        limits: Limits {
            most_bytes: wanted.most_bytes.unwrap_or(limits.most_bytes),
            most_recipients: wanted.most_recipients.unwrap_or(limits.most_recipients),
            most_keep_hours: wanted.most_keep_hours.unwrap_or(limits.most_keep_hours),
            domains: wanted.domains.clone().unwrap_or_else(|| limits.domains.clone()),
            needs_approval: wanted.needs_approval.unwrap_or(limits.needs_approval),
        },
        successor: successor(wanted, before, known)?,
        ..before.clone()
    })
}

/// The same roles in another order are no change.
fn roles(wanted: &Wanted, before: &Account) -> Vec<Role> {
    let same = |roles: &&Vec<Role>| Role::ALL.iter().all(|role| roles.contains(role) == before.has(*role));
    wanted.roles.as_ref().filter(|roles| !same(roles)).unwrap_or(&before.roles).clone()
}

/// An import stops nobody, and a last day that is over would.
fn validity(wanted: &Wanted, before: &Account, now: Time) -> Result<Validity, RowFlaw> {
    let refuse = |flaw| Err(RowFlaw::cell(wanted.row, Column::ValidUntil, flaw));
    let validity = Validity {
        from: wanted.from.unwrap_or(before.validity.from),
        until: wanted.until.unwrap_or(before.validity.until),
    };
    match (validity.from, validity.until) {
        _ if validity == before.validity => Ok(validity),
        (Some(from), Some(until)) if until <= from => refuse(Flaw::EndsBeforeBegin),
        (_, Some(until)) if until <= now => refuse(Flaw::Over { until }),
        _ => Ok(validity),
    }
}

/// Whoever takes over is a sender in use. A successor who stays need not be one any more.
fn successor(wanted: &Wanted, before: &Account, known: &HashMap<&str, &Account>) -> Result<Option<AccountId>, RowFlaw> {
    let address = match &wanted.successor {
        None => return Ok(before.successor),
        Some(address) if address.is_empty() => return Ok(None),
        Some(address) => address,
    };
    let found = known.get(address.as_str());
    let stays = found.is_some_and(|found| before.successor == Some(found.id));
    let fits = |found: &&&Account| found.state == AccountState::Active && found.has(Role::Sender);
    match found.filter(|found| stays || (fits(found) && found.id != before.id)) {
        Some(found) => Ok(Some(found.id)),
        None => Err(RowFlaw::cell(wanted.row, Column::Successor, Flaw::Successor { cell: told(address) })),
    }
}
