//! Deliveries: rows, and the guarded statements that move their state.

mod links;
mod told;

use diesel::prelude::*;

use crate::error::{Problem, Result};
use crate::model::{
    AccountId, Channel, Delivery, DeliveryId, DeliveryState, EndReason, Language, Recipient, Time, Told, TransferId,
};

use super::Tx;
use super::database::on;
use super::erasure::forget_parties;
use super::listing::folded;
use super::parties;
use super::schema::deliveries;
use crate::model::domain_of;

pub use links::{by_former_link, by_link, by_public_id, relink, seal};
pub use told::{set_phone_verified, set_sms_failed, set_told, set_way, unverified_phones};

/// Who receives.
#[derive(Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub(super) struct RecipientRow {
    email: String,
    name: String,
    language: Language,
    phone: String,
    phrase: String,
    channel: Channel,
}

impl From<RecipientRow> for Recipient {
    fn from(row: RecipientRow) -> Self {
        Self {
            email: row.email,
            name: row.name,
            language: row.language,
            phone: row.phone,
            phrase: row.phrase,
            channel: row.channel,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = deliveries)]
struct Row {
    id: DeliveryId,
    transfer_id: TransferId,
    position: i32,
    public_id: String,
    reference: String,
    #[diesel(embed)]
    recipient: RecipientRow,
    state: DeliveryState,
    link_recipient: Option<String>,
    number_digits: i32,
    attempted_at: Option<Time>,
    offered_at: Option<Time>,
    looked_at: Option<Time>,
    opened_at: Option<Time>,
    retrieved_at: Option<Time>,
    grace_until: Option<Time>,
    told_at: Option<Time>,
    ended_at: Option<Time>,
    end_reason: Option<EndReason>,
    needs_approval: bool,
    told_by: Option<AccountId>,
    told_channel: Option<Channel>,
    told_phone: String,
    told_verified: bool,
    sms_failed_at: Option<Time>,
    phone_verified: bool,
}

impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        let told = row.told_by.zip(row.told_channel).map(|(by, channel)| Told {
            by,
            channel,
            phone: row.told_phone,
            verified: row.told_verified,
        });
        Self {
            id: row.id,
            transfer: row.transfer_id,
            position: row.position,
            public_id: row.public_id,
            reference: row.reference,
            recipient: row.recipient.into(),
            state: row.state,
            link_recipient: row.link_recipient,
            number_digits: row.number_digits,
            attempted_at: row.attempted_at,
            offered_at: row.offered_at,
            looked_at: row.looked_at,
            opened_at: row.opened_at,
            retrieved_at: row.retrieved_at,
            grace_until: row.grace_until,
            told_at: row.told_at,
            told,
            sms_failed_at: row.sms_failed_at,
            phone_verified: row.phone_verified,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            needs_approval: row.needs_approval,
        }
    }
}

/// Stores a recipient of a draft.
///
/// # Errors
/// The database cannot be written.
pub fn insert(tx: &mut Tx, delivery: &Delivery) -> Result<()> {
    let recipient = &delivery.recipient;
    let party = parties::of(tx, &recipient.email, &recipient.name)?;
    on!(tx, c => diesel::insert_into(deliveries::table)
        .values((
            deliveries::id.eq(delivery.id),
            deliveries::transfer_id.eq(delivery.transfer),
            deliveries::position.eq(delivery.position),
            deliveries::public_id.eq(delivery.public_id.as_str()),
            deliveries::reference.eq(delivery.reference.as_str()),
            deliveries::email.eq(recipient.email.as_str()),
            deliveries::name.eq(recipient.name.as_str()),
            deliveries::language.eq(recipient.language),
            deliveries::phone.eq(recipient.phone.as_str()),
            deliveries::phrase.eq(recipient.phrase.as_str()),
            deliveries::channel.eq(recipient.channel),
            deliveries::state.eq(delivery.state),
            deliveries::phone_verified.eq(delivery.phone_verified),
            deliveries::number_digits.eq(delivery.number_digits),
            deliveries::search.eq(searched(delivery)),
            deliveries::domain.eq(domain_of(&recipient.email)),
            deliveries::party_id.eq(Some(party)),
        ))
        .execute(c))?;
    Ok(())
}

/// What a delivery is found by. One word never reaches from one field into the next: what is searched for has no blanks.
fn searched(delivery: &Delivery) -> String {
    let (recipient, reference) = (&delivery.recipient, &delivery.reference);
    let bare = reference.replace('-', "");
    folded(&[recipient.email.as_str(), &recipient.name, reference, &bare].join(" "))
}

/// Writes the recipient of a draft's delivery anew; the delivery keeps its names and its place.
///
/// # Errors
/// The database cannot be written.
pub fn set_recipient(tx: &mut Tx, delivery: &Delivery) -> Result<()> {
    let recipient = &delivery.recipient;
    let before = parties::of_delivery(tx, delivery.id)?;
    let party = parties::of(tx, &recipient.email, &recipient.name)?;
    let row = deliveries::table.find(delivery.id).filter(deliveries::link_recipient.is_null());
    on!(tx, c => diesel::update(row)
        .set((
            deliveries::email.eq(recipient.email.as_str()),
            deliveries::name.eq(recipient.name.as_str()),
            deliveries::language.eq(recipient.language),
            deliveries::phone.eq(recipient.phone.as_str()),
            deliveries::phrase.eq(recipient.phrase.as_str()),
            deliveries::channel.eq(recipient.channel),
            deliveries::phone_verified.eq(delivery.phone_verified),
            deliveries::search.eq(searched(delivery)),
            deliveries::domain.eq(domain_of(&recipient.email)),
            deliveries::party_id.eq(Some(party)),
        ))
        .execute(c))?;
    forget_parties(tx, before)
}

/// Notes that the mail of a delivery leaves only when it was approved. This is never taken back.
///
/// # Errors
/// The database cannot be written.
pub fn set_needs_approval(tx: &mut Tx, id: DeliveryId) -> Result<()> {
    on!(tx, c => diesel::update(deliveries::table.find(id)).set(deliveries::needs_approval.eq(true)).execute(c))?;
    Ok(())
}

/// Whether anybody of the office has sent to an address at this domain (in lower case), `but` one transfer.
///
/// # Errors
/// The database cannot be read.
pub fn is_known_domain(tx: &mut Tx, domain: &str, but: TransferId) -> Result<bool> {
    let found: Option<DeliveryId> = on!(tx, c => deliveries::table
        .filter(deliveries::domain.eq(domain).and(deliveries::transfer_id.ne(but)))
        .filter(deliveries::offered_at.is_not_null())
        .select(deliveries::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// Removes a recipient of a draft.
///
/// # Errors
/// The database cannot be written.
pub fn remove(tx: &mut Tx, id: DeliveryId) -> Result<()> {
    let party = parties::of_delivery(tx, id)?;
    on!(tx, c => diesel::delete(deliveries::table.find(id)).execute(c))?;
    forget_parties(tx, party)
}

/// The delivery, if it exists.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, id: DeliveryId) -> Result<Option<Delivery>> {
    let row: Option<Row> = on!(tx, c => deliveries::table.find(id).select(Row::as_select()).first(c).optional())?;
    Ok(row.map(Delivery::from))
}

/// The delivery, which a foreign key says exists.
///
/// # Errors
/// The database cannot be read, or does not hold it.
pub fn get(tx: &mut Tx, id: DeliveryId) -> Result<Delivery> {
    find(tx, id)?.ok_or_else(|| Problem::NotFound.into())
}

/// The delivery of this reference.
///
/// # Errors
/// The database cannot be read.
pub fn by_reference(tx: &mut Tx, reference: &str) -> Result<Option<Delivery>> {
    let row: Option<Row> = on!(tx, c => deliveries::table
        .filter(deliveries::reference.eq(reference))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Delivery::from))
}

/// The deliveries of a transfer, in order.
///
/// # Errors
/// The database cannot be read.
pub fn of_transfer(tx: &mut Tx, transfer: TransferId) -> Result<Vec<Delivery>> {
    let rows: Vec<Row> = on!(tx, c => deliveries::table
        .filter(deliveries::transfer_id.eq(transfer))
        .order(deliveries::position)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// The deliveries of several transfers, each transfer's in order.
///
/// # Errors
/// The database cannot be read.
pub fn of_transfers(tx: &mut Tx, transfers: &[TransferId]) -> Result<Vec<Delivery>> {
    let rows: Vec<Row> = on!(tx, c => deliveries::table
        .filter(deliveries::transfer_id.eq_any(transfers))
        .order((deliveries::transfer_id, deliveries::position))
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// Sets how many digits its number has.
///
/// # Errors
/// The database cannot be written.
pub fn set_digits(tx: &mut Tx, id: DeliveryId, digits: i32) -> Result<()> {
    let row = deliveries::table.find(id).filter(deliveries::state.eq(DeliveryState::Pending));
    on!(tx, c => diesel::update(row).set(deliveries::number_digits.eq(digits)).execute(c))?;
    Ok(())
}

/// Moves a delivery from any state of the graph that may become `to`: true for the call that moved it. `at` goes into the
/// column that belongs to the new state, unless the delivery was there before.
///
/// # Errors
/// The database cannot be written.
pub fn advance(tx: &mut Tx, id: DeliveryId, to: DeliveryState, at: Time) -> Result<bool> {
    let row = deliveries::table.find(id).filter(deliveries::state.eq_any(DeliveryState::before(to)));
    let moved = on!(tx, c => diesel::update(row).set(deliveries::state.eq(to)).execute(c))?;
    if moved != 1 {
        return Ok(false);
    }
    match to {
        DeliveryState::Offered => set_offered(tx, id, at)?,
        DeliveryState::Opened => set_opened(tx, id, at)?,
        _ => {}
    }
    Ok(true)
}

fn set_offered(tx: &mut Tx, id: DeliveryId, at: Time) -> Result<()> {
    let row = deliveries::table.find(id).filter(deliveries::offered_at.is_null());
    on!(tx, c => diesel::update(row).set(deliveries::offered_at.eq(Some(at))).execute(c))?;
    Ok(())
}

fn set_opened(tx: &mut Tx, id: DeliveryId, at: Time) -> Result<()> {
    let row = deliveries::table.find(id).filter(deliveries::opened_at.is_null());
    on!(tx, c => diesel::update(row).set(deliveries::opened_at.eq(Some(at))).execute(c))?;
    Ok(())
}

/// Opened or partly retrieved to retrieved, with the end of its grace time: true for the call that moved it.
///
/// # Errors
/// The database cannot be written.
pub fn retrieve(tx: &mut Tx, id: DeliveryId, at: Time, grace_until: Time) -> Result<bool> {
    if !advance(tx, id, DeliveryState::Retrieved, at)? {
        return Ok(false);
    }
    let row = deliveries::table.find(id);
    on!(tx, c => diesel::update(row)
        .set((deliveries::retrieved_at.eq(Some(at)), deliveries::grace_until.eq(Some(grace_until))))
        .execute(c))?;
    Ok(true)
}

/// Ends a delivery: true for the call that ended it.
///
/// # Errors
/// The database cannot be written.
pub fn end(tx: &mut Tx, id: DeliveryId, to: DeliveryState, reason: EndReason, at: Time) -> Result<bool> {
    if !advance(tx, id, to, at)? {
        return Ok(false);
    }
    let row = deliveries::table.find(id);
    on!(tx, c => diesel::update(row)
        .set((deliveries::ended_at.eq(Some(at)), deliveries::end_reason.eq(Some(reason))))
        .execute(c))?;
    Ok(true)
}

/// Notes that its mail was handed to the mail system, whatever came of it.
///
/// # Errors
/// The database cannot be written.
pub fn set_attempted(tx: &mut Tx, id: DeliveryId, at: Time) -> Result<()> {
    let row = deliveries::table.find(id).filter(deliveries::attempted_at.is_null());
    on!(tx, c => diesel::update(row).set(deliveries::attempted_at.eq(Some(at))).execute(c))?;
    Ok(())
}

/// Notes the first look by a bearer of the link secret.
///
/// # Errors
/// The database cannot be written.
pub fn set_looked(tx: &mut Tx, id: DeliveryId, at: Time) -> Result<()> {
    let row = deliveries::table.find(id).filter(deliveries::looked_at.is_null());
    on!(tx, c => diesel::update(row).set(deliveries::looked_at.eq(Some(at))).execute(c))?;
    Ok(())
}

/// Retrieved deliveries whose grace time is over.
///
/// # Errors
/// The database cannot be read.
pub fn past_grace(tx: &mut Tx, now: Time, limit: i64) -> Result<Vec<DeliveryId>> {
    Ok(on!(tx, c => deliveries::table
        .filter(
            deliveries::state
                .eq_any([DeliveryState::Retrieved, DeliveryState::Paused])
                .and(deliveries::grace_until.le(Some(now))),
        )
        .select(deliveries::id)
        .limit(limit)
        .load(c))?)
}
