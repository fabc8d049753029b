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
    if let Some(id) = on!(tx, c => row.first(c).optional())? {
        return Ok(id);
    }
    let search = folded(&[email, name].join(" "));
    on!(tx, c => diesel::insert_into(parties::table)
        .values((parties::email.eq(email), parties::name.eq(name), parties::search.eq(search)))
        .on_conflict_do_nothing()
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
    let ending = pattern.trim_end_matches('%').to_uppercase();
    let ending = deliveries::table.filter(deliveries::reference.like(ending).escape('\\')).select(columns);
    Ok(on!(tx, c => ending.order(deliveries::id.desc()).limit(most).load(c))?)
}
