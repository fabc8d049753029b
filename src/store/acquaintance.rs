//! Whom the office knows: what flags on recipients are measured by.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, LetterKind, TransferId};

use super::Tx;
use super::database::on;
use super::letters::LetterState;
use super::schema::{deliveries, letters, transfers};

/// Domains that are compared at most.
const MOST_DOMAINS: i64 = 2000;

/// Those of these addresses that this sender has sent to, `but` one transfer.
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
        .select(deliveries::email)
        .distinct()
        .load(c))?)
}

/// Domains that the office has sent to, `but` by one transfer.
///
/// # Errors
/// The database cannot be read.
pub fn domains(tx: &mut Tx, but: TransferId) -> Result<Vec<String>> {
    Ok(on!(tx, c => deliveries::table
        .filter(deliveries::offered_at.is_not_null().and(deliveries::transfer_id.ne(but)))
        .select(deliveries::domain)
        .distinct()
        .limit(MOST_DOMAINS)
        .load(c))?)
}

/// Those of these addresses to which a mail was refused for good, and none was accepted.
///
/// # Errors
/// The database cannot be read.
pub fn refused(tx: &mut Tx, emails: &[String]) -> Result<Vec<String>> {
    Ok(on!(tx, c => deliveries::table
        .inner_join(letters::table.on(letters::delivery_id.eq(deliveries::id.nullable())))
        .filter(
            deliveries::email
                .eq_any(emails)
                .and(deliveries::offered_at.is_null())
                .and(letters::kind.eq(LetterKind::Offer))
                .and(letters::state.eq(LetterState::Failed)),
        )
        .select(deliveries::email)
        .distinct()
        .load(c))?)
}
