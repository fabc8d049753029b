//! The periodic review of the account register (棚卸し): for every account somebody says whether it is still needed.
//! Decisions are written down at once and carried out together, with the signature.

pub mod deciding;
pub mod due;
pub mod record;
pub mod reminders;
pub mod signing;
pub mod starting;

use std::collections::HashMap;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, AccountState, Decision, ReviewId, ReviewState, Right, Role, Time};
use crate::store::reviews::{Item, Review, Verdict};
use crate::store::{Tx, accounts, passkeys, reviews, totps};

use super::permit::RegisterReader;

pub use deciding::{Decider, Wanted, decide};
pub use due::{Due, status};
pub use record::{Line, Party, Record};
pub use signing::{Named, Signed, abandon, sign};
pub use starting::{Reviewers, Whom, assign, start};

/// Who looks at a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Whoever may read the register sees every account.
    All,
    /// A reviewer sees what was assigned to him.
    Of(AccountId),
}

impl Viewer {
    /// As what this account looks at a review.
    pub fn of(account: &Account) -> Self {
        if Right::ReadRegister.is_known_to(&account.roles) { Self::All } else { Self::Of(account.id) }
    }
}

/// A review with what is shown of it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The review.
    pub review: Review,
    /// Its accounts, as far as the viewer may see them, by department and name.
    pub rows: Vec<Row>,
    /// Everybody whom it names, by id.
    pub people: HashMap<AccountId, Account>,
}

/// An account of a review.
#[derive(Clone, Debug)]
pub struct Row {
    /// The account as it is now.
    pub account: Account,
    /// Who is to decide.
    pub reviewer: Option<AccountId>,
    /// What was decided.
    pub verdict: Option<Verdict>,
    /// Whether the decision can be carried out as it stands; false where none was made.
    pub settled: bool,
    /// Not used for longer than the policy allows.
    pub dormant: bool,
    /// Has a second factor or a passkey.
    pub second_factor: bool,
}

impl Sheet {
    /// How many accounts were decided.
    pub fn settled(&self) -> usize {
        self.rows.iter().filter(|row| row.settled).count()
    }

    /// What tells these decisions about these accounts from any others: whoever signs one signs no other.
    pub fn mark(&self) -> String {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by_key(|row| row.account.id);
        let mut hash = Sha256::new();
        for row in rows {
            let Account { id, state, roles, .. } = &row.account;
            let verdict = row.verdict.as_ref().map(|verdict| {
                (verdict.decision, &verdict.roles, verdict.reason.as_str(), verdict.by, verdict.at, verdict.at_console)
            });
            hash.update(format!("{id} {state} {roles:?} {verdict:?}\n"));
        }
        data_encoding::HEXLOWER.encode(&hash.finalize())
    }

    /// The name of an account that the review mentions.
    pub fn name(&self, id: AccountId) -> &str {
        self.people.get(&id).map(|account| account.name.as_str()).unwrap_or_default()
    }
}

/// Every review, the newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway, _: &RegisterReader) -> Result<Vec<Review>> {
    all(gateway).await
}

/// As [`list`], at the console.
///
/// # Errors
/// The store cannot be read.
pub async fn all(gateway: &Gateway) -> Result<Vec<Review>> {
    gateway.store.read(reviews::all).await
}

/// The open review, if it has accounts that this viewer may see.
///
/// # Errors
/// The store cannot be read.
pub async fn open_to(gateway: &Gateway, viewer: Viewer) -> Result<Option<Review>> {
    let work = move |tx: &mut Tx| {
        let Some(open) = reviews::open(tx)? else { return Ok(None) };
        let seen = reviews::items(tx, open.id)?.iter().any(|item| sees(viewer, item));
        Ok(Some(open).filter(|_| seen))
    };
    gateway.store.read(work).await
}

/// How many accounts of the open review wait for the decision of this one.
///
/// # Errors
/// The store cannot be read.
pub async fn waiting(gateway: &Gateway, account: AccountId) -> Result<u32> {
    let work = move |tx: &mut Tx| match reviews::open(tx)? {
        Some(open) => Ok(u32::try_from(reviews::waiting_for(tx, open.id, account)?).unwrap_or(u32::MAX)),
        None => Ok(0),
    };
    gateway.store.read(work).await
}

fn sees(viewer: Viewer, item: &Item) -> bool {
    match viewer {
        Viewer::All => true,
        Viewer::Of(account) => item.reviewer == Some(account),
    }
}

/// A review with its accounts.
///
/// # Errors
/// `NotFound`, also for a reviewer to whom nothing of it was assigned.
pub async fn look(gateway: &Gateway, viewer: Viewer, id: ReviewId) -> Result<Sheet> {
    let (now, dormant_days) = (gateway.now(), gateway.policy().dormant_days);
    gateway.store.read(move |tx| sheet(tx, viewer, id, now - days(i64::from(dormant_days)))).await
}

fn sheet(tx: &mut Tx, viewer: Viewer, id: ReviewId, used_since: Time) -> Result<Sheet> {
    let review = reviews::get(tx, id)?;
    let people: HashMap<_, _> = accounts::all(tx)?.into_iter().map(|account| (account.id, account)).collect();
    let protected: Vec<AccountId> = totps::holders(tx)?.into_iter().chain(passkeys::holders(tx)?).collect();
    let items = reviews::items(tx, id)?;
    let row = |item: Item| {
        let account = people.get(&item.account)?.clone();
        Some(Row {
            settled: item.verdict.as_ref().is_some_and(|verdict| is_settled(verdict, &account)),
            dormant: account.last_used_at.unwrap_or(account.created_at) < used_since,
            second_factor: protected.contains(&account.id),
            reviewer: item.reviewer,
            verdict: item.verdict,
            account,
        })
    };
    let mut rows: Vec<Row> = items.into_iter().filter(|item| sees(viewer, item)).filter_map(row).collect();
    if viewer != Viewer::All && (rows.is_empty() || review.state != ReviewState::Open) {
        return Err(Problem::NotFound.into());
    }
    let key = |row: &Row| (row.account.department.clone(), row.account.name.clone(), row.account.email.clone());
    rows.sort_by_key(key);
    Ok(Sheet { review, rows, people })
}

/// Whether a decision can be carried out on the account as it is now. Roles that the reviewer did not see were not left to
/// it: where one was added to what he kept, or none of those that he left is there any more, he decides again.
fn is_settled(verdict: &Verdict, account: &Account) -> bool {
    let gone = account.state == AccountState::Stopped;
    let left = left_of(account, &verdict.roles);
    gone || match verdict.decision {
        Decision::Keep => left.len() == account.roles.len(),
        Decision::Reduce => !left.is_empty(),
        Decision::Stop => true,
    }
}

/// Those of an account's roles that a decision leaves: never one that it does not have.
fn left_of(account: &Account, roles: &[Role]) -> Vec<Role> {
    account.roles.iter().filter(|role| roles.contains(role)).copied().collect()
}

/// Everybody who administers and can be asked now.
fn administrators(all: &[Account], now: Time) -> Vec<&Account> {
    all.iter().filter(|account| account.has(Role::Administrator) && account.may_act(now)).collect()
}

/// Somebody who can be asked to decide: an account in use.
fn reviewer(tx: &mut Tx, id: AccountId, now: Time) -> Result<Account> {
    let found = accounts::find(tx, id)?.filter(|account| account.may_act(now));
    found.ok_or_else(|| Problem::Field { field: "reviewer", flaw: FieldFlaw::Malformed }.into())
}

/// Days as a duration.
fn days(count: i64) -> Duration {
    Duration::from_secs(u64::try_from(count).unwrap_or(0) * 24 * 3600)
}
