//! Approve: a second person agrees that exactly this goes to exactly these recipients, before a mail leaves. The question is
//! asked in the transaction that seals; the answer binds manifest, recipient and latest expiry, and is compared again in the
//! transaction that lets a mail leave.

mod asking;
mod deciding;

pub use asking::Approvers;
pub(super) use asking::{Question, approvers, ask, tell};
pub(super) use deciding::withdraw;
pub use deciding::{Answer, answer, lapse, waiting};

use crate::error::Result;
use crate::model::{ApprovalReason, DeliveryId, Time};
use crate::store::{Tx, approvals, deliveries, transfers};

/// I6: whether the mail of a delivery may leave, by what was approved: nothing was to be, or exactly this was. `about_files`
/// says that a file of it may leave only if somebody was asked about it.
pub(super) fn lets_pass(tx: &mut Tx, delivery: DeliveryId, about_files: bool) -> Result<bool> {
    let delivery = deliveries::get(tx, delivery)?;
    if !delivery.needs_approval {
        return Ok(!about_files);
    }
    let transfer = transfers::get(tx, delivery.transfer)?;
    let Some(approval) = approvals::newest(tx, delivery.id)? else { return Ok(false) };
    let (manifest, expires_at) =
        (transfer.manifest.as_ref(), transfer.expires_at.unwrap_or(Time::from_millis(i64::MAX)));
    if about_files && !approval.reasons.contains(&ApprovalReason::File) {
        return Ok(false);
    }
    Ok(manifest.is_some_and(|manifest| approval.covers(&manifest.hash, &delivery.recipient.email, expires_at)))
}
