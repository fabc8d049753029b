//! Repeat: a new draft with the recipients, message and keeping time of an earlier transfer. Its files are not the earlier
//! ones: those are sealed to the recipients of then.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::TransferId;
use crate::staff::permit::Sender;
use crate::store::contacts;

use super::allowed::allowed;
use super::draft::{self, Options};
use super::recipients;

/// Begins a draft like `id`. Recipients who may not be sent to any more are left out; those in the own address book are taken
/// as they stand there now.
///
/// # Errors
/// `NotFound`; the draft cannot be made.
pub async fn repeat(gateway: &Gateway, sender: &Sender, id: TransferId) -> Result<TransferId> {
    let earlier = draft::overview(gateway, &sender.watcher(), id).await?;
    let owner = sender.account().id;
    let book = gateway.store.read(move |tx| contacts::readable(tx, owner)).await?;
    let allowed = allowed(gateway, owner).await?;
    let hours = u32::try_from(earlier.transfer.keep_seconds / 3600).ok();
    let keep_hours = hours.filter(|hours| allowed.keep_hours.contains(hours));
    let new = draft::begin(gateway, sender, Options { message: Some(earlier.message), keep_hours }, None).await?;
    let mut taken = 0;
    for delivery in &earlier.deliveries {
        let email = &delivery.recipient.email;
        // A corrected address stands beside the wrong one.
        let is_wrong = delivery.end_reason == Some(crate::model::EndReason::Corrected);
        if is_wrong || allowed.check_address(email).is_err() || allowed.check_recipients(taken + 1).is_err() {
            continue;
        }
        let known = book.iter().find(|contact| contact.recipient.email.eq_ignore_ascii_case(email));
        let recipient = known.map_or_else(|| delivery.recipient.clone(), crate::model::Contact::addressee);
        recipients::add(gateway, sender, new, recipient, None).await?;
        taken += 1;
    }
    Ok(new)
}
