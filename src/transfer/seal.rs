//! Seal: the sender pressed send. Manifest, recipients and expiry are frozen, slots are made, the draft's own slot is
//! destroyed, the mails wait in the outbox. All of it in one transaction, or none.

mod manifest;

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};

use crate::config::Ruling;
use crate::crypt::{Identity, SlotContent, SlotKind, seal_account_slot};
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, minutes, recipient};
use crate::model::day::date_of;
use crate::model::{
    Account, Actor, Delivery, DeliveryId, DraftFile, Event, EventKind, FileState, ManifestRef, SenderSlot, SlotId,
    Time, Transfer, TransferId, TransferState,
};
use crate::staff::permit::Sender;
use crate::staff::policy;
use crate::store::slots::{self, Slot};
use crate::store::totals::Amount;
use crate::store::transfers::Sealing;
use crate::store::{Tx, deliveries, files, transfers};

use super::allowed::{Allowed, allowed};
use super::approve::{self, Question};
use super::confirm::{self, Confirmation};
use super::draft::{Terms, named, own};
use super::numbers::{self, Issued};
use super::scan;
use super::screening::Screening;
use super::upload::{draft_identity, unsigned};
use super::way_in::{self, Inside, WayIn};
use super::{tally, text};

/// Everything that sealing starts from, read at one moment.
struct Draft {
    transfer: Transfer,
    files: Vec<(DraftFile, Vec<crate::model::Part>)>,
    deliveries: Vec<Delivery>,
}

/// Everything that sealing made before its transaction.
struct Sealed {
    sealing: Sealing,
    slots: Vec<Slot>,
    recipients: Vec<WayIn>,
    /// What approvers look inside with.
    lookers: Vec<Slot>,
}

/// As [`send_confirmed`], for a program that confirms nothing.
///
/// # Errors
/// As [`send_confirmed`].
pub async fn send(gateway: &Gateway, sender: &Sender, id: TransferId) -> Result<Vec<Issued>> {
    send_confirmed(gateway, sender, id, Confirmation::NOTHING).await
}

/// Seals a draft and queues its mails. Returns the pick-up numbers, in the order of the recipients.
///
/// A repeated call by the same session or token gets the numbers again for ten minutes.
///
/// # Errors
/// `NoFiles`, `NoRecipients`, `UploadUnfinished`, `DraftChanged`, `NotFound`; `SmsDayLimit`, `TooManyRecipients`, `TooManyFiles`,
/// `TooLarge`, `DomainRefused`, `Field` and `ApprovalNeeded` by the limits as they are now; `FileRefused`, `ScanPending` and
/// `ScannerDown` by what the scanner said, or did not say yet; `ConfirmRecipients` when a recipient has flags that
/// `confirmation` does not cover: nothing was sent, nothing was changed.
/// `NumberAlreadyShown` when it was sent before and the numbers are not to be had any more.
pub async fn send_confirmed(
    gateway: &Gateway,
    sender: &Sender,
    id: TransferId,
    confirmation: Confirmation,
) -> Result<Vec<Issued>> {
    // What sealing fixes is the policy of now, also where another node has just changed it.
    policy::refresh(gateway).await?;
    let Some(draft) = unsent(gateway, sender, id).await? else {
        return numbers::show_again(gateway, sender, id).await;
    };
    examine(&draft)?;
    measure(&draft, &allowed(gateway, draft.transfer.owner).await?)?;
    confirm::ask_first(gateway, &draft.deliveries, draft.transfer.owner, &confirmation).await?;
    scan::require(gateway, id).await?;
    // That may have taken a while, in which the same was asked for again.
    policy::refresh(gateway).await?;
    let Some(draft) = unsent(gateway, sender, id).await? else {
        return numbers::show_again(gateway, sender, id).await;
    };
    examine(&draft)?;
    draft.deliveries.iter().try_for_each(|delivery| text::examine(gateway, &delivery.recipient))?;
    screen(gateway, &draft)?;
    text::require_room(gateway, draft.transfer.owner, &draft.deliveries).await?;
    let now = gateway.now();
    let identity = draft_identity(gateway, id).await?;
    let sealed = prepare(gateway, sender, &draft, &identity, now).await?;
    let issued = issued(&draft, &sealed);
    commit(gateway, sender, draft, sealed, confirmation, now).await?;
    gateway.destroy_doomed_keys().await;
    gateway.outbox_bell.notify_one();
    Ok(text::text(gateway, sender, issued).await)
}

/// The draft; none when it was sent.
async fn unsent(gateway: &Gateway, sender: &Sender, id: TransferId) -> Result<Option<Draft>> {
    let draft = read(gateway, sender, id).await?;
    match draft.transfer.state {
        TransferState::Draft => Ok(Some(draft)),
        state if state.is_running() => Ok(None),
        state => Err(Problem::WrongState { state: state.word() }.into()),
    }
}

async fn read(gateway: &Gateway, sender: &Sender, id: TransferId) -> Result<Draft> {
    let owner = sender.account().id;
    let terms = Terms::of(&gateway.policy());
    gateway
        .store
        .read(move |tx| {
            let transfer = Transfer {
                grace_seconds: terms.grace_seconds,
                number_digits: terms.number_digits,
                sender_slot: terms.sender_slot,
                ..own(tx, owner, id)?
            };
            let rows = files::of_transfer(tx, id)?;
            let files = rows
                .into_iter()
                .map(|row| files::parts(tx, row.id).map(|parts| (row, parts)))
                .collect::<Result<Vec<_>>>()?;
            let mut deliveries = deliveries::of_transfer(tx, id)?;
            for delivery in &mut deliveries {
                delivery.number_digits = terms.number_digits;
            }
            Ok(Draft { transfer, files, deliveries })
        })
        .await
}

fn examine(draft: &Draft) -> Result<()> {
    if draft.files.is_empty() {
        return Err(Problem::NoFiles.into());
    }
    if draft.deliveries.is_empty() {
        return Err(Problem::NoRecipients.into());
    }
    let missing = draft.files.iter().filter(|(file, _)| file.state != FileState::Complete).count();
    if missing > 0 {
        return Err(Problem::UploadUnfinished { missing: u32::try_from(missing).unwrap_or(u32::MAX) }.into());
    }
    Ok(())
}

/// Whether the draft is within what its sender may send: limits may have changed since it was made.
fn measure(draft: &Draft, allowed: &Allowed) -> Result<()> {
    let emails = draft.deliveries.iter().map(|delivery| delivery.recipient.email.as_str());
    let sizes = draft.files.iter().map(|(file, _)| file.size);
    match allowed.refusals(draft.transfer.keep_seconds, sizes, emails).into_iter().next() {
        Some(refusal) => Err(refusal.into()),
        None => Ok(()),
    }
}

/// Whether every file may be sent, by its verdict and its type.
fn screen(gateway: &Gateway, draft: &Draft) -> Result<()> {
    let files = draft.files.iter().map(|(file, _)| named(gateway, file.clone())).collect::<Result<Vec<_>>>()?;
    let screening = Screening::of(gateway);
    if let Some(refusal) = screening.refusals(&files).into_iter().next() {
        return Err(refusal.into());
    }
    let waiting = files.iter().filter(|file| screening.awaits(file)).count();
    match u32::try_from(waiting).unwrap_or(u32::MAX) {
        0 => Ok(()),
        left => Err(Problem::ScanPending { left }.into()),
    }
}

async fn prepare(gateway: &Gateway, sender: &Sender, draft: &Draft, identity: &Identity, now: Time) -> Result<Sealed> {
    let manifest = manifest::store(gateway, draft, identity, now).await?;
    let account = sender.account().recipient_key.as_deref().filter(|_| {
        // A sender without an account key can recall, but issue no new numbers.
        draft.transfer.sender_slot == SenderSlot::UntilCollected
    });
    let inside = Inside { transfer: &draft.transfer, identity, manifest_hash: manifest.hash };
    let approvers = approvers_of(gateway, draft, now).await?;
    let lookers = approve::slots_for(gateway, &approvers, &inside, now).await?;
    let count = draft.deliveries.len() + usize::from(account.is_some());
    let mut keys = gateway.store.make_shred_keys(count, now).await?;
    let mut slots = Vec::new();
    if let (Some(account), Some((shred_key, shred))) = (account, account.and_then(|_| keys.pop())) {
        let content = content(draft, identity, &manifest, sender.account().id.to_string());
        let sealed = seal_account_slot(&content, &shred.recipient(), &recipient(account)?)?;
        slots.push(Slot {
            id: SlotId::new(now),
            transfer: draft.transfer.id,
            delivery: None,
            account: Some(sender.account().id),
            kind: SlotKind::Sender,
            shred_key,
            sealed,
        });
    }
    let recipients = futures_util::stream::iter(draft.deliveries.iter().zip(keys))
        .map(|(delivery, key)| way_in::make(gateway, sender.signed_in(), &inside, delivery, key))
        .buffered(4)
        .try_collect()
        .await?;
    let total_bytes = draft.files.iter().map(|(file, _)| file.size).sum();
    Ok(Sealed {
        sealing: Sealing {
            revision: draft.transfer.revision,
            manifest,
            file_count: i32::try_from(draft.files.len()).unwrap_or(i32::MAX),
            total_bytes,
            grace_seconds: draft.transfer.grace_seconds,
            number_digits: draft.transfer.number_digits,
            sender_slot: draft.transfer.sender_slot,
            expires_at: now + Duration::from_secs(unsigned(draft.transfer.keep_seconds)),
        },
        slots,
        recipients,
        lookers,
    })
}

/// Those who are asked to approve, and can open files with a key of their own; nobody where nothing has to be approved.
async fn approvers_of(gateway: &Gateway, draft: &Draft, now: Time) -> Result<Vec<Account>> {
    let (policy, screening) = (gateway.policy(), Screening::of(gateway));
    let (usual, owner, id) = (gateway.policy.usual(), draft.transfer.owner, draft.transfer.id);
    let files = draft.files.iter().map(|(file, _)| named(gateway, file.clone())).collect::<Result<Vec<_>>>()?;
    let deliveries = draft.deliveries.clone();
    gateway
        .store
        .read(move |tx| {
            let allowed = Allowed::of(tx, &usual, owner)?;
            let recipients = deliveries.len();
            let question =
                Question { policy: &policy, allowed: &allowed, screening: &screening, files: &files, recipients };
            match question.about_any(tx, &deliveries)? {
                true => approve::without_slot(tx, (id, owner), now),
                false => Ok(Vec::new()),
            }
        })
        .await
}

fn content(draft: &Draft, identity: &Identity, manifest: &ManifestRef, holder: String) -> SlotContent {
    SlotContent {
        kind: SlotKind::Sender,
        transfer: draft.transfer.id,
        holder,
        identity: identity.clone(),
        manifest_hash: Some(manifest.hash),
    }
}

fn issued(draft: &Draft, sealed: &Sealed) -> Vec<Issued> {
    let deliveries = draft.deliveries.iter().cloned();
    deliveries
        .zip(&sealed.recipients)
        .map(|(delivery, recipient)| Issued { delivery, number: recipient.prepared.number.clone(), sms: None })
        .collect()
}

async fn commit(
    gateway: &Gateway,
    sender: &Sender,
    draft: Draft,
    sealed: Sealed,
    confirmation: Confirmation,
    now: Time,
) -> Result<()> {
    let rules = confirm::Rules::of(gateway);
    let actor = sender.actor();
    let holder = sender.signed_in().holder_hash();
    let not_before = now + minutes(gateway.policy().hold_minutes);
    let usual = gateway.policy.usual();
    let (screening, policy) = (Screening::of(gateway), gateway.policy());
    let day = date_of(now, gateway.office().time_zone);
    let amount = amount(&sealed);
    let names = draft.files.iter().map(|(file, _)| named(gateway, file.clone())).collect::<Result<Vec<_>>>()?;
    sender
        .write(gateway, move |tx| {
            let id = draft.transfer.id;
            let allowed = Allowed::of(tx, &usual, draft.transfer.owner)?;
            measure(&draft, &allowed)?;
            let everybody: Vec<&Delivery> = draft.deliveries.iter().collect();
            let flagged = confirm::require(tx, &rules, draft.transfer.owner, &everybody, |_| true, &confirmation)?;
            transfers::seal(tx, id, &sealed.sealing, now)?;
            slots::doom_of_kind(tx, id, SlotKind::Custody, now)?;
            for slot in &sealed.slots {
                slots::insert(tx, slot, now)?;
            }
            commit_verdicts(tx, id, &screening, now, actor)?;
            let kind = EventKind::Sealed {
                manifest: data_encoding::HEXLOWER.encode(&sealed.sealing.manifest.hash),
                files: sealed.sealing.file_count,
                bytes: sealed.sealing.total_bytes,
                deliveries: i32::try_from(sealed.recipients.len()).unwrap_or(i32::MAX),
                expires_at: sealed.sealing.expires_at,
            };
            tx.record(&Event::new(kind, now, actor).transfer(id))?;
            tally::sent(tx, day, draft.transfer.owner, amount)?;
            confirm::record(tx, &flagged, now, actor)?;
            let recipients = draft.deliveries.len();
            let question =
                Question { policy: &policy, allowed: &allowed, screening: &screening, files: &names, recipients };
            let asked = ask(tx, &draft, &sealed, &question, (now, actor))?;
            for recipient in &sealed.recipients {
                deliveries::set_digits(tx, recipient.prepared.delivery, sealed.sealing.number_digits)?;
                // What waits for an approver leaves when it is approved, not before.
                let waits = asked.contains(&recipient.prepared.delivery);
                let not_before = if waits { sealed.sealing.expires_at } else { not_before };
                deliveries::seal(tx, recipient.prepared.delivery, &recipient.link_recipient)?;
                way_in::commit(tx, recipient, &holder, not_before, now)?;
                let delivery = recipient.prepared.delivery;
                let shown = Event::new(EventKind::NumberShown, now, actor).transfer(id).delivery(delivery);
                tx.record(&shown)?;
            }
            Ok(())
        })
        .await
}

fn amount(sealed: &Sealed) -> Amount {
    let deliveries = i64::try_from(sealed.recipients.len()).unwrap_or(i64::MAX);
    let (files, bytes) = (i64::from(sealed.sealing.file_count), sealed.sealing.total_bytes);
    Amount { transfers: 1, deliveries, files, bytes, retrieved: 0 }
}

/// Asks the approvers about each delivery that needs it. Returns those.
fn ask(
    tx: &mut Tx,
    draft: &Draft,
    sealed: &Sealed,
    question: &Question<'_>,
    (now, actor): (Time, Actor),
) -> Result<Vec<DeliveryId>> {
    let mut asked = Vec::new();
    let binds = (sealed.sealing.manifest.hash, sealed.sealing.expires_at);
    for delivery in &draft.deliveries {
        let reasons = question.about(tx, delivery)?;
        if !reasons.is_empty() {
            let when = (question.policy.approval_hours, now, actor);
            approve::ask(tx, (&draft.transfer, delivery), binds, reasons, when)?;
            asked.push(delivery.id);
        }
    }
    if asked.is_empty() {
        return Ok(asked);
    }
    if !approve::let_look(tx, (draft.transfer.id, draft.transfer.owner), &sealed.lookers, now)? {
        return Err(Problem::DraftChanged.into());
    }
    let approvers = approve::approvers(tx, draft.transfer.owner, now)?;
    approve::tell(tx, &approvers, now)?;
    Ok(asked)
}

/// I6: no file is sealed without a verdict that the policy lets pass, as the verdicts are in this transaction.
fn commit_verdicts(tx: &mut Tx, id: TransferId, screening: &Screening, now: Time, actor: Actor) -> Result<()> {
    for file in files::of_transfer(tx, id)? {
        scan::pass_unscanned(tx, screening, &file, now, actor)?;
    }
    match files::of_transfer(tx, id)?.iter().all(|file| screening.by_verdict(file) != Ruling::Refuse) {
        true => Ok(()),
        false => Err(Problem::DraftChanged.into()),
    }
}
