//! Authority: who may decide about whose transfers. Nobody about the own, no deputy about those of the one he stands for.

use crate::error::Result;
use crate::model::{Account, AccountId, Approval, Deputy, Role, Time};
use crate::store::approvals::{self, Decider};
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
    for deputy in deputies::now(tx, now)?.iter().filter(|one| one.deputy == me && !parties.contains(&one.account)) {
        if approves(&accounts::get(tx, deputy.account)?, now) {
            return Ok(Some(Decider { account: me, on_behalf_of: Some(deputy.account) }));
        }
    }
    Ok(None)
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

/// Open questions that somebody may answer now, those that lapse first first.
pub(in crate::transfer) fn open_for(tx: &mut Tx, me: AccountId, now: Time, limit: i64) -> Result<Vec<Approval>> {
    let mut known: Vec<([AccountId; 2], bool)> = Vec::new();
    let mut open = Vec::new();
    for question in approvals::open_for(tx, me, limit)? {
        let parties = question.parties();
        let may = match known.iter().find(|(others, _)| *others == parties) {
            Some((_, may)) => *may,
            None => {
                let may = authority(tx, me, &parties, now)?.is_some();
                known.push((parties, may));
                may
            }
        };
        if may {
            open.push(question);
        }
    }
    Ok(open)
}
