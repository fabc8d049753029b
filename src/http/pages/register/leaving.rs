//! Somebody leaves, and may come back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::sign_in::unlock::confirm_first;
use super::super::view::{Notice, StopPage};
use super::super::visit::Answer;
use super::{account, account_id, answer, registrar};
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::model::{AccountId, AccountState, Leaving};
use crate::staff::permit::Administrator;
use crate::staff::register;

pub(super) async fn ask(desk: Desk, id: web::Path<String>) -> Answer {
    desk.administrator()?;
    let id = account_id(&desk, &id)?;
    let stored = register::get(&desk.gateway, id).await.map_err(|error| desk.refuse(error))?;
    // What cannot be stopped here says so on its own page.
    if id == desk.account().id || stored.state == AccountState::Stopped {
        return Ok(desk.go(&format!("/register/{id}")));
    }
    Ok(desk.page(StatusCode::OK, &page(&desk, id).await.map_err(|error| desk.refuse(error))?))
}

async fn page(desk: &Desk, id: AccountId) -> Result<StopPage> {
    let all = register::list(&desk.gateway).await?;
    let stored = all.iter().find(|one| one.id == id).ok_or(Problem::NotFound)?;
    Ok(StopPage {
        frame: desk.frame(&format!("/register/{id}/stop")),
        id,
        name: account::named(&all, Some(id)),
        email: stored.email.clone(),
        running: register::running(&desk.gateway, id).await?.len(),
        successor: account::named(&all, stored.successor),
        leaving: None,
        reason: String::new(),
    })
}

pub(super) async fn stop(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    match stopped(&desk, &administrator, &fields, id).await {
        Ok(()) => Ok(desk.go(&format!("/register/{id}?done={}", Notice::AccountStopped))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem)) => refused(&desk, &fields, id, &problem).await,
        Err(fault) => Err(desk.refuse(fault)),
    }
}

async fn stopped(desk: &Desk, administrator: &Administrator, fields: &Fields, id: AccountId) -> Result<()> {
    let missing = Problem::Field { field: "leaving", flaw: FieldFlaw::Missing };
    let leaving: Leaving = fields.get("leaving").parse().map_err(|_| missing)?;
    let registrar = registrar(desk, administrator, fields)?;
    let stored = register::get(&desk.gateway, id).await?;
    register::stop(&desk.gateway, &stored, leaving, &registrar).await
}

async fn refused(desk: &Desk, fields: &Fields, id: AccountId, problem: &Problem) -> actix_web::Result<HttpResponse> {
    let mut page = page(desk, id).await.map_err(|error| desk.refuse(error))?;
    page.leaving = fields.get("leaving").parse().ok();
    page.reason = fields.get("reason").to_owned();
    match problem {
        Problem::Field { field: field @ "leaving", .. } => page.frame.refuse_in_words(field, "register-stop-choose"),
        _ => page.frame.refuse_in_full(problem),
    }
    Ok(desk.refused_page(problem, &page))
}

pub(super) async fn resume(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    let work = async {
        let registrar = registrar(&desk, &administrator, &fields)?;
        let stored = register::get(&desk.gateway, id).await?;
        register::resume(&desk.gateway, &stored, &registrar).await?;
        Ok(Notice::AccountResumed)
    };
    let done = work.await;
    answer(&desk, &fields, (id, "resume"), done).await
}

pub(super) async fn recall(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    let work = async {
        let registrar = registrar(&desk, &administrator, &fields)?;
        register::recall_running(&desk.gateway, id, &registrar).await?;
        Ok(Notice::TransfersRecalled)
    };
    let done = work.await;
    answer(&desk, &fields, (id, "recall"), done).await
}
