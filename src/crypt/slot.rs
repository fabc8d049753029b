//! Slots: the ways to open a transfer's key. Each is sealed to its own shred key first, so that destroying that key ends it.
//!
//! Opening takes two steps, because the outer layer is tested before a recipient's try is charged: when the shred key or
//! the stored bytes are at fault, nobody loses a try.

use age_core::secrecy::ExposeSecret;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    CryptError, CustodyKeys, Identity, Recipient, Result, open, open_with_passphrase, seal, seal_with_passphrase,
};
use crate::model::{PickUpNumber, TransferId, words};

const VERSION: u32 = 1;

words! {
    /// Who a slot is for.
    pub enum SlotKind {
        /// A recipient, with link and number.
        Delivery = "delivery",
        /// The sender, signed in.
        Sender = "sender",
        /// An approver who may look inside, signed in.
        Approver = "approver",
        /// The installation itself, while the transfer is a draft.
        Custody = "custody",
    }
}

/// What every slot holds.
pub struct SlotContent {
    /// Who it is for.
    pub kind: SlotKind,
    /// The transfer whose key it holds.
    pub transfer: TransferId,
    /// The delivery's or account's id; empty for custody.
    pub holder: String,
    /// The transfer key.
    pub identity: Identity,
    /// SHA-256 of the manifest's age file; none in a draft.
    pub manifest_hash: Option<[u8; 32]>,
}

impl SlotContent {
    /// The transfer key.
    pub fn transfer_identity(&self) -> Identity {
        self.identity.clone()
    }

    fn to_json(&self) -> Result<Zeroizing<Vec<u8>>> {
        let identity = self.identity.to_text();
        let content = Content {
            holder: &self.holder,
            identity: identity.expose_secret(),
            kind: self.kind,
            manifest_hash: self.manifest_hash.map(|hash| HEXLOWER.encode(&hash)),
            transfer: self.transfer,
            version: VERSION,
        };
        // Written in one piece with room to spare: no copy of the key is left behind by a growing buffer.
        let mut json = Zeroizing::new(Vec::with_capacity(1024));
        serde_json::to_writer(&mut *json, &content).map_err(|_| CryptError::Malformed)?;
        Ok(json)
    }

    fn from_json(json: &[u8], want: &[SlotKind]) -> Result<Self> {
        let content: Content<'_> = serde_json::from_slice(json).map_err(|_| CryptError::Malformed)?;
        if content.version != VERSION || !want.contains(&content.kind) {
            return Err(CryptError::Malformed);
        }
        let manifest_hash = match content.manifest_hash {
            None => None,
            Some(hex) => {
                let bytes = HEXLOWER.decode(hex.as_bytes()).map_err(|_| CryptError::Malformed)?;
                Some(bytes.try_into().map_err(|_| CryptError::Malformed)?)
            }
        };
        Ok(Self {
            kind: content.kind,
            transfer: content.transfer,
            holder: content.holder.to_owned(),
            identity: Identity::from_text(content.identity)?,
            manifest_hash,
        })
    }
}

/// The content as JSON. Its fields stand in the order of RFC 8785 and hold only characters that need no escape, so plain
/// serialisation is canonical (a test compares). The key stands in age's own text form: a foreign age can use it at once.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content<'a> {
    holder: &'a str,
    identity: &'a str,
    kind: SlotKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest_hash: Option<String>,
    transfer: TransferId,
    version: u32,
}

/// `age(→ shred, age(→ link, age-scrypt(number, content)))`. Takes one scrypt.
///
/// # Errors
/// `Malformed` when the content is not a delivery's; `Io` when writing to memory fails.
pub fn seal_delivery_slot(
    content: &SlotContent,
    shred: &Recipient,
    link: &Recipient,
    number: &PickUpNumber,
) -> Result<Vec<u8>> {
    let json = json_of(content, &[SlotKind::Delivery])?;
    seal(shred, &seal(link, &seal_with_passphrase(number.expose(), &json)?)?)
}

/// `age(→ shred, age(→ account, content))`, for the sender or an approver.
///
/// # Errors
/// `Malformed` when the content is neither's; `Io` when writing to memory fails.
pub fn seal_account_slot(content: &SlotContent, shred: &Recipient, account: &Recipient) -> Result<Vec<u8>> {
    let json = json_of(content, &[SlotKind::Sender, SlotKind::Approver])?;
    seal(shred, &seal(account, &json)?)
}

/// `age(→ shred, age(→ custody, content))`, for a draft.
///
/// # Errors
/// `Malformed` when the content is not custody's; `Io` when writing to memory fails.
pub fn seal_custody_slot(content: &SlotContent, shred: &Recipient, custody: &Recipient) -> Result<Vec<u8>> {
    let json = json_of(content, &[SlotKind::Custody])?;
    seal(shred, &seal(custody, &json)?)
}

fn json_of(content: &SlotContent, allowed: &[SlotKind]) -> Result<Zeroizing<Vec<u8>>> {
    if allowed.contains(&content.kind) { content.to_json() } else { Err(CryptError::Malformed) }
}

/// Removes the outer layer of any slot.
///
/// # Errors
/// `WrongKey` for another shred key, `Damaged` when truncated or altered. Neither is the recipient's fault.
pub fn open_outer(shred: &Identity, sealed: &[u8]) -> Result<OuterOpened> {
    open(shred, sealed).map(OuterOpened)
}

/// A slot without its outer layer.
pub struct OuterOpened(Zeroizing<Vec<u8>>);

impl OuterOpened {
    /// Opens a delivery's slot. Takes one scrypt, unless the link does not fit.
    ///
    /// # Errors
    /// `WrongKey` means "wrong number" and nothing else. `Damaged` when the link key does not fit (it was compared with the
    /// stored recipient before) or the bytes are altered; `Malformed` for content of another version or kind.
    pub fn open_delivery(&self, link: &Identity, number: &PickUpNumber) -> Result<SlotContent> {
        let inner = open(link, &self.0).map_err(|_| CryptError::Damaged)?;
        let json = open_with_passphrase(number.expose(), &inner)?;
        SlotContent::from_json(&json, &[SlotKind::Delivery])
    }

    /// Opens a sender's or approver's slot.
    ///
    /// # Errors
    /// `WrongKey` for another account's key; `Damaged` and `Malformed` as above.
    pub fn open_account(&self, account: &Identity) -> Result<SlotContent> {
        SlotContent::from_json(&open(account, &self.0)?, &[SlotKind::Sender, SlotKind::Approver])
    }

    /// Opens a draft's slot.
    ///
    /// # Errors
    /// `WrongKey` when no custody key fits; `Damaged` and `Malformed` as above.
    pub fn open_custody(&self, keys: &CustodyKeys) -> Result<SlotContent> {
        SlotContent::from_json(&keys.open(&self.0)?, &[SlotKind::Custody])
    }
}
