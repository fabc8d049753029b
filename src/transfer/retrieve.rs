//! Retrieve: bytes of an opened delivery. Everything that reads payload comes through here: single files, ranges, the zip.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use crate::crypt::{Identity, Manifest, ManifestFile, open_session, parse_cookie, token_hash};
use crate::error::{Doing, Error, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Actor, Delivery, DeliveryState, Event, EventKind, FileId, Time, Transfer};
use crate::store::unlocks::{self, Unlock};
use crate::store::{Tx, deliveries, receipts, retrievals, transfers};

use super::archive::{Archive, ArchiveEntry, Segment};
use super::look::{Condition, condition};
use super::served::{Counted, Stretch};
use super::upload::unsigned;
use super::{ending, parts, stored};

/// The right to read the files of one delivery, proven by a live session.
#[derive(Clone)]
pub struct OpenedDelivery {
    /// The delivery.
    pub delivery: Delivery,
    /// Its transfer.
    pub transfer: Transfer,
    /// The files.
    pub manifest: Arc<Manifest>,
    /// When each completely served file became so.
    pub complete: Vec<(FileId, Time)>,
    /// Files of which something was served, but not everything: a download broke off.
    pub partial: Vec<FileId>,
    pub(super) unlock: Unlock,
    identity: Identity,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The file at this place in the manifest, from 0.
    File(usize),
    /// Everything as one zip.
    Archive,
}

/// An object that can be served: its length, tag and name are known before any byte.
pub struct Servable {
    /// Bytes in all.
    pub length: u64,
    /// Strong entity tag, without quotes.
    pub etag: String,
    /// Name for the recipient's disk.
    pub name: String,
    asked: Asked,
    archive: Option<Archive>,
}

/// What a reader is told when stored bytes cannot be had, and what is written down: nothing if the session ended meanwhile
/// (the bytes are being shredded), an alarm if they are not what was sealed, otherwise only the fault.
pub(super) async fn broke_off(gateway: &Gateway, opened: &OpenedDelivery, error: Error) -> Result<Error> {
    if !still_open(gateway, opened).await? {
        return Ok(Problem::UnlockNeeded.into());
    }
    if parts::is_damage(&error) {
        return tampered(gateway, &opened.delivery, gateway.now()).await;
    }
    tracing::error!(%error, "stored bytes cannot be read");
    Ok(Problem::Unavailable.into())
}

/// Writes down that stored data is not what was sealed.
pub(super) async fn tampered(gateway: &Gateway, delivery: &Delivery, now: Time) -> Result<Error> {
    let (id, transfer) = (delivery.id, delivery.transfer);
    tracing::error!(delivery = %id, "stored data is not what was sealed");
    gateway
        .store
        .write(move |tx| {
            let event = Event::new(EventKind::TamperSuspected, now, Actor::System).failed();
            tx.record(&event.transfer(transfer).delivery(id))
        })
        .await?;
    Ok(Problem::Unavailable.into())
}

/// From the session cookie of a link to the opened delivery. This is use: the session does not idle.
///
/// # Errors
/// `UnlockNeeded` without a live session for this link; `DeliveryEnded`; `Unavailable`.
pub async fn opened(gateway: &Gateway, public_id: &str, cookie: &str) -> Result<OpenedDelivery> {
    let opened = watched(gateway, public_id, cookie).await?;
    let (session, now) = (opened.unlock.id, gateway.now());
    if now.since(opened.unlock.last_seen_at) >= std::time::Duration::from_secs(20) {
        gateway.store.write(move |tx| unlocks::touch(tx, session, now)).await?;
    }
    Ok(opened)
}

/// As [`opened`], for a page that looks by itself how far it is: nobody does anything, so the session goes on idling.
///
/// # Errors
/// As [`opened`].
pub async fn watched(gateway: &Gateway, public_id: &str, cookie: &str) -> Result<OpenedDelivery> {
    let token = parse_cookie(cookie).ok_or(Problem::UnlockNeeded)?;
    let hash = token_hash(&token);
    let now = gateway.now();
    let found = gateway
        .store
        .read(move |tx| {
            let Some(unlock) = unlocks::by_token(tx, &hash)? else { return Ok(None) };
            let delivery = deliveries::get(tx, unlock.delivery_id)?;
            let transfer = transfers::get(tx, delivery.transfer)?;
            let (complete, partial) = (retrievals::complete(tx, delivery.id)?, retrievals::partial(tx, delivery.id)?);
            Ok(Some((unlock, delivery, transfer, complete, partial)))
        })
        .await?;
    let (unlock, delivery, transfer, complete, partial) = found.ok_or(Problem::UnlockNeeded)?;
    if delivery.public_id != public_id || !unlock.is_live(gateway.session_idle(), now) {
        return Err(Problem::UnlockNeeded.into());
    }
    match condition(&delivery, &transfer, now) {
        // A session that was opened with the right number outlives the pause by wrong ones.
        Condition::Open | Condition::Paused => {}
        _ => return Err(Problem::DeliveryEnded { state: delivery.state.word() }.into()),
    }
    let shred = gateway.store.shred_key(unlock.shred_key).await?.ok_or(Problem::UnlockNeeded)?;
    let identity = open_session(&unlock.sealed, &shred, &token)?;
    let manifest = match stored::read_manifest(gateway, &transfer, &identity).await {
        Ok(manifest) => Arc::new(manifest),
        Err(error) => {
            tracing::error!(%error, "a manifest cannot be opened");
            return Err(tampered(gateway, &delivery, now).await?);
        }
    };
    Ok(OpenedDelivery { delivery, transfer, manifest, complete, partial, unlock, identity })
}

/// Whether a stream of this session may go on: asked again every few seconds while bytes flow. A stream that flows keeps
/// its session from idling.
pub(super) async fn still_open(gateway: &Gateway, opened: &OpenedDelivery) -> Result<bool> {
    let now = gateway.now();
    let (session, delivery) = (opened.unlock.id, opened.delivery.id);
    let idle = gateway.session_idle();
    gateway
        .store
        .write(move |tx| {
            let Some(unlock) = unlocks::find(tx, session)? else { return Ok(false) };
            let delivery = deliveries::get(tx, delivery)?;
            let transfer = transfers::get(tx, delivery.transfer)?;
            let open = matches!(condition(&delivery, &transfer, now), Condition::Open | Condition::Paused);
            if open && unlock.is_live(idle, now) {
                unlocks::touch(tx, session, now)?;
                return Ok(true);
            }
            Ok(false)
        })
        .await
}

impl OpenedDelivery {
    /// When the session ends at the latest: with its own limit, or with the grace time.
    pub fn session_ends_at(&self) -> Time {
        self.delivery.grace_until.map_or(self.unlock.expires_at, |grace| grace.min(self.unlock.expires_at))
    }

    /// The object asked for.
    ///
    /// # Errors
    /// `NotFound` for a file that the manifest does not have.
    pub fn servable(&self, asked: Asked) -> Result<Servable> {
        match asked {
            Asked::File(index) => {
                let file = self.manifest.files.get(index).ok_or(Problem::NotFound)?;
                let etag = data_encoding::HEXLOWER.encode(&file.sha256);
                Ok(Servable { length: file.size, etag, name: file.name.clone(), asked, archive: None })
            }
            Asked::Archive => {
                let archive = Archive::layout(&self.manifest.files.iter().map(entry).collect::<Vec<_>>());
                let hash = self.transfer.manifest.as_ref().map(|manifest| manifest.hash).unwrap_or_default();
                let etag = format!("zip-{}", data_encoding::HEXLOWER.encode(&hash));
                let name = format!("{}.zip", self.delivery.reference);
                Ok(Servable { length: archive.length(), etag, name, asked, archive: Some(archive) })
            }
        }
    }
}

fn entry(file: &ManifestFile) -> ArchiveEntry {
    ArchiveEntry {
        name: file.zip_name.clone(),
        size: file.size,
        crc32: file.crc32,
        dos_time: file.zip_time.time,
        dos_date: file.zip_time.date,
    }
}

/// The bytes `range` of an object. The log knows of each file before its first byte leaves.
///
/// # Errors
/// At once: the log entry cannot be written, a part is missing or damaged. In the stream: a part is damaged, or the
/// session ended; the stream then breaks off.
pub async fn serve(
    gateway: Arc<Gateway>,
    opened: OpenedDelivery,
    servable: &Servable,
    range: Range<u64>,
) -> Result<BoxStream<'static, Result<Bytes>>> {
    let stretches = stretches(&opened, servable, range)?;
    let touched = stretches.iter().filter_map(|stretch| match stretch {
        Stretch::File { index, .. } => opened.manifest.files.get(*index).map(|file| (file.id, file.size)),
        Stretch::Frame(_) => None,
    });
    begin(&gateway, &opened, touched.collect()).await?;
    let source = stream::iter(stretches.clone()).then({
        let (gateway, opened) = (gateway.clone(), opened.clone());
        move |stretch| stretch_stream(gateway.clone(), opened.clone(), stretch)
    });
    let bytes = source.map(flatten).flatten();
    Ok(Counted::new(gateway, opened, stretches, Box::pin(bytes)).into_stream())
}

pub(super) fn flatten(item: Result<BoxStream<'static, Result<Bytes>>>) -> BoxStream<'static, Result<Bytes>> {
    item.unwrap_or_else(|error| Box::pin(stream::once(async move { Err(error) })))
}

fn stretches(opened: &OpenedDelivery, servable: &Servable, range: Range<u64>) -> Result<Vec<Stretch>> {
    let Some(archive) = &servable.archive else {
        let Asked::File(index) = servable.asked else { return Err(Problem::NotFound.into()) };
        return Ok(vec![Stretch::File { index, range }]);
    };
    let segments = archive.segments(range).into_iter().map(|segment| match segment {
        Segment::Bytes(bytes) => Stretch::Frame(bytes),
        Segment::File { index, range } => Stretch::File { index, range },
    });
    let known = |stretch: &Stretch| match stretch {
        Stretch::File { index, .. } => *index < opened.manifest.files.len(),
        Stretch::Frame(_) => true,
    };
    let all: Vec<Stretch> = segments.collect();
    if all.iter().all(known) { Ok(all) } else { Err(Problem::NotFound.into()) }
}

/// Writes "serving started" for each file that this session has not fetched from before.
async fn begin(gateway: &Gateway, opened: &OpenedDelivery, files: Vec<(FileId, u64)>) -> Result<()> {
    let unlock = opened.unlock.clone();
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            if unlocks::find(tx, unlock.id)?.is_none() {
                return Err(Problem::UnlockNeeded.into());
            }
            let event = Event::new(EventKind::ServingStarted, now, Actor::Recipient(unlock.delivery_id));
            let event = event.transfer(unlock.transfer_id).delivery(unlock.delivery_id).session(unlock.id);
            let mut begun = false;
            for (file, size) in files {
                if retrievals::begin(tx, &unlock, file, i64::try_from(size).unwrap_or(i64::MAX))? {
                    tx.record(&event.clone().file(file))?;
                    begun = true;
                }
            }
            if !begun {
                // All of it was begun before. A log that takes no event gives no byte all the same.
                tx.try_record(&event)?;
                unlocks::touch(tx, unlock.id, now)?;
            }
            Ok(())
        })
        .await
}

async fn stretch_stream(
    gateway: Arc<Gateway>,
    opened: OpenedDelivery,
    stretch: Stretch,
) -> Result<BoxStream<'static, Result<Bytes>>> {
    match stretch {
        Stretch::Frame(bytes) => Ok(Box::pin(stream::once(async move { Ok(bytes) }))),
        Stretch::File { index, range } => {
            let file = opened.manifest.files.get(index).cloned().ok_or(Problem::NotFound)?;
            let pieces = stream::iter(pieces(&file, range)).then(move |(place, within)| {
                let (gateway, opened, file) = (gateway.clone(), opened.clone(), file.clone());
                async move {
                    let part = file.parts.get(place).ok_or(Problem::Unavailable)?;
                    parts::read(gateway.blobs.clone(), &opened.identity, part, within).await
                }
            });
            Ok(Box::pin(pieces.map(flatten).flatten()))
        }
    }
}

/// Which bytes of which parts make up a range of a file.
pub(super) fn pieces(file: &ManifestFile, range: Range<u64>) -> Vec<(usize, Range<u64>)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (place, part) in file.parts.iter().enumerate() {
        let end = start + part.plain;
        let (from, to) = (range.start.max(start), range.end.min(end));
        if from < to {
            found.push((place, from - start..to - start));
        }
        start = end;
    }
    found
}

/// "I have everything": the recipient ends the grace time. The delivery closes; with the last one the transfer is shredded.
///
/// # Errors
/// `DeliveryEnded` when it has ended; `WrongState` when files are missing.
pub async fn confirm(gateway: &Gateway, opened: OpenedDelivery) -> Result<()> {
    let (id, transfer, session) = (opened.delivery.id, opened.delivery.transfer, opened.unlock.id);
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            let delivery = deliveries::get(tx, id)?;
            if delivery.state != DeliveryState::Retrieved {
                let state = delivery.state.word();
                return Err(match delivery.state.is_ended() {
                    true => Problem::DeliveryEnded { state },
                    false => Problem::WrongState { state },
                }
                .into());
            }
            let actor = Actor::Recipient(id);
            let event = Event::new(EventKind::RecipientConfirmed, now, actor).transfer(transfer).delivery(id);
            tx.record(&event.session(session))?;
            ending::end(tx, &delivery, crate::model::EndReason::Confirmed, now, actor).map(drop)
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    gateway.outbox_bell.notify_one();
    super::shred::shred(gateway, transfer).await
}

/// Notes that a range of a file left in full, and what follows from it.
pub(super) fn record(
    tx: &mut Tx,
    opened: &OpenedDelivery,
    file: &ManifestFile,
    range: Range<u64>,
    now: Time,
) -> Result<bool> {
    transfers::lock(tx, opened.transfer.id)?;
    let size = i64::try_from(file.size).doing("counting bytes")?;
    if !retrievals::merge(tx, &opened.unlock, file.id, size, range, now)? {
        return Ok(false);
    }
    let delivery = deliveries::get(tx, opened.delivery.id)?;
    let complete = retrievals::complete(tx, delivery.id)?.len();
    if complete < opened.manifest.files.len() {
        if delivery.state == DeliveryState::Opened {
            deliveries::advance(tx, delivery.id, DeliveryState::PartlyRetrieved, now)?;
        }
        return Ok(false);
    }
    let grace = std::time::Duration::from_secs(unsigned(opened.transfer.grace_seconds));
    if !deliveries::retrieve(tx, delivery.id, now, now + grace)? {
        return Ok(false);
    }
    let event = Event::new(EventKind::Retrieved, now, Actor::Recipient(delivery.id));
    tx.record(&event.transfer(delivery.transfer).delivery(delivery.id).session(opened.unlock.id))?;
    // Whoever answers for it now decides: a transfer that was handed over is its new owner's.
    let owner = transfers::get(tx, delivery.transfer)?.owner;
    if receipts::wanted(tx, owner)? {
        super::dispatch::queue_notice(tx, crate::model::LetterKind::Collected, &delivery, now)?;
    }
    Ok(true)
}
