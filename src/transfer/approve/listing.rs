//! Listing: what waits for an approver, and what was decided lately.

use std::time::Duration;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Approval, ApprovalState, Delivery, Time, Transfer, TransferId};
use crate::staff::permit::Approver;
use crate::store::{Tx, accounts, approvals, deliveries, transfers};

use super::authority::open_for;

/// Questions that are shown at most.
const MOST: i64 = 200;
/// How long a decision is shown.
const LATELY: Duration = Duration::from_secs(30 * 24 * 3600);

/// A transfer about which something is asked.
#[derive(Clone, Debug)]
pub struct Line {
    /// The transfer.
    pub transfer: Transfer,
    /// Who sends it.
    pub sender: Account,
    /// To whom, as far as it is asked about.
    pub deliveries: Vec<Delivery>,
    /// Since when something waits.
    pub asked_at: Time,
    /// When the first question lapses.
    pub decide_by: Time,
}

/// What somebody decided about a transfer, at one time.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The transfer.
    pub transfer: TransferId,
    /// Who sends it.
    pub sender: Account,
    /// To whom.
    pub emails: Vec<String>,
    /// What was said.
    pub state: ApprovalState,
    /// When.
    pub at: Time,
    /// For whom, where it was as a deputy.
    pub on_behalf_of: Option<Account>,
}

/// Both lists.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// What waits, the oldest first.
    pub waiting: Vec<Line>,
    /// What was decided lately, the newest first.
    pub decided: Vec<Decided>,
}

/// How many transfers wait for an answer of this approver.
///
/// # Errors
/// The store cannot be read.
pub async fn count(gateway: &Gateway, approver: &Approver) -> Result<usize> {
    let (me, now) = (approver.account().id, gateway.now());
    let mut open: Vec<TransferId> = gateway
        .store
        .read(move |tx| Ok(open_for(tx, me, now, MOST)?.into_iter().map(|question| question.transfer).collect()))
        .await?;
    open.sort_unstable();
    open.dedup();
    Ok(open.len())
}

/// What waits for an answer of this approver, and what he decided lately.
///
/// # Errors
/// The store cannot be read.
pub async fn lists(gateway: &Gateway, approver: &Approver) -> Result<Lists> {
    let (me, now) = (approver.account().id, gateway.now());
    gateway
        .store
        .read(move |tx| {
            let open = open_for(tx, me, now, MOST)?;
            Ok(Lists { waiting: lines(tx, &open)?, decided: decided(tx, me, now)? })
        })
        .await
}

fn lines(tx: &mut Tx, open: &[Approval]) -> Result<Vec<Line>> {
    let mut ids: Vec<TransferId> = open.iter().map(|question| question.transfer).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        let asked = || open.iter().filter(|question| question.transfer == id);
        let (Some(asked_at), Some(decide_by)) =
            (asked().map(|one| one.asked_at).min(), asked().map(|one| one.decide_by).min())
        else {
            continue;
        };
        let transfer = transfers::get(tx, id)?;
        let sender = accounts::get(tx, transfer.owner)?;
        let all = deliveries::of_transfer(tx, id)?.into_iter();
        let deliveries = all.filter(|delivery| asked().any(|one| one.delivery == delivery.id)).collect();
        lines.push(Line { transfer, sender, deliveries, asked_at, decide_by });
    }
    lines.sort_by_key(|line| (line.asked_at, line.transfer.id));
    Ok(lines)
}

fn decided(tx: &mut Tx, me: AccountId, now: Time) -> Result<Vec<Decided>> {
    let mut found: Vec<Decided> = Vec::new();
    for answer in approvals::decided_by(tx, me, now - LATELY, MOST)? {
        let Some(at) = answer.decided_at else { continue };
        match found.iter_mut().find(|one| (one.transfer, one.at, one.state) == (answer.transfer, at, answer.state)) {
            Some(one) => one.emails.push(answer.email),
            None => found.push(Decided {
                transfer: answer.transfer,
                sender: accounts::get(tx, answer.owner)?,
                emails: vec![answer.email],
                state: answer.state,
                at,
                on_behalf_of: answer.on_behalf_of.map(|id| accounts::get(tx, id)).transpose()?,
            }),
        }
    }
    Ok(found)
}
