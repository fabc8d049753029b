//! The links of deliveries: by which they are found, and those that were replaced.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{Delivery, DeliveryId, DeliveryState, Time};
use crate::store::Tx;
use crate::store::database::on;
use crate::store::schema::{deliveries, former_links};

use super::{Row, find};

/// The delivery of this id in a link.
///
/// # Errors
/// The database cannot be read.
pub fn by_public_id(tx: &mut Tx, public_id: &str) -> Result<Option<Delivery>> {
    let row: Option<Row> = on!(tx, c => deliveries::table
        .filter(deliveries::public_id.eq(public_id))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Delivery::from))
}

/// The delivery whose link key has this public half.
///
/// # Errors
/// The database cannot be read.
pub fn by_link(tx: &mut Tx, link_recipient: &str) -> Result<Option<Delivery>> {
    let row: Option<Row> = on!(tx, c => deliveries::table
        .filter(deliveries::link_recipient.eq(link_recipient))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Delivery::from))
}

/// Writes the link key's public half at sealing.
///
/// # Errors
/// The database cannot be written.
pub fn seal(tx: &mut Tx, id: DeliveryId, link_recipient: &str) -> Result<()> {
    let row = deliveries::table.find(id).filter(deliveries::state.eq(DeliveryState::Pending));
    on!(tx, c => diesel::update(row).set(deliveries::link_recipient.eq(Some(link_recipient))).execute(c))?;
    Ok(())
}

/// Gives a delivery another link; the present one is remembered as a former one.
///
/// # Errors
/// The database cannot be written.
pub fn relink(tx: &mut Tx, delivery: &Delivery, public_id: &str, link_recipient: &str, now: Time) -> Result<()> {
    if let Some(former) = delivery.link_recipient.as_deref() {
        on!(tx, c => diesel::insert_into(former_links::table)
            .values((
                former_links::public_id.eq(delivery.public_id.as_str()),
                former_links::link_recipient.eq(former),
                former_links::delivery_id.eq(delivery.id),
                former_links::replaced_at.eq(now),
            ))
            .execute(c))?;
    }
    on!(tx, c => diesel::update(deliveries::table.find(delivery.id))
        .set((deliveries::public_id.eq(public_id), deliveries::link_recipient.eq(Some(link_recipient))))
        .execute(c))?;
    Ok(())
}

/// The delivery that a former link belonged to.
///
/// # Errors
/// The database cannot be read.
pub fn by_former_link(tx: &mut Tx, link_recipient: &str) -> Result<Option<Delivery>> {
    let found: Option<DeliveryId> = on!(tx, c => former_links::table
        .filter(former_links::link_recipient.eq(link_recipient))
        .select(former_links::delivery_id)
        .first(c)
        .optional())?;
    found.map_or(Ok(None), |id| find(tx, id))
}
