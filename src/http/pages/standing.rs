//! Where transfers and deliveries stand, in the states that people tell apart.

use serde_json::Value;

use super::timeline::Entry;
use super::view::{DeliveryRow, Status};
use crate::error::Result;
use crate::gateway::Gateway;
use crate::http::text::Texts;
use crate::model::{Delivery, DeliveryState, SenderSlot, Transfer, TransferState};
use crate::staff::permit::Watcher;
use crate::store::letters::LetterState;
use crate::transfer::timeline::{self, DeliveryStatus, Line, Timeline};

/// Of a transfer in the list. Only for a mail that has not left is more read than the list gives.
pub(super) async fn of_line(gateway: &Gateway, watcher: &Watcher, line: &Line) -> Result<Status> {
    let waits = line.deliveries.iter().any(|delivery| delivery.state == DeliveryState::Pending);
    if waits && line.transfer.state != TransferState::Draft {
        return Ok(status_of(&timeline::timeline(gateway, watcher, line.transfer.id).await?));
    }
    Ok(combined(&line.transfer, line.deliveries.iter().map(|delivery| Status::of_delivery(delivery.state, false))))
}

/// Of a transfer with all that is known of it.
pub(super) fn status_of(timeline: &Timeline) -> Status {
    combined(&timeline.transfer, timeline.deliveries.iter().map(of_delivery))
}

fn of_delivery(one: &DeliveryStatus) -> Status {
    let undelivered = matches!(one.mail, Some((LetterState::Failed, _)));
    Status::of_delivery(one.delivery.state, undelivered)
}

/// What needs the sender comes first; otherwise the furthest that anybody got.
fn combined(transfer: &Transfer, deliveries: impl Iterator<Item = Status>) -> Status {
    match (transfer.state, transfer.end_reason) {
        (TransferState::Draft, _) => return Status::Draft,
        (TransferState::Finished | TransferState::Shredded, Some(reason)) => return Status::of_end(reason),
        _ => {}
    }
    let all: Vec<Status> = deliveries.collect();
    if !all.is_empty() && all.iter().all(|status| *status == Status::Collected) {
        return Status::Collected;
    }
    if all.contains(&Status::Collected) && !all.iter().any(needs_the_sender) {
        return Status::Partly;
    }
    let order = [Status::Paused, Status::Undelivered, Status::Partly, Status::Opened, Status::Offered];
    order.into_iter().find(|status| all.contains(status)).unwrap_or(Status::Queued)
}

fn needs_the_sender(status: &Status) -> bool {
    matches!(status, Status::Paused | Status::Undelivered)
}

/// Whether a list that is filtered by `wanted` shows `status`.
pub(super) fn matches_filter(status: Status, wanted: Status) -> bool {
    match wanted {
        Status::Offered => matches!(status, Status::Queued | Status::Offered | Status::Opened | Status::Partly),
        _ => status == wanted,
    }
}

/// A recipient of a transfer, and what can be done.
pub(super) fn delivery_row(gateway: &Gateway, timeline: &Timeline, one: &DeliveryStatus) -> DeliveryRow {
    let (delivery, transfer) = (&one.delivery, &timeline.transfer);
    let live = !delivery.state.is_ended() && transfer.state != TransferState::Draft;
    let to = delivery.recipient.clone();
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
        can_reissue: live && transfer.sender_slot == SenderSlot::UntilCollected,
        can_resume: delivery.state == DeliveryState::Paused && one.used.life < gateway.tries().life,
        can_recall: live && delivery.state != DeliveryState::Retrieved,
    }
}

fn mail_answer(timeline: &Timeline, delivery: &Delivery) -> String {
    let about =
        |entry: &&crate::store::events::Entry| entry.event == "mail_failed" && entry.delivery == Some(delivery.id);
    let values = timeline.events.iter().rev().find(about).map(|entry| entry.values.as_slice()).unwrap_or_default();
    values.iter().find(|(field, _)| field == "reason").map(|(_, value)| value.clone()).unwrap_or_default()
}

/// The timeline's entries: about a delivery they name its recipient, about the draft its sender.
pub(super) fn entries(texts: &Texts, sender: &str, timeline: &Timeline) -> Vec<Entry> {
    let entry = |entry: &crate::store::events::Entry| {
        let recipient = timeline.deliveries.iter().map(|one| &one.delivery).find(|one| Some(one.id) == entry.delivery);
        // Leaves are written by us; one that cannot be read has nothing to add.
        let leaf: Value = serde_json::from_slice(&entry.leaf).unwrap_or_default();
        let word = |field: &str| leaf.get(field).and_then(Value::as_str);
        Entry {
            at: entry.at,
            event: entry.event.clone(),
            person: recipient.map_or_else(|| sender.to_owned(), |delivery| addressed(texts, delivery)),
            letter: word("letter").and_then(|word| word.parse().ok()),
            reason: word("reason").and_then(|word| word.parse().ok()),
        }
    };
    let mut entries: Vec<Entry> = timeline.events.iter().map(entry).collect();
    entries.dedup_by(|later, earlier| is_repetition(earlier, later));
    entries
}

/// Somebody who looks at the same thing over and over is told once; the log keeps each time.
fn is_repetition(earlier: &Entry, later: &Entry) -> bool {
    let same = (&earlier.event, &earlier.person) == (&later.event, &later.person);
    same && matches!(later.event.as_str(), "link_opened" | "serving_started")
}

fn addressed(texts: &Texts, delivery: &Delivery) -> String {
    let to = &delivery.recipient;
    match to.name.as_str() {
        "" => to.email.clone(),
        name => texts.phrase("person").with("name", name).to_string(),
    }
}
