//! Tally: what is sent and collected is added up by day, sender and department as it happens.

use chrono::NaiveDate;

use crate::error::Result;
use crate::model::{AccountId, TransferId};
use crate::store::totals::{self, Amount};
use crate::store::{Tx, accounts, transfers};

/// Something was sent, or to somebody more.
pub(super) fn sent(tx: &mut Tx, day: NaiveDate, owner: AccountId, amount: Amount) -> Result<()> {
    let sender = accounts::get(tx, owner)?;
    totals::add(tx, day, &sender, amount)
}

/// A recipient has collected everything.
pub(super) fn collected(tx: &mut Tx, day: NaiveDate, transfer: TransferId) -> Result<()> {
    let owner = transfers::get(tx, transfer)?.owner;
    sent(tx, day, owner, Amount { retrieved: 1, ..Amount::default() })
}
