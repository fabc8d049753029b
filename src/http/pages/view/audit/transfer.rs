//! A transfer as auditors see it.

use askama::Template;

use super::super::{Frame, Status};
use super::AuditRow;
use crate::model::{Time, TransferId};

/// GET `/audit/transfers/{id}`.
#[derive(Template)]
#[template(path = "audit_transfer.html")]
pub struct AuditTransferPage {
    /// The frame.
    pub frame: Frame,
    /// The transfer.
    pub id: TransferId,
    /// Where it stands.
    pub status: Status,
    /// Who sent it; empty where that is known no more.
    pub sender: String,
    /// Number of files.
    pub file_count: u32,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// When it was sent.
    pub sent_at: Option<Time>,
    /// Until when it could be collected.
    pub expires_at: Option<Time>,
    /// When keys and bytes were gone, their absence verified.
    pub erased_at: Option<Time>,
    /// Its recipients.
    pub deliveries: Vec<AuditDelivery>,
    /// Its events, oldest first.
    pub rows: Vec<AuditRow>,
}

/// A recipient of a transfer as auditors see it.
#[derive(Clone, Debug)]
pub struct AuditDelivery {
    /// Its public short name.
    pub reference: String,
    /// Name; may be empty.
    pub name: String,
    /// Mail address; may be empty.
    pub email: String,
    /// Where it stands.
    pub status: Status,
    /// When its mail left.
    pub offered_at: Option<Time>,
    /// When link and number were first accepted.
    pub opened_at: Option<Time>,
    /// When everything was collected.
    pub retrieved_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// From which network addresses link and number were accepted, and when.
    pub openings: Vec<(Time, String)>,
}
