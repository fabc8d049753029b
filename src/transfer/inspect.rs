//! Inspect: an approver looks at what waits, and opens its files through the own slot. What was scanned with older signatures
//! is scanned again before its first byte leaves. While bytes flow it is asked again whether they may: whoever lost the right,
//! and a question that is answered, stop them.

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
use crate::staff::permit::{Approver, SignedIn};
use crate::store::{Tx, accounts, approvals, deliveries, files, slots, transfers};

use super::draft::{NamedFile, named};
use super::served::Asking;
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
    right: LookInside,
}

/// The right of one approver, in one session, to read the files of one transfer.
#[derive(Clone)]
struct LookInside {
    transfer: TransferId,
    signed_in: SignedIn,
}

impl LookInside {
    /// Whether it is there, at this moment.
    ///
    /// # Errors
    /// `SignInNeeded` when the session has ended; `NotFound` for whoever does not decide any more, where nothing is asked any
    /// more, and without a slot.
    fn require(&self, tx: &mut Tx, now: Time) -> Result<()> {
        self.signed_in.is_there(tx)?;
        asked(tx, self.signed_in.account.id, self.transfer, now)?;
        slots::of_account(tx, self.transfer, self.signed_in.account.id)?.map(drop).ok_or(Problem::NotFound.into())
    }
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
    waiting.message = gateway.open_text(message.as_deref())?;
    Ok(waiting)
}

/// The transfer and its questions, where one of them waits for somebody else than its sender.
fn asked(tx: &mut Tx, me: AccountId, id: TransferId, now: Time) -> Result<(Transfer, Vec<Approval>)> {
    let transfer = transfers::find(tx, id)?.ok_or(Problem::NotFound)?;
    let questions = approvals::of_transfer(tx, id)?;
    let parties: Vec<_> = questions.iter().flat_map(Approval::parties).chain([transfer.owner]).collect();
    approve::authority(tx, me, &parties, now)?.ok_or(Problem::NotFound)?;
    // By the clock, also before the sweep has come by.
    let is_over = transfer.expires_at.is_some_and(|end| end <= now);
    match !is_over && questions.iter().any(|one| one.state == ApprovalState::Asked && now < one.decide_by) {
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
    let right = LookInside { transfer: id, signed_in: approver.signed_in().clone() };
    let asked_again = right.clone();
    approver
        .write(gateway, move |tx| {
            // It may have been answered while it was scanned.
            asked_again.require(tx, now)?;
            tx.record(&Event::new(EventKind::FileInspected, now, actor).transfer(id).file(about))
        })
        .await?;
    Ok(Inspected { file, identity, right })
}

impl Inspected {
    /// The bytes `range` of the file. The stream breaks off, with an error, once the right to it is gone.
    pub fn read(self, gateway: &Arc<Gateway>, range: Range<u64>) -> BoxStream<'static, Result<Bytes>> {
        let Self { file, identity, right } = self;
        let (file, blobs) = (Arc::new(file), gateway.blobs.clone());
        let pieces = stream::iter(super::retrieve::pieces(&file, range)).then(move |(place, within)| {
            let (blobs, file, identity) = (blobs.clone(), file.clone(), identity.clone());
            async move {
                let part = file.parts.get(place).ok_or(Problem::Unavailable)?;
                parts::read(blobs, &identity, part, within).await
            }
        });
        let source = Box::pin(pieces.map(super::retrieve::flatten).flatten());
        Watched { gateway: gateway.clone(), right, source, asking: Asking::now() }.into_stream()
    }

    /// Its strong entity tag, without quotes.
    pub fn etag(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.file.sha256)
    }
}

/// An approver's download under way.
struct Watched {
    gateway: Arc<Gateway>,
    right: LookInside,
    source: BoxStream<'static, Result<Bytes>>,
    asking: Asking,
}

impl Watched {
    fn into_stream(self) -> BoxStream<'static, Result<Bytes>> {
        Box::pin(stream::try_unfold(self, |mut watched| async move {
            Ok(watched.next().await?.map(|bytes| (bytes, watched)))
        }))
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.asking.is_due() {
            self.require().await?;
        }
        match self.source.next().await.transpose() {
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                // What was taken back is being shredded: that is no fault of what is stored.
                self.require().await?;
                Err(error)
            }
        }
    }

    async fn require(&mut self) -> Result<()> {
        let (right, now) = (self.right.clone(), self.gateway.now());
        self.gateway.store.read(move |tx| right.require(tx, now)).await
    }
}

/// When the first open question of a transfer lapses.
pub fn decide_by(questions: &[Approval]) -> Option<Time> {
    let open = questions.iter().filter(|question| question.state == ApprovalState::Asked);
    open.map(|question| question.decide_by).min()
}
