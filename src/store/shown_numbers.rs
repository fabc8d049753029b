//! Numbers that were shown and may be shown again to the same sign-in or token for ten minutes, sealed under its own
//! secret: the server alone cannot read them.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{DeliveryId, Time, TransferId};

use super::Tx;
use super::database::on;
use super::schema::shown_numbers;

/// Keeps a number for its maker. A number of the same delivery that was kept before is overwritten.
///
/// # Errors
/// The database cannot be written.
pub fn keep(
    tx: &mut Tx,
    transfer: TransferId,
    delivery: DeliveryId,
    holder: &[u8; 32],
    sealed: &[u8],
    until: Time,
) -> Result<()> {
    forget(tx, delivery)?;
    on!(tx, c => diesel::insert_into(shown_numbers::table)
        .values((
            shown_numbers::delivery_id.eq(delivery),
            shown_numbers::transfer_id.eq(transfer),
            shown_numbers::holder.eq(holder.as_slice()),
            shown_numbers::sealed.eq(sealed),
            shown_numbers::until.eq(until),
        ))
        .execute(c))?;
    Ok(())
}

/// The kept numbers of a transfer that this holder may see again.
///
/// # Errors
/// The database cannot be read.
pub fn of_transfer(
    tx: &mut Tx,
    transfer: TransferId,
    holder: &[u8; 32],
    now: Time,
) -> Result<Vec<(DeliveryId, Vec<u8>)>> {
    Ok(on!(tx, c => shown_numbers::table
        .filter(
            shown_numbers::transfer_id
                .eq(transfer)
                .and(shown_numbers::holder.eq(holder.as_slice()))
                .and(shown_numbers::until.gt(now)),
        )
        .select((shown_numbers::delivery_id, shown_numbers::sealed))
        .load(c))?)
}

/// Forgets the number of a delivery.
///
/// # Errors
/// The database cannot be written.
pub fn forget(tx: &mut Tx, delivery: DeliveryId) -> Result<()> {
    on!(tx, c => diesel::delete(shown_numbers::table.find(delivery)).execute(c))?;
    Ok(())
}

/// Forgets what a transfer's page acknowledged, or what ended with it.
///
/// # Errors
/// The database cannot be written.
pub fn forget_of_transfer(tx: &mut Tx, transfer: TransferId) -> Result<()> {
    on!(tx, c => diesel::delete(shown_numbers::table.filter(shown_numbers::transfer_id.eq(transfer))).execute(c))?;
    Ok(())
}

/// Forgets what a sign-in or token kept: it ended.
///
/// # Errors
/// The database cannot be written.
pub fn forget_of_holder(tx: &mut Tx, holder: &[u8]) -> Result<()> {
    on!(tx, c => diesel::delete(shown_numbers::table.filter(shown_numbers::holder.eq(holder))).execute(c))?;
    Ok(())
}

/// Forgets what is older than its ten minutes.
///
/// # Errors
/// The database cannot be written.
pub fn forget_old(tx: &mut Tx, now: Time) -> Result<usize> {
    Ok(on!(tx, c => diesel::delete(shown_numbers::table.filter(shown_numbers::until.le(now))).execute(c))?)
}
