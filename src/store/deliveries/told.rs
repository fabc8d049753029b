//! How the numbers of deliveries are told, and were.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{Delivery, DeliveryId, Time, Told};
use crate::store::Tx;
use crate::store::database::on;
use crate::store::schema::deliveries;

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

/// Notes whether somebody has made sure that the delivery's phone number is its recipient's.
///
/// # Errors
/// The database cannot be written.
pub fn set_phone_verified(tx: &mut Tx, id: DeliveryId, verified: bool) -> Result<()> {
    on!(tx, c => diesel::update(deliveries::table.find(id))
        .set(deliveries::phone_verified.eq(verified))
        .execute(c))?;
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
