//! Who approves instead of somebody who is away, named by an administrator.

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::sign_in::unlock::confirm_first;
use super::super::view::{Notice, StandInPage};
use super::super::visit::Answer;
use super::{account_id, registrar};
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::http::days;
use crate::model::{AccountId, Role};
use crate::staff::permit::Administrator;
use crate::staff::{deputy, register};

pub(super) async fn show(desk: Desk, id: web::Path<String>) -> Answer {
    desk.administrator()?;
    let id = account_id(&desk, &id)?;
    Ok(desk.page(StatusCode::OK, &page(&desk, id).await?))
}

async fn page(desk: &Desk, id: AccountId) -> actix_web::Result<StandInPage> {
    let account = register::get(&desk.gateway, id).await.map_err(|error| desk.refuse(error))?;
    let named = deputy::of_account(&desk.gateway, id).await.map_err(|error| desk.refuse(error))?;
    Ok(StandInPage {
        frame: desk.frame(&format!("/register/{id}/deputy")),
        id,
        can_have: account.has(Role::Approver) && desk.account().id != id,
        name: if account.name.is_empty() { account.email } else { account.name },
        named: named.map(|one| (format!("{} <{}>", one.account.name, one.account.email), one.from_at, one.until_at)),
        email: String::new(),
        from: days::date_of(desk.gateway.now(), desk.gateway.office().time_zone).to_string(),
        until: String::new(),
        reason: String::new(),
    })
}

pub(super) async fn name(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    let done = named(&desk, &administrator, &fields, id).await;
    answer(&desk, &fields, id, done, Notice::DeputyNamed).await
}

async fn named(desk: &Desk, administrator: &Administrator, fields: &Fields, id: AccountId) -> Result<()> {
    let zone = desk.gateway.office().time_zone;
    let missing = |field| Problem::Field { field, flaw: FieldFlaw::Missing };
    let from_at = days::begin("from", fields.get("from"), zone)?.ok_or_else(|| missing("from"))?;
    let until_at = days::end("until", fields.get("until"), zone)?.ok_or_else(|| missing("until"))?;
    let registrar = registrar(desk, administrator, fields)?;
    deputy::name_for(&desk.gateway, &registrar, id, fields.get("deputy"), (from_at, until_at)).await
}

pub(super) async fn withdraw(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    let done = async {
        let registrar = registrar(&desk, &administrator, &fields)?;
        match deputy::withdraw_for(&desk.gateway, &registrar, id).await {
            // Pressed twice: there is none, as wanted.
            Err(Error::Problem(Problem::NotFound)) => Ok(()),
            done => done,
        }
    };
    let done = done.await;
    answer(&desk, &fields, id, done, Notice::DeputyWithdrawn).await
}

/// Back to the page with what was done, or the page again with what is wrong and what was typed.
async fn answer(desk: &Desk, fields: &Fields, id: AccountId, done: Result<()>, notice: Notice) -> Answer {
    let problem = match done {
        Ok(()) => return Ok(desk.go(&format!("/register/{id}/deputy?done={notice}"))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => return confirm_first(&desk.request, fields).await,
        Err(Error::Problem(problem @ (Problem::Field { .. } | Problem::OwnAccount))) => problem,
        Err(error) => return Err(desk.refuse(error)),
    };
    let mut page = page(desk, id).await?;
    (page.email, page.reason) = (fields.get("deputy").to_owned(), fields.get("reason").to_owned());
    (page.from, page.until) = (fields.get("from").to_owned(), fields.get("until").to_owned());
    match problem {
        Problem::OwnAccount => page.frame.refuse_in_words("deputy", "deputy-of-oneself"),
        Problem::Field { field: "deputy", .. } => page.frame.refuse_in_words("deputy", "deputy-unknown"),
        Problem::Field { flaw: FieldFlaw::OutOfBounds { .. }, .. } => {
            page.frame.refuse_in_words("until", "deputy-period");
        }
        _ => page.frame.refuse("", &problem),
    }
    Ok(desk.refused_page(&problem, &page))
}
