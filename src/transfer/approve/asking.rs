//! Asking: whether a second person must agree, why, and who could.

use std::time::Duration;

use super::authority::approves;
use crate::config::{Policy, Ruling};
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{
    Account, AccountId, Actor, Approval, ApprovalId, ApprovalReason, ApprovalState, Delivery, Event, EventKind,
    LetterKind, Private, Time, Transfer, domain_of,
};
use crate::store::letters::QueuedLetter;
use crate::store::{Tx, accounts, approvals, deliveries, deputies};
use crate::transfer::allowed::Allowed;
use crate::transfer::dispatch;
use crate::transfer::draft::{NamedFile, Overview};
use crate::transfer::screening::Screening;

/// Approvers who are asked and get a slot at most.
const MOST_APPROVERS: usize = 50;

/// Who could approve the transfers of one sender.
#[derive(Clone, Debug, Default)]
pub struct Approvers(pub Vec<Account>);

/// What is about to be sent, as far as it decides whether somebody is asked.
pub(in crate::transfer) struct Question<'a> {
    pub(in crate::transfer) policy: &'a Policy,
    pub(in crate::transfer) allowed: &'a Allowed,
    pub(in crate::transfer) screening: &'a Screening,
    pub(in crate::transfer) files: &'a [NamedFile],
    /// Recipients of the whole transfer.
    pub(in crate::transfer) recipients: usize,
}

impl Question<'_> {
    /// Why somebody is asked, whoever the recipient is.
    fn of_transfer(&self) -> Vec<ApprovalReason> {
        let bytes = self.files.iter().fold(0_i64, |sum, file| sum.saturating_add(file.size));
        let (bytes, policy) = (u64::try_from(bytes).unwrap_or(0), self.policy);
        let above = |count: u64, most: u64| most > 0 && count > most;
        let speaks_against = self
            .files
            .iter()
            .any(|file| self.screening.flaws(file).iter().any(|(_, ruling)| *ruling == Ruling::Approval));
        let reasons = [
            policy.approve_always.then_some(ApprovalReason::Always),
            self.allowed.needs_approval.then_some(ApprovalReason::Account),
            above(self.recipients as u64, policy.approve_recipients.into()).then_some(ApprovalReason::Recipients),
            above(bytes, policy.approve_bytes).then_some(ApprovalReason::Size),
            speaks_against.then_some(ApprovalReason::File),
        ];
        reasons.into_iter().flatten().collect()
    }

    /// Why somebody is asked about this recipient; nothing: nobody is.
    pub(in crate::transfer) fn about(&self, tx: &mut Tx, delivery: &Delivery) -> Result<Vec<ApprovalReason>> {
        let mut reasons = self.of_transfer();
        let domain = domain_of(&delivery.recipient.email);
        if self.policy.approve_new_domains && !deliveries::is_known_domain(tx, &domain, delivery.transfer)? {
            reasons.push(ApprovalReason::NewDomain);
        }
        Ok(reasons)
    }

    /// Whether somebody is asked about one of these.
    pub(in crate::transfer) fn about_any(&self, tx: &mut Tx, deliveries: &[Delivery]) -> Result<bool> {
        for delivery in deliveries {
            if !self.about(tx, delivery)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Everybody who could approve what this sender sends, now; the deputies of approvers too.
///
/// # Errors
/// The store cannot be read.
pub(in crate::transfer) fn approvers(tx: &mut Tx, owner: AccountId, now: Time) -> Result<Approvers> {
    let (all, deputies) = (accounts::all(tx)?, deputies::now(tx, now)?);
    let stands_in = |other: &Account| super::authority::stands_in(&all, &deputies, other, owner, now);
    let could = all.iter().filter(|other| other.id != owner && (approves(other, now) || stands_in(other)));
    Ok(Approvers(could.take(MOST_APPROVERS).cloned().collect()))
}

/// What approvers would have to do with a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prospect {
    /// About so many of its recipients somebody would be asked.
    pub asked: usize,
    /// Whether nobody could be.
    pub lacks_approver: bool,
}

/// Whether a draft would have to be approved, and whether anybody could: it is said before it is sent.
///
/// # Errors
/// The store cannot be read.
pub async fn prospect(gateway: &Gateway, draft: &Overview) -> Result<Prospect> {
    let (policy, screening, usual) = (gateway.policy(), Screening::of(gateway), gateway.policy.usual());
    let (owner, now) = (draft.transfer.owner, gateway.now());
    let (files, deliveries) = (draft.files.clone(), draft.deliveries.clone());
    gateway
        .store
        .read(move |tx| {
            let allowed = Allowed::of(tx, &usual, owner)?;
            let recipients = deliveries.len();
            let question =
                Question { policy: &policy, allowed: &allowed, screening: &screening, files: &files, recipients };
            let mut asked = 0;
            for delivery in &deliveries {
                asked += usize::from(!question.about(tx, delivery)?.is_empty());
            }
            let lacks_approver = asked > 0 && approvers(tx, owner, now)?.0.is_empty();
            Ok(Prospect { asked, lacks_approver })
        })
        .await
}

/// The names of those who could answer about the transfers of `owner` now.
///
/// # Errors
/// The store cannot be read.
pub async fn who_could(gateway: &Gateway, owner: AccountId) -> Result<Vec<String>> {
    let now = gateway.now();
    let could = gateway.store.read(move |tx| approvers(tx, owner, now)).await?;
    Ok(could.0.into_iter().map(|account| account.name).collect())
}

/// Asks about one delivery of a transfer that is being sealed, or widened.
///
/// # Errors
/// `ApprovalNeeded` where nobody could approve: nothing is sent.
pub(in crate::transfer) fn ask(
    tx: &mut Tx,
    (transfer, delivery): (&Transfer, &Delivery),
    (manifest_hash, latest_expiry): ([u8; 32], Time),
    reasons: Vec<ApprovalReason>,
    (hours, now, actor): (u32, Time, Actor),
) -> Result<()> {
    let Approvers(approvers) = approvers(tx, transfer.owner, now)?;
    if approvers.is_empty() {
        return Err(Problem::ApprovalNeeded.into());
    }
    let decide_by = (now + Duration::from_secs(u64::from(hours) * 3600)).min(latest_expiry);
    let approval = Approval {
        id: ApprovalId::new(now),
        transfer: transfer.id,
        delivery: delivery.id,
        owner: transfer.owner,
        asked_by: transfer.owner,
        state: ApprovalState::Asked,
        reasons: reasons.clone(),
        manifest_hash,
        email: delivery.recipient.email.clone(),
        latest_expiry,
        asked_at: now,
        decide_by,
        decided_at: None,
        decided_by: None,
        on_behalf_of: None,
    };
    approvals::insert(tx, &approval)?;
    deliveries::set_needs_approval(tx, delivery.id)?;
    let kind = EventKind::ApprovalAsked { reasons, latest_expiry, decide_by };
    let event = Event::new(kind, now, actor).transfer(transfer.id).delivery(delivery.id);
    tx.record(&event.with(Private::Email(approval.email)))?;
    Ok(())
}

/// Tells the approvers that something waits, once for a transfer.
///
/// # Errors
/// The store cannot be written.
pub(in crate::transfer) fn tell(tx: &mut Tx, approvers: &Approvers, now: Time) -> Result<()> {
    for approver in &approvers.0 {
        let letter = QueuedLetter::new(LetterKind::ApprovalAsked, now).of_account(approver.id);
        dispatch::queue(tx, &letter, now)?;
    }
    Ok(())
}
