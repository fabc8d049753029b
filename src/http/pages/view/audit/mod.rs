//! What auditors see.

mod certificate;
mod copies;
mod event;
mod export;
mod log;
mod search;
mod totals;
mod transfer;

use super::LanguageSwitch;

pub use certificate::{CertificatePage, CertificatesPage, Obstacle};
pub use copies::{CopiesCard, CopiesPage, CopyRow};
pub use event::EventPage;
pub use export::{ExportForm, ExportPage, ExportsPage, Fetch, WrittenPage};
pub use log::LogPage;
pub use search::{AuditPage, AuditRow, Found, period_key, result_key};
pub use totals::TotalsPage;
pub use transfer::{AuditDelivery, AuditTransferPage};
