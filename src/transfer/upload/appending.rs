//! One request's worth of bytes: sealed into parts, made durable, made visible.

use std::sync::Arc;

use futures_util::StreamExt;
use tokio::sync::mpsc;

use super::{Checksum, Piece, Progress, draft_identity, manifest_part, room, unsigned};
use crate::crypt::{PartSummary, Recipient, RunningDigest};
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, hours, recipient};
use crate::model::{BlobId, DraftFile, Event, EventKind, Part, Time, Transfer};
use crate::staff::permit::Sender;
use crate::store::files::{self, Arrival, Seen};
use crate::store::scans::Claim;
use crate::store::{doomed, transfers};
use crate::transfer::draft::draft_until;
use crate::transfer::parts::{self, PartWriter};
use crate::transfer::scan::arriving::Arriving;
use crate::transfer::types::Look;

/// A tail shorter than this is joined with what follows, so that many small requests cannot make many small parts: every
/// part but the last of a file is at least this long.
const JOIN_BELOW: i64 = 4 * 1024 * 1024;

/// Where a file ends.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// Where it was declared to.
    Declared,
    /// Where its bytes end, of which there may be this many, so that the whole transfer stays within the limit.
    Open { room: i64, limit: u64 },
    /// Where its bytes ended.
    Seen,
}

/// One request's worth of appending.
pub(super) struct Appending {
    gateway: Arc<Gateway>,
    sender: Sender,
    to: Recipient,
    transfer: Transfer,
    row: DraftFile,
    end: End,
    /// Bytes durable and pending, this request's included.
    received: i64,
    digest: RunningDigest,
    /// What was seen of the bytes; none for a file that nobody looked at from its beginning on.
    look: Option<Look>,
    checksum: Option<(Checksum, RunningDigest)>,
    /// The short last part, to be joined with what comes.
    tail: Option<Part>,
    parts: i32,
    open: Option<PartWriter>,
    /// The scanner, while the bytes of the whole file come in one request.
    arriving: Option<Arriving>,
    /// Durable parts that become visible together with the checksum's verdict.
    waiting: Vec<(BlobId, PartSummary, Vec<u8>, i64)>,
}

impl Appending {
    pub(super) async fn new(
        gateway: Arc<Gateway>,
        sender: Sender,
        transfer: Transfer,
        row: DraftFile,
        end: End,
        checksum: Option<Checksum>,
    ) -> Result<Self> {
        let digest = match &row.digest_sealed {
            Some(sealed) => RunningDigest::from_bytes(&gateway.store.keys().custody.open(sealed)?)?,
            None => RunningDigest::new(),
        };
        let opened = row.look_sealed.as_deref().map(|sealed| gateway.store.keys().custody.open(sealed)).transpose()?;
        let look = Look::of(&row, opened.as_ref().map(|bytes| bytes.as_slice()))?;
        let file = row.id;
        let parts = gateway.store.read(move |tx| files::parts(tx, file)).await?;
        // What may be thrown away as a whole is scanned once it is kept.
        let whole_at_once = row.received == 0 && checksum.is_none();
        let arriving = if whole_at_once { Arriving::begin(&gateway, row.size).await } else { None };
        let tail = parts.last().filter(|part| part.plain_length < JOIN_BELOW).cloned();
        Ok(Self {
            to: recipient(&transfer.recipient_key)?,
            received: row.received,
            digest,
            look,
            checksum: checksum.map(|checksum| (checksum, RunningDigest::new())),
            parts: i32::try_from(parts.len()).unwrap_or(i32::MAX),
            tail,
            open: None,
            arriving,
            waiting: Vec::new(),
            gateway,
            sender,
            transfer,
            row,
            end,
        })
    }

    pub(super) async fn run(mut self, mut pieces: mpsc::Receiver<Piece>) -> Result<Progress> {
        let taken = self.take_in(&mut pieces).await;
        if let End::Open { .. } = self.end {
            return self.close(taken).await;
        }
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
        Ok(self.progress())
    }

    /// Fixes the length of a file whose end was seen; anything else leaves nothing of it.
    async fn close(mut self, taken: Result<bool>) -> Result<Progress> {
        let refusal = match taken {
            Ok(true) if self.received == 0 => Problem::EmptyFile.into(),
            Ok(true) => {
                self.keep_open_part().await?;
                self.end = End::Seen;
                self.row.size = self.received;
                self.commit_waiting().await?;
                return Ok(self.progress());
            }
            Ok(false) => Problem::UploadUnfinished { missing: 1 }.into(),
            Err(error) => error,
        };
        self.throw_away().await;
        Err(refusal)
    }

    fn progress(&self) -> Progress {
        Progress { offset: unsigned(self.row.received), size: unsigned(self.row.size), until: self.row.upload_until }
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
        let (most, limit) = match self.end {
            End::Declared | End::Seen => (self.row.size, unsigned(self.row.size)),
            End::Open { room, limit } => (room, limit),
        };
        if bytes.len() as u64 > unsigned(most - self.received) {
            return Err(Problem::TooLarge { limit }.into());
        }
        if let Some((_, digest)) = &mut self.checksum {
            digest.update(bytes);
        }
        while !bytes.is_empty() {
            if self.open.is_none() {
                if let End::Open { .. } = self.end {
                    self.commit_waiting().await?;
                }
                self.begin_part().await?;
            }
            let Some(open) = &mut self.open else { break };
            let room = usize::try_from(open.room()).unwrap_or(usize::MAX);
            let (now, rest) = bytes.split_at(room.min(bytes.len()));
            open.push(now).await?;
            self.digest.update(now);
            if let Some(look) = &mut self.look {
                look.update(now);
            }
            if let Some(arriving) = self.arriving.take() {
                self.arriving = arriving.write(now).await;
            }
            self.received += i64::try_from(now.len()).unwrap_or(i64::MAX);
            bytes = rest;
            if open.room() == 0 {
                self.keep_open_part().await?;
                // The last part of an open end waits for the end, which is committed with it.
                if self.checksum.is_none() && matches!(self.end, End::Declared) {
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
        let upload_until = now + hours(self.gateway.policy().upload_hours);
        let arrivals = self.arrivals(upload_until);
        let last = arrivals.last().map(|arrival| arrival.received).unwrap_or(self.row.received);
        let whole = last == self.row.size && !matches!(self.end, End::Open { .. });
        let resized = match self.end {
            End::Declared => None,
            End::Open { .. } => Some(last.saturating_add(1)),
            End::Seen => Some(last),
        };
        let seen = self.seen(whole)?;
        let (transfer, file, size, actor) = (self.transfer.id, self.row.id, self.row.size, self.sender.actor());
        let (row, usual) = (self.row.clone(), self.gateway.policy.usual());
        let owner = self.transfer.owner;
        let until = draft_until(&self.gateway, now);
        let is_scanned = self.arriving.is_some();
        let blobs: Vec<BlobId> = arrivals.iter().map(|arrival| arrival.part.blob).collect();
        let committed = self
            .sender
            .write(&self.gateway, move |tx| {
                transfers::touch_draft(tx, transfer, until)?;
                for arrival in &arrivals {
                    if !files::arrive(tx, transfer, arrival, now)? {
                        let offset = files::find(tx, file)?.map_or(0, |row| unsigned(row.received));
                        return Err(Problem::OffsetMismatch { offset }.into());
                    }
                }
                if let Some(seen) = &seen {
                    files::see(tx, file, seen)?;
                }
                if let Some(size) = resized {
                    room(tx, &usual, (owner, &row), last)?;
                    files::resize(tx, file, size)?;
                }
                if !whole {
                    return Ok(None);
                }
                files::complete(tx, file, now)?;
                let event = Event::new(EventKind::FileArrived { size }, now, actor);
                tx.record(&event.transfer(transfer).file(file))?;
                if is_scanned { Arriving::hold(tx, file, now) } else { Ok(None) }
            })
            .await;
        let claim = match committed {
            Ok(claim) => claim,
            Err(error) => {
                // They are doomed: nothing may commit them after all.
                self.waiting.clear();
                self.doom(blobs).await;
                return Err(error);
            }
        };
        if whole {
            self.hand_to_scanner(claim);
        }
        self.parts += i32::try_from(blobs.len()).unwrap_or(0) - i32::from(self.tail.is_some());
        self.tail = None;
        self.waiting.clear();
        self.row.received = last;
        self.row.upload_until = upload_until;
        self.gateway.sweep_doomed_blobs().await;
        Ok(())
    }

    /// A whole file goes on at the scanner, or waits for it.
    fn hand_to_scanner(&mut self, claim: Option<Claim>) {
        match (self.arriving.take(), claim) {
            (Some(arriving), Some(claim)) => arriving.conclude(self.gateway.clone(), claim),
            _ => self.gateway.scans.bell.notify_one(),
        }
    }

    /// What was seen up to the last durable byte.
    fn seen(&mut self, whole: bool) -> Result<Option<Seen>> {
        let Some(look) = &mut self.look else { return Ok(None) };
        if whole {
            look.finish();
        }
        let look_sealed = if whole { None } else { Some(self.gateway.seal_to_custody(&look.to_bytes())?) };
        Ok(Some(Seen { content: look.content(), macros: look.macros(), look_sealed }))
    }

    fn arrivals(&self, upload_until: Time) -> Vec<Arrival> {
        let mut before = self.row.received;
        let first = self.parts - i32::from(self.tail.is_some());
        let mut replaces = self.tail.as_ref().map(|tail| tail.blob);
        let mut arrivals = Vec::with_capacity(self.waiting.len());
        for (position, (blob, summary, digest, received)) in (first..).zip(&self.waiting) {
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
    async fn doom(&mut self, blobs: Vec<BlobId>) {
        if blobs.is_empty() {
            return;
        }
        let (transfer, now) = (self.transfer.id, self.gateway.now());
        let doomed = self.gateway.store.write(move |tx| doomed::insert_blobs(tx, Some(transfer), &blobs, now)).await;
        if let Err(error) = doomed {
            tracing::warn!(%error, "blobs of a refused upload are left to the sweeper");
        }
        self.gateway.sweep_doomed_blobs().await;
    }
}
