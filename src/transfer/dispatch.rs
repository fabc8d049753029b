//! Dispatch: the outbox hands mails to the mail system. Rows are leased, so that several nodes never send one mail at the
//! same time; the outcome of every attempt is an event.

use std::time::Duration;

use crate::config::Ruling;
use crate::error::{Error, Result};
use crate::gateway::Gateway;
use crate::model::{
    Account, Actor, Approved, Correspondent, Delivery, DeliveryId, DeliveryState, Destination, EndReason, Event,
    EventKind, Letter, LetterKind, LinkSecret, Offer, Private, Time, Transfer, TransferId,
};
use crate::port::{Accepted, MailFailure, Mailer};
use crate::staff::policy;
use crate::store::letters::{LetterState, QueuedLetter};
use crate::store::tree::Signed;
use crate::store::{Tx, copies, deliveries, files, letters, transfers, tree};

use super::approve;
use super::contact::{self, Contact};
use super::notice::{self, Notice, Surroundings};
use super::remind;
use super::screening::Screening;

/// Longer than any attempt may take; a node that died gives its mail up after this.
const LEASE: Duration = Duration::from_secs(300);
/// Mails are given up after two days of trying.
const MOST_ATTEMPTS: i32 = 40;
/// When it is looked again whether a mail that was withheld may leave.
const WITHHELD: Duration = Duration::from_secs(300);

/// Puts a mail into the outbox, in the transaction that causes it.
///
/// # Errors
/// The store cannot be written.
pub(crate) fn queue(tx: &mut Tx, letter: &QueuedLetter, now: Time) -> Result<()> {
    letters::insert(tx, letter)?;
    tx.record(&event(letter, EventKind::MailQueued { letter: letter.kind }, now))
}

/// An event of a mail, about what the mail is about.
pub(super) fn event(letter: &QueuedLetter, kind: EventKind, now: Time) -> Event {
    let mut event = Event::new(kind, now, Actor::System).letter(letter.id);
    event.subject.transfer = letter.transfer_id;
    event.subject.delivery = letter.delivery_id;
    event.subject.account = letter.account_id;
    event
}

/// Queues a mail that carries no secret.
pub(super) fn queue_notice(tx: &mut Tx, kind: LetterKind, delivery: &Delivery, now: Time) -> Result<()> {
    let letter = QueuedLetter::new(kind, now).of_delivery(delivery.transfer, delivery.id);
    queue(tx, &letter, now)
}

/// A leased mail with everything that its wording needs.
struct Due {
    letter: QueuedLetter,
    about: About,
    /// The newest signed checkpoint: it leaves the house with the mail.
    checkpoint: Option<Signed>,
}

/// What a mail is about.
enum About {
    /// A delivery.
    Delivery(Box<Ours>),
    /// A member of staff.
    Staff(Box<Notice>),
}

/// A delivery with what it belongs to.
struct Ours {
    delivery: Delivery,
    transfer: Transfer,
    owner: Account,
    contact: Option<Contact>,
    message: Option<Vec<u8>>,
    /// When the mail with the link was accepted.
    mailed_at: Option<Time>,
    /// Until when that mail is held.
    held_until: Option<Time>,
}

/// Delivers the mail that is due longest. `false` when none is due.
///
/// # Errors
/// The store failed; the mail is tried again when its lease ends.
pub async fn deliver_next(gateway: &Gateway, mailer: &dyn Mailer) -> Result<bool> {
    // What lets a mail pass is the policy of now, also where another node has just changed it.
    policy::refresh(gateway).await?;
    let now = gateway.now();
    let (around, screening) = (Surroundings::of(gateway), Screening::of(gateway));
    let Some(due) = gateway.store.write(move |tx| lease(tx, &around, &screening, now)).await? else { return Ok(false) };
    let outcome = match word(gateway, &due) {
        Ok(letter) => mailer.deliver(&letter).await,
        // Our own fault, not the mail's: later is better than never.
        Err(error) => Err(MailFailure::Transient { answer: error.to_string() }),
    };
    settle(gateway, due, outcome).await?;
    Ok(true)
}

/// When the outbox should be looked at again, if anything waits in it.
///
/// # Errors
/// The store cannot be read.
pub async fn next_due(gateway: &Gateway) -> Result<Option<Time>> {
    gateway.store.read(letters::next_due).await
}

fn lease(tx: &mut Tx, around: &Surroundings, screening: &Screening, now: Time) -> Result<Option<Due>> {
    while let Some(letter) = letters::claim(tx, now, LEASE)? {
        if !passes(tx, &letter, screening)? {
            withhold(tx, &letter, now)?;
            continue;
        }
        if letter.withheld_at.is_some() {
            letters::let_pass(tx, &letter)?;
        }
        if let Some(about) = about(tx, &letter, around, now)? {
            let checkpoint = tree::current(tx)?.and_then(|log| log.signed);
            return Ok(Some(Due { letter, about, checkpoint }));
        }
        // What it would say is true no longer.
        if letters::settle(tx, &letter, LetterState::Withdrawn, now)? {
            tx.record(&event(&letter, EventKind::MailWithdrawn { letter: letter.kind }, now))?;
        }
    }
    Ok(None)
}

/// I6: a link leaves only while every file has a verdict that the policy in force lets pass, and only if everything that a
/// second person had to approve was approved as it is sent.
fn passes(tx: &mut Tx, letter: &QueuedLetter, screening: &Screening) -> Result<bool> {
    let (Some(transfer), Some(delivery)) = (letter.transfer_id, letter.delivery_id) else { return Ok(true) };
    if letter.kind != LetterKind::Offer {
        return Ok(true);
    }
    let files = files::of_transfer(tx, transfer)?;
    let rulings: Vec<Ruling> = files.iter().map(|file| screening.by_verdict(file)).collect();
    let about_files = rulings.contains(&Ruling::Approval);
    Ok(!rulings.contains(&Ruling::Refuse) && approve::lets_pass(tx, delivery, about_files)?)
}

/// Lets a mail wait for a policy that lets it pass, or for its transfer's end.
fn withhold(tx: &mut Tx, letter: &QueuedLetter, now: Time) -> Result<()> {
    if letters::withhold(tx, letter, now + WITHHELD, now)? && letter.withheld_at.is_none() {
        tx.record(&event(letter, EventKind::MailWithheld { letter: letter.kind }, now).failed())?;
        tell_withheld(tx, letter, now)?;
    }
    Ok(())
}

/// The sender is told once of a delivery, however often its mail stays and may leave again.
fn tell_withheld(tx: &mut Tx, letter: &QueuedLetter, now: Time) -> Result<()> {
    let Some(delivery) = letter.delivery_id else { return Ok(()) };
    if letters::was_written(tx, delivery, LetterKind::Withheld)? {
        return Ok(());
    }
    let delivery = deliveries::get(tx, delivery)?;
    queue_notice(tx, LetterKind::Withheld, &delivery, now)
}

fn about(tx: &mut Tx, letter: &QueuedLetter, around: &Surroundings, now: Time) -> Result<Option<About>> {
    if let (Some(transfer), Some(delivery)) = (letter.transfer_id, letter.delivery_id) {
        let ours = ours(tx, letter.kind, transfer, delivery, now)?;
        // Where nobody answers for the sender any more, nobody is told.
        let is_read = letter.kind.goes_to_recipient() || ours.contact.is_some();
        let is_read = is_read && is_true(tx, letter.kind, &ours, now)?;
        return Ok(is_read.then(|| About::Delivery(Box::new(ours))));
    }
    notice::read(tx, letter, around, now).map(|notice| notice.map(|notice| About::Staff(Box::new(notice))))
}

/// Whether a mail about a delivery still says what is so.
fn is_true(tx: &mut Tx, kind: LetterKind, ours: &Ours, now: Time) -> Result<bool> {
    match kind {
        LetterKind::Reminder => {
            let in_time = ours.transfer.expires_at.is_some_and(|expires_at| now < expires_at);
            Ok(in_time && remind::waits(tx, &ours.delivery)?)
        }
        LetterKind::Withheld => Ok(letters::withheld_at(tx, ours.delivery.id)?.is_some()),
        _ => Ok(true),
    }
}

fn ours(tx: &mut Tx, kind: LetterKind, transfer: TransferId, delivery: DeliveryId, now: Time) -> Result<Ours> {
    let delivery = deliveries::get(tx, delivery)?;
    let transfer = transfers::get(tx, transfer)?;
    let (owner, contact) = contact::of_transfer(tx, transfer.id)?;
    let message = transfers::message(tx, transfer.id)?;
    let mailed_at = letters::offer_accepted_at(tx, delivery.id)?;
    if kind == LetterKind::Offer {
        // From here on the link may be in the recipient's hands, whatever becomes of this attempt.
        deliveries::set_attempted(tx, delivery.id, now)?;
    }
    let held_until = letters::held_until(tx, delivery.id, now)?;
    Ok(Ours { delivery, transfer, owner, contact, message, mailed_at, held_until })
}

pub(super) fn correspondent(account: &Account) -> Correspondent {
    Correspondent { name: account.name.clone(), email: account.email.clone(), phone: account.phone.clone() }
}

fn word(gateway: &Gateway, due: &Due) -> Result<Letter> {
    let letter = match &due.about {
        About::Delivery(ours) => word_delivery(gateway, &due.letter, ours)?,
        About::Staff(notice) => notice.word(gateway, &due.letter)?,
    };
    let checkpoint = due.checkpoint.as_ref().map(|signed| signed.checkpoint.clone());
    Ok(Letter { checkpoint, ..letter })
}

fn word_delivery(gateway: &Gateway, letter: &QueuedLetter, ours: &Ours) -> Result<Letter> {
    let Ours { delivery, transfer, owner, contact, .. } = ours;
    let to_recipient = letter.kind.goes_to_recipient();
    let recipient = Correspondent {
        name: delivery.recipient.name.clone(),
        email: delivery.recipient.email.clone(),
        phone: delivery.recipient.phone.clone(),
    };
    // Recipients know who sent it; whom they reach is who answers for it.
    let reached = contact.as_ref().map_or_else(|| correspondent(owner), |contact| contact.person.clone());
    let sender = Correspondent { name: owner.name.clone(), ..reached.clone() };
    let staff_language = contact.as_ref().map_or(owner.language, |contact| contact.language);
    let when = match letter.kind {
        LetterKind::Offer | LetterKind::Reminder | LetterKind::Expired => transfer.expires_at,
        LetterKind::Collected => delivery.retrieved_at,
        LetterKind::Recalled | LetterKind::KeyLost | LetterKind::NotApproved => delivery.ended_at,
        // When it happened is when it was written.
        _ => None,
    };
    Ok(Letter {
        id: letter.id,
        kind: letter.kind,
        language: if to_recipient { delivery.recipient.language } else { staff_language },
        to: if to_recipient { recipient.clone() } else { reached },
        sender,
        recipient,
        reference: delivery.reference.clone(),
        file_count: u32::try_from(transfer.file_count).unwrap_or(0),
        total_bytes: u64::try_from(transfer.total_bytes).unwrap_or(0),
        when: when.unwrap_or(letter.created_at),
        // Of what the clock has ended and the sweeper has not seen yet, the reason is known.
        end_reason: delivery
            .end_reason
            .or_else(|| transfer.expires_at.is_some_and(|end| end <= letter.created_at).then_some(EndReason::Expired)),
        count: 0,
        mailed_at: ours.mailed_at.filter(|_| letter.kind == LetterKind::Reminder),
        approved: (letter.kind == LetterKind::Approved).then(|| approved(letter, ours)),
        digest: None,
        alerts: Vec::new(),
        log: None,
        invitation: None,
        offer: offer(gateway, letter, ours)?,
        checkpoint: None,
    })
}

/// What comes of an approval. Where the link had left before, it was about a later time limit.
fn approved(letter: &QueuedLetter, ours: &Ours) -> Approved {
    match (ours.held_until, ours.mailed_at, ours.transfer.expires_at) {
        (Some(until), ..) => Approved::Held(until),
        (None, Some(mailed_at), Some(expires_at)) if mailed_at < letter.created_at => Approved::Longer(expires_at),
        _ => Approved::Leaves,
    }
}

fn offer(gateway: &Gateway, letter: &QueuedLetter, ours: &Ours) -> Result<Option<Offer>> {
    if letter.kind != LetterKind::Offer {
        return Ok(None);
    }
    let missing = || Error::fault("wording a mail", "its link secret is gone");
    let sealed = letter.secret_sealed.as_deref().ok_or_else(missing)?;
    let secret: [u8; 20] = gateway.store.keys().custody.open(sealed)?.as_slice().try_into().map_err(|_| missing())?;
    let recipient = &ours.delivery.recipient;
    Ok(Some(Offer {
        public_id: ours.delivery.public_id.clone(),
        secret: LinkSecret::new(secret),
        message: gateway.open_text(ours.message.as_deref())?,
        phrase: recipient.phrase.clone(),
        channel: recipient.channel,
        number_digits: u32::try_from(ours.delivery.number_digits).unwrap_or(12),
    }))
}

async fn settle(gateway: &Gateway, due: Due, outcome: Result<Accepted, MailFailure>) -> Result<()> {
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| match outcome {
            Ok(accepted) => settle_accepted(tx, &due, accepted, now),
            Err(MailFailure::Transient { answer }) if due.letter.attempts < MOST_ATTEMPTS => {
                settle_deferred(tx, &due, answer, now)
            }
            Err(MailFailure::Transient { answer } | MailFailure::Permanent { answer }) => {
                settle_failed(tx, &due, answer, now)
            }
        })
        .await
}

fn settle_accepted(tx: &mut Tx, due: &Due, accepted: Accepted, now: Time) -> Result<()> {
    if let Some(transfer) = due.letter.transfer_id {
        transfers::lock(tx, transfer)?;
    }
    let kind = EventKind::MailAccepted { letter: due.letter.kind, attempt: due.letter.attempts };
    tx.record(&event(&due.letter, kind, now).with(Private::Reason(accepted.answer)))?;
    if let Some(signed) = due.checkpoint.as_ref().filter(|_| accepted.left) {
        copies::left(tx, &Destination::Mail, signed, "", now)?;
    }
    // A mail that was recalled while it was on its way stays recalled: the recipient's page says so.
    let settled = letters::settle(tx, &due.letter, LetterState::Accepted, now)?;
    match &due.about {
        About::Delivery(ours) if settled && due.letter.kind == LetterKind::Offer => offered(tx, &ours.delivery, now),
        _ => Ok(()),
    }
}

/// The link is out: the mail system said so, or somebody came with it.
pub(super) fn offered(tx: &mut Tx, delivery: &Delivery, now: Time) -> Result<()> {
    let current = deliveries::get(tx, delivery.id)?;
    if current.state == DeliveryState::Pending {
        deliveries::advance(tx, delivery.id, DeliveryState::Offered, now)?;
    }
    if transfers::dispatch(tx, delivery.transfer, now)? {
        tx.record(&Event::new(EventKind::Dispatched, now, Actor::System).transfer(delivery.transfer))?;
    }
    Ok(())
}

fn settle_deferred(tx: &mut Tx, due: &Due, answer: String, now: Time) -> Result<()> {
    let wait =
        Duration::from_secs(30).saturating_mul(2_u32.saturating_pow(due.letter.attempts.clamp(0, 12).unsigned_abs()));
    if letters::defer(tx, &due.letter, now + wait.min(Duration::from_secs(3600)))? {
        let kind = EventKind::MailDeferred { letter: due.letter.kind, attempt: due.letter.attempts };
        tx.record(&event(&due.letter, kind, now).with(Private::Reason(answer)).failed())?;
    }
    Ok(())
}

fn settle_failed(tx: &mut Tx, due: &Due, answer: String, now: Time) -> Result<()> {
    if !letters::settle(tx, &due.letter, LetterState::Failed, now)? {
        return Ok(());
    }
    let kind = EventKind::MailFailed { letter: due.letter.kind, attempt: due.letter.attempts };
    tx.record(&event(&due.letter, kind, now).with(Private::Reason(answer)).failed())?;
    let About::Delivery(ours) = &due.about else { return Ok(()) };
    if due.letter.kind == LetterKind::Offer && ours.transfer.state.is_running() {
        queue_notice(tx, LetterKind::Undelivered, &ours.delivery, now)?;
    }
    Ok(())
}

/// Takes back the mails of a delivery that ended before they left.
pub(super) fn withdraw(tx: &mut Tx, delivery: &Delivery, now: Time) -> Result<()> {
    for letter in letters::withdraw_offers(tx, delivery.id, now)? {
        let kind = EventKind::MailWithdrawn { letter: LetterKind::Offer };
        let event = Event::new(kind, now, Actor::System).transfer(delivery.transfer).delivery(delivery.id);
        tx.record(&event.letter(letter))?;
    }
    Ok(())
}
