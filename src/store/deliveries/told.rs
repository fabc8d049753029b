//! How the numbers of deliveries are told, and were.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Delivery, DeliveryId, Time, Told};
use crate::store::Tx;
use crate::store::database::on;
use crate::store::schema::{deliveries, transfers};

/// Notes that the number was told, and how (`None`: a new number is untold).
///
/// # Errors
/// The database cannot be written.
pub fn set_told(tx: &mut Tx, id: DeliveryId, told: Option<(Time, &Told)>) -> Result<()> {
    let (at, how) = told.unzip();
    on!(tx, c => diesel::update(deliveries::table.find(id))
        .set((
            deliveries::told_at.eq(at),
            deliveries::told_by.eq(how.map(|told| told.by)),
            deliveries::told_channel.eq(how.map(|told| told.channel)),
            deliveries::told_phone.eq(how.map_or("", |told| told.phone.as_str())),
            deliveries::told_verified.eq(how.is_some_and(|told| told.verified)),
            deliveries::sms_failed_at.eq(None::<Time>),
        ))
        .execute(c))?;
    Ok(())
}

/// Notes that a message with the number could not be handed over.
///
/// # Errors
/// The database cannot be written.
pub fn set_sms_failed(tx: &mut Tx, id: DeliveryId, now: Time) -> Result<()> {
    on!(tx, c => diesel::update(deliveries::table.find(id))
        .set(deliveries::sms_failed_at.eq(Some(now)))
        .execute(c))?;
    Ok(())
}

/// The deliveries to an address that have not ended, and the phone numbers that nobody has made sure of: of what the owner of an
/// address book sends, or of everything where the book is the office's.
///
/// # Errors
/// The database cannot be read.
pub fn unverified_phones(tx: &mut Tx, owner: Option<AccountId>, email: &str) -> Result<Vec<(DeliveryId, String)>> {
    Ok(on!(tx, c => {
        let mut query = deliveries::table
            .filter(deliveries::email.eq(email).and(deliveries::phone_verified.eq(false)))
            .filter(deliveries::ended_at.is_null())
            .select((deliveries::id, deliveries::phone))
            .into_boxed();
        if let Some(owner) = owner {
            let own = transfers::table.filter(transfers::owner_id.eq(owner)).select(transfers::id);
            query = query.filter(deliveries::transfer_id.eq_any(own));
        }
        query.load(c)
    })?)
}

/// Notes that somebody has made sure that a delivery's phone number is its recipient's.
///
/// # Errors
/// The database cannot be written.
pub fn set_phone_verified(tx: &mut Tx, id: DeliveryId) -> Result<()> {
    on!(tx, c => diesel::update(deliveries::table.find(id)).set(deliveries::phone_verified.eq(true)).execute(c))?;
    Ok(())
}

/// Writes by which channel, and to which phone number, a delivery's number is told.
///
/// # Errors
/// The database cannot be written.
pub fn set_way(tx: &mut Tx, delivery: &Delivery) -> Result<()> {
    on!(tx, c => diesel::update(deliveries::table.find(delivery.id))
        .set((
            deliveries::channel.eq(delivery.recipient.channel),
            deliveries::phone.eq(delivery.recipient.phone.as_str()),
            deliveries::phone_verified.eq(delivery.phone_verified),
        ))
        .execute(c))?;
    Ok(())
}
