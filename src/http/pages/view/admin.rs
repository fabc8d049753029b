//! The administrators' pages.

use askama::Template;

use super::{Frame, ReviewBanner, ScanLine, scan};
use crate::gateway::ScannerState;
use crate::model::Time;

/// GET `/admin`.
#[derive(Template)]
#[template(path = "admin.html")]
pub struct AdminPage {
    /// The frame.
    pub frame: Frame,
    /// Where staff works.
    pub staff_url: String,
    /// Where the reviews of the register stand.
    pub banner: Option<ReviewBanner>,
    /// How the scanner stands.
    pub scanner: ScannerState,
    /// Whether there is none, as the configuration says.
    pub unscanned: bool,
    /// Signatures from before this time are older than the policy wants.
    pub stale_since: Time,
}

impl AdminPage {
    fn scanner_line(&self) -> ScanLine {
        scan::scanner(&self.frame, &self.scanner, self.unscanned, self.stale_since)
    }
}
