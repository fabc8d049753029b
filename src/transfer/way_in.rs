//! A way in: a fresh link and a fresh number for one recipient, and the slot that both open together. Made before the
//! transaction that makes it count.

use crate::crypt::{Identity, SlotContent, SlotKind, generate_link_secret, link_identity, open_outer};
use crate::error::{Error, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Delivery, LetterKind, LinkSecret, ShredKeyId, Time, Transfer};
use crate::staff::permit::{Sender, SignedIn};
use crate::store::letters::QueuedLetter;
use crate::store::{Tx, slots};

use super::numbers::{self, Prepared};

/// A link and a number that nobody has yet.
pub(super) struct WayIn {
    pub(super) link_recipient: String,
    secret_sealed: Vec<u8>,
    pub(super) prepared: Prepared,
}

/// What a way in leads to.
pub(super) struct Inside<'a> {
    pub(super) transfer: &'a Transfer,
    pub(super) identity: &'a Identity,
    pub(super) manifest_hash: [u8; 32],
}

impl Inside<'_> {
    fn content(&self, delivery: &Delivery) -> SlotContent {
        SlotContent {
            kind: SlotKind::Delivery,
            transfer: self.transfer.id,
            holder: delivery.id.to_string(),
            identity: self.identity.clone(),
            manifest_hash: Some(self.manifest_hash),
        }
    }
}

/// Makes a way in for a recipient. Takes one scrypt, in its turn.
pub(super) async fn make(
    gateway: &Gateway,
    holder: &SignedIn,
    inside: &Inside<'_>,
    delivery: &Delivery,
    (shred_key, shred): (ShredKeyId, Identity),
) -> Result<WayIn> {
    let secret: LinkSecret = generate_link_secret(&mut rand::rng());
    let link = link_identity(&secret).recipient();
    let key = (shred_key, shred.recipient());
    let prepared = numbers::prepare(gateway, holder, delivery, link.clone(), inside.content(delivery), key).await?;
    let secret_sealed = gateway.seal_to_custody(secret.expose())?;
    Ok(WayIn { link_recipient: link.to_string(), secret_sealed, prepared })
}

/// Stores the slot, keeps the number for its maker, and queues the mail with the link.
pub(super) fn commit(tx: &mut Tx, way: &WayIn, holder: &[u8; 32], not_before: Time, now: Time) -> Result<()> {
    let prepared = &way.prepared;
    slots::insert(tx, &prepared.slot, now)?;
    numbers::keep(tx, holder, prepared, now)?;
    let letter = QueuedLetter::new(LetterKind::Offer, now).of_delivery(prepared.slot.transfer, prepared.delivery);
    let letter = QueuedLetter { secret_sealed: Some(way.secret_sealed.clone()), not_before, ..letter };
    super::dispatch::queue(tx, &letter, now)
}

/// The transfer key, through the sender's own slot. The server alone cannot.
///
/// # Errors
/// `SenderSlotGone`; `AccountKeyNeeded` for a sign-in that carries no account key, or another than the slot was made for.
pub(super) async fn own_identity(gateway: &Gateway, sender: &Sender, transfer: &Transfer) -> Result<Identity> {
    let id = transfer.id;
    let account_key = sender.signed_in().account_key(&gateway.store).await?;
    let slot = gateway.store.read(move |tx| slots::of_transfer(tx, id, SlotKind::Sender)).await?;
    let slot = slot.ok_or(Problem::SenderSlotGone)?;
    let shred = gateway.store.shred_key(slot.shred_key).await?.ok_or(Problem::SenderSlotGone)?;
    // After an administrator's reset the account has another key than the slot.
    let opened = open_outer(&shred, &slot.sealed)?.open_account(&account_key);
    Ok(opened.map_err(|_| Error::from(Problem::AccountKeyNeeded))?.transfer_identity())
}
