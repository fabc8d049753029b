//! Recipients of a draft: adding, checking what was typed, removing.

use std::str::FromStr;

use data_encoding::{Encoding, Specification};
use email_address::EmailAddress;
use rand::{Rng, RngExt};

use crate::crypt::looks_like_number_or_link;
use crate::error::{Doing, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Delivery, DeliveryId, DeliveryState, Event, EventKind, Private, Recipient, TransferId};
use crate::staff::permit::Sender;
use crate::store::idempotency::{self, Key};
use crate::store::{deliveries, transfers};

use super::allowed::Allowed;
use super::book;
use super::draft::{draft_until, own, recall_key};
use super::text;

/// Characters of a name, phone number or agreed phrase at most.
const FIELD_LONGEST: u32 = 100;

/// Adds a recipient. The same idempotency key gets the recipient that it added before.
///
/// # Errors
/// `Field` for what is wrong with the entry, `TooManyRecipients`, `DomainRefused`, `NotFound`, `WrongState`; `SignInNeeded`
/// when the session ended meanwhile: nothing was added.
pub async fn add(
    gateway: &Gateway,
    sender: &Sender,
    id: TransferId,
    recipient: Recipient,
    key: Option<Key>,
) -> Result<DeliveryId> {
    if let Some(known) = recall_key(gateway, key.clone()).await? {
        return DeliveryId::from_str(&known).doing("reading an idempotency key");
    }
    let recipient = examine_recipient(recipient)?;
    text::examine(gateway, &recipient)?;
    let now = gateway.now();
    let until = draft_until(gateway, now);
    let usual = gateway.policy.usual();
    let digits = i32::try_from(gateway.policy().number_digits).unwrap_or(12);
    let (owner, actor) = (sender.account().id, sender.actor());
    let (delivery_id, region) = (DeliveryId::new(now), gateway.outwards.region.clone());
    sender
        .write(gateway, move |tx| {
            own(tx, owner, id)?;
            transfers::touch_draft(tx, id, until)?;
            let present = deliveries::of_transfer(tx, id)?;
            let allowed = Allowed::of(tx, &usual, owner)?;
            allowed.check_recipients(present.len() + 1)?;
            allowed.check_address(&recipient.email)?;
            check_new(present.iter(), &recipient)?;
            let position = present.iter().map(|other| other.position + 1).max().unwrap_or(0);
            let phone_verified = book::is_verified(tx, &region, owner, &recipient)?;
            let delivery = Delivery { phone_verified, ..new_delivery(delivery_id, id, position, recipient, digits) };
            deliveries::insert(tx, &delivery)?;
            if let Some(key) = key {
                idempotency::remember(tx, &key, &delivery_id.to_string(), now)?;
            }
            let event = Event::new(EventKind::RecipientAdded, now, actor).transfer(id).delivery(delivery_id);
            let who = &delivery.recipient;
            tx.record(&event.with(Private::Email(who.email.clone())).with(Private::PersonName(who.name.clone())))
        })
        .await?;
    Ok(delivery_id)
}

/// Nobody stands twice in a transfer.
pub(super) fn check_new<'a>(mut others: impl Iterator<Item = &'a Delivery>, recipient: &Recipient) -> Result<()> {
    if others.any(|other| other.recipient.email.eq_ignore_ascii_case(&recipient.email)) {
        return Err(Problem::Field { field: "email", flaw: FieldFlaw::Duplicate }.into());
    }
    Ok(())
}

/// Writes a recipient of a draft anew. In the log the earlier one was removed and this one added.
///
/// # Errors
/// `Field` for what is wrong with the entry, `DomainRefused`, `NotFound`, `WrongState`; `SignInNeeded` when the session ended
/// meanwhile: nothing was changed.
pub async fn change(
    gateway: &Gateway,
    sender: &Sender,
    id: TransferId,
    delivery: DeliveryId,
    recipient: Recipient,
) -> Result<()> {
    let recipient = examine_recipient(recipient)?;
    text::examine(gateway, &recipient)?;
    let now = gateway.now();
    let until = draft_until(gateway, now);
    let (owner, actor) = (sender.account().id, sender.actor());
    let (usual, region) = (gateway.policy.usual(), gateway.outwards.region.clone());
    sender
        .write(gateway, move |tx| {
            own(tx, owner, id)?;
            transfers::touch_draft(tx, id, until)?;
            Allowed::of(tx, &usual, owner)?.check_address(&recipient.email)?;
            let present = deliveries::of_transfer(tx, id)?;
            let row = present.iter().find(|row| row.id == delivery).ok_or(Problem::NotFound)?;
            check_new(present.iter().filter(|other| other.id != delivery), &recipient)?;
            if row.recipient == recipient {
                return Ok(());
            }
            // Who made sure of a phone number made sure of that one.
            let phone_verified = book::is_verified(tx, &region, owner, &recipient)?;
            let changed = Delivery { recipient: recipient.clone(), phone_verified, ..row.clone() };
            deliveries::set_recipient(tx, &changed)?;
            for (kind, who) in [(EventKind::RecipientRemoved, &row.recipient), (EventKind::RecipientAdded, &recipient)]
            {
                let event = Event::new(kind, now, actor).transfer(id).delivery(delivery);
                let event = event.with(Private::Email(who.email.clone()));
                tx.record(&event.with(Private::PersonName(who.name.clone())))?;
            }
            Ok(())
        })
        .await
}

pub(super) fn new_delivery(
    id: DeliveryId,
    transfer: TransferId,
    position: i32,
    recipient: Recipient,
    digits: i32,
) -> Delivery {
    let mut rng = rand::rng();
    Delivery {
        id,
        transfer,
        position,
        public_id: short_name(&mut rng),
        reference: reference(&mut rng),
        recipient,
        state: DeliveryState::Pending,
        link_recipient: None,
        number_digits: digits,
        attempted_at: None,
        offered_at: None,
        looked_at: None,
        opened_at: None,
        retrieved_at: None,
        grace_until: None,
        told_at: None,
        told: None,
        sms_failed_at: None,
        phone_verified: false,
        ended_at: None,
        end_reason: None,
        needs_approval: false,
    }
}

fn crockford() -> Encoding {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    // The alphabet is constant and valid; any failure would show in every test.
    specification.encoding().unwrap_or(data_encoding::BASE32_DNSCURVE)
}

/// Forty random bits as eight characters: names things, opens nothing.
pub(super) fn short_name(rng: &mut impl Rng) -> String {
    crockford().encode(&rng.random::<[u8; 5]>())
}

/// `K-XXXX-XXXX`.
fn reference(rng: &mut impl Rng) -> String {
    let name = short_name(rng).to_ascii_uppercase();
    let (front, back) = name.split_at(4);
    format!("K-{front}-{back}")
}

pub(super) fn examine_recipient(recipient: Recipient) -> Result<Recipient> {
    let email = check_email("email", &recipient.email)?;
    let checked = Recipient {
        email,
        name: recipient.name.trim().to_owned(),
        phone: recipient.phone.trim().to_owned(),
        phrase: recipient.phrase.trim().to_owned(),
        ..recipient
    };
    for (field, text) in [("name", &checked.name), ("phone", &checked.phone), ("phrase", &checked.phrase)] {
        if text.chars().count() > FIELD_LONGEST as usize {
            return Err(Problem::Field { field, flaw: FieldFlaw::TooLong { limit: FIELD_LONGEST } }.into());
        }
        if text.chars().any(char::is_control) {
            return Err(Problem::Field { field, flaw: FieldFlaw::Malformed }.into());
        }
    }
    // The phone number is a number by nature; the phrase must not become a second mail of the first secret.
    if looks_like_number_or_link(&checked.phrase) {
        return Err(Problem::MessageCarriesSecret.into());
    }
    Ok(checked)
}

/// A mail address as it will be written to, trimmed.
///
/// # Errors
/// `Field`: missing, or no address with a full domain.
pub fn check_email(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Field { field, flaw: FieldFlaw::Missing }.into());
    }
    let parsed = EmailAddress::from_str(text).ok().filter(|address| address.display_part().is_empty());
    let sound = parsed.is_some_and(|address| {
        let domain = address.domain();
        (domain.contains('.') || domain == "localhost") && text.is_ascii() && text.len() <= 254
    });
    if sound { Ok(text.to_owned()) } else { Err(Problem::Field { field, flaw: FieldFlaw::Malformed }.into()) }
}

/// Removes a recipient of a draft.
///
/// # Errors
/// `NotFound`, `WrongState`; `SignInNeeded` when the session ended meanwhile.
pub async fn remove(gateway: &Gateway, sender: &Sender, id: TransferId, delivery: DeliveryId) -> Result<()> {
    let now = gateway.now();
    let until = draft_until(gateway, now);
    let (owner, actor) = (sender.account().id, sender.actor());
    sender
        .write(gateway, move |tx| {
            own(tx, owner, id)?;
            transfers::touch_draft(tx, id, until)?;
            let row = deliveries::find(tx, delivery)?.filter(|row| row.transfer == id).ok_or(Problem::NotFound)?;
            deliveries::remove(tx, row.id)?;
            let event = Event::new(EventKind::RecipientRemoved, now, actor).transfer(id).delivery(row.id);
            tx.record(&event.with(Private::Email(row.recipient.email)))
        })
        .await
}
