//! Sent transfers: the list, one transfer with its timeline, taking it back.

use actix_web::http::StatusCode;
use actix_web::web;

use super::compose::transfer_id;
use super::desk::Desk;
use super::draft_rows::{count, file_rows, sum};
use super::get_or_head;
use super::posted::Posted;
use super::standing::{self, matches_filter, status_of};
use super::view::{RecallPage, Status, TransferPage, TransferRow, TransfersPage};
use super::visit::{Answer, parameter, percent_encoded};
use crate::model::{Delivery, TransferId, TransferState};
use crate::staff::permit::Watcher;
use crate::transfer::timeline::{self, Filter, Line, Timeline};
use crate::transfer::{draft, recall};

/// Transfers on a page of the list.
const ROWS: usize = 50;
/// Transfers read at a time, and how often at most for one page: a search ends where a reader would have given up.
const BATCH: u32 = 200;
const BATCHES: usize = 25;

pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/transfers").route(get_or_head().to(list)))
        .service(web::resource("/transfers/{id}").route(get_or_head().to(show)))
        .service(web::resource("/transfers/{id}/recall").route(get_or_head().to(ask)).route(web::post().to(take_back)));
}

/// What the list was asked for.
struct Asked {
    state: String,
    query: String,
    before: Option<TransferId>,
}

async fn list(desk: Desk) -> Answer {
    let watcher = desk.watcher()?;
    let asked = Asked {
        state: parameter(&desk.request, "state").unwrap_or_default(),
        query: parameter(&desk.request, "q").unwrap_or_default(),
        before: parameter(&desk.request, "before").and_then(|id| id.parse().ok()),
    };
    let (rows, older) = rows(&desk, &watcher, &asked).await.map_err(|error| desk.refuse(error))?;
    let older = older.map(|id| {
        let (state, query) = (percent_encoded(&asked.state), percent_encoded(&asked.query));
        format!("/transfers?state={state}&q={query}&before={id}")
    });
    let page = TransfersPage { frame: desk.frame_here(), state: asked.state, query: asked.query, rows, older };
    Ok(desk.page(StatusCode::OK, &page))
}

/// The rows of a page, and where the next page begins.
async fn rows(
    desk: &Desk,
    watcher: &Watcher,
    asked: &Asked,
) -> crate::error::Result<(Vec<TransferRow>, Option<TransferId>)> {
    let wanted = Status::FILTERS.iter().find(|(word, _)| *word == asked.state).map(|(_, status)| *status);
    let state = (wanted == Some(Status::Draft)).then_some(TransferState::Draft);
    let mut rows = Vec::new();
    let mut before = asked.before;
    for _ in 0..BATCHES {
        let filter = Filter { state, before, limit: BATCH };
        let lines = timeline::list(&desk.gateway, watcher, filter, "").await?;
        let is_last = lines.len() < BATCH as usize;
        for line in lines {
            if rows.len() == ROWS {
                return Ok((rows, before));
            }
            before = Some(line.transfer.id);
            if !mentions(&line, &asked.query) {
                continue;
            }
            let status = standing::of_line(&desk.gateway, watcher, &line).await?;
            if wanted.is_none_or(|wanted| matches_filter(status, wanted)) {
                rows.push(row(desk, watcher, line, status).await?);
            }
        }
        if is_last {
            return Ok((rows, None));
        }
    }
    Ok((rows, before))
}

fn mentions(line: &Line, query: &str) -> bool {
    let query = query.trim().to_lowercase();
    let has = |delivery: &Delivery| {
        let to = &delivery.recipient;
        [&to.email, &to.name, &delivery.reference].iter().any(|text| text.to_lowercase().contains(&query))
    };
    query.is_empty() || line.deliveries.iter().any(has)
}

async fn row(desk: &Desk, watcher: &Watcher, line: Line, status: Status) -> crate::error::Result<TransferRow> {
    let transfer = line.transfer;
    let is_draft = transfer.state == TransferState::Draft;
    let (file_count, total_bytes) = if is_draft {
        let files = file_rows(&draft::overview(&desk.gateway, watcher, transfer.id).await?.files);
        (files.len(), sum(&files))
    } else {
        (usize::try_from(transfer.file_count).unwrap_or(0), count(transfer.total_bytes))
    };
    let first = line.deliveries.first().map(|delivery| delivery.recipient.clone());
    let (name, email) = first.map(|to| (to.name, to.email)).unwrap_or_default();
    let live = transfer.expires_at.filter(|_| transfer.finished_at.is_none());
    Ok(TransferRow {
        id: transfer.id,
        status,
        name,
        email,
        recipient_count: u32::try_from(line.deliveries.len()).unwrap_or(u32::MAX),
        file_count: u32::try_from(file_count).unwrap_or(u32::MAX),
        total_bytes,
        at: transfer.sealed_at.unwrap_or(transfer.created_at),
        until: if is_draft { Some(transfer.draft_until) } else { live },
    })
}

async fn found(desk: &Desk, watcher: &Watcher, name: &str) -> actix_web::Result<Timeline> {
    let found = async {
        let id = timeline::find(&desk.gateway, watcher, name).await?;
        timeline::timeline(&desk.gateway, watcher, id).await
    };
    found.await.map_err(|error| desk.refuse(error))
}

async fn show(desk: Desk, name: web::Path<String>) -> Answer {
    let watcher = desk.watcher()?;
    let timeline = found(&desk, &watcher, &name).await?;
    let overview = draft::overview(&desk.gateway, &watcher, timeline.transfer.id).await;
    let overview = overview.map_err(|error| desk.refuse(error))?;
    let (transfer, files) = (&timeline.transfer, file_rows(&overview.files));
    let is_draft = transfer.state == TransferState::Draft;
    let gateway = &desk.gateway;
    let page = TransferPage {
        frame: desk.frame_here(),
        id: transfer.id,
        status: status_of(&timeline),
        file_count: if is_draft {
            u32::try_from(files.len()).unwrap_or(u32::MAX)
        } else {
            positive(transfer.file_count)
        },
        total_bytes: if is_draft { sum(&files) } else { count(transfer.total_bytes) },
        files,
        sent_at: transfer.sealed_at,
        expires_at: transfer.expires_at,
        erased_at: transfer.shredded_at,
        deliveries: timeline.deliveries.iter().map(|one| standing::delivery_row(gateway, &timeline, one)).collect(),
        timeline: standing::entries(&desk.texts(), &desk.account().name, &timeline),
        can_recall: can_recall(&timeline),
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn positive(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

fn can_recall(timeline: &Timeline) -> bool {
    matches!(timeline.transfer.state, TransferState::Sealed | TransferState::Dispatched)
}

async fn ask(desk: Desk, name: web::Path<String>) -> Answer {
    let timeline = found(&desk, &desk.watcher()?, &name).await?;
    let id = timeline.transfer.id;
    if !can_recall(&timeline) {
        return Ok(desk.go(&format!("/transfers/{id}")));
    }
    let rows = timeline.deliveries.iter().map(|one| standing::delivery_row(&desk.gateway, &timeline, one));
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
    let taken = recall::recall(&desk.gateway, &desk.sender()?, id, fields.get("reason")).await;
    taken.map_err(|error| desk.refuse(error))?;
    Ok(desk.go(&format!("/transfers/{id}?done=recalled")))
}
