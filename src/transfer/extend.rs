//! Extend: the sender moves the expiry, within policy. A later one is asked of the approvers where they were asked before.

use crate::crypt::Identity;
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::gateway::{Gateway, hours};
use crate::model::{
    Actor, Approval, ApprovalReason, ApprovalState, Delivery, Event, EventKind, Time, Transfer, TransferId,
};
use crate::staff::permit::Sender;
use crate::staff::policy;
use crate::store::slots::Slot;
use crate::store::{Tx, approvals, deliveries, transfers};

use super::allowed::Allowed;
use super::approve;
use super::draft::own;
use super::way_in::{self, Inside};

/// What became of the wish for another expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extended {
    /// It is moved to this time.
    Until(Time),
    /// Approvers are asked; until they agree, the present expiry stays.
    Asked(Time),
}

/// The wish for another expiry.
#[derive(Clone, Copy, Debug)]
enum Wish {
    /// So many hours from now.
    FromNow(u32),
    /// So many hours after this expiry, as long as it is the present one.
    After(Time, u32),
}

impl Wish {
    /// The expiry that is wished for.
    fn expires_at(self, now: Time) -> Time {
        match self {
            Self::FromNow(keep_hours) => now + hours(keep_hours),
            Self::After(present, more) => present + hours(more),
        }
    }

    /// What it would be is not what was looked at.
    fn check(self, transfer: &Transfer, allowed: &Allowed) -> Result<()> {
        match self {
            Self::FromNow(keep_hours) => allowed.check_keep_hours(keep_hours),
            Self::After(present, _) if transfer.expires_at == Some(present) => Ok(()),
            Self::After(..) => Err(Problem::WrongState { state: transfer.state.word() }.into()),
        }
    }
}

/// Keeps a transfer for `keep_hours` from now, or asks the approvers whether it may be.
///
/// # Errors
/// `Field` beyond policy, counted from sealing; `QuestionOpen` while approvers have not answered an earlier question;
/// `ApprovalNeeded` where nobody could approve; `NotFound`; `WrongState` for a draft or a finished transfer.
pub async fn extend(gateway: &Gateway, sender: &Sender, id: TransferId, keep_hours: u32) -> Result<Extended> {
    grant(gateway, sender, id, Wish::FromNow(keep_hours)).await
}

/// Keeps a transfer for `more` hours after its `present` expiry, or asks the approvers whether it may be: what was reckoned from
/// one expiry never moves another.
///
/// # Errors
/// As [`extend`]; `WrongState` also when the expiry was moved meanwhile.
pub async fn extend_after(
    gateway: &Gateway,
    sender: &Sender,
    id: TransferId,
    present: Time,
    more: u32,
) -> Result<Extended> {
    grant(gateway, sender, id, Wish::After(present, more)).await
}

async fn grant(gateway: &Gateway, sender: &Sender, id: TransferId, wish: Wish) -> Result<Extended> {
    let (owner, actor) = (sender.account().id, sender.actor());
    policy::refresh(gateway).await?;
    let now = gateway.now();
    let expires_at = wish.expires_at(now);
    let (usual, policy) = (gateway.policy.usual(), gateway.policy());
    let lookers = lookers(gateway, sender, id, expires_at).await?;
    let extended = sender
        .write(gateway, move |tx| {
            transfers::lock(tx, id)?;
            let transfer = own(tx, owner, id)?;
            let allowed = Allowed::of(tx, &usual, owner)?;
            wish.check(&transfer, &allowed)?;
            let most = *allowed.keep_hours.end();
            if transfer.sealed_at.is_some_and(|sealed_at| expires_at > sealed_at + hours(most)) {
                let flaw = FieldFlaw::OutOfBounds { least: 1, most: most.into() };
                return Err(Problem::Field { field: "keep_hours", flaw }.into());
            }
            if ask(tx, &transfer, expires_at, (policy.approval_hours, now, actor))? {
                // Where the key is not at hand, approvers decide by what they see.
                if let Some(made) = &lookers
                    && !approve::let_look(tx, (id, owner), made, now)?
                {
                    return Err(Problem::Unavailable.into());
                }
                return Ok(Extended::Asked(expires_at));
            }
            set(tx, id, expires_at, now, actor)?;
            Ok(Extended::Until(expires_at))
        })
        .await?;
    gateway.outbox_bell.notify_one();
    Ok(extended)
}

/// Whether approvers who are asked about a later expiry can open the files: it takes the sender's account key and slot.
///
/// # Errors
/// The store cannot be read, or what is stored cannot be opened.
pub async fn lets_look(gateway: &Gateway, sender: &Sender, transfer: &Transfer) -> Result<bool> {
    Ok(key(gateway, sender, transfer).await?.is_some())
}

/// The transfer key; none where the sender's slot is gone, or this sign-in holds no account key.
async fn key(gateway: &Gateway, sender: &Sender, transfer: &Transfer) -> Result<Option<Identity>> {
    match way_in::own_identity(gateway, sender, transfer).await {
        Ok(identity) => Ok(Some(identity)),
        Err(Error::Problem(Problem::AccountKeyNeeded | Problem::SenderSlotGone)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Slots for those who are going to be asked; none where the key is not at hand.
async fn lookers(gateway: &Gateway, sender: &Sender, id: TransferId, wanted: Time) -> Result<Option<Vec<Slot>>> {
    let (owner, now) = (sender.account().id, gateway.now());
    let (transfer, approvers) = gateway
        .store
        .read(move |tx| {
            let transfer = own(tx, owner, id)?;
            let asked = !uncovered(tx, &transfer, wanted)?.is_empty();
            let approvers = if asked { approve::without_slot(tx, (id, owner), now)? } else { Vec::new() };
            Ok((transfer, approvers))
        })
        .await?;
    let Some(manifest_hash) = transfer.manifest.as_ref().map(|manifest| manifest.hash) else { return Ok(None) };
    if approvers.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let Some(identity) = key(gateway, sender, &transfer).await? else { return Ok(None) };
    let inside = Inside { transfer: &transfer, identity: &identity, manifest_hash };
    approve::slots_for(gateway, &approvers, &inside, now).await.map(Some)
}

/// Running deliveries whose approval does not reach so far, each with what was asked about it.
fn uncovered(tx: &mut Tx, transfer: &Transfer, expires_at: Time) -> Result<Vec<(Delivery, Vec<Approval>)>> {
    let Some(manifest) = &transfer.manifest else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for delivery in deliveries::of_transfer(tx, transfer.id)? {
        if !delivery.needs_approval || delivery.state.is_ended() {
            continue;
        }
        let answers = approvals::of_delivery(tx, delivery.id)?;
        let email = delivery.recipient.email.as_str();
        if !answers.iter().any(|answer| answer.covers(&manifest.hash, email, expires_at)) {
            found.push((delivery, answers));
        }
    }
    Ok(found)
}

/// Asks about every delivery whose approval does not reach so far. `false` when none has to be asked about.
fn ask(tx: &mut Tx, transfer: &Transfer, expires_at: Time, when: (u32, Time, Actor)) -> Result<bool> {
    let Some(manifest) = &transfer.manifest else { return Ok(false) };
    let mut asked = false;
    for (delivery, answers) in uncovered(tx, transfer, expires_at)? {
        if answers.iter().any(|answer| answer.state == ApprovalState::Asked) {
            return Err(Problem::QuestionOpen.into());
        }
        let reasons: Vec<ApprovalReason> = answers.last().map(|answer| answer.reasons.clone()).unwrap_or_default();
        approve::ask(tx, (transfer, &delivery), (manifest.hash, expires_at), reasons, when)?;
        asked = true;
    }
    if asked {
        let approvers = approve::approvers(tx, transfer.owner, when.1)?;
        approve::tell(tx, &approvers, when.1)?;
    }
    Ok(asked)
}

/// Moves the expiry.
pub(super) fn set(tx: &mut Tx, id: TransferId, expires_at: Time, now: Time, actor: Actor) -> Result<()> {
    transfers::set_expiry(tx, id, expires_at, now)?;
    tx.record(&Event::new(EventKind::Extended { expires_at }, now, actor).transfer(id))
}

/// Moves the expiry to where every running delivery that needs it was approved, once the last question about it is answered.
pub(super) fn after_approval(tx: &mut Tx, transfer: &Transfer, wanted: Time, now: Time, actor: Actor) -> Result<()> {
    let (Some(manifest), Some(present)) = (&transfer.manifest, transfer.expires_at) else { return Ok(()) };
    if wanted <= present {
        return Ok(());
    }
    let running = |delivery: &&Delivery| delivery.needs_approval && !delivery.state.is_ended();
    for delivery in deliveries::of_transfer(tx, transfer.id)?.iter().filter(running) {
        let answers = approvals::of_delivery(tx, delivery.id)?;
        if !answers.iter().any(|answer| answer.covers(&manifest.hash, &delivery.recipient.email, wanted)) {
            return Ok(());
        }
    }
    set(tx, transfer.id, wanted, now, actor)
}
