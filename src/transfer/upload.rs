//! Upload: bytes of a draft's file are sealed while they arrive. What was acknowledged is durable; a dropped line commits
//! what arrived before it broke.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::config::{Policy, Ruling};
use crate::crypt::{Identity, ManifestPart, SlotKind, open_outer};
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::gateway::{Gateway, hours};
use crate::model::{
    AccountId, DraftFile, Event, EventKind, FileId, FileState, Part, Private, Time, Transfer, TransferId,
};
use crate::staff::permit::{Sender, Watcher};
use crate::store::{Tx, files, slots, transfers};

use super::allowed::Allowed;
use super::draft::{FileName, draft_until, open_name, own, seal_name};

mod appending;

use appending::{Appending, End};

/// A file that is about to arrive.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Name as the sender's machine has it.
    pub name: String,
    /// Media type as the sender's machine has it; may be empty.
    pub media_type: String,
    /// Length in bytes.
    pub size: u64,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Durable bytes.
    pub offset: u64,
    /// Bytes of the whole file.
    pub size: u64,
    /// When an unfinished upload is given up.
    pub until: Time,
}

/// A piece of a request's body. A body that ends without `End` broke off.
pub enum Piece {
    /// Bytes in order.
    Bytes(Bytes),
    /// The body is whole.
    End,
}

/// A checksum that came with a request: everything or nothing of it is kept.
pub enum Checksum {
    /// SHA-256 of the request's bytes.
    Sha256([u8; 32]),
}

/// Announces a file. Limits hold here, for the whole transfer, before the first byte.
///
/// # Errors
/// `EmptyFile`, `TooLarge`, `TooLargeToScan`, `TooManyFiles`, `Field`, `NotFound`, `WrongState`; `SignInNeeded` when the session
/// ended meanwhile: nothing was added.
pub async fn begin(gateway: &Gateway, sender: &Sender, id: TransferId, new: NewFile) -> Result<FileId> {
    if new.size == 0 {
        return Err(Problem::EmptyFile.into());
    }
    // What no integer of the database holds is beyond every limit.
    let size = i64::try_from(new.size).unwrap_or(i64::MAX);
    announce(gateway, sender, id, new, size, size).await
}

/// Announces a file whose length nobody knows before its end, as with a form; `new.size` is not looked at. Limits hold
/// while it arrives. [`append_to_end`] brings the bytes.
///
/// # Errors
/// `TooManyFiles`, `Field`, `NotFound`, `WrongState`; `SignInNeeded` when the session ended meanwhile: nothing was added.
pub async fn begin_open_ended(gateway: &Gateway, sender: &Sender, id: TransferId, new: NewFile) -> Result<FileId> {
    // One byte more than there is, until the end is seen: an interrupted file never looks whole.
    announce(gateway, sender, id, new, 1, 0).await
}

async fn announce(
    gateway: &Gateway,
    sender: &Sender,
    id: TransferId,
    new: NewFile,
    size: i64,
    announced: i64,
) -> Result<FileId> {
    if new.name.trim().is_empty() {
        return Err(Problem::Field { field: "filename", flaw: FieldFlaw::Missing }.into());
    }
    refuse_unscannable(gateway, announced)?;
    let name_sealed = seal_name(gateway, &new.name, &new.media_type)?;
    let now = gateway.now();
    let (until, upload_until) = (draft_until(gateway, now), now + hours(gateway.policy().upload_hours));
    let usual = gateway.policy.usual();
    let (owner, actor) = (sender.account().id, sender.actor());
    let file = FileId::new(now);
    sender
        .write(gateway, move |tx| {
            own(tx, owner, id)?;
            transfers::touch_draft(tx, id, until)?;
            let present = files::of_transfer(tx, id)?;
            let allowed = Allowed::of(tx, &usual, owner)?;
            allowed.check_files(present.len() + 1)?;
            check_total(&present, file, size, allowed.most_bytes)?;
            let position = present.iter().map(|other| other.position + 1).max().unwrap_or(0);
            let row = DraftFile {
                id: file,
                transfer: id,
                position,
                size,
                received: 0,
                state: FileState::Uploading,
                name_sealed,
                digest_sealed: None,
                upload_until,
                report: None,
                again: false,
                content: None,
                macros: false,
                look_sealed: None,
            };
            files::insert(tx, &row, now)?;
            let event = Event::new(EventKind::FileAdded { size: announced }, now, actor).transfer(id).file(file);
            tx.record(&event.with(Private::FileName(new.name)))
        })
        .await?;
    Ok(file)
}

/// What the scanner does not take, and the policy does not let pass without it, is refused before its first byte.
fn refuse_unscannable(gateway: &Gateway, size: i64) -> Result<()> {
    let limit = gateway.scan.largest_bytes;
    let refused = gateway.scanner.is_some() && gateway.policy().oversized == Ruling::Refuse;
    if refused && unsigned(size) > limit { Err(Problem::TooLargeToScan { limit }.into()) } else { Ok(()) }
}

/// Whether `size` bytes of `file` fit beside the other files. Returns how many would.
fn check_total(present: &[DraftFile], file: FileId, size: i64, limit: u64) -> Result<i64> {
    let others = present.iter().filter(|other| other.id != file);
    let others = others.fold(0_i64, |sum, other| sum.saturating_add(other.size));
    let room = i64::try_from(limit).unwrap_or(i64::MAX).saturating_sub(others);
    if size > room { Err(Problem::TooLarge { limit }.into()) } else { Ok(room) }
}

/// How far an upload of this sender is.
///
/// # Errors
/// `NotFound`, also for an upload of somebody else.
pub async fn progress(gateway: &Gateway, watcher: &Watcher, file: FileId) -> Result<Progress> {
    let owner = watcher.account().id;
    let row = gateway
        .store
        .read(move |tx| {
            let row = files::find(tx, file)?.ok_or(Problem::NotFound)?;
            own(tx, owner, row.transfer)?;
            Ok(row)
        })
        .await?;
    Ok(Progress { offset: unsigned(row.received), size: unsigned(row.size), until: row.upload_until })
}

/// What an upload of this sender was announced as.
///
/// # Errors
/// `NotFound`, also for an upload of somebody else.
pub async fn announced(gateway: &Gateway, watcher: &Watcher, file: FileId) -> Result<(TransferId, FileName)> {
    let owner = watcher.account().id;
    let row = gateway
        .store
        .read(move |tx| {
            let row = files::find(tx, file)?.ok_or(Problem::NotFound)?;
            own(tx, owner, row.transfer)?;
            Ok(row)
        })
        .await?;
    Ok((row.transfer, open_name(gateway, &row)?))
}

/// Removes an upload (tus termination).
///
/// # Errors
/// `NotFound`, `WrongState`; `SignInNeeded` when the session ended meanwhile.
pub async fn terminate(gateway: &Gateway, sender: &Sender, file: FileId) -> Result<()> {
    let row = gateway.store.read(move |tx| files::find(tx, file)).await?.ok_or(Problem::NotFound)?;
    super::draft::remove_file(gateway, sender, row.transfer, file).await
}

/// Appends the pieces of one request at `offset`. Returns the new offset: everything before it is durable.
///
/// Runs to its end even when the caller is gone, so that what arrived is kept; spawn it.
///
/// # Errors
/// `OffsetMismatch`, `UploadBusy`, `TooLarge` (more bytes than announced), `ChecksumMismatch`, `NotFound`, `WrongState`;
/// `SignInNeeded` from the moment on at which the session or token ends.
pub async fn append(
    gateway: Arc<Gateway>,
    sender: Sender,
    file: FileId,
    offset: u64,
    checksum: Option<Checksum>,
    pieces: mpsc::Receiver<Piece>,
) -> Result<Progress> {
    let _turn = gateway.uploads.take(file)?;
    let (transfer, row, _) = mine(&gateway, &sender, file).await?;
    if unsigned(row.received) != offset {
        return Err(Problem::OffsetMismatch { offset: unsigned(row.received) }.into());
    }
    if row.state == FileState::Complete {
        return Ok(Progress { offset, size: unsigned(row.size), until: row.upload_until });
    }
    let appending = Appending::new(gateway.clone(), sender, transfer, row, End::Declared, checksum);
    appending.await?.run(pieces).await
}

/// Brings all bytes of a file that [`begin_open_ended`] announced; its length is what came. A body that breaks off, or
/// that is refused, leaves nothing: the file is removed.
///
/// Runs to its end even when the caller is gone; spawn it.
///
/// # Errors
/// `EmptyFile`; `TooLarge`; `UploadUnfinished` for a body that broke off; `UploadBusy`; `NotFound`; `WrongState`.
pub async fn append_to_end(
    gateway: Arc<Gateway>,
    sender: Sender,
    file: FileId,
    pieces: mpsc::Receiver<Piece>,
) -> Result<Progress> {
    let _turn = gateway.uploads.take(file)?;
    let (transfer, row, Room { room, limit }) = mine(&gateway, &sender, file).await?;
    let id = transfer.id;
    let appending = Appending::new(gateway.clone(), sender.clone(), transfer, row, End::Open { room, limit }, None);
    let done = match appending.await {
        Ok(appending) => appending.run(pieces).await,
        Err(error) => Err(error),
    };
    if done.is_err() {
        let removed = super::draft::remove_broken(&gateway, sender.account().id, id, file).await;
        if let Err(error @ Error::Fault { .. }) = removed {
            tracing::warn!(%error, "an interrupted file is left to the sweeper");
        }
    }
    done
}

/// The bytes that a file may have beside the other files, and the limit of all.
struct Room {
    room: i64,
    limit: u64,
}

/// The file with its transfer, and the bytes that it may have.
async fn mine(gateway: &Gateway, sender: &Sender, file: FileId) -> Result<(Transfer, DraftFile, Room)> {
    let (owner, usual) = (sender.account().id, gateway.policy.usual());
    gateway
        .store
        .read(move |tx| {
            let row = files::find(tx, file)?.ok_or(Problem::NotFound)?;
            let transfer = own(tx, owner, row.transfer)?;
            let room = room(tx, &usual, (owner, &row), row.size)?;
            Ok((transfer, row, room))
        })
        .await
}

/// As [`check_total`], with the other files and the owner's limits as they are now.
fn room(tx: &mut Tx, usual: &Policy, (owner, row): (AccountId, &DraftFile), size: i64) -> Result<Room> {
    let limit = Allowed::of(tx, usual, owner)?.most_bytes;
    let room = check_total(&files::of_transfer(tx, row.transfer)?, row.id, size, limit)?;
    Ok(Room { room, limit })
}

/// A stored part as the manifest will describe it.
pub(super) fn manifest_part(part: &Part) -> ManifestPart {
    ManifestPart {
        blob: part.blob,
        plain: unsigned(part.plain_length),
        cipher: unsigned(part.cipher_length),
        head: part.head_sha256,
    }
}

/// The transfer key of a draft, through its custody slot.
///
/// # Errors
/// The slot or its shred key is gone: the draft was sealed or given up in the meantime.
pub(super) async fn draft_identity(gateway: &Gateway, transfer: TransferId) -> Result<Identity> {
    let slot = gateway.store.read(move |tx| slots::of_transfer(tx, transfer, SlotKind::Custody)).await?;
    let slot = slot.ok_or(Problem::WrongState { state: "sealed" })?;
    let shred = gateway.store.shred_key(slot.shred_key).await?;
    let shred = shred.ok_or_else(|| Error::fault("opening a draft", "its shred key is gone"))?;
    Ok(open_outer(&shred, &slot.sealed)?.open_custody(&gateway.store.keys().custody)?.transfer_identity())
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
