//! Widen: one more recipient for a transfer that was sent, or a corrected address. Whoever is new passes everything that
//! the first ones passed: limits, screening, approval, hold.

use crate::error::{Problem, Result};
use crate::gateway::{Gateway, minutes};
use crate::model::day::date_of;
use crate::model::{
    Account, Delivery, DeliveryId, EndReason, Event, EventKind, Private, Recipient, Time, Transfer, TransferId,
};
use crate::staff::permit::Sender;
use crate::staff::policy;
use crate::store::totals::Amount;
use crate::store::{Tx, approvals, deliveries, files, transfers};

use super::allowed::Allowed;
use super::approve::{self, Question};
use super::book;
use super::confirm::{self, Confirmation};
use super::draft::{NamedFile, named, own};
use super::numbers::Issued;
use super::recipients::{check_new, examine_recipient, new_delivery};
use super::screening::Screening;
use super::way_in::{self, Inside};
use super::{ending, resend};
use super::{tally, text};

/// Why somebody new is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Because {
    /// There is one more recipient.
    Added,
    /// The address of this delivery was wrong.
    Corrected(DeliveryId),
}

impl Because {
    /// Whether this delivery goes on beside the new one.
    fn leaves(self, other: &Delivery) -> bool {
        !other.state.is_ended() && self != Self::Corrected(other.id)
    }
}

/// Adds a recipient to a transfer that was sent.
///
/// # Errors
/// `ConfirmationNeeded`; `AccountKeyNeeded`; `SenderSlotGone`; `Field`, `SmsDayLimit`, `TooManyRecipients`, `DomainRefused`,
/// `ApprovalNeeded`; `ConfirmRecipients` when the new recipient has flags that `confirmation` does not cover; `WrongState` for
/// what was not sent or has ended: nobody was added.
pub async fn add(
    gateway: &Gateway,
    sender: &Sender,
    id: TransferId,
    recipient: Recipient,
    confirmation: Confirmation,
) -> Result<Issued> {
    write_to(gateway, sender, id, recipient, Because::Added, confirmation).await
}

/// Sends to another address instead of a wrong one: the wrong one's link and number are void from then on.
///
/// # Errors
/// As [`add`]; `DeliveryEnded` when the delivery has ended. The old link and number then go on working.
pub async fn correct(
    gateway: &Gateway,
    sender: &Sender,
    delivery: &Delivery,
    recipient: Recipient,
    confirmation: Confirmation,
) -> Result<Issued> {
    write_to(gateway, sender, delivery.transfer, recipient, Because::Corrected(delivery.id), confirmation).await
}

async fn write_to(
    gateway: &Gateway,
    sender: &Sender,
    id: TransferId,
    recipient: Recipient,
    because: Because,
    confirmation: Confirmation,
) -> Result<Issued> {
    sender.require_fresh(gateway)?;
    policy::refresh(gateway).await?;
    let rules = confirm::Rules::of(gateway);
    let recipient = examine_recipient(recipient)?;
    text::examine(gateway, &recipient)?;
    let owner = sender.account().id;
    let (transfer, rows) = gateway
        .store
        .read(move |tx| {
            let transfer = own(tx, owner, id)?;
            may_widen(tx, &transfer, because)?;
            Ok((transfer, files::of_transfer(tx, id)?))
        })
        .await?;
    let named = rows.into_iter().map(|row| named(gateway, row)).collect::<Result<Vec<_>>>()?;
    let screening = Screening::of(gateway);
    if let Some(refusal) = screening.refusals(&named).into_iter().next() {
        return Err(refusal.into());
    }
    let identity = way_in::own_identity(gateway, sender, &transfer).await?;
    let manifest_hash = transfer.manifest.as_ref().ok_or(Problem::Unavailable)?.hash;
    let now = gateway.now();
    let day = date_of(now, gateway.office().time_zone);
    let delivery = new_delivery(DeliveryId::new(now), id, 0, recipient, transfer.number_digits);
    text::require_room(gateway, owner, std::slice::from_ref(&delivery)).await?;
    let inside = Inside { transfer: &transfer, identity: &identity, manifest_hash };
    let key = gateway.store.make_shred_key(now).await?;
    let way = way_in::make(gateway, sender.signed_in(), &inside, &delivery, key).await?;
    let number = way.prepared.number.clone();
    let (usual, policy) = (gateway.policy.usual(), gateway.policy());
    let approvers = asked_about(gateway, &transfer, &delivery, because, &named).await?;
    let lookers = approve::slots_for(gateway, &approvers, &inside, now).await?;
    let (holder, actor) = (sender.signed_in().holder_hash(), sender.actor());
    let region = gateway.outwards.region.clone();
    let added = sender
        .write(gateway, move |tx| {
            transfers::lock(tx, id)?;
            let transfer = own(tx, owner, id)?;
            may_widen(tx, &transfer, because)?;
            let allowed = Allowed::of(tx, &usual, owner)?;
            let present = deliveries::of_transfer(tx, id)?;
            let staying = || present.iter().filter(|other| because.leaves(other));
            let recipients = recipients(&present, because);
            allowed.check_recipients(recipients)?;
            allowed.check_address(&delivery.recipient.email)?;
            check_new(staying(), &delivery.recipient)?;
            let position = present.iter().map(|other| other.position + 1).max().unwrap_or(0);
            let phone_verified = book::is_verified(tx, &region, owner, &delivery.recipient)?;
            let delivery = Delivery { position, phone_verified, ..delivery };
            let everybody: Vec<&Delivery> = staying().chain([&delivery]).collect();
            let is_new = |one: &Delivery| one.id == delivery.id;
            let flagged = confirm::require(tx, &rules, owner, &everybody, is_new, &confirmation)?;
            deliveries::insert(tx, &delivery)?;
            deliveries::seal(tx, delivery.id, &way.link_recipient)?;
            let who = &delivery.recipient;
            let about = |kind| Event::new(kind, now, actor).transfer(id).delivery(delivery.id);
            let event = about(EventKind::RecipientAdded).with(Private::Email(who.email.clone()));
            tx.record(&event.with(Private::PersonName(who.name.clone())))?;
            tally::sent(tx, day, owner, Amount { deliveries: 1, ..Amount::default() })?;
            confirm::record(tx, &flagged, now, actor)?;
            let question =
                Question { policy: &policy, allowed: &allowed, screening: &screening, files: &named, recipients };
            let expires_at = transfer.expires_at.unwrap_or(now);
            let reasons = question.about(tx, &delivery)?;
            let mut not_before = now + minutes(policy.hold_minutes);
            if !reasons.is_empty() {
                let when = (policy.approval_hours, now, actor);
                let latest = latest_asked(tx, id, expires_at)?;
                approve::ask(tx, (&transfer, &delivery), (manifest_hash, latest), reasons, when)?;
                if !approve::let_look(tx, (id, owner), &lookers, now)? {
                    return Err(Problem::Unavailable.into());
                }
                let approvers = approve::approvers(tx, owner, now)?;
                approve::tell(tx, &approvers, now)?;
                not_before = expires_at;
            }
            way_in::commit(tx, &way, &holder, not_before, now)?;
            tx.record(&about(EventKind::NumberShown))?;
            // Last: the end of the only delivery would end the transfer.
            if let Because::Corrected(wrong) = because {
                let wrong = deliveries::get(tx, wrong)?;
                ending::end(tx, &wrong, EndReason::Corrected, now, actor)?;
            }
            Ok(delivery)
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    gateway.outbox_bell.notify_one();
    Ok(text::text_alone(gateway, sender, Issued { delivery: added, number, sms: None }).await)
}

/// Those who are asked about the new one, and get a slot to look inside; nobody where nothing has to be approved.
async fn asked_about(
    gateway: &Gateway,
    transfer: &Transfer,
    delivery: &Delivery,
    because: Because,
    files: &[NamedFile],
) -> Result<Vec<Account>> {
    let (policy, screening) = (gateway.policy(), Screening::of(gateway));
    let (usual, owner, id, now) = (gateway.policy.usual(), transfer.owner, transfer.id, gateway.now());
    let (new, files) = (vec![delivery.clone()], files.to_vec());
    gateway
        .store
        .read(move |tx| {
            let allowed = Allowed::of(tx, &usual, owner)?;
            let recipients = recipients(&deliveries::of_transfer(tx, id)?, because);
            let question =
                Question { policy: &policy, allowed: &allowed, screening: &screening, files: &files, recipients };
            match question.about_any(tx, &new)? {
                true => approve::without_slot(tx, (id, owner), now),
                false => Ok(Vec::new()),
            }
        })
        .await
}

/// How long the transfer would live if all that is asked were granted: an extension that waits for its answer is one for the
/// new recipient too, or the answer would not cover everybody.
fn latest_asked(tx: &mut Tx, id: TransferId, expires_at: Time) -> Result<Time> {
    let open = approvals::open_of(tx, &[id])?;
    Ok(open.iter().map(|question| question.latest_expiry).fold(expires_at, Time::max))
}

/// Recipients with the new one. Whoever may have got it counts, also when it was taken back since.
fn recipients(present: &[Delivery], because: Because) -> usize {
    present.iter().filter(|other| because.leaves(other) || other.attempted_at.is_some()).count() + 1
}

fn may_widen(tx: &mut Tx, transfer: &Transfer, because: Because) -> Result<()> {
    match because {
        Because::Corrected(wrong) => resend::running(tx, transfer, wrong).map(drop),
        Because::Added if transfer.state.is_running() => Ok(()),
        Because::Added => Err(Problem::WrongState { state: transfer.state.word() }.into()),
    }
}
