//! One event of the log, whole.

use askama::Template;

use super::super::Frame;
use super::AuditRow;

/// GET `/audit/events/{id}`.
#[derive(Template)]
#[template(path = "audit_event.html")]
pub struct EventPage {
    /// The frame.
    pub frame: Frame,
    /// The event as the table tells it.
    pub row: AuditRow,
    /// The log and the entry, from 0, that it is; none while it waits for its place.
    pub place: Option<(String, u64)>,
    /// The leaf, a field to a line.
    pub leaf: String,
    /// Field and value of what is kept beside the leaf.
    pub values: Vec<(String, String)>,
}
