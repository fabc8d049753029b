//! Signing a review off: what was decided is carried out, and the record is made, in one transaction. Giving one up.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::error::{Doing, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{
    Account, AccountId, AccountState, Decision, Event, EventKind, Leaving, ReviewId, ReviewState, Role, Time,
};
use crate::staff::register::{entry, leaving};
use crate::staff::registrar::Registrar;
use crate::store::reviews::{End, Item, Review, Verdict};
use crate::store::{Tx, accounts, reviews};

use super::record::{self, Done, Line};
use super::{Row, Viewer, administrators, is_settled, left_of, sheet};

/// The person who is responsible for what is done at the console, as was said there.
pub type Named = Option<AccountId>;

/// What a signature did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// SHA-256 of the record.
    pub digest: [u8; 32],
    /// Accounts that stayed as they were.
    pub kept: i64,
    /// Accounts whose roles were reduced.
    pub reduced: i64,
    /// Accounts that were stopped.
    pub stopped: i64,
}

/// Why a decision cannot be carried out by this signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It changes the signer's own account.
    Own,
    /// Nobody would be left who administers for good.
    Last,
}

/// What stands in the way of signing: the accounts, each with the reason.
pub fn obstacles(
    rows: &[Row],
    everybody: &[Account],
    signer: Option<AccountId>,
    now: Time,
) -> Vec<(AccountId, Obstacle)> {
    let changed = |row: &Row| row.verdict.as_ref().and_then(|verdict| after(&row.account, verdict));
    let changes: Vec<Account> = rows.iter().filter_map(changed).collect();
    let becomes = |account: &Account| changes.iter().find(|after| after.id == account.id).unwrap_or(account).clone();
    let someone_left = everybody.iter().map(becomes).any(|account| account.administers_for_good(now));
    let lost = |after: &Account| {
        let before = everybody.iter().find(|account| account.id == after.id);
        before.is_some_and(|before| before.administers_for_good(now)) && !after.administers_for_good(now)
    };
    let obstacle = |after: &Account| {
        if signer == Some(after.id) {
            Some((after.id, Obstacle::Own))
        } else {
            (!someone_left && lost(after)).then_some((after.id, Obstacle::Last))
        }
    };
    changes.iter().filter_map(obstacle).collect()
}

/// What a decision makes of an account; none if nothing of it is left to do.
fn after(account: &Account, verdict: &Verdict) -> Option<Account> {
    if account.state == AccountState::Stopped {
        return None;
    }
    match verdict.decision {
        Decision::Keep => None,
        Decision::Stop => Some(Account { state: AccountState::Stopped, ..account.clone() }),
        Decision::Reduce => {
            let roles = left_of(account, &verdict.roles);
            (roles != account.roles).then(|| Account { roles, ..account.clone() })
        }
    }
}

/// Signs a review off: carries out what was decided and makes the record. `agreed` is the mark of what the signer was shown;
/// none: whatever was decided.
///
/// # Errors
/// `Forbidden` for an API token; `ConfirmationNeeded`; `ReviewChanged` where something else would be signed than was shown; `ReviewEnded`; `ReviewUndecided`; `OwnAccount` where it would change the signer's account;
/// `LastAdministrator`. Nothing was changed then.
pub async fn sign(
    gateway: &Gateway,
    registrar: &Registrar,
    id: ReviewId,
    named: Named,
    agreed: Option<String>,
) -> Result<Signed> {
    registrar.require_person()?;
    registrar.require_fresh(gateway)?;
    let now = gateway.now();
    let registrar = registrar.clone();
    let signed = gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, None)?;
            let review = reviews::hold(tx, id)?;
            if let Some(agreed) = agreed
                && agreed != sheet(tx, Viewer::All, id, now)?.mark()
            {
                return Err(Problem::ReviewChanged.into());
            }
            let signer = signer(tx, &registrar, named, now)?;
            let items = decided(tx, id)?;
            let mut lines = Vec::new();
            for (item, verdict) in &items {
                lines.push(carry_out(tx, &registrar, signer, (item, verdict), now)?);
            }
            end(tx, &registrar, &review, signer, lines, now)
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(signed)
}

/// Who answers for the signature: an administrator.
fn signer(tx: &mut Tx, registrar: &Registrar, named: Named, now: Time) -> Result<Option<AccountId>> {
    let Some(id) = registrar.account().or(named) else { return Ok(None) };
    let all = accounts::all(tx)?;
    match administrators(&all, now).iter().any(|account| account.id == id) {
        true => Ok(Some(id)),
        false => Err(Problem::Field { field: "reviewer", flaw: FieldFlaw::Malformed }.into()),
    }
}

/// Every item with its decision.
fn decided(tx: &mut Tx, id: ReviewId) -> Result<Vec<(Item, Verdict)>> {
    let items = reviews::items(tx, id)?;
    let count = items.len();
    let mut decided = Vec::new();
    for item in items {
        let account = accounts::get(tx, item.account)?;
        if let Some(verdict) = item.verdict.clone().filter(|verdict| is_settled(verdict, &account)) {
            decided.push((item, verdict));
        }
    }
    match count - decided.len() {
        0 => Ok(decided),
        left => Err(Problem::ReviewUndecided { left: u32::try_from(left).unwrap_or(u32::MAX) }.into()),
    }
}

/// Carries out one decision, with its reason in the event of the change.
fn carry_out(
    tx: &mut Tx,
    registrar: &Registrar,
    signer: Option<AccountId>,
    (item, verdict): (&Item, &Verdict),
    now: Time,
) -> Result<Line> {
    accounts::lock(tx, item.account)?;
    let before = accounts::get(tx, item.account)?;
    let Some(after) = after(&before, verdict) else {
        let done = if verdict.decision == Decision::Keep { Done::Nothing } else { Done::Before };
        return record::line(tx, item, verdict, (&before, &before), done);
    };
    if signer == Some(after.id) {
        return Err(Problem::OwnAccount.into());
    }
    let registrar = registrar.clone().because(&verdict.reason)?;
    if verdict.decision == Decision::Stop {
        leaving::stop_in(tx, after.id, Leaving::Keep, &registrar, now)?;
    } else {
        entry::write(tx, (&before, &after), &registrar, now)?;
    }
    record::line(tx, item, verdict, (&before, &after), Done::Now)
}

fn end(
    tx: &mut Tx,
    registrar: &Registrar,
    review: &Review,
    signer: Option<AccountId>,
    lines: Vec<Line>,
    now: Time,
) -> Result<Signed> {
    let count = |decision: Decision| {
        let of_it = lines.iter().filter(|line| line.decision == decision).count();
        i64::try_from(of_it).unwrap_or(i64::MAX)
    };
    let (kept, reduced, stopped) = (count(Decision::Keep), count(Decision::Reduce), count(Decision::Stop));
    let record = record::make(tx, review, signer, registrar, lines, now)?;
    let bytes = serde_json_canonicalizer::to_vec(&record).doing("writing the record of a review")?;
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    let note = registrar.why().to_owned();
    let end = End { state: ReviewState::Signed, by: signer, at: now, note, record: Some((bytes, digest)) };
    reviews::end(tx, review.id, &end)?;
    let kind = EventKind::ReviewSigned { digest: HEXLOWER.encode(&digest), kept, reduced, stopped };
    tx.record(&registrar.says(Event::new(kind, now, registrar.actor()).review(review.id)))?;
    Ok(Signed { digest, kept, reduced, stopped })
}

/// Gives a review up before it is signed; what was decided is not carried out.
///
/// # Errors
/// `ReviewEnded`; `Field` without a reason.
pub async fn abandon(gateway: &Gateway, registrar: &Registrar, id: ReviewId) -> Result<()> {
    if registrar.why().is_empty() {
        return Err(Problem::Field { field: "reason", flaw: FieldFlaw::Missing }.into());
    }
    let now = gateway.now();
    let registrar = registrar.clone();
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, None)?;
            reviews::hold(tx, id)?;
            let note = registrar.why().to_owned();
            let state = ReviewState::Abandoned;
            reviews::end(tx, id, &End { state, by: registrar.account(), at: now, note, record: None })?;
            let event = Event::new(EventKind::ReviewAbandoned, now, registrar.actor()).review(id);
            tx.record(&registrar.says(event))
        })
        .await
}

/// The roles that an account has once its decision is carried out.
pub fn roles_after(row: &Row) -> Vec<Role> {
    let after = row.verdict.as_ref().and_then(|verdict| after(&row.account, verdict));
    after.map_or_else(|| row.account.roles.clone(), |after| after.roles)
}
