//! One sent transfer with its timeline, and taking it back.

use actix_web::http::StatusCode;
use actix_web::web;

use super::compose::transfer_id;
use super::desk::Desk;
use super::draft_rows::{count, file_rows, sum};
use super::posted::Posted;
use super::stale;
use super::standing::{self, delivery_row, status_of};
use super::view::{Notice, RecallPage, Status, TransferPage};
use super::visit::Answer;
use crate::http::routes::{Access, Routes, at};
use crate::model::{DeliveryState, SenderSlot, TransferState};
use crate::staff::permit::Watcher;
use crate::transfer::timeline::{self, Timeline};
use crate::transfer::{draft, recall};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/transfers/{id}").get(Access::Watcher, show))
        .add(at("/transfers/{id}/recall").get(Access::Watcher, ask).post(Access::Sender, take_back));
}

async fn found(desk: &Desk, watcher: &Watcher, name: &str) -> actix_web::Result<Timeline> {
    let found = async {
        let id = timeline::find(&desk.gateway, watcher, name).await?;
        timeline::timeline(&desk.gateway, watcher, id).await
    };
    found.await.map_err(|error| desk.refuse(error))
}

async fn show(desk: Desk, name: web::Path<String>) -> Answer {
    let page = page(&desk, &name).await?;
    Ok(desk.live_page(&page))
}

/// The page of a transfer.
pub(super) async fn page(desk: &Desk, name: &str) -> actix_web::Result<TransferPage> {
    let watcher = desk.watcher()?;
    let timeline = found(desk, &watcher, name).await?;
    let overview = draft::overview(&desk.gateway, &watcher, timeline.transfer.id).await;
    let overview = overview.map_err(|error| desk.refuse(error))?;
    let (transfer, files) = (&timeline.transfer, file_rows(&overview.files));
    let entries = standing::entries(&desk.texts(), &desk.account().name, &timeline, &files);
    let is_draft = transfer.state == TransferState::Draft;
    let gateway = &desk.gateway;
    let waits = standing::waits_for(gateway, &timeline, |_| true).await.map_err(|error| desk.refuse(error))?;
    Ok(TransferPage {
        // What stands in the page's own query, such as what has just been done, goes along to the other language.
        frame: if desk.request.path().starts_with("/transfers/") {
            desk.frame_here()
        } else {
            desk.frame(&format!("/transfers/{}", transfer.id))
        },
        id: transfer.id,
        status: status_of(&timeline),
        file_count: if is_draft {
            u32::try_from(files.len()).unwrap_or(u32::MAX)
        } else {
            positive(transfer.file_count)
        },
        total_bytes: if is_draft { sum(&files) } else { count(transfer.total_bytes) },
        deliveries: timeline.deliveries.iter().map(|one| delivery_row(gateway, &timeline, &files, one)).collect(),
        files,
        sent_at: transfer.sealed_at,
        expires_at: transfer.expires_at,
        erased_at: transfer.shredded_at,
        timeline: entries,
        can_recall: can_recall(&timeline),
        can_extend: is_running(&timeline),
        can_add: is_running(&timeline) && transfer.sender_slot == SenderSlot::UntilCollected,
        waits,
        phone: String::new(),
    })
}

fn positive(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

fn is_running(timeline: &Timeline) -> bool {
    timeline.transfer.state.is_running()
}

/// Whether anybody can still be kept from the files.
fn can_recall(timeline: &Timeline) -> bool {
    let waits = |state: DeliveryState| !state.is_ended() && state != DeliveryState::Retrieved;
    is_running(timeline) && timeline.deliveries.iter().any(|one| waits(one.delivery.state))
}

async fn ask(desk: Desk, name: web::Path<String>) -> Answer {
    let timeline = found(&desk, &desk.watcher()?, &name).await?;
    let id = timeline.transfer.id;
    if !can_recall(&timeline) {
        return Ok(stale::again(&desk, id, status_of(&timeline) == Status::Collected));
    }
    let rows = timeline.deliveries.iter().map(|one| delivery_row(&desk.gateway, &timeline, &[], one));
    let page = RecallPage {
        frame: desk.frame(&format!("/transfers/{id}/recall")),
        id,
        deliveries: rows.collect(),
        reason: String::new(),
    };
    Ok(desk.page(StatusCode::OK, &page))
}

async fn take_back(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let id = transfer_id(&desk, &id)?;
    let timeline = found(&desk, &desk.watcher()?, &id.to_string()).await?;
    if is_running(&timeline) && !can_recall(&timeline) {
        return Ok(stale::again(&desk, id, true));
    }
    match recall::recall(&desk.gateway, &desk.sender()?, id, fields.get("reason")).await {
        Ok(()) => Ok(desk.go(&format!("/transfers/{id}?done={}", Notice::Recalled))),
        Err(error) => stale::of_transfer(&desk, id, error).await,
    }
}
