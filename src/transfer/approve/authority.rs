//! Authority: who may decide about whose transfers. Nobody about the own, no deputy about those of the one he stands for.

use crate::error::Result;
use crate::model::{Account, AccountId, Approval, Deputy, Role, Time};
use crate::store::approvals::{self, As, Decider};
use crate::store::{Tx, accounts, deputies};

/// As what somebody decides now about what `parties` send; none: he does not. Parties are whose it is, and whose it was when
/// it was asked: nobody gets a say in the own by handing it over.
pub(in crate::transfer) fn authority(
    tx: &mut Tx,
    me: AccountId,
    parties: &[AccountId],
    now: Time,
) -> Result<Option<Decider>> {
    if parties.contains(&me) {
        return Ok(None);
    }
    let account = accounts::get(tx, me)?;
    if approves(&account, now) {
        return Ok(Some(Decider { account: me, on_behalf_of: None }));
    }
    if !account.may_act(now) {
        return Ok(None);
    }
    let principal = principals(tx, me, now)?.into_iter().find(|one| !parties.contains(one));
    Ok(principal.map(|one| Decider { account: me, on_behalf_of: Some(one) }))
}

pub(super) fn approves(account: &Account, now: Time) -> bool {
    account.may_act(now) && account.has(Role::Approver)
}

/// Whether one of these accounts is deputy of an approver who may let `owner` send.
pub(super) fn stands_in(all: &[Account], deputies: &[Deputy], other: &Account, owner: AccountId, now: Time) -> bool {
    let of = |deputy: &&Deputy| deputy.deputy == other.id && deputy.account != owner;
    let mut principals =
        deputies.iter().filter(of).filter_map(|one| all.iter().find(|account| account.id == one.account));
    other.may_act(now) && principals.any(|principal| approves(principal, now))
}

/// Open questions that somebody may answer now, those that lapse first first. The database leaves out what he may not: a list
/// that is cut is cut among those that are his.
pub(in crate::transfer) fn open_for(tx: &mut Tx, me: AccountId, now: Time, limit: i64) -> Result<Vec<Approval>> {
    let account = accounts::get(tx, me)?;
    if !account.may_act(now) {
        return Ok(Vec::new());
    }
    let by = if approves(&account, now) { As::Approver } else { As::DeputyOf(principals(tx, me, now)?) };
    approvals::open_for(tx, me, &by, now, limit)
}

/// The approvers whose deputy somebody is now.
fn principals(tx: &mut Tx, me: AccountId, now: Time) -> Result<Vec<AccountId>> {
    let mut found = Vec::new();
    for deputy in deputies::now(tx, now)?.iter().filter(|one| one.deputy == me) {
        if approves(&accounts::get(tx, deputy.account)?, now) {
            found.push(deputy.account);
        }
    }
    Ok(found)
}
