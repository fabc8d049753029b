//! Taking a person out of the database: the values that events commit to, and every other column that names somebody. The
//! log's own bytes name nobody; its tree does not change.

mod faxes;
mod rows;
mod values;

use diesel::define_sql_function;
use diesel::sql_types::Text;

use crate::error::Result;
use crate::model::{AccountState, Person};

use super::Tx;

pub use faxes::{Faxes, blank_faxes, faxes_of, old_faxes};
pub(super) use rows::forget_parties;
pub use rows::{
    account, approvals, blank_account, blank_deliveries, contacts, ended, old_deliveries, running, searches, templates,
};
pub use values::{FaxPlace, forms, is_any_past, of_account, of_address, of_deliveries, of_faxes, of_free_text, past};

/// Ids in one statement.
const SOME: usize = 500;

define_sql_function! {
    /// Small letters, as far as the database knows them.
    fn lower(text: Text) -> Text;
}

/// What names a person, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Values of events; what stands within free text is found only when it is erased.
    pub values: i64,
    /// Deliveries of transfers that are over.
    pub deliveries: i64,
    /// Deliveries of transfers that are not: they are left as they are.
    pub running: i64,
    /// Entries of the office's address book.
    pub office_contacts: i64,
    /// Entries of somebody's own address book.
    pub own_contacts: i64,
    /// Kept set-ups with this recipient, or whose name tells the person.
    pub templates: i64,
    /// Entries of the fax register that are done with.
    pub faxes: i64,
    /// Entries of the fax register that are open: they are left as they are.
    pub open_faxes: i64,
    /// An account with this address, and how it stands. It is left as it is unless it is stopped.
    pub account: Option<AccountState>,
}

impl Found {
    /// Whether anything can be erased now.
    pub fn can_erase(&self) -> bool {
        let rows = [self.deliveries, self.office_contacts, self.own_contacts, self.templates, self.faxes, self.values];
        rows.iter().any(|count| *count > 0) || self.account == Some(AccountState::Stopped)
    }
}

/// Counts what names a person.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, person: &Person) -> Result<Found> {
    let (office_contacts, own_contacts) = rows::count_contacts(tx, person)?;
    let faxes = faxes_of(tx, person)?;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Ok(Found {
        values: values::count(tx, person)?,
        deliveries: rows::count_deliveries(tx, person)?,
        running: count(running(tx, person)?.len()),
        office_contacts,
        own_contacts,
        templates: rows::count_templates(tx, person)?,
        faxes: count(faxes.done.len()),
        open_faxes: count(faxes.open.len()),
        account: account(tx, person)?.map(|account| account.state),
    })
}
