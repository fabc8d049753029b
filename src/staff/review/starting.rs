//! Beginning a review, and who decides about whom.

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, AccountState, Event, EventKind, LetterKind, ReviewId, ReviewState, Time};
use crate::staff::registrar::Registrar;
use crate::store::letters::QueuedLetter;
use crate::store::reviews::{Item, Review};
use crate::store::{Tx, accounts, reviews};
use crate::transfer::dispatch;

use super::{administrators, days, reviewer};

/// Days to the deadline at most.
const LONGEST_DAYS: i64 = 366;

/// Who decides, at the beginning.
#[derive(Clone, Debug, Default)]
pub struct Reviewers {
    /// About everybody; none: the administrator who begins, or at the console the one who is there longest.
    pub usual: Option<AccountId>,
    /// About the accounts of a department.
    pub departments: Vec<(String, AccountId)>,
}

/// Whom a reviewer gets.
#[derive(Clone, Debug)]
pub enum Whom {
    /// One account.
    Account(AccountId),
    /// Those of a department that nobody has decided about.
    Department(String),
}

/// Begins a review of every account that is not stopped.
///
/// # Errors
/// `ConfirmationNeeded`; `ReviewOpen`; `Field` for a deadline that is past or too far away, or a reviewer who cannot act.
pub async fn start(
    gateway: &Gateway,
    registrar: &Registrar,
    deadline: Option<Time>,
    reviewers: Reviewers,
) -> Result<ReviewId> {
    registrar.require_fresh(gateway)?;
    let now = gateway.now();
    let deadline_at = deadline.unwrap_or_else(|| now + days(i64::from(gateway.policy().review_days)));
    if deadline_at <= now || deadline_at > now + days(LONGEST_DAYS) {
        let flaw = FieldFlaw::OutOfBounds { least: 1, most: LONGEST_DAYS };
        return Err(Problem::Field { field: "deadline", flaw }.into());
    }
    let registrar = registrar.clone();
    let id = ReviewId::new(now);
    let work = move |tx: &mut Tx| {
        registrar.admit(tx, None)?;
        let items = items(tx, id, registrar.account(), &reviewers, now)?;
        let review = Review {
            id,
            state: ReviewState::Open,
            started_by: registrar.account(),
            started_at: now,
            deadline_at,
            reminded: None,
            ended_by: None,
            ended_at: None,
            note: String::new(),
            digest: None,
        };
        reviews::insert(tx, &review, &items)?;
        let accounts = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let started = Event::new(EventKind::ReviewStarted { accounts, deadline_at }, now, registrar.actor());
        tx.record(&registrar.says(started.review(id)))?;
        note_assigned(tx, &registrar, &items, now)
    };
    gateway.store.write(work).await?;
    gateway.outbox_bell.notify_one();
    Ok(id)
}

fn items(tx: &mut Tx, id: ReviewId, starter: Option<AccountId>, reviewers: &Reviewers, now: Time) -> Result<Vec<Item>> {
    let all = accounts::all(tx)?;
    let administrators = administrators(&all, now);
    let longest = administrators.iter().min_by_key(|account| account.created_at).map(|account| account.id);
    let usual = reviewers.usual.or(starter).or(longest).ok_or(Problem::LastAdministrator)?;
    for chosen in reviewers.departments.iter().map(|(_, chosen)| *chosen).chain([usual]) {
        reviewer(tx, chosen, now)?;
    }
    let chosen = |account: &Account| {
        let of_department = reviewers.departments.iter().find(|(name, _)| *name == account.department);
        let wanted = of_department.map_or(usual, |(_, chosen)| *chosen);
        not_own(account, wanted, usual, &administrators)
    };
    let covered = all.iter().filter(|account| account.state != AccountState::Stopped);
    let item =
        |account: &Account| Item { review: id, account: account.id, reviewer: Some(chosen(account)), verdict: None };
    Ok(covered.map(item).collect())
}

/// Nobody reviews the own account: another administrator does. Where there is none its owner is left, who can only keep it.
fn not_own(account: &Account, wanted: AccountId, usual: AccountId, administrators: &[&Account]) -> AccountId {
    let others = administrators.iter().map(|other| other.id);
    let mut candidates = [wanted, usual].into_iter().chain(others);
    candidates.find(|candidate| *candidate != account.id).unwrap_or(account.id)
}

/// The log knows who was asked about whom; each reviewer is told once by mail, but for the one who assigns.
fn note_assigned(tx: &mut Tx, registrar: &Registrar, items: &[Item], now: Time) -> Result<()> {
    let mut told: Vec<AccountId> = registrar.account().into_iter().collect();
    for item in items {
        let Some(reviewer) = item.reviewer else { continue };
        let kind = EventKind::ReviewAssigned { reviewer };
        tx.record(&Event::new(kind, now, registrar.actor()).review(item.review).account(item.account))?;
        if !told.contains(&reviewer) {
            told.push(reviewer);
            dispatch::queue(tx, &QueuedLetter::new(LetterKind::ReviewDue, now).of_account(reviewer), now)?;
        }
    }
    Ok(())
}

/// Gives accounts of an open review to another reviewer. Returns how many.
///
/// # Errors
/// `ConfirmationNeeded`; `ReviewEnded`, `NotFound`; `OwnAccount` for the reviewer's own account; `Field` for one who cannot act.
pub async fn assign(
    gateway: &Gateway,
    registrar: &Registrar,
    id: ReviewId,
    whom: Whom,
    to: AccountId,
) -> Result<usize> {
    registrar.require_fresh(gateway)?;
    let now = gateway.now();
    let registrar = registrar.clone();
    let work = move |tx: &mut Tx| {
        registrar.admit(tx, None)?;
        reviews::hold(tx, id)?;
        reviewer(tx, to, now)?;
        let given: Vec<Item> = given(tx, id, &whom, to)?;
        for item in &given {
            reviews::assign(tx, id, item.account, to)?;
        }
        note_assigned(tx, &registrar, &given, now)?;
        Ok(given.len())
    };
    let given = gateway.store.write(work).await?;
    gateway.outbox_bell.notify_one();
    Ok(given)
}

/// The items that change hands, in their new ones.
fn given(tx: &mut Tx, id: ReviewId, whom: &Whom, to: AccountId) -> Result<Vec<Item>> {
    let changes = |item: &Item| item.reviewer != Some(to);
    let items = match whom {
        Whom::Account(account) if *account == to => return Err(Problem::OwnAccount.into()),
        Whom::Account(account) => vec![reviews::item(tx, id, *account)?],
        Whom::Department(name) => {
            let of_department: Vec<AccountId> =
                accounts::all(tx)?.into_iter().filter(|one| one.department == *name).map(|one| one.id).collect();
            let waits = |item: &Item| item.verdict.is_none() && item.account != to;
            let mut items = reviews::items(tx, id)?;
            items.retain(|item| waits(item) && of_department.contains(&item.account));
            items
        }
    };
    Ok(items.into_iter().filter(changes).map(|item| Item { reviewer: Some(to), ..item }).collect())
}
