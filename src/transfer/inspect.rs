//! Inspect: an approver looks at what waits, and opens its files through the own slot. What was scanned with older signatures
//! is scanned again before its first byte leaves.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use crate::crypt::{Identity, Manifest, ManifestFile, open_outer};
use crate::error::{Error, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{
    Account, AccountId, Approval, ApprovalState, Delivery, Event, EventKind, Time, Transfer, TransferId,
};
use crate::staff::permit::Approver;
use crate::store::{Tx, accounts, approvals, deliveries, files, slots, transfers};

use super::draft::{NamedFile, named};
use super::{approve, parts, scan, stored};

/// A transfer that waits for an answer, as an approver may see it.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The transfer.
    pub transfer: Transfer,
    /// Who sends it.
    pub sender: Account,
    /// Its files, in order.
    pub files: Vec<NamedFile>,
    /// Its recipients, in order.
    pub deliveries: Vec<Delivery>,
    /// The sender's message.
    pub message: String,
    /// What is asked, the oldest first; the answered ones too.
    pub questions: Vec<Approval>,
    /// Whether this approver has a slot to open files with.
    pub can_open: bool,
}

/// A file of a transfer that waits, opened by an approver.
pub struct Inspected {
    /// As the manifest has it.
    pub file: ManifestFile,
    identity: Identity,
}

/// What waits for an answer of this approver.
///
/// # Errors
/// `NotFound` for the own transfer, and where nothing is asked any more.
pub async fn waiting(gateway: &Gateway, approver: &Approver, id: TransferId) -> Result<Waiting> {
    let (me, now) = (approver.account().id, gateway.now());
    let (mut waiting, rows, message) = gateway
        .store
        .read(move |tx| {
            let (transfer, questions) = asked(tx, me, id, now)?;
            let waiting = Waiting {
                sender: accounts::get(tx, transfer.owner)?,
                transfer,
                files: Vec::new(),
                deliveries: deliveries::of_transfer(tx, id)?,
                message: String::new(),
                questions,
                can_open: slots::of_account(tx, id, me)?.is_some(),
            };
            Ok((waiting, files::of_transfer(tx, id)?, transfers::message(tx, id)?))
        })
        .await?;
    waiting.files = rows.into_iter().map(|row| named(gateway, row)).collect::<Result<_>>()?;
    if let Some(sealed) = message {
        waiting.message = String::from_utf8_lossy(&gateway.store.keys().custody.open(&sealed)?).into_owned();
    }
    Ok(waiting)
}

/// The transfer and its questions, where one of them waits for somebody else than its sender.
fn asked(tx: &mut Tx, me: AccountId, id: TransferId, now: Time) -> Result<(Transfer, Vec<Approval>)> {
    let transfer = transfers::find(tx, id)?.ok_or(Problem::NotFound)?;
    let questions = approvals::of_transfer(tx, id)?;
    let parties: Vec<_> = questions.iter().flat_map(Approval::parties).chain([transfer.owner]).collect();
    approve::authority(tx, me, &parties, now)?.ok_or(Problem::NotFound)?;
    match questions.iter().any(|question| question.state == ApprovalState::Asked) {
        true => Ok((transfer, questions)),
        false => Err(Problem::NotFound.into()),
    }
}

/// Opens a file of a transfer that waits, by its place in the manifest.
///
/// # Errors
/// `NotFound`; `AccountKeyNeeded` for a sign-in that carries no account key; `SenderSlotGone` for an approver without a slot;
/// `ScannerDown` while it must be scanned again and cannot; `FileRefused` when something was found.
pub async fn open(gateway: &Gateway, approver: &Approver, id: TransferId, place: usize) -> Result<Inspected> {
    let (me, now) = (approver.account().id, gateway.now());
    let (transfer, slot) = gateway
        .store
        .read(move |tx| {
            let (transfer, _) = asked(tx, me, id, now)?;
            Ok((transfer, slots::of_account(tx, id, me)?))
        })
        .await?;
    let account_key = approver.signed_in().account_key(&gateway.store).await?;
    let slot = slot.ok_or(Problem::SenderSlotGone)?;
    let shred = gateway.store.shred_key(slot.shred_key).await?.ok_or(Problem::SenderSlotGone)?;
    let opened = open_outer(&shred, &slot.sealed)?.open_account(&account_key);
    let identity = opened.map_err(|_| Error::from(Problem::AccountKeyNeeded))?.transfer_identity();
    let manifest: Manifest = stored::read_manifest(gateway, &transfer, &identity).await?;
    let file = manifest.files.get(place).cloned().ok_or(Problem::NotFound)?;
    scan::inspected(gateway, id, &file, &identity).await?;
    let (now, actor, about) = (gateway.now(), approver.actor(), file.id);
    gateway
        .store
        .write(move |tx| {
            // It may have been answered while it was scanned.
            asked(tx, me, id, now)?;
            tx.record(&Event::new(EventKind::FileInspected, now, actor).transfer(id).file(about))
        })
        .await?;
    Ok(Inspected { file, identity })
}

impl Inspected {
    /// The bytes `range` of the file.
    pub fn read(self, gateway: &Arc<Gateway>, range: Range<u64>) -> BoxStream<'static, Result<Bytes>> {
        let gateway = gateway.clone();
        let Self { file, identity } = self;
        let file = Arc::new(file);
        let pieces = stream::iter(super::retrieve::pieces(&file, range)).then(move |(place, within)| {
            let (gateway, file, identity) = (gateway.clone(), file.clone(), identity.clone());
            async move {
                let part = file.parts.get(place).ok_or(Problem::Unavailable)?;
                parts::read(gateway.blobs.clone(), &identity, part, within).await
            }
        });
        Box::pin(pieces.map(super::retrieve::flatten).flatten())
    }

    /// Its strong entity tag, without quotes.
    pub fn etag(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.file.sha256)
    }
}

/// When the first open question of a transfer lapses.
pub fn decide_by(questions: &[Approval]) -> Option<Time> {
    let open = questions.iter().filter(|question| question.state == ApprovalState::Asked);
    open.map(|question| question.decide_by).min()
}
