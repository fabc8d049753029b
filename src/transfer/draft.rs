//! Draft: files arrive, recipients are chosen; nothing has left.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::config::{self, Policy};
use crate::crypt::{Identity, SlotContent, SlotKind, looks_like_number_or_link, sanitise_name, seal_custody_slot};
use crate::error::{Doing, Error, FieldFlaw, Problem, Result};
use crate::gateway::{Gateway, hours};
use crate::model::{
    AccountId, Actor, Content, Delivery, DraftFile, EndReason, Event, EventKind, FileId, FileState, Report, SenderSlot,
    SlotId, Time, Transfer, TransferId, TransferState,
};
use crate::staff::permit::{Sender, Watcher};
use crate::store::idempotency::{self, Key};
use crate::store::slots::{self, Slot};
use crate::store::{Tx, deliveries, files, transfers};

use super::allowed::{Allowed, allowed};
use super::screening::Screening;
use super::types;

/// Characters of a message at most.
pub const MESSAGE_LONGEST: u32 = 400;

/// A file's name and media type as the sender's browser gave them, kept sealed to the custody key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileName {
    /// The name, sanitised.
    pub name: String,
    /// The media type; data only, never served.
    pub media_type: String,
    /// Whether the name as it came was made to be taken for another type.
    #[serde(default)]
    pub disguised: bool,
}

/// A draft file with its name in clear.
#[derive(Clone, Debug)]
pub struct NamedFile {
    /// Row id.
    pub id: FileId,
    /// The name.
    pub name: String,
    /// The media type.
    pub media_type: String,
    /// Whether the name as it came was made to be taken for another type.
    pub disguised: bool,
    /// Declared length in bytes.
    pub size: i64,
    /// Durable bytes so far.
    pub received: i64,
    /// Whether it is whole.
    pub state: FileState,
    /// What the scanner said; none before it has looked, or while it looks again.
    pub report: Option<Report>,
    /// Whether it is looked at again with newer signatures.
    pub again: bool,
    /// What it is by its first bytes.
    pub content: Option<Content>,
    /// Whether it carries macros.
    pub macros: bool,
}

/// What a draft holds.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The transfer.
    pub transfer: Transfer,
    /// Its files, in order.
    pub files: Vec<NamedFile>,
    /// Its recipients, in order.
    pub deliveries: Vec<Delivery>,
    /// The sender's message.
    pub message: String,
}

impl Overview {
    /// Why it cannot leave, by what its sender may send and what may be sent at all.
    pub fn refusals(&self, allowed: &Allowed, screening: &Screening) -> Vec<Problem> {
        let emails = self.deliveries.iter().map(|delivery| delivery.recipient.email.as_str());
        let mut refusals =
            allowed.refusals(self.transfer.keep_seconds, self.files.iter().map(|file| file.size), emails);
        let by_file = screening.refusals(&self.files);
        refusals.extend(by_file.into_iter().filter(|refusal| !refusals.contains(refusal)).collect::<Vec<_>>());
        refusals
    }
}

/// What a sender may set on a draft.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A message for the mail; empty for none.
    pub message: Option<String>,
    /// Hours that files are kept after sealing.
    pub keep_hours: Option<u32>,
}

/// Begins a draft. A repeated idempotency key gets the draft that it made before.
///
/// # Errors
/// `Field`, `MessageCarriesSecret`; `SignInNeeded` when the session ended meanwhile: nothing was made.
pub async fn begin(gateway: &Gateway, sender: &Sender, options: Options, key: Option<Key>) -> Result<TransferId> {
    if let Some(known) = recall_key(gateway, key.clone()).await? {
        return TransferId::from_str(&known).doing("reading an idempotency key");
    }
    let message_sealed = examine_message(gateway, &options)?;
    let allowed = allowed(gateway, sender.account().id).await?;
    let keep_hours = options.keep_hours.unwrap_or(allowed.keep_default_hours);
    allowed.check_keep_hours(keep_hours)?;
    let now = gateway.now();
    let identity = Identity::generate();
    let transfer = new_transfer(gateway, sender.account().id, &identity, keep_hours, now);
    let (shred_key, shred) = gateway.store.make_shred_key(now).await?;
    let content = SlotContent {
        kind: SlotKind::Custody,
        transfer: transfer.id,
        holder: String::new(),
        identity,
        manifest_hash: None,
    };
    let sealed = seal_custody_slot(&content, &shred.recipient(), &gateway.store.keys().custody.newest_recipient())?;
    let slot = Slot {
        id: SlotId::new(now),
        transfer: transfer.id,
        delivery: None,
        account: None,
        kind: SlotKind::Custody,
        shred_key,
        sealed,
    };
    let id = transfer.id;
    let actor = sender.actor();
    sender
        .write(gateway, move |tx| {
            transfers::insert(tx, &transfer)?;
            transfers::set_options(tx, id, message_sealed.as_deref(), transfer.keep_seconds)?;
            slots::insert(tx, &slot, now)?;
            if let Some(key) = key {
                idempotency::remember(tx, &key, &id.to_string(), now)?;
            }
            tx.record(&Event::new(EventKind::DraftCreated, now, actor).transfer(id))
        })
        .await?;
    Ok(id)
}

pub(super) async fn recall_key(gateway: &Gateway, key: Option<Key>) -> Result<Option<String>> {
    let Some(key) = key else { return Ok(None) };
    gateway.store.read(move |tx| idempotency::recall(tx, &key)).await
}

fn new_transfer(gateway: &Gateway, owner: AccountId, identity: &Identity, keep_hours: u32, now: Time) -> Transfer {
    let terms = Terms::of(&gateway.policy());
    Transfer {
        id: TransferId::new(now),
        owner,
        state: TransferState::Draft,
        revision: 0,
        recipient_key: identity.recipient().to_string(),
        manifest: None,
        keep_seconds: i64::from(keep_hours) * 3600,
        grace_seconds: terms.grace_seconds,
        number_digits: terms.number_digits,
        sender_slot: terms.sender_slot,
        file_count: 0,
        total_bytes: 0,
        created_at: now,
        draft_until: draft_until(gateway, now),
        sealed_at: None,
        dispatched_at: None,
        expires_at: None,
        finished_at: None,
        shredded_at: None,
        end_reason: None,
    }
}

/// What the policy says of every transfer, whoever sends it. Sealing fixes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) grace_seconds: i64,
    pub(super) number_digits: i32,
    pub(super) sender_slot: SenderSlot,
}

impl Terms {
    pub(super) fn of(policy: &Policy) -> Self {
        Self {
            grace_seconds: i64::from(policy.grace_minutes) * 60,
            number_digits: i32::try_from(policy.number_digits).unwrap_or(12),
            sender_slot: match policy.sender_slot {
                config::SenderSlot::UntilCollected => SenderSlot::UntilCollected,
                config::SenderSlot::Never => SenderSlot::Never,
            },
        }
    }
}

/// Any change keeps a draft alive for its full time again.
pub(super) fn draft_until(gateway: &Gateway, now: Time) -> Time {
    now + hours(gateway.policy().draft_days.saturating_mul(24))
}

fn examine_message(gateway: &Gateway, options: &Options) -> Result<Option<Vec<u8>>> {
    let message = options.message.as_deref().unwrap_or_default().trim();
    if message.chars().count() > MESSAGE_LONGEST as usize {
        let flaw = FieldFlaw::TooLong { limit: MESSAGE_LONGEST };
        return Err(Problem::Field { field: "message", flaw }.into());
    }
    if looks_like_number_or_link(message) {
        return Err(Problem::MessageCarriesSecret.into());
    }
    (!message.is_empty()).then(|| gateway.seal_to_custody(message.as_bytes())).transpose()
}

/// Sets message and keeping time.
///
/// # Errors
/// `Field`, `MessageCarriesSecret`, `NotFound`, `WrongState`; `SignInNeeded` when the session ended meanwhile: nothing was
/// changed.
pub async fn set_options(gateway: &Gateway, sender: &Sender, id: TransferId, options: Options) -> Result<()> {
    let message_sealed = examine_message(gateway, &options)?;
    let until = draft_until(gateway, gateway.now());
    let (owner, usual) = (sender.account().id, gateway.policy.usual());
    sender
        .write(gateway, move |tx| {
            own(tx, owner, id)?;
            let allowed = Allowed::of(tx, &usual, owner)?;
            let keep_hours = options.keep_hours.unwrap_or(allowed.keep_default_hours);
            allowed.check_keep_hours(keep_hours)?;
            transfers::touch_draft(tx, id, until)?;
            transfers::set_options(tx, id, message_sealed.as_deref(), i64::from(keep_hours) * 3600)
        })
        .await
}

/// The transfer, if it is this sender's.
///
/// # Errors
/// `NotFound`, also for a transfer of somebody else.
pub(super) fn own(tx: &mut Tx, owner: AccountId, id: TransferId) -> Result<Transfer> {
    transfers::find(tx, id)?.filter(|transfer| transfer.owner == owner).ok_or_else(|| Problem::NotFound.into())
}

/// A delivery of a transfer of this sender, by its reference.
///
/// # Errors
/// `NotFound`, also for one of somebody else.
pub async fn own_delivery(gateway: &Gateway, watcher: &Watcher, reference: &str) -> Result<Delivery> {
    let owner = watcher.account().id;
    let reference = reference.trim().to_ascii_uppercase();
    gateway
        .store
        .read(move |tx| {
            let delivery = deliveries::by_reference(tx, &reference)?.ok_or(Problem::NotFound)?;
            own(tx, owner, delivery.transfer)?;
            Ok(delivery)
        })
        .await
}

/// Removes a file of a draft; its bytes go at once.
///
/// # Errors
/// `NotFound`, `WrongState`; `SignInNeeded` when the session ended meanwhile.
pub async fn remove_file(gateway: &Gateway, sender: &Sender, id: TransferId, file: FileId) -> Result<()> {
    sender.write(gateway, removal(gateway, sender.account().id, sender.actor(), (id, file))).await?;
    gateway.sweep_doomed_blobs().await;
    Ok(())
}

/// Removes what arrived of a file whose body broke off or was refused. It is the gateway that does, also when whoever sent
/// it was signed out meanwhile: half a file is nobody's decision.
pub(super) async fn remove_broken(gateway: &Gateway, owner: AccountId, id: TransferId, file: FileId) -> Result<()> {
    gateway.store.write(removal(gateway, owner, Actor::System, (id, file))).await?;
    gateway.sweep_doomed_blobs().await;
    Ok(())
}

fn removal(
    gateway: &Gateway,
    owner: AccountId,
    actor: Actor,
    (id, file): (TransferId, FileId),
) -> impl FnOnce(&mut Tx) -> Result<()> + Send + use<> {
    let now = gateway.now();
    let until = draft_until(gateway, now);
    move |tx| {
        own(tx, owner, id)?;
        transfers::touch_draft(tx, id, until)?;
        let row = files::find(tx, file)?.filter(|row| row.transfer == id).ok_or(Problem::NotFound)?;
        files::remove(tx, id, row.id, now)?;
        tx.record(&Event::new(EventKind::FileRemoved, now, actor).transfer(id).file(file))
    }
}

/// Gives a draft up: keys and bytes go.
///
/// # Errors
/// `NotFound`, `WrongState`; `SignInNeeded` when the session ended meanwhile.
pub async fn discard(gateway: &Gateway, sender: &Sender, id: TransferId) -> Result<()> {
    let (owner, actor) = (sender.account().id, sender.actor());
    let now = gateway.now();
    sender
        .write(gateway, move |tx| {
            let transfer = own(tx, owner, id)?;
            if transfer.state != TransferState::Draft {
                return Err(Problem::WrongState { state: transfer.state.word() }.into());
            }
            super::ending::finish(tx, id, EndReason::Abandoned, now, actor).map(drop)
        })
        .await?;
    super::shred::shred(gateway, id).await
}

/// The newest draft of this sender, if any.
///
/// # Errors
/// The store cannot be read.
pub async fn newest(gateway: &Gateway, sender: &Sender) -> Result<Option<TransferId>> {
    let owner = sender.account().id;
    let drafts =
        gateway.store.read(move |tx| transfers::of_owner(tx, owner, Some(TransferState::Draft), None, 1)).await?;
    Ok(drafts.first().map(|draft| draft.id))
}

/// What a transfer of this sender holds. File names can be read while it is a draft.
///
/// # Errors
/// `NotFound`; sealed names that cannot be opened.
pub async fn overview(gateway: &Gateway, watcher: &Watcher, id: TransferId) -> Result<Overview> {
    let owner = watcher.account().id;
    let (transfer, rows, deliveries, message) = gateway
        .store
        .read(move |tx| {
            let transfer = own(tx, owner, id)?;
            let rows = files::of_transfer(tx, id)?;
            Ok((transfer, rows, deliveries::of_transfer(tx, id)?, transfers::message(tx, id)?))
        })
        .await?;
    let files = rows.into_iter().map(|row| named(gateway, row)).collect::<Result<_>>()?;
    let message = gateway.open_text(message.as_deref())?;
    Ok(Overview { transfer, files, deliveries, message })
}

pub(super) fn open_name(gateway: &Gateway, row: &DraftFile) -> Result<FileName> {
    let json = gateway.store.keys().custody.open(&row.name_sealed)?;
    serde_json::from_slice(&json).doing("reading a file's name")
}

pub(super) fn seal_name(gateway: &Gateway, name: &str, media_type: &str) -> Result<Vec<u8>> {
    let name = FileName {
        name: sanitise_name(name),
        media_type: media_type.chars().take(100).collect(),
        disguised: types::is_disguised(name),
    };
    let json =
        zeroize::Zeroizing::new(serde_json::to_vec(&name).map_err(|e| Error::fault("sealing a file's name", e))?);
    gateway.seal_to_custody(&json)
}

pub(super) fn named(gateway: &Gateway, row: DraftFile) -> Result<NamedFile> {
    let FileName { name, media_type, disguised } = open_name(gateway, &row)?;
    Ok(NamedFile {
        id: row.id,
        name,
        media_type,
        disguised,
        size: row.size,
        received: row.received,
        state: row.state,
        report: row.report,
        again: row.again,
        content: row.content,
        macros: row.macros,
    })
}
