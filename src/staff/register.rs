//! The account register (利用者台帳): who may use the gateway, with which rights. Whatever changes an entry goes through
//! here, in one transaction with the entry as the log has it from then on.

pub mod access;
mod adding;
mod changing;
mod columns;
pub(super) mod entry;
mod export;
pub mod history;
pub mod import;
pub(super) mod leaving;
pub mod listing;
mod rebuilt;
mod resetting;

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId};
use crate::store::accounts;

pub use adding::{Issued, NewAccount, add, add_within, first};
pub(super) use adding::{new_account, store_new};
pub use changing::{Change, change, set_profile, set_roles};
pub use columns::Column;
pub(super) use entry::{limits as examine_limits, line, of as event_of, record, validity};
pub use export::{export, export_at_console};
pub use leaving::{recall_running, resume, running, stop, sweep};
pub use rebuilt::{Disagreement, Recorded, as_of, compare};
pub use resetting::reset;

/// Every account, by address.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway) -> Result<Vec<Account>> {
    gateway.store.read(accounts::all).await
}

/// The account of this address.
///
/// # Errors
/// `NotFound`.
pub async fn find(gateway: &Gateway, email: &str) -> Result<Account> {
    let email = email.trim().to_lowercase();
    gateway.store.read(move |tx| accounts::by_email(tx, &email)).await?.ok_or_else(|| Problem::NotFound.into())
}

/// The account of this id.
///
/// # Errors
/// `NotFound`.
pub async fn get(gateway: &Gateway, id: AccountId) -> Result<Account> {
    gateway.store.read(move |tx| accounts::get(tx, id)).await
}
