//! Extend: the sender moves the expiry, within policy.

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::{Gateway, hours};
use crate::model::{Event, EventKind, Time, TransferId};
use crate::staff::permit::Sender;
use crate::store::transfers;

use super::allowed::Allowed;
use super::draft::own;

/// Keeps a transfer for `keep_hours` from now. Returns the new expiry.
///
/// # Errors
/// `Field` beyond policy, counted from sealing; `NotFound`; `WrongState` for a draft or a finished transfer.
pub async fn extend(gateway: &Gateway, sender: &Sender, id: TransferId, keep_hours: u32) -> Result<Time> {
    let (owner, actor, signed_in) = (sender.account().id, sender.actor(), sender.signed_in().clone());
    let now = gateway.now();
    let expires_at = now + hours(keep_hours);
    let usual = gateway.policy.usual();
    gateway
        .store
        .write(move |tx| {
            signed_in.still_holds(tx)?;
            let transfer = own(tx, owner, id)?;
            let allowed = Allowed::of(tx, &usual, owner)?;
            allowed.check_keep_hours(keep_hours)?;
            let most = *allowed.keep_hours.end();
            if transfer.sealed_at.is_some_and(|sealed_at| expires_at > sealed_at + hours(most)) {
                let flaw = FieldFlaw::OutOfBounds { least: 1, most: most.into() };
                return Err(Problem::Field { field: "keep_hours", flaw }.into());
            }
            transfers::set_expiry(tx, id, expires_at)?;
            tx.record(&Event::new(EventKind::Extended { expires_at }, now, actor).transfer(id))
        })
        .await?;
    Ok(expires_at)
}
