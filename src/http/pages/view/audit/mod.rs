//! What auditors see.

mod copies;
mod event;
mod search;
mod totals;
mod transfer;

use super::LanguageSwitch;

pub use copies::{CopiesCard, CopiesPage, CopyRow};
pub use event::EventPage;
pub use search::{AuditPage, AuditRow, Found, period_key, result_key};
pub use totals::TotalsPage;
pub use transfer::{AuditDelivery, AuditTransferPage};
