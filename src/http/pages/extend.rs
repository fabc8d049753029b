//! Moving the time limit of a sent transfer.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web;

use super::compose::transfer_id;
use super::desk::Desk;
use super::posted::Posted;
use super::stale;
use super::standing;
use super::view::{ExtendPage, FieldError, Notice};
use super::visit::Answer;
use crate::error::{Error, FieldFlaw, Problem};
use crate::gateway::hours;
use crate::http::routes::{Access, Routes, at};
use crate::model::{Time, TransferId};
use crate::transfer::allowed::allowed;
use crate::transfer::extend;
use crate::transfer::timeline::{self, DeliveryStatus};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Days that the form proposes.
const PROPOSED: u64 = 7;

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/transfers/{id}/extend").get(Access::Watcher, ask).post(Access::Sender, move_limit));
}

async fn ask(desk: Desk, id: web::Path<String>) -> Answer {
    let id = transfer_id(&desk, &id)?;
    match page(&desk, id, None).await? {
        Some(page) => Ok(desk.page(StatusCode::OK, &page)),
        None => Ok(desk.go(&format!("/transfers/{id}"))),
    }
}

/// The form with what was typed; none for a transfer whose limit cannot be moved any more.
async fn page(desk: &Desk, id: TransferId, typed: Option<&str>) -> actix_web::Result<Option<ExtendPage>> {
    let found = timeline::timeline(&desk.gateway, &desk.watcher()?, id).await;
    let found = found.map_err(|error| desk.refuse(error))?;
    let transfer = &found.transfer;
    let running = transfer.expires_at.zip(transfer.sealed_at).filter(|_| transfer.state.is_running());
    let Some((expires_at, sealed_at)) = running else { return Ok(None) };
    let allowed = allowed(&desk.gateway, transfer.owner).await.map_err(|error| desk.refuse(error))?;
    let most_hours = *allowed.keep_hours.end();
    let latest = sealed_at + hours(most_hours);
    // Both ends stand still: what the form proposes is the same at every look.
    let most_days = latest.since(expires_at).as_secs() / DAY.as_secs();
    let days = typed.map_or_else(|| PROPOSED.min(most_days).to_string(), str::to_owned);
    let is_running = |one: &&DeliveryStatus| !one.delivery.state.is_ended();
    let asks = found.deliveries.iter().filter(is_running).any(|one| one.delivery.needs_approval);
    let shut = asks
        && match desk.sender() {
            Ok(sender) => {
                !extend::lets_look(&desk.gateway, &sender, transfer).await.map_err(|error| desk.refuse(error))?
            }
            Err(_) => true,
        };
    Ok(Some(ExtendPage {
        frame: desk.frame(&format!("/transfers/{id}/extend")),
        id,
        expires_at,
        latest,
        most_days,
        policy_days: u64::from(most_hours / 24),
        asks,
        is_asked: found.deliveries.iter().filter(is_running).any(standing::is_asked),
        shut,
        days,
    }))
}

async fn move_limit(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let id = transfer_id(&desk, &id)?;
    let typed = fields.get("days").trim();
    let problem = match wish(typed, fields.get("present")) {
        Err(flaw) => Problem::Field { field: "days", flaw },
        Ok((present, more)) => match extend::extend_after(&desk.gateway, &desk.sender()?, id, present, more).await {
            Ok(extend::Extended::Until(_)) => {
                return Ok(desk.go(&format!("/transfers/{id}?done={}", Notice::Extended)));
            }
            Ok(extend::Extended::Asked(_)) => {
                return Ok(desk.go(&format!("/transfers/{id}?done={}", Notice::ExtensionAsked)));
            }
            Err(Error::Problem(problem @ (Problem::Field { .. } | Problem::QuestionOpen))) => problem,
            Err(error) => return stale::of_transfer(&desk, id, error).await,
        },
    };
    let Some(mut page) = page(&desk, id, Some(typed)).await? else {
        return Ok(desk.go(&format!("/transfers/{id}?done={}", Notice::Stale)));
    };
    match &problem {
        Problem::Field { flaw: FieldFlaw::OutOfBounds { .. }, .. } => {
            let text = desk.texts().phrase("extend-too-long").with("days", page.most_days).to_string();
            page.frame.errors.push(FieldError { id: "days".into(), text });
        }
        Problem::QuestionOpen => page.frame.refuse_in_full(&problem),
        _ => page.frame.refuse("days", &problem),
    }
    Ok(desk.refused_page(&problem, &page))
}

/// The limit that stood on the form, and how many hours later the new one is to be.
fn wish(days: &str, present: &str) -> Result<(Time, u32), FieldFlaw> {
    if days.is_empty() {
        return Err(FieldFlaw::Missing);
    }
    let days: u32 = days.parse().map_err(|_| FieldFlaw::Malformed)?;
    if days == 0 {
        return Err(FieldFlaw::OutOfBounds { least: 1, most: 1 });
    }
    // A form without it is none of ours; no transfer has that limit, and the page comes as it is now.
    let present = present.parse().map_or_else(|_| Time::default(), Time::from_millis);
    Ok((present, days.saturating_mul(24)))
}
