//! Whom deliveries are for, each person once: the log is searched by it, and forgets it when the person is erased.

use diesel::prelude::*;

use super::Tx;
use super::database::on;
use super::listing::{folded, patterns};
use super::schema::{deliveries, parties};
use crate::error::Result;
use crate::model::{DeliveryId, TransferId};

/// The row of this person, made if there is none.
///
/// # Errors
/// The database cannot be written.
pub(super) fn of(tx: &mut Tx, email: &str, name: &str) -> Result<i64> {
    let row = parties::table.filter(parties::email.eq(email).and(parties::name.eq(name))).select(parties::id);
    let search = folded(&[email, name].join(" "));
    // Written in any case: whoever takes away persons without deliveries waits for the one that is just added.
    on!(tx, c => diesel::insert_into(parties::table)
        .values((parties::email.eq(email), parties::name.eq(name), parties::search.eq(search.as_str())))
        .on_conflict((parties::email, parties::name))
        .do_update()
        .set(parties::search.eq(search.as_str()))
        .execute(c))?;
    Ok(on!(tx, c => row.first(c))?)
}

/// Whom a delivery is for.
///
/// # Errors
/// The database cannot be read.
pub(super) fn of_delivery(tx: &mut Tx, delivery: DeliveryId) -> Result<Option<i64>> {
    let row = deliveries::table.find(delivery).select(deliveries::party_id);
    Ok(on!(tx, c => row.first::<Option<i64>>(c).optional())?.flatten())
}

/// Those with each of these words in name or address, the newest first, at most so many.
///
/// # Errors
/// The database cannot be read.
pub fn matching(tx: &mut Tx, search: &str, most: i64) -> Result<Vec<i64>> {
    Ok(on!(tx, c => {
        let mut query = parties::table.select(parties::id).into_boxed();
        for pattern in patterns(search) {
            query = query.filter(parties::search.like(pattern).escape('\\'));
        }
        query.order(parties::id.desc()).limit(most).load(c)
    })?)
}

/// The deliveries with this reference, or those whose reference ends so: the newest, at most so many.
///
/// # Errors
/// The database cannot be read.
pub fn referred(tx: &mut Tx, reference: &str, most: i64) -> Result<Vec<(TransferId, DeliveryId)>> {
    let columns = (deliveries::transfer_id, deliveries::id);
    let exact = deliveries::table.filter(deliveries::reference.eq(reference)).select(columns);
    let found: Vec<_> = on!(tx, c => exact.load(c))?;
    if !found.is_empty() {
        return Ok(found);
    }
    let Some(pattern) = patterns(reference).into_iter().next() else { return Ok(Vec::new()) };
    let ending = pattern.strip_suffix('%').unwrap_or(&pattern).to_uppercase();
    let ending = deliveries::table.filter(deliveries::reference.like(ending).escape('\\')).select(columns);
    Ok(on!(tx, c => ending.order(deliveries::id.desc()).limit(most).load(c))?)
}
