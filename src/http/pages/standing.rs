//! Where transfers and deliveries stand, in the states that people tell apart.

use serde_json::Value;

use super::timeline::Entry;
use super::view::{DeliveryRow, FileRow, Leaving, Refusal, Status, Waits};
use crate::error::Result;
use crate::gateway::Gateway;
use crate::http::text::Texts;
use crate::model::{
    ApprovalState, Channel, Delivery, DeliveryId, DeliveryState, EndReason, FileId, SenderSlot, Time, Transfer,
    TransferState,
};
use crate::store::letters::LetterState;
use crate::store::listing::Listed;
use crate::store::nudges;
use crate::transfer::approve;
use crate::transfer::timeline::{DeliveryStatus, Timeline};

/// Of a transfer in the list.
pub(super) fn of_listed(listed: &Listed) -> Status {
    let of = |delivery: &Delivery| {
        let status = match Status::of_delivery(delivery.state, listed.undelivered.contains(&delivery.id)) {
            Status::Queued if listed.asked.contains(&delivery.id) => Status::Asked,
            status => status,
        };
        (delivery.state, status)
    };
    combined(&listed.transfer, listed.deliveries.iter().map(of))
}

/// Of a transfer with all that is known of it.
pub(super) fn status_of(timeline: &Timeline) -> Status {
    combined(&timeline.transfer, timeline.deliveries.iter().map(|one| (one.delivery.state, of_delivery(one))))
}

/// When the mail of a delivery leaves that is not ended.
pub(super) fn leaving(one: &DeliveryStatus) -> Leaving {
    match one.held_until {
        // The newest one: an earlier link may have left long ago.
        _ if !matches!(one.mail, Some((LetterState::Queued, 0))) => Leaving::Now,
        _ if is_asked(one) => Leaving::AfterApproval,
        Some(until) => Leaving::At(until),
        None => Leaving::Now,
    }
}

fn of_delivery(one: &DeliveryStatus) -> Status {
    let undelivered = one.mail.is_some_and(|(state, _)| state.is_undelivered());
    match Status::of_delivery(one.delivery.state, undelivered) {
        Status::Queued if is_asked(one) => Status::Asked,
        Status::Queued if one.held_until.is_some() => Status::Held,
        Status::Recalled if matches!(one.delivery.end_reason, Some(EndReason::Refused | EndReason::Lapsed)) => {
            Status::NotApproved
        }
        status => status,
    }
}

/// Whether an approver has not answered yet.
pub(super) fn is_asked(one: &DeliveryStatus) -> bool {
    one.approval.as_ref().is_some_and(|approval| approval.state == ApprovalState::Asked)
}

/// What keeps the mails of some deliveries of a transfer from leaving, besides the mail system.
fn waits_of(timeline: &Timeline, is_meant: impl Fn(DeliveryId) -> bool) -> Waits {
    let meant = || timeline.deliveries.iter().filter(|one| is_meant(one.delivery.id));
    let running = || meant().filter(|one| !one.delivery.state.is_ended());
    let asked = || running().filter(|one| is_asked(one)).filter_map(|one| one.approval.as_ref());
    let since = asked().map(|approval| approval.asked_at).min();
    let first = asked().find(|approval| timeline.transfer.expires_at < Some(approval.latest_expiry));
    Waits {
        id: timeline.transfer.id,
        asked: since.zip(asked().map(|approval| approval.decide_by).min()),
        approvers: Vec::new(),
        then_minutes: 0,
        longer: first.map(|approval| approval.latest_expiry),
        held_until: running().filter_map(|one| one.held_until).min(),
        mailed: meant().any(|one| one.delivery.attempted_at.is_some()),
    }
}

/// The same, with those who could answer and what comes after their answer.
pub(super) async fn waits_for(
    gateway: &Gateway,
    timeline: &Timeline,
    is_meant: impl Fn(DeliveryId) -> bool,
) -> Result<Waits> {
    let mut waits = waits_of(timeline, is_meant);
    if waits.asked.is_some() {
        waits.approvers = approve::who_could(gateway, timeline.transfer.owner).await?;
        waits.then_minutes = gateway.policy().hold_minutes;
    }
    Ok(waits)
}

/// What needs the sender comes first; otherwise the furthest that anybody got. `store/listing/standing.rs` says the same to the
/// database, of the same sets of states.
fn combined(transfer: &Transfer, deliveries: impl Iterator<Item = (DeliveryState, Status)>) -> Status {
    let (states, all): (Vec<DeliveryState>, Vec<Status>) = deliveries.unzip();
    match (transfer.state, transfer.end_reason) {
        (TransferState::Draft, _) => return Status::Draft,
        (TransferState::Finished | TransferState::Shredded, Some(reason)) => {
            return match Status::of_end(reason) {
                // What is said of the transfer is what is so of all.
                Status::Collected => collected(&states).unwrap_or(Status::Collected),
                status => status,
            };
        }
        _ => {}
    }
    if let Some(status) = collected(&states) {
        return status;
    }
    if all.contains(&Status::Collected) && !all.iter().any(needs_the_sender) {
        return Status::Partly;
    }
    let order = [
        Status::Paused,
        Status::Undelivered,
        Status::Partly,
        Status::Opened,
        Status::Offered,
        Status::Asked,
        Status::Held,
    ];
    order.into_iter().find(|status| all.contains(status)).unwrap_or(Status::Queued)
}

/// How it stands where nobody has anything left to collect, and somebody has collected; none otherwise.
fn collected(all: &[DeliveryState]) -> Option<Status> {
    let is_any = |set: &[DeliveryState]| all.iter().any(|state| set.contains(state));
    if !is_any(&DeliveryState::COLLECTED) || is_any(&DeliveryState::OPEN) {
        return None;
    }
    let by_all = all.iter().all(|state| DeliveryState::COLLECTED.contains(state));
    Some(if by_all { Status::Collected } else { Status::CollectedBySome })
}

fn needs_the_sender(status: &Status) -> bool {
    matches!(status, Status::Paused | Status::Undelivered)
}

/// A recipient of a transfer, and what can be done.
pub(super) fn delivery_row(
    gateway: &Gateway,
    timeline: &Timeline,
    files: &[FileRow],
    one: &DeliveryStatus,
) -> DeliveryRow {
    let (delivery, transfer) = (&one.delivery, &timeline.transfer);
    let running = !delivery.state.is_ended() && transfer.state != TransferState::Draft;
    let to = delivery.recipient.clone();
    let can_correct = running && transfer.sender_slot == SenderSlot::UntilCollected && delivery.retrieved_at.is_none();
    let status = if transfer.state == TransferState::Draft { Status::Draft } else { of_delivery(one) };
    DeliveryRow {
        reference: delivery.reference.clone(),
        name: to.name,
        email: to.email,
        phone: to.phone,
        status,
        told_at: delivery.told_at,
        collected_at: delivery.retrieved_at,
        ended_at: delivery.ended_at,
        mail_answer: if status == Status::Undelivered { mail_answer(timeline, delivery) } else { String::new() },
        withheld_at: one.withheld_at.filter(|_| running),
        wrong: u32::try_from(one.used.wrong).unwrap_or(0),
        files: complete(files, one),
        can_tell: running && delivery.told_at.is_none() && delivery.retrieved_at.is_none(),
        can_reissue: running && transfer.sender_slot == SenderSlot::UntilCollected,
        reminded_at: one.nudged.reminded_at,
        can_remind: can_remind(gateway, timeline, one),
        can_resume: delivery.state == DeliveryState::Paused && one.used.life < gateway.tries().life,
        refused: refusal(timeline, one),
        // As long as the first mail waits there is nothing to send again; a wrong address is corrected before it leaves.
        can_resend: can_correct && leaving(one) == Leaving::Now,
        can_correct,
        can_text: running && transfer.sender_slot == SenderSlot::UntilCollected && takes_texts(gateway),
        asked_again_at: one.nudged.asked_again_at,
        can_verify: running && !delivery.phone_verified,
        opened_at: delivery.opened_at,
        was_mailed: delivery.attempted_at.is_some(),
        can_recall: running && delivery.state != DeliveryState::Retrieved,
    }
}

/// Whether numbers can be sent by SMS.
fn takes_texts(gateway: &Gateway) -> bool {
    gateway.outwards.channels(&gateway.policy()).contains(&Channel::Sms)
}

/// Whether something waits behind a link that was mailed, and nobody was reminded of it lately.
fn can_remind(gateway: &Gateway, timeline: &Timeline, one: &DeliveryStatus) -> bool {
    let now = gateway.now();
    let in_time = timeline.transfer.expires_at.is_some_and(|expires_at| now < expires_at);
    let is_mailed = matches!(one.mail, Some((LetterState::Accepted, _)));
    let waits = nudges::REMINDABLE.contains(&one.delivery.state);
    in_time && is_mailed && waits && one.nudged.reminded_lately(now).is_none()
}

/// Which files were collected when, in the order of the transfer's files; nothing where their names cannot be read.
fn complete(files: &[FileRow], one: &DeliveryStatus) -> Vec<(String, Time)> {
    let at = |file: &FileRow| one.complete.iter().find(|(id, _)| *id == file.id).map(|(_, at)| *at);
    files.iter().filter_map(|file| Some((file.name.clone(), at(file)?))).collect()
}

/// Why an approver said no; empty where nobody did, or the reason is kept no longer.
fn refusal(timeline: &Timeline, one: &DeliveryStatus) -> Option<Refusal> {
    let lapsed = match one.delivery.end_reason {
        Some(EndReason::Refused) => false,
        Some(EndReason::Lapsed) => true,
        // A no to a later time limit ended nothing.
        None if one.approval.as_ref().is_some_and(|approval| approval.state == ApprovalState::Refused) => false,
        _ => return None,
    };
    let about = |entry: &&crate::store::events::Entry| {
        entry.event == "approval_refused" && entry.delivery == Some(one.delivery.id)
    };
    let reason = timeline.events.iter().rev().find(about).map(|entry| kept(entry, "reason")).unwrap_or_default();
    Some(Refusal {
        lapsed,
        ended: one.delivery.end_reason.is_some(),
        reason: if lapsed { String::new() } else { reason },
    })
}

fn mail_answer(timeline: &Timeline, delivery: &Delivery) -> String {
    let about = |entry: &&crate::store::events::Entry| {
        matches!(entry.event.as_str(), "mail_failed" | "mail_bounced") && entry.delivery == Some(delivery.id)
    };
    timeline
        .events
        .iter()
        .rev()
        .find(about)
        .map(|entry| match entry.event.as_str() {
            "mail_bounced" => status_code(entry),
            _ => kept(entry, "reason"),
        })
        .unwrap_or_default()
}

/// What the report of a mail that came back says, as a code (RFC 3463).
fn status_code(entry: &crate::store::events::Entry) -> String {
    let leaf: Value = serde_json::from_slice(&entry.leaf).unwrap_or_default();
    leaf.get("status").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The timeline's entries: about a delivery they name its recipient, about the draft its sender.
pub(super) fn entries(texts: &Texts, sender: &str, timeline: &Timeline, files: &[FileRow]) -> Vec<Entry> {
    let of_removed = timeline.events.iter().filter(|entry| entry.event == "file_removed");
    let removed: Vec<FileId> =
        of_removed.filter_map(|entry| file_of(&serde_json::from_slice(&entry.leaf).ok()?)).collect();
    let several = timeline.deliveries.len() > 1;
    let entry = |entry: &crate::store::events::Entry| {
        let recipient = timeline.deliveries.iter().map(|one| &one.delivery).find(|one| Some(one.id) == entry.delivery);
        // Leaves are written by us; one that cannot be read has nothing to add.
        let leaf: Value = serde_json::from_slice(&entry.leaf).unwrap_or_default();
        let person = recipient.map_or_else(|| sender.to_owned(), |delivery| addressed(texts, delivery, several));
        let count = u32::try_from(timeline.transfer.file_count).unwrap_or(0);
        let finding = kept(entry, "finding");
        let about = file_of(&leaf);
        let file = files.iter().find(|file| Some(file.id) == about).map_or("", |file| &file.name);
        let mut told = Entry::new(entry.at, &entry.event, person, &leaf, count)
            .with_verdict(&leaf, &finding, file)
            .with_phone(&kept(entry, "phone"));
        if about.is_some_and(|about| removed.contains(&about)) {
            told.note_removed();
        }
        told
    };
    // Of recipients only those are told who came after sending.
    let sealed_at = timeline.transfer.sealed_at;
    let is_told = |entry: &&crate::store::events::Entry| {
        entry.event != "recipient_added" || (sealed_at.is_some() && Some(entry.at) > sealed_at)
    };
    let mut entries: Vec<Entry> =
        timeline.events.iter().filter(is_told).map(entry).filter(|entry| !entry.is_void()).collect();
    entries.dedup_by(|later, earlier| {
        if earlier.is_of_same_scan(later) {
            earlier.files = earlier.files.saturating_add(later.files);
            return true;
        }
        is_repetition(earlier, later)
    });
    entries
}

fn file_of(leaf: &Value) -> Option<FileId> {
    leaf.pointer("/subject/file").and_then(Value::as_str).and_then(|id| id.parse().ok())
}

/// A value that is kept beside an entry; empty where there is none any more.
fn kept(entry: &crate::store::events::Entry, field: &str) -> String {
    let value = entry.values.iter().find(|(name, _)| name == field);
    value.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// Somebody who looks at the same thing over and over is told once; the log keeps each time.
fn is_repetition(earlier: &Entry, later: &Entry) -> bool {
    let same = (&earlier.event, &earlier.person) == (&later.event, &later.person);
    same && matches!(later.event.as_str(), "link_opened" | "serving_started")
}

/// A recipient by name; among several with the address, too, because names are not unique.
fn addressed(texts: &Texts, delivery: &Delivery, several: bool) -> String {
    let to = &delivery.recipient;
    let person = texts.phrase("person").with("name", to.name.clone()).to_string();
    match to.name.as_str() {
        "" => to.email.clone(),
        _ if several => texts.phrase("person-at").with("person", person).with("email", to.email.clone()).to_string(),
        _ => person,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_some_collected_and_others_lost_is_not_called_collected() {
        use DeliveryState::{Closed, Expired, KeyLost, Recalled, Retrieved};
        assert_eq!(collected(&[Retrieved, Closed]), Some(Status::Collected));
        for over in [Expired, Recalled, KeyLost] {
            assert_eq!(collected(&[over, Retrieved, over]), Some(Status::CollectedBySome), "{over}");
        }
        for open in DeliveryState::OPEN {
            assert_eq!(collected(&[Retrieved, open]), None, "{open}");
        }
        assert_eq!(collected(&[Recalled]), None);
        assert_eq!(collected(&[]), None);
    }
}
