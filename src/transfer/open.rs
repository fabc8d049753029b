//! Open: link and number together begin a session. Everything cheap is checked first; one try is charged; one scrypt runs.

use std::net::IpAddr;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::crypt::{
    CryptError, Manifest, NumberError, OuterOpened, SlotContent, cookie_text, generate_token, link_identity,
    open_outer, parse_number, seal_session, token_hash,
};
use crate::error::{Error, Problem, Result};
use crate::gateway::{Gateway, hours};
use crate::model::{
    Actor, Delivery, DeliveryId, DeliveryState, Event, EventKind, LetterKind, LinkSecret, PickUpNumber, SessionId,
    SlotId, Time, Transfer,
};
use crate::store::limits::Used;
use crate::store::unlocks::Unlock;
use crate::store::{Tx, deliveries, slots, transfers, unlocks};

use super::look::{Condition, condition, find};
use super::{dispatch, ending, retrieve, stored};

/// Waiting longer than this for a turn is worse than coming back.
const COME_BACK: u32 = 10;

/// What a recipient brings.
pub struct Attempt {
    /// The id in the link.
    pub public_id: String,
    /// The link's secret.
    pub secret: LinkSecret,
    /// The number as typed.
    pub number: String,
    /// Whether a live session may be ended by this opening.
    pub take_over: bool,
    /// Where it comes from.
    pub source: IpAddr,
}

/// A session that just began.
#[derive(Debug)]
pub struct Opened {
    /// The cookie's value.
    pub cookie: Zeroizing<String>,
    /// When the session ends at the latest.
    pub expires_at: Time,
}

/// What an opening needs besides the number, found to be there.
struct Ready {
    delivery: Delivery,
    transfer: Transfer,
    slot: SlotId,
    outer: OuterOpened,
}

/// Opens a delivery.
///
/// # Errors
/// In this order, and none of these uses a try: `NotFound`; `NumberMissing`, `NumberLength`, `NumberMistyped`;
/// `DeliveryEnded`, `DeliveryPaused`; `Unavailable` when something that opening needs is missing; `OpenElsewhere`;
/// `OpeningsUsedUp`; `SlowDown`; `Busy`; a fault when nothing can be written down. Then `NumberWrong`, which used one.
pub async fn open(gateway: &Gateway, attempt: Attempt) -> Result<Opened> {
    let delivery = find(gateway, &attempt.secret, Some(&attempt.public_id)).await?;
    let number = read_number(gateway, &attempt, &delivery).await?;
    let _place = gateway.openings.place().ok_or(Problem::Busy { seconds: COME_BACK })?;
    let _flight = gateway.openings.flight(delivery.id).await;
    // From here on nobody else opens this delivery on this node; what was read before may have changed meanwhile.
    let ready = examine(gateway, delivery.id, attempt.take_over).await?;
    // Nobody uses up a try that cannot be written down.
    gateway.store.require_writable().await?;
    charge(gateway, &ready.delivery, &attempt).await?;
    let Ready { delivery, transfer, slot, outer } = ready;
    let content = derive(gateway, &delivery, outer, &attempt, number).await?;
    let begun = begin_session(gateway, &delivery, transfer, slot, content, &attempt).await;
    if begun.is_err() {
        // The number was right: that it led to nothing is not the recipient's fault.
        gateway.store.limits().give_back(delivery.id, attempt.source).await?;
    }
    begun
}

async fn read_number(gateway: &Gateway, attempt: &Attempt, delivery: &Delivery) -> Result<PickUpNumber> {
    let digits = u32::try_from(delivery.number_digits).unwrap_or(12);
    let problem = match parse_number(&attempt.number, digits) {
        Ok(number) => return Ok(number),
        Err(NumberError::Missing) => return Err(Problem::NumberMissing.into()),
        Err(NumberError::Length { got, want }) => return Err(Problem::NumberLength { got, want }.into()),
        Err(NumberError::CheckDigit | NumberError::Alphabet) => Problem::NumberMistyped,
    };
    let (id, transfer, now, source) = (delivery.id, delivery.transfer, gateway.now(), attempt.source);
    gateway
        .store
        .write(move |tx| {
            let event = Event::new(EventKind::NumberMistyped, now, Actor::Recipient(id)).failed();
            tx.record(&event.transfer(transfer).delivery(id).source(Some(source)))
        })
        .await?;
    Err(problem.into())
}

async fn examine(gateway: &Gateway, id: DeliveryId, take_over: bool) -> Result<Ready> {
    let now = gateway.now();
    let idle = gateway.session_idle();
    let (delivery, transfer, slot, live) = gateway
        .store
        .read(move |tx| {
            let delivery = deliveries::get(tx, id)?;
            let transfer = transfers::get(tx, delivery.transfer)?;
            let live = unlocks::of_delivery(tx, id)?;
            let live = live.is_some_and(|unlock| unlock.is_live(idle, now));
            Ok((delivery, transfer, slots::of_delivery(tx, id)?, live))
        })
        .await?;
    match condition(&delivery, &transfer, now) {
        Condition::Open => {}
        Condition::Paused => return Err(Problem::DeliveryPaused.into()),
        _ => return Err(Problem::DeliveryEnded { state: delivery.state.word() }.into()),
    }
    if delivery.attempted_at.is_none() {
        // Sealed, but nothing has left: approval or hold. Nobody outside can have this link.
        return Err(Problem::NotFound.into());
    }
    let slot = slot.ok_or(Problem::Unavailable)?;
    let Some(shred) = gateway.store.shred_key(slot.shred_key).await? else {
        tracing::error!(delivery = %id, "a live delivery has no shred key");
        return Err(Problem::Unavailable.into());
    };
    let outer = open_outer(&shred, &slot.sealed)?;
    if !stored::is_manifest_stored(gateway, &transfer).await? {
        tracing::error!(delivery = %id, "a live delivery has no manifest");
        return Err(Problem::Unavailable.into());
    }
    stored::check_rows_stored(gateway, &transfer).await?;
    if live && !take_over {
        return Err(Problem::OpenElsewhere.into());
    }
    Ok(Ready { delivery, transfer, slot: slot.id, outer })
}

async fn charge(gateway: &Gateway, delivery: &Delivery, attempt: &Attempt) -> Result<()> {
    let tries = gateway.tries();
    let used = gateway.store.limits().used(delivery.id).await?;
    if delivery.retrieved_at.is_none() && used.openings >= tries.openings {
        return Err(Problem::OpeningsUsedUp.into());
    }
    let charged = gateway.store.limits().charge(delivery.id, attempt.source, tries, gateway.now()).await;
    if let Err(Error::Problem(Problem::DeliveryPaused)) = charged {
        pause(gateway, delivery, used, attempt.source).await?;
    }
    charged.map(drop)
}

async fn derive(
    gateway: &Gateway,
    delivery: &Delivery,
    outer: OuterOpened,
    attempt: &Attempt,
    number: PickUpNumber,
) -> Result<SlotContent> {
    let link = link_identity(&attempt.secret);
    let opened = gateway.openings.derive(move || outer.open_delivery(&link, &number)).await?;
    match opened {
        Ok(content) => Ok(content),
        Err(CryptError::WrongKey) => Err(wrong(gateway, delivery, attempt).await?),
        Err(error) => Err(error.into()),
    }
}

/// Writes a wrong number down; the last one pauses the delivery in the same transaction.
async fn wrong(gateway: &Gateway, delivery: &Delivery, attempt: &Attempt) -> Result<Error> {
    let used = gateway.store.limits().used(delivery.id).await?;
    let left = used.left(gateway.tries());
    if left == 0 {
        pause(gateway, delivery, used, attempt.source).await?;
        return Ok(Problem::DeliveryPaused.into());
    }
    let (id, transfer, now, source) = (delivery.id, delivery.transfer, gateway.now(), attempt.source);
    gateway
        .store
        .write(move |tx| {
            let kind = EventKind::NumberWrong { wrong: used.wrong, life: used.life };
            let event = Event::new(kind, now, Actor::Recipient(id)).failed();
            tx.record(&event.transfer(transfer).delivery(id).source(Some(source)))
        })
        .await?;
    Ok(Problem::NumberWrong { left }.into())
}

/// Pauses a delivery and tells the sender. It is not destroyed: the sender resumes it or issues a new number.
async fn pause(gateway: &Gateway, delivery: &Delivery, used: Used, source: IpAddr) -> Result<()> {
    let (id, now) = (delivery.id, gateway.now());
    gateway
        .store
        .write(move |tx| {
            let delivery = deliveries::get(tx, id)?;
            transfers::lock(tx, delivery.transfer)?;
            if !deliveries::advance(tx, id, DeliveryState::Paused, now)? {
                return Ok(());
            }
            let about = |kind| Event::new(kind, now, Actor::Recipient(id)).transfer(delivery.transfer).delivery(id);
            let wrong = about(EventKind::NumberWrong { wrong: used.wrong, life: used.life });
            tx.record(&wrong.failed().source(Some(source)))?;
            tx.record(&about(EventKind::Paused))?;
            dispatch::queue_notice(tx, LetterKind::Paused, &delivery, now)
        })
        .await?;
    gateway.outbox_bell.notify_one();
    Ok(())
}

async fn begin_session(
    gateway: &Gateway,
    delivery: &Delivery,
    transfer: Transfer,
    slot: SlotId,
    content: SlotContent,
    attempt: &Attempt,
) -> Result<Opened> {
    let now = gateway.now();
    let identity = content.transfer_identity();
    if content.manifest_hash != transfer.manifest.as_ref().map(|manifest| manifest.hash) {
        return Err(retrieve::tampered(gateway, delivery, now).await?);
    }
    let manifest: Manifest = match stored::read_manifest(gateway, &transfer, &identity).await {
        Ok(manifest) => manifest,
        Err(error) => {
            tracing::error!(%error, "a manifest cannot be opened");
            return Err(retrieve::tampered(gateway, delivery, now).await?);
        }
    };
    stored::check_parts_stored(gateway, &manifest).await?;
    let token = generate_token(&mut rand::rng());
    let (shred_key, shred) = gateway.store.make_shred_key(now).await?;
    let latest = now + hours(gateway.policy().session_most_hours);
    let expires_at = transfer.expires_at.map_or(latest, |end| end.min(latest));
    let unlock = Unlock {
        id: SessionId::new(now),
        delivery_id: delivery.id,
        transfer_id: transfer.id,
        token_hash: token_hash(&token).to_vec(),
        shred_key,
        sealed: seal_session(&identity, &shred.recipient(), &token)?,
        created_at: now,
        last_seen_at: now,
        expires_at,
    };
    let counts = delivery.retrieved_at.is_none();
    let used = gateway.store.limits().accepted(delivery.id, attempt.source, gateway.tries(), counts).await?;
    let idle = gateway.session_idle();
    let opening = Opening { number: used.openings, slot, source: attempt.source, take_over: attempt.take_over, idle };
    let begun = gateway.store.write(move |tx| commit_session(tx, &unlock, &opening, now)).await;
    // Only a refusal is certain to have left no session; after a fault the opening stays counted.
    if matches!(begun, Err(Error::Problem(_))) && counts {
        gateway.store.limits().unopened(delivery.id).await?;
    }
    begun?;
    gateway.destroy_doomed_keys().await;
    Ok(Opened { cookie: cookie_text(&token), expires_at })
}

/// How a session came about.
struct Opening {
    /// Counted from 1.
    number: i32,
    /// The slot that link and number opened.
    slot: SlotId,
    source: IpAddr,
    take_over: bool,
    /// After which a session counts as left.
    idle: Duration,
}

/// Other nodes, and the sender, may have come between: what was examined is examined again, now under the transfer's lock.
fn commit_session(tx: &mut Tx, unlock: &Unlock, opening: &Opening, now: Time) -> Result<()> {
    transfers::lock(tx, unlock.transfer_id)?;
    let delivery = deliveries::get(tx, unlock.delivery_id)?;
    if delivery.state == DeliveryState::Paused {
        return Err(Problem::DeliveryPaused.into());
    }
    if delivery.state.is_ended() {
        return Err(Problem::DeliveryEnded { state: delivery.state.word() }.into());
    }
    if slots::of_delivery(tx, delivery.id)?.is_none_or(|slot| slot.id != opening.slot) {
        // A new number was issued while this one was being checked.
        return Err(Problem::Busy { seconds: COME_BACK }.into());
    }
    let actor = Actor::Recipient(delivery.id);
    if let Some(earlier) = unlocks::of_delivery(tx, delivery.id)? {
        if earlier.is_live(opening.idle, now) && !opening.take_over {
            return Err(Problem::OpenElsewhere.into());
        }
        ending::end_session(tx, &earlier, EventKind::SessionTakenOver, now, actor)?;
    }
    unlocks::insert(tx, unlock)?;
    // Whoever comes with the link shows that the mail arrived, also if its acceptance was never heard of.
    dispatch::offered(tx, &delivery, now)?;
    if matches!(delivery.state, DeliveryState::Pending | DeliveryState::Offered) {
        deliveries::advance(tx, delivery.id, DeliveryState::Opened, now)?;
    }
    let event = Event::new(EventKind::NumberAccepted { opening: opening.number }, now, actor);
    tx.record(&event.transfer(delivery.transfer).delivery(delivery.id).session(unlock.id).source(Some(opening.source)))
}
