//! Recipients whom a sender has sent to before. Nobody is shown those of another sender.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, EndReason, Recipient, Time, TransferId};

use crate::model::domain_of;

use super::Tx;
use super::database::on;
use super::deliveries::RecipientRow;
use super::schema::{accounts, deliveries, transfers};

/// How often somebody was sent to, and when last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// Sealed transfers.
    pub count: u64,
    /// When the newest of them was sealed.
    pub last: Time,
}

/// The recipients of the sender's newest sealed transfers, the newest first, with the time of sealing; `limit` rows at most.
///
/// # Errors
/// The database cannot be read.
pub fn newest(tx: &mut Tx, owner: AccountId, limit: i64) -> Result<Vec<(Recipient, Time)>> {
    let rows: Vec<(RecipientRow, Option<Time>)> = on!(tx, c => deliveries::table
        .inner_join(transfers::table.on(transfers::id.eq(deliveries::transfer_id)))
        .filter(transfers::owner_id.eq(owner).and(transfers::sealed_at.is_not_null()))
        .filter(deliveries::email.ne(""))
        .filter(deliveries::end_reason.is_null().or(deliveries::end_reason.ne_all(MISTAKES.map(Some))))
        .order((transfers::created_at.desc(), deliveries::position))
        .limit(limit)
        .select((RecipientRow::as_select(), transfers::sealed_at))
        .load(c))?;
    Ok(rows.into_iter().filter_map(|(row, at)| Some((row.into(), at?))).collect())
}

/// How often and when last the sender sent to each of these addresses; those never sent to are not in it.
///
/// # Errors
/// The database cannot be read.
pub fn times(tx: &mut Tx, owner: AccountId, emails: &[String]) -> Result<HashMap<String, Times>> {
    let rows: Vec<(String, i64, Option<Time>)> = on!(tx, c => deliveries::table
        .inner_join(transfers::table.on(transfers::id.eq(deliveries::transfer_id)))
        .filter(
            deliveries::email
                .eq_any(emails)
                .and(transfers::owner_id.eq(owner))
                .and(transfers::sealed_at.is_not_null()),
        )
        .filter(deliveries::end_reason.is_null().or(deliveries::end_reason.ne_all(MISTAKES.map(Some))))
        .group_by(deliveries::email)
        .select((deliveries::email, diesel::dsl::count_star(), diesel::dsl::max(transfers::sealed_at)))
        .load(c))?;
    let times = |(email, count, last): (String, i64, Option<Time>)| {
        Some((email, Times { count: u64::try_from(count).unwrap_or(0), last: last? }))
    };
    Ok(rows.into_iter().filter_map(times).collect())
}

/// Seconds that the sender's newest sealed transfer was to be kept.
///
/// # Errors
/// The database cannot be read.
pub fn last_keep_seconds(tx: &mut Tx, owner: AccountId) -> Result<Option<i64>> {
    Ok(on!(tx, c => transfers::table
        .filter(transfers::owner_id.eq(owner).and(transfers::sealed_at.is_not_null()))
        .order(transfers::created_at.desc())
        .select(transfers::keep_seconds)
        .first(c)
        .optional())?)
}

/// Ends that say nothing good of an address: a mail to it was a mistake, or never left.
const MISTAKES: [EndReason; 4] = [EndReason::Recalled, EndReason::Corrected, EndReason::Refused, EndReason::Lapsed];

/// Which of these addresses the sender sent to before, as stored, apart from transfer `but` and from what was taken back.
///
/// # Errors
/// The database cannot be read.
pub fn sent_to(tx: &mut Tx, owner: AccountId, emails: &[String], but: TransferId) -> Result<Vec<String>> {
    Ok(on!(tx, c => deliveries::table
        .inner_join(transfers::table.on(transfers::id.eq(deliveries::transfer_id)))
        .filter(
            deliveries::email
                .eq_any(emails)
                .and(transfers::owner_id.eq(owner))
                .and(transfers::sealed_at.is_not_null())
                .and(transfers::id.ne(but)),
        )
        .filter(deliveries::end_reason.is_null().or(deliveries::end_reason.ne_all(MISTAKES.map(Some))))
        .select(deliveries::email)
        .distinct()
        .load(c))?)
}

/// Domains that anybody of the office sent to, apart from transfer `but` and from what was taken back; and those of the
/// office's own accounts.
///
/// # Errors
/// The database cannot be read.
pub fn domains(tx: &mut Tx, but: TransferId) -> Result<Vec<String>> {
    let mut domains: Vec<String> = on!(tx, c => deliveries::table
        // What waits for an approver or for its time may still be found to be a mistake.
        .filter(deliveries::attempted_at.is_not_null().and(deliveries::transfer_id.ne(but)))
        .filter(deliveries::end_reason.is_null().or(deliveries::end_reason.ne_all(MISTAKES.map(Some))))
        .select(deliveries::domain)
        .distinct()
        .load(c))?;
    let own: Vec<String> = on!(tx, c => accounts::table.select(accounts::email).load(c))?;
    domains.extend(own.iter().map(|email| domain_of(email)));
    Ok(domains)
}
