//! What auditors see.

mod event;
mod export;
mod search;
mod totals;
mod transfer;

use super::LanguageSwitch;

pub use event::EventPage;
pub use export::{ExportForm, ExportPage, ExportsPage, Fetch, WrittenPage};
pub use search::{AuditPage, AuditRow, Found, period_key, result_key};
pub use totals::TotalsPage;
pub use transfer::{AuditDelivery, AuditTransferPage};
