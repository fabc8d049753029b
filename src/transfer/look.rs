//! Look: a bearer of the link secret sees who sent what and how it stands. Looking changes nothing but a log line.

use std::net::IpAddr;

use crate::crypt::link_identity;
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{
    Account, Actor, Delivery, DeliveryState, Event, EventKind, LinkSecret, Time, Transfer, TransferState,
};
use crate::store::{Tx, deliveries, events, nudges, transfers, unlocks};

use super::again::{self, Asking};
use super::contact::{self, Contact};

/// What a bearer of the link secret may see before the number.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The delivery.
    pub delivery: Delivery,
    /// Its transfer.
    pub transfer: Transfer,
    /// The sender.
    pub sender: Account,
    /// Who answers for it; none: the office.
    pub contact: Option<Contact>,
    /// How it stands.
    pub condition: Condition,
    /// Each time link and number were accepted: when, and from where. This is how a true recipient notices interception.
    pub accepted: Vec<(Time, String)>,
    /// Whether the link is a former one, which opens nothing.
    pub is_former: bool,
    /// Whether the files can be asked for again.
    pub asking: Asking,
}

/// How a delivery stands for its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Link and number open it.
    Open,
    /// Too many wrong numbers.
    Paused,
    /// Collected and closed.
    Collected,
    /// The time limit passed.
    Expired,
    /// Taken back.
    Recalled,
    /// Its key is lost.
    KeyLost,
}

/// What a secret belongs to.
pub(super) enum Found {
    /// A delivery, whose link it is.
    Present(Delivery),
    /// A delivery, whose link it was.
    Former(Delivery),
}

/// The delivery that this secret belongs to. With a public id, only if it is that one.
///
/// # Errors
/// `LinkReplaced` for the bearer of a former secret. `NotFound` for everybody else: one answer, whatever the cause.
pub(super) async fn find(gateway: &Gateway, secret: &LinkSecret, public_id: Option<&str>) -> Result<Delivery> {
    match find_any(gateway, secret, public_id).await? {
        Found::Present(delivery) => Ok(delivery),
        Found::Former(former) => Err(Problem::LinkReplaced { reference: former.reference }.into()),
    }
}

/// The delivery that this secret belongs to, or once did.
///
/// # Errors
/// `NotFound` for everybody else.
pub(super) async fn find_any(gateway: &Gateway, secret: &LinkSecret, public_id: Option<&str>) -> Result<Found> {
    let link = link_identity(secret).recipient();
    let wanted = link.to_string();
    let public_id = public_id.map(str::to_owned);
    let found = gateway
        .store
        .read(move |tx| {
            let present = match public_id {
                Some(public_id) => deliveries::by_public_id(tx, &public_id)?,
                None => deliveries::by_link(tx, &wanted)?,
            };
            let former = if present.is_none() { deliveries::by_former_link(tx, &wanted)? } else { None };
            Ok((present, former))
        })
        .await?;
    let (found, former) = found;
    // Only a bearer of the old secret finds this: the link key is derived from it.
    if let Some(former) = former {
        return Ok(Found::Former(former));
    }
    // The comparison decides; the look-up only finds the candidate.
    found
        .filter(|delivery| delivery.link_recipient.as_deref().is_some_and(|stored| link.matches(stored)))
        .map(Found::Present)
        .ok_or_else(|| Problem::NotFound.into())
}

/// Looks at a delivery.
///
/// # Errors
/// `NotFound` for anybody without the secret; a failed log entry, because there is no access without one.
pub async fn look(
    gateway: &Gateway,
    secret: &LinkSecret,
    public_id: Option<&str>,
    source: Option<IpAddr>,
) -> Result<Seen> {
    let delivery = find(gateway, secret, public_id).await?;
    let now = gateway.now();
    let id = delivery.id;
    gateway
        .store
        .write(move |tx| {
            deliveries::set_looked(tx, id, now)?;
            let delivery = deliveries::get(tx, id)?;
            let event = Event::new(EventKind::LinkOpened, now, Actor::Recipient(id));
            tx.record(&event.transfer(delivery.transfer).delivery(id).source(source))?;
            seen(tx, delivery, false, now)
        })
        .await
}

/// Shows a delivery again to somebody who just proved the secret: no further log line.
///
/// # Errors
/// `NotFound` for anybody without the secret.
pub async fn look_again(gateway: &Gateway, secret: &LinkSecret, public_id: &str) -> Result<Seen> {
    let delivery = find(gateway, secret, Some(public_id)).await?;
    let now = gateway.now();
    gateway.store.read(move |tx| seen(tx, delivery, false, now)).await
}

/// What the bearer of a link sees of a delivery. Whoever has a former one learns of no opening.
pub(super) fn seen(tx: &mut Tx, delivery: Delivery, is_former: bool, now: Time) -> Result<Seen> {
    let transfer = transfers::get(tx, delivery.transfer)?;
    let (sender, contact) = contact::of_transfer(tx, transfer.id)?;
    let accepted = if is_former { Vec::new() } else { events::acceptances(tx, delivery.id)? };
    let condition = condition(&delivery, &transfer, now);
    let asked_at = nudges::of_delivery(tx, delivery.id)?.asked_lately(now);
    let mut seen = Seen { delivery, transfer, sender, contact, condition, accepted, is_former, asking: Asking::No };
    seen.asking = again::asking(&seen, asked_at);
    Ok(seen)
}

/// How a delivery stands. Denial by the clock needs no second reading.
pub(super) fn condition(delivery: &Delivery, transfer: &Transfer, now: Time) -> Condition {
    match delivery.state {
        DeliveryState::Closed => Condition::Collected,
        DeliveryState::Expired => Condition::Expired,
        DeliveryState::Recalled => Condition::Recalled,
        DeliveryState::KeyLost => Condition::KeyLost,
        _ if transfer.expires_at.is_some_and(|expires_at| expires_at <= now) => Condition::Expired,
        _ if matches!(transfer.state, TransferState::Finished | TransferState::Shredded) => Condition::Expired,
        _ if delivery.grace_until.is_some_and(|until| until <= now) => Condition::Collected,
        DeliveryState::Paused => Condition::Paused,
        _ => Condition::Open,
    }
}

/// Whether a delivery has a live session.
///
/// # Errors
/// The store cannot be read.
pub async fn is_open_elsewhere(gateway: &Gateway, delivery: &Delivery) -> Result<bool> {
    let id = delivery.id;
    let now = gateway.now();
    let unlock = gateway.store.read(move |tx| unlocks::of_delivery(tx, id)).await?;
    Ok(unlock.is_some_and(|unlock| unlock.is_live(gateway.session_idle(), now)))
}
