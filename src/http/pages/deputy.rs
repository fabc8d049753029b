//! The deputy of an approver, who decides while the approver is away.

use actix_web::http::StatusCode;

use super::desk::Desk;
use super::posted::Posted;
use super::sign_in::unlock::confirm_first;
use super::view::{DeputyPage, Notice};
use super::visit::Answer;
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::http::days;
use crate::http::routes::{Access, Routes, at};
use crate::model::Time;
use crate::staff::deputy;

const HERE: &str = "/me/deputy";

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at(HERE).get(Access::Approver, show).post(Access::Approver, name))
        .add(at("/me/deputy/withdraw").post(Access::Approver, withdraw));
}

async fn page(desk: &Desk) -> actix_web::Result<DeputyPage> {
    let named = deputy::of(&desk.gateway, &desk.person()?).await.map_err(|error| desk.refuse(error))?;
    Ok(DeputyPage {
        frame: desk.frame(HERE),
        named: named.map(|one| (format!("{} <{}>", one.account.name, one.account.email), one.from_at, one.until_at)),
        email: String::new(),
        from: days::date_of(desk.gateway.now(), desk.gateway.office().time_zone).to_string(),
        until: String::new(),
    })
}

async fn show(desk: Desk) -> Answer {
    Ok(desk.page(StatusCode::OK, &page(&desk).await?))
}

/// The first moment of the one day to the last of the other.
fn period(desk: &Desk, from: &str, until: &str) -> Result<(Time, Time)> {
    let zone = desk.gateway.office().time_zone;
    let missing = |field| Problem::Field { field, flaw: FieldFlaw::Missing };
    let from_at = days::begin("from", from, zone)?.ok_or_else(|| missing("from"))?;
    let until_at = days::end("until", until, zone)?.ok_or_else(|| missing("until"))?;
    Ok((from_at, until_at))
}

async fn name(form: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = form;
    let (email, from, until) = (fields.get("deputy"), fields.get("from"), fields.get("until"));
    let done = match period(&desk, from, until) {
        Ok((from_at, until_at)) => deputy::name(&desk.gateway, &desk.person()?, email, from_at, until_at).await,
        Err(error) => Err(error),
    };
    let problem = match done {
        Ok(()) => return Ok(desk.go(&format!("{HERE}?done={}", Notice::DeputyNamed))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => return confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem @ Problem::Field { .. })) => problem,
        Err(error) => return Err(desk.refuse(error)),
    };
    let mut page = page(&desk).await?;
    (page.email, page.from, page.until) = (email.to_owned(), from.to_owned(), until.to_owned());
    match problem {
        Problem::Field { field: "deputy", .. } => page.frame.refuse_in_words("deputy", "deputy-unknown"),
        Problem::Field { flaw: FieldFlaw::OutOfBounds { .. }, .. } => {
            page.frame.refuse_in_words("until", "deputy-period");
        }
        _ => page.frame.refuse("", &problem),
    }
    Ok(desk.refused_page(&problem, &page))
}

async fn withdraw(form: Posted<Desk>) -> Answer {
    let desk = form.by;
    match deputy::withdraw(&desk.gateway, &desk.person()?).await {
        // Pressed twice: there is none, as wanted.
        Ok(()) | Err(Error::Problem(Problem::NotFound)) => {
            Ok(desk.go(&format!("{HERE}?done={}", Notice::DeputyWithdrawn)))
        }
        Err(error) => Err(desk.refuse(error)),
    }
}
