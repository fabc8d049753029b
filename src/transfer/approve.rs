//! Approve: a second person agrees that exactly this goes to exactly these recipients, before a mail leaves. The question is
//! asked in the transaction that seals; the answer binds manifest, recipient and latest expiry, and is compared again in the
//! transaction that lets a mail leave.

mod asking;
mod authority;
mod deciding;
mod listing;
mod looking;

pub use asking::{Approvers, Prospect, prospect, who_could};
pub(super) use asking::{Question, approvers, ask, tell};
pub(super) use authority::{authority, open_for};
pub(super) use deciding::withdraw;
pub use deciding::{Answer, answer, lapse, waiting};
pub use listing::{Decided, Line, Lists, count, lists};
pub(super) use looking::{let_look, slots_for, without_slot};

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
    let Some(manifest) = &transfer.manifest else { return Ok(false) };
    let expires_at = transfer.expires_at.unwrap_or(Time::from_millis(i64::MAX));
    // A later question, such as one for a later expiry, takes nothing back that was approved.
    let answers = approvals::of_delivery(tx, delivery.id)?;
    let mut given = answers.iter().filter(|one| one.covers(&manifest.hash, &delivery.recipient.email, expires_at));
    Ok(given.any(|one| !about_files || one.reasons.contains(&ApprovalReason::File)))
}
