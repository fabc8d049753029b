//! Deciding: an approver says yes or no to what was asked, once; nobody decides about the own; time that runs out is a no.

use super::{authority, open_for};
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, minutes};
use crate::model::{
    Actor, Approval, ApprovalId, ApprovalState, DeliveryId, EndReason, Event, EventKind, LetterKind, Private, Time,
    TransferId,
};
use crate::staff::permit::Approver;
use crate::staff::policy;
use crate::store::approvals::Decider;
use crate::store::{Tx, approvals, deliveries, letters, slots, transfers};
use crate::transfer::{dispatch, ending, extend, recall};

/// Characters of a reason at most.
const REASON_LONGEST: usize = 400;
/// Open questions that a page shows at most.
const MOST_SHOWN: i64 = 200;
/// Questions that one sweep answers at most.
const MOST_SWEPT: i64 = 200;

/// What an approver says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It may be sent.
    Give,
    /// It may not, for this reason.
    Refuse(String),
}

/// Open questions about the transfers of others, those that lapse first first.
///
/// # Errors
/// The store cannot be read.
pub async fn waiting(gateway: &Gateway, approver: &Approver) -> Result<Vec<Approval>> {
    let (id, now) = (approver.account().id, gateway.now());
    gateway.store.read(move |tx| open_for(tx, id, now, MOST_SHOWN)).await
}

/// Answers questions about one transfer: those that the approver had before the eyes, all or none.
///
/// # Errors
/// `ConfirmationNeeded`; `Field` for a refusal without a reason; `NotFound` for a question about the own transfer or none;
/// `ApprovalEnded` when one was answered, withdrawn or ran out in the meantime: nothing was decided.
pub async fn answer(
    gateway: &Gateway,
    approver: &Approver,
    id: TransferId,
    questions: Vec<ApprovalId>,
    answer: Answer,
) -> Result<()> {
    approver.require_fresh(gateway)?;
    policy::refresh(gateway).await?;
    let answer = examined(answer)?;
    let (now, hold) = (gateway.now(), minutes(gateway.policy().hold_minutes));
    let (me, actor) = (approver.account().id, approver.actor());
    approver
        .write(gateway, move |tx| {
            transfers::lock(tx, id)?;
            let transfer = transfers::get(tx, id)?;
            let asked: Vec<Approval> =
                approvals::of_transfer(tx, id)?.into_iter().filter(|one| questions.contains(&one.id)).collect();
            let parties: Vec<_> = asked.iter().flat_map(Approval::parties).chain([transfer.owner]).collect();
            let decider = authority(tx, me, &parties, now)?.ok_or(Problem::NotFound)?;
            if asked.len() != questions.len() || asked.is_empty() {
                return Err(Problem::NotFound.into());
            }
            if !transfer.state.is_running() {
                return Err(Problem::ApprovalEnded { state: ApprovalState::Withdrawn.word() }.into());
            }
            for approval in &asked {
                if now >= approval.decide_by {
                    return Err(Problem::ApprovalEnded { state: ApprovalState::Lapsed.word() }.into());
                }
                let state = if answer == Answer::Give { ApprovalState::Given } else { ApprovalState::Refused };
                if !approvals::decide(tx, approval.id, state, Some(decider), now)? {
                    let state = approvals::newest(tx, approval.delivery)?.map_or(approval.state, |now| now.state);
                    return Err(Problem::ApprovalEnded { state: state.word() }.into());
                }
                match &answer {
                    Answer::Give => give(tx, approval, decider, now + hold, (now, actor))?,
                    Answer::Refuse(reason) => refuse(tx, approval, decider, reason, (now, actor))?,
                }
            }
            close_slots(tx, id, now)
        })
        .await?;
    recall::after(gateway, id).await
}

fn examined(answer: Answer) -> Result<Answer> {
    let Answer::Refuse(reason) = answer else { return Ok(Answer::Give) };
    let reason: String = reason.trim().chars().take(REASON_LONGEST).collect();
    if reason.is_empty() {
        return Err(Problem::Field { field: "reason", flaw: crate::error::FieldFlaw::Missing }.into());
    }
    Ok(Answer::Refuse(reason))
}

fn about(approval: &Approval, kind: EventKind, now: Time, actor: Actor) -> Event {
    Event::new(kind, now, actor).transfer(approval.transfer).delivery(approval.delivery)
}

/// The mail may leave after the hold.
fn give(
    tx: &mut Tx,
    approval: &Approval,
    decider: Decider,
    not_before: Time,
    (now, actor): (Time, Actor),
) -> Result<()> {
    let kind = EventKind::ApprovalGiven {
        on_behalf_of: decider.on_behalf_of,
        manifest: data_encoding::HEXLOWER.encode(&approval.manifest_hash),
        latest_expiry: approval.latest_expiry,
    };
    tx.record(&about(approval, kind, now, actor).with(Private::Email(approval.email.clone())))?;
    letters::release(tx, approval.delivery, not_before)?;
    let transfer = transfers::get(tx, approval.transfer)?;
    extend::after_approval(tx, &transfer, approval.latest_expiry, now, actor)?;
    let delivery = deliveries::get(tx, approval.delivery)?;
    dispatch::queue_notice(tx, LetterKind::Approved, &delivery, now)
}

fn refuse(tx: &mut Tx, approval: &Approval, decider: Decider, reason: &str, (now, actor): (Time, Actor)) -> Result<()> {
    let kind = EventKind::ApprovalRefused { on_behalf_of: decider.on_behalf_of };
    let event = about(approval, kind, now, actor).failed();
    tx.record(&event.with(Private::Reason(reason.to_owned())))?;
    end_unapproved(tx, approval, EndReason::Refused, reason, now, actor)
}

/// Ends a delivery that nothing else lets leave: a no to a later expiry leaves what was approved before as it was.
fn end_unapproved(
    tx: &mut Tx,
    approval: &Approval,
    why: EndReason,
    reason: &str,
    now: Time,
    actor: Actor,
) -> Result<()> {
    let earlier = approvals::of_delivery(tx, approval.delivery)?;
    if earlier.iter().any(|one| one.state == ApprovalState::Given) {
        return Ok(());
    }
    let delivery = deliveries::get(tx, approval.delivery)?;
    ending::end_because(tx, &delivery, why, reason, now, actor).map(drop)
}

/// Nobody looks inside for an approval that is decided.
fn close_slots(tx: &mut Tx, id: TransferId, now: Time) -> Result<()> {
    let is_open = approvals::of_transfer(tx, id)?.iter().any(|one| one.state == ApprovalState::Asked);
    if is_open { Ok(()) } else { slots::doom_of_kind(tx, id, crate::crypt::SlotKind::Approver, now) }
}

/// Takes back what was asked about a delivery that ended.
///
/// # Errors
/// The store cannot be written.
pub(in crate::transfer) fn withdraw(tx: &mut Tx, delivery: DeliveryId, now: Time) -> Result<()> {
    if let Some(approval) = approvals::newest(tx, delivery)?
        && approvals::decide(tx, approval.id, ApprovalState::Withdrawn, None, now)?
    {
        close_slots(tx, approval.transfer, now)?;
    }
    Ok(())
}

/// Ends what nobody decided about in time: it is not sent.
///
/// # Errors
/// The store cannot be written; the next sweep goes on.
pub async fn lapse(gateway: &Gateway) -> Result<()> {
    let now = gateway.now();
    let overdue = gateway.store.read(move |tx| approvals::overdue(tx, now, MOST_SWEPT)).await?;
    for approval in overdue {
        let id = approval.transfer;
        gateway
            .store
            .write(move |tx| {
                transfers::lock(tx, id)?;
                if !approvals::decide(tx, approval.id, ApprovalState::Lapsed, None, now)? {
                    return Ok(());
                }
                tx.record(&about(&approval, EventKind::ApprovalLapsed, now, Actor::System).failed())?;
                end_unapproved(tx, &approval, EndReason::Lapsed, "", now, Actor::System)?;
                close_slots(tx, id, now)
            })
            .await?;
        recall::after(gateway, id).await?;
    }
    Ok(())
}
