//! Upload: bytes of a draft's file are sealed while they arrive. What was acknowledged is durable; a dropped line commits
//! what arrived before it broke.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::mpsc;

use crate::crypt::{Identity, ManifestPart, PartSummary, Recipient, RunningDigest, SlotKind, open_outer};
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::gateway::{Gateway, hours, recipient};
use crate::model::{
    Actor, BlobId, DraftFile, Event, EventKind, FileId, FileState, Part, Private, Time, Transfer, TransferId,
};
use crate::staff::permit::{Sender, Watcher};
use crate::store::files::{self, Arrival};
use crate::store::{doomed, slots, transfers};

use super::draft::{draft_until, own, seal_name};
use super::parts::{self, PartWriter};

/// A tail shorter than this is joined with what follows, so that many small requests cannot make many small parts: every
/// part but the last of a file is at least this long.
const JOIN_BELOW: i64 = 4 * 1024 * 1024;

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

/// Which uploads are being written to by this process.
#[derive(Default)]
pub struct Uploads(Mutex<HashSet<FileId>>);

/// The right to write to one upload; given back when dropped.
struct Turn {
    gateway: Arc<Gateway>,
    file: FileId,
}

impl Turn {
    fn take(gateway: &Arc<Gateway>, file: FileId) -> Result<Self> {
        let mut busy = gateway.uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        if busy.insert(file) {
            Ok(Self { gateway: gateway.clone(), file })
        } else {
            Err(Problem::UploadBusy.into())
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.gateway.uploads.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.file);
    }
}

/// Announces a file. Limits hold here, for the whole transfer, before the first byte.
///
/// # Errors
/// `EmptyFile`, `TooLarge`, `TooManyFiles`, `Field`, `NotFound`, `WrongState`: nothing was added.
pub async fn begin(gateway: &Gateway, sender: &Sender, id: TransferId, new: NewFile) -> Result<FileId> {
    if new.size == 0 {
        return Err(Problem::EmptyFile.into());
    }
    if new.name.trim().is_empty() {
        return Err(Problem::Field { field: "filename", flaw: FieldFlaw::Missing }.into());
    }
    let limit = gateway.policy.bytes_per_transfer;
    let size = i64::try_from(new.size).map_err(|_| Problem::TooLarge { limit })?;
    let name_sealed = seal_name(gateway, &new.name, &new.media_type)?;
    let now = gateway.now();
    let (until, upload_until) = (draft_until(gateway, now), now + hours(gateway.policy.upload_hours));
    let most_files = gateway.policy.files_per_transfer;
    let (owner, actor) = (sender.account().id, sender.actor());
    let file = FileId::new(now);
    gateway
        .store
        .write(move |tx| {
            own(tx, owner, id)?;
            transfers::touch_draft(tx, id, until)?;
            let present = files::of_transfer(tx, id)?;
            if present.len() >= most_files as usize {
                return Err(Problem::TooManyFiles { limit: most_files }.into());
            }
            let total = present.iter().fold(size, |sum, other| sum.saturating_add(other.size));
            if u64::try_from(total).unwrap_or(u64::MAX) > limit {
                return Err(Problem::TooLarge { limit }.into());
            }
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
            };
            files::insert(tx, &row, now)?;
            let event = Event::new(EventKind::FileAdded { size }, now, actor).transfer(id).file(file);
            tx.record(&event.with(Private::FileName(new.name)))
        })
        .await?;
    Ok(file)
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

/// Removes an upload (tus termination).
///
/// # Errors
/// `NotFound`, `WrongState`.
pub async fn terminate(gateway: &Gateway, sender: &Sender, file: FileId) -> Result<()> {
    let row = gateway.store.read(move |tx| files::find(tx, file)).await?.ok_or(Problem::NotFound)?;
    super::draft::remove_file(gateway, sender, row.transfer, file).await
}

/// Appends the pieces of one request at `offset`. Returns the new offset: everything before it is durable.
///
/// Runs to its end even when the caller is gone, so that what arrived is kept; spawn it.
///
/// # Errors
/// `OffsetMismatch`, `UploadBusy`, `TooLarge` (more bytes than announced), `ChecksumMismatch`, `NotFound`, `WrongState`.
pub async fn append(
    gateway: Arc<Gateway>,
    sender: Sender,
    file: FileId,
    offset: u64,
    checksum: Option<Checksum>,
    pieces: mpsc::Receiver<Piece>,
) -> Result<Progress> {
    let _turn = Turn::take(&gateway, file)?;
    let owner = sender.account().id;
    let (transfer, row) = gateway
        .store
        .read(move |tx| {
            let row = files::find(tx, file)?.ok_or(Problem::NotFound)?;
            Ok((own(tx, owner, row.transfer)?, row))
        })
        .await?;
    if unsigned(row.received) != offset {
        return Err(Problem::OffsetMismatch { offset: unsigned(row.received) }.into());
    }
    if row.state == FileState::Complete {
        return Ok(Progress { offset, size: unsigned(row.size), until: row.upload_until });
    }
    Appending::new(gateway.clone(), sender.actor(), transfer, row, checksum).await?.run(pieces).await
}

/// One request's worth of appending.
struct Appending {
    gateway: Arc<Gateway>,
    actor: Actor,
    to: Recipient,
    transfer: Transfer,
    row: DraftFile,
    /// Bytes durable and pending, this request's included.
    received: i64,
    digest: RunningDigest,
    checksum: Option<(Checksum, RunningDigest)>,
    /// The short last part, to be joined with what comes.
    tail: Option<Part>,
    parts: i32,
    open: Option<PartWriter>,
    /// Durable parts that become visible together with the checksum's verdict.
    waiting: Vec<(BlobId, PartSummary, Vec<u8>, i64)>,
}

impl Appending {
    async fn new(
        gateway: Arc<Gateway>,
        actor: Actor,
        transfer: Transfer,
        row: DraftFile,
        checksum: Option<Checksum>,
    ) -> Result<Self> {
        let digest = match &row.digest_sealed {
            Some(sealed) => RunningDigest::from_bytes(&gateway.store.keys().custody.open(sealed)?)?,
            None => RunningDigest::new(),
        };
        let file = row.id;
        let parts = gateway.store.read(move |tx| files::parts(tx, file)).await?;
        let tail = parts.last().filter(|part| part.plain_length < JOIN_BELOW).cloned();
        Ok(Self {
            to: recipient(&transfer.recipient_key)?,
            received: row.received,
            digest,
            checksum: checksum.map(|checksum| (checksum, RunningDigest::new())),
            parts: i32::try_from(parts.len()).unwrap_or(i32::MAX),
            tail,
            open: None,
            waiting: Vec::new(),
            gateway,
            actor,
            transfer,
            row,
        })
    }

    async fn run(mut self, mut pieces: mpsc::Receiver<Piece>) -> Result<Progress> {
        let taken = self.take_in(&mut pieces).await;
        match (taken, self.checksum.take()) {
            (Ok(true), Some((Checksum::Sha256(want), got))) if got.clone().finish().sha256 == want => {}
            (Ok(_), None) => {}
            (Err(error), None) => {
                // The bytes before the refused one are good; the refusal still stands.
                self.keep_open_part().await?;
                self.commit_waiting().await?;
                return Err(error);
            }
            (taken, Some(_)) => {
                self.throw_away().await;
                return Err(taken.err().unwrap_or(Problem::ChecksumMismatch.into()));
            }
        }
        self.keep_open_part().await?;
        self.commit_waiting().await?;
        Ok(Progress {
            offset: unsigned(self.row.received),
            size: unsigned(self.row.size),
            until: self.row.upload_until,
        })
    }

    /// Takes in the body. `true` when it came to its end.
    async fn take_in(&mut self, pieces: &mut mpsc::Receiver<Piece>) -> Result<bool> {
        while let Some(piece) = pieces.recv().await {
            match piece {
                Piece::Bytes(bytes) => self.take_bytes(&bytes).await?,
                Piece::End => return Ok(true),
            }
        }
        Ok(false)
    }

    async fn take_bytes(&mut self, mut bytes: &[u8]) -> Result<()> {
        let left = unsigned(self.row.size - self.received);
        if bytes.len() as u64 > left {
            return Err(Problem::TooLarge { limit: unsigned(self.row.size) }.into());
        }
        if let Some((_, digest)) = &mut self.checksum {
            digest.update(bytes);
        }
        while !bytes.is_empty() {
            if self.open.is_none() {
                self.begin_part().await?;
            }
            let Some(open) = &mut self.open else { break };
            let room = usize::try_from(open.room()).unwrap_or(usize::MAX);
            let (now, rest) = bytes.split_at(room.min(bytes.len()));
            open.push(now).await?;
            self.digest.update(now);
            self.received += i64::try_from(now.len()).unwrap_or(i64::MAX);
            bytes = rest;
            if open.room() == 0 {
                self.keep_open_part().await?;
                if self.checksum.is_none() {
                    self.commit_waiting().await?;
                }
            }
        }
        Ok(())
    }

    /// Opens a part; a short tail is sealed anew as its beginning.
    async fn begin_part(&mut self) -> Result<()> {
        let mut writer = PartWriter::begin(&*self.gateway.blobs, &self.to).await?;
        // Only the first part of what waits for its commit begins with the tail.
        if let Some(tail) = self.tail.as_ref().filter(|_| self.waiting.is_empty()) {
            let identity = draft_identity(&self.gateway, self.transfer.id).await?;
            let part = manifest_part(tail);
            let mut plain = parts::read(self.gateway.blobs.clone(), &identity, &part, 0..part.plain).await?;
            while let Some(bytes) = plain.next().await {
                writer.push(&bytes?).await?;
            }
        }
        self.open = Some(writer);
        Ok(())
    }

    /// Makes the open part durable and remembers what the file is with it.
    async fn keep_open_part(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let (blob, summary) = open.finish().await?;
        let digest = self.gateway.seal_to_custody(&self.digest.to_bytes())?;
        self.waiting.push((blob, summary, digest, self.received));
        Ok(())
    }

    /// Makes durable parts visible, in one transaction.
    async fn commit_waiting(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let now = self.gateway.now();
        let upload_until = now + hours(self.gateway.policy.upload_hours);
        let arrivals = self.arrivals(upload_until);
        let last = arrivals.last().map(|arrival| arrival.received).unwrap_or(self.row.received);
        let whole = last == self.row.size;
        let (transfer, file, size, actor) = (self.transfer.id, self.row.id, self.row.size, self.actor);
        let until = draft_until(&self.gateway, now);
        let blobs: Vec<BlobId> = arrivals.iter().map(|arrival| arrival.part.blob).collect();
        let committed = self
            .gateway
            .store
            .write(move |tx| {
                transfers::touch_draft(tx, transfer, until)?;
                for arrival in &arrivals {
                    if !files::arrive(tx, transfer, arrival, now)? {
                        let offset = files::find(tx, file)?.map_or(0, |row| unsigned(row.received));
                        return Err(Problem::OffsetMismatch { offset }.into());
                    }
                }
                if whole {
                    files::complete(tx, file)?;
                    let event = Event::new(EventKind::FileArrived { size }, now, actor);
                    tx.record(&event.transfer(transfer).file(file))?;
                }
                Ok(())
            })
            .await;
        if let Err(error) = committed {
            self.doom(blobs).await;
            return Err(error);
        }
        self.parts += i32::try_from(blobs.len()).unwrap_or(0) - i32::from(self.tail.is_some());
        self.tail = None;
        self.waiting.clear();
        self.row.received = last;
        self.row.upload_until = upload_until;
        self.gateway.delete_doomed_blobs().await;
        Ok(())
    }

    fn arrivals(&self, upload_until: Time) -> Vec<Arrival> {
        let mut before = self.row.received;
        let mut position = self.parts - i32::from(self.tail.is_some());
        let mut replaces = self.tail.as_ref().map(|tail| tail.blob);
        let mut arrivals = Vec::with_capacity(self.waiting.len());
        for (blob, summary, digest, received) in &self.waiting {
            arrivals.push(Arrival {
                part: Part {
                    blob: *blob,
                    file: self.row.id,
                    position,
                    plain_length: i64::try_from(summary.plain_length).unwrap_or(i64::MAX),
                    cipher_length: i64::try_from(summary.cipher_length).unwrap_or(i64::MAX),
                    head_sha256: summary.head_sha256,
                },
                replaces: replaces.take(),
                received_before: before,
                received: *received,
                digest_sealed: digest.clone(),
                upload_until,
            });
            before = *received;
            position += 1;
        }
        arrivals
    }

    async fn throw_away(&mut self) {
        if let Some(open) = self.open.take() {
            open.abort().await;
        }
        let blobs = self.waiting.drain(..).map(|(blob, ..)| blob).collect();
        self.doom(blobs).await;
    }

    /// Removes durable blobs that no row will name. Should this fail, the sweeper finds them as orphans.
    async fn doom(&self, blobs: Vec<BlobId>) {
        if blobs.is_empty() {
            return;
        }
        let (transfer, now) = (self.transfer.id, self.gateway.now());
        let doomed = self.gateway.store.write(move |tx| doomed::insert_blobs(tx, Some(transfer), &blobs, now)).await;
        if let Err(error) = doomed {
            tracing::warn!(%error, "blobs of a refused upload are left to the sweeper");
        }
        self.gateway.delete_doomed_blobs().await;
    }
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
