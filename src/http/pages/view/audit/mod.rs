//! Pages of auditors.

mod certificate;
mod log;

use super::LanguageSwitch;

pub use certificate::{CertificatePage, CertificatesPage, Obstacle};
pub use log::LogPage;
