//! Taking a person out of the database: the values that events commit to, and every other column that names somebody. The
//! log's own bytes name nobody; its tree does not change.

mod rows;
mod values;

use diesel::define_sql_function;
use diesel::sql_types::Text;

use crate::error::Result;
use crate::model::{AccountState, Person};

use super::Tx;

pub use rows::{Whose, account, approvals, blank_account, contacts, ended, faxes, running, searches, templates};
pub use values::{of_account, of_address, of_deliveries, of_free_text, past};

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
    /// Kept set-ups with this recipient.
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
    let (faxes, open_faxes) = rows::count_faxes(tx, person)?;
    Ok(Found {
        values: values::count(tx, person)?,
        deliveries: rows::count_deliveries(tx, person)?,
        running: running(tx, person)?,
        office_contacts,
        own_contacts,
        templates: rows::count_templates(tx, person)?,
        faxes,
        open_faxes,
        account: account(tx, person)?.map(|account| account.state),
    })
}
