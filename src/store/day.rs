//! A day in numbers: what is counted for those who answer for the gateway.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{ApprovalState, DeliveryState, LetterKind, Time};

use super::Tx;
use super::database::on;
use super::letters::LetterState;
use super::schema::{approvals, deliveries, letters, review_items, transfers};

/// Transfers that were sent in this time.
///
/// # Errors
/// The database cannot be read.
pub fn sent(tx: &mut Tx, (from, before): (Time, Time)) -> Result<i64> {
    Ok(on!(tx, c => transfers::table
        .filter(transfers::sealed_at.ge(Some(from)).and(transfers::sealed_at.lt(Some(before))))
        .count()
        .get_result(c))?)
}

/// Deliveries of which the last byte was collected in this time.
///
/// # Errors
/// The database cannot be read.
pub fn collected(tx: &mut Tx, (from, before): (Time, Time)) -> Result<i64> {
    Ok(on!(tx, c => deliveries::table
        .filter(deliveries::retrieved_at.ge(Some(from)).and(deliveries::retrieved_at.lt(Some(before))))
        .count()
        .get_result(c))?)
}

/// Deliveries that expired in this time before everything was collected.
///
/// # Errors
/// The database cannot be read.
pub fn expired(tx: &mut Tx, (from, before): (Time, Time)) -> Result<i64> {
    Ok(on!(tx, c => deliveries::table
        .filter(deliveries::state.eq(DeliveryState::Expired).and(deliveries::retrieved_at.is_null()))
        .filter(deliveries::ended_at.ge(Some(from)).and(deliveries::ended_at.lt(Some(before))))
        .count()
        .get_result(c))?)
}

/// Mails with a link that were given up in this time.
///
/// # Errors
/// The database cannot be read.
pub fn undelivered(tx: &mut Tx, (from, before): (Time, Time)) -> Result<i64> {
    Ok(on!(tx, c => letters::table
        .filter(letters::kind.eq(LetterKind::Offer).and(letters::state.eq(LetterState::Failed)))
        .filter(letters::ended_at.ge(Some(from)).and(letters::ended_at.lt(Some(before))))
        .count()
        .get_result(c))?)
}

/// Deliveries that wait for an approver.
///
/// # Errors
/// The database cannot be read.
pub fn awaiting(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, c => approvals::table.filter(approvals::state.eq(ApprovalState::Asked)).count().get_result(c))?)
}

/// Deliveries that are paused.
///
/// # Errors
/// The database cannot be read.
pub fn paused(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, c => deliveries::table.filter(deliveries::state.eq(DeliveryState::Paused)).count().get_result(c))?)
}

/// Accounts of the open review about which nobody has decided.
///
/// # Errors
/// The database cannot be read.
pub fn undecided(tx: &mut Tx) -> Result<i64> {
    let open = super::reviews::open(tx)?;
    let Some(review) = open else { return Ok(0) };
    Ok(on!(tx, c => review_items::table
        .filter(review_items::review_id.eq(review.id).and(review_items::decision.is_null()))
        .count()
        .get_result(c))?)
}
