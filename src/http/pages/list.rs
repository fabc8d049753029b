//! The list of sent transfers: what its address asks for is asked of the store.

use super::desk::Desk;
use super::draft_rows::count;
use super::standing;
use super::view::{FilterForm, Period, TransferDay, TransferRow, TransfersPage};
use super::visit::Answer;
use crate::error::{Error, Result};
use crate::http::days;
use crate::http::question::parameter;
use crate::http::routes::{Access, Routes, at};
use crate::http::text::Texts;
use crate::model::{Order, TransferState};
use crate::store::listing::Listed;
use crate::transfer::timeline::{self, Asked};

/// Transfers on a page of the list.
const ROWS: usize = 50;

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/transfers").get(Access::Watcher, list));
}

async fn list(desk: Desk) -> Answer {
    let watcher = desk.watcher()?;
    let filter = filter(&desk);
    let mut frame = desk.frame_here();
    let asked = match asked(&desk, &filter) {
        Ok(asked) => asked,
        Err(Error::Problem(problem)) => {
            frame.refuse("", &problem);
            return Ok(desk.refused_page(&problem, &TransfersPage { frame, filter, days: Vec::new(), older: None }));
        }
        Err(fault) => return Err(desk.refuse(fault)),
    };
    let listed = timeline::list(&desk.gateway, &watcher, asked).await;
    let (listed, next) = listed.map_err(|error| desk.refuse(error))?;
    let older = next.map(|cursor| filter.behind(&cursor.to_string()));
    let days = by_day(&desk, &filter, &listed);
    Ok(desk.live_page(&TransfersPage { frame, filter, days, older }))
}

fn filter(desk: &Desk) -> FilterForm {
    let asked = |name: &str| parameter(&desk.request, name).unwrap_or_default();
    let (from, to) = (asked("from"), asked("to"));
    // Days that somebody filled in count, whatever else was chosen.
    let period = match from.is_empty() && to.is_empty() {
        true => asked("period").parse().ok().filter(|period| *period != Period::Dates).unwrap_or(Period::All),
        false => Period::Dates,
    };
    FilterForm {
        query: asked("q"),
        standing: asked("state").parse().ok(),
        period,
        from,
        to,
        order: asked("order").parse().unwrap_or(Order::Newest),
    }
}

fn asked(desk: &Desk, filter: &FilterForm) -> Result<Asked> {
    let zone = desk.gateway.office().time_zone;
    let begin = match filter.period.days() {
        Some(days) => days::begin_before(desk.gateway.now(), days - 1, zone),
        None => days::begin("from", &filter.from, zone)?,
    };
    Ok(Asked {
        standing: filter.standing,
        search: filter.query.clone(),
        from: begin,
        before: days::end("to", &filter.to, zone)?,
        order: filter.order,
        after: parameter(&desk.request, "cursor").and_then(|cursor| cursor.parse().ok()),
        limit: ROWS,
    })
}

/// The rows under their days. In another order than that of the days they are one group.
fn by_day(desk: &Desk, filter: &FilterForm, listed: &[Listed]) -> Vec<TransferDay> {
    let (texts, zone) = (desk.texts(), desk.gateway.office().time_zone);
    let mut groups: Vec<TransferDay> = Vec::new();
    for listed in listed {
        let row = row(listed);
        let heading = match filter.order {
            Order::Soonest => String::new(),
            Order::Newest | Order::Oldest => heading(desk, &texts, &row, zone),
        };
        match groups.last_mut() {
            Some(group) if group.heading == heading => group.rows.push(row),
            _ => groups.push(TransferDay { heading, rows: vec![row] }),
        }
    }
    groups
}

fn heading(desk: &Desk, texts: &Texts, row: &TransferRow, zone: chrono_tz::Tz) -> String {
    let (today, day) = (days::date_of(desk.gateway.now(), zone), days::date_of(row.at, zone));
    let date = texts.day(&row.at);
    match (today - day).num_days() {
        0 => texts.phrase("list-today").with("date", date).to_string(),
        1 => texts.phrase("list-yesterday").with("date", date).to_string(),
        _ => date,
    }
}

fn row(listed: &Listed) -> TransferRow {
    let transfer = &listed.transfer;
    let is_draft = transfer.state == TransferState::Draft;
    let first = listed.deliveries.first().map(|delivery| delivery.recipient.clone());
    let (name, email) = first.map(|to| (to.name, to.email)).unwrap_or_default();
    let running = transfer.expires_at.filter(|_| transfer.state.is_running());
    TransferRow {
        id: transfer.id,
        status: standing::of_listed(listed),
        name,
        email,
        recipient_count: u32::try_from(listed.deliveries.len()).unwrap_or(u32::MAX),
        file_count: u32::try_from(listed.file_count).unwrap_or(u32::MAX),
        total_bytes: count(listed.total_bytes),
        at: transfer.sealed_at.unwrap_or(transfer.created_at),
        until: if is_draft { Some(transfer.draft_until) } else { running },
        ended_at: transfer.finished_at,
    }
}
