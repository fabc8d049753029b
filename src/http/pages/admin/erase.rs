//! `/admin/erase`: has a person forgotten. First what is there is counted, then it is erased.

use actix_web::http::StatusCode;

use super::super::desk::Desk;
use super::super::posted::Posted;
use super::super::sign_in::unlock::confirm_first;
use super::super::view::{EraseForm, ErasePage};
use super::super::visit::Answer;
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::http::routes::{Access, Routes, at};
use crate::staff::erasure;
use crate::staff::permit::Administrator;
use crate::staff::registrar::Registrar;

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/admin/erase").get(Access::Eraser, show).post(Access::Eraser, post));
}

fn page(desk: &Desk, form: EraseForm) -> ErasePage {
    let years = desk.gateway.store.keeps().as_secs() / (366 * 24 * 3600);
    ErasePage { frame: desk.frame("/admin/erase"), form, found: None, years }
}

async fn show(desk: Desk) -> Answer {
    desk.eraser()?;
    Ok(desk.page(StatusCode::OK, &page(&desk, EraseForm::default())))
}

async fn post(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let eraser = desk.eraser()?;
    let text = |name| fields.get(name).to_owned();
    let form = EraseForm { email: text("email"), name: text("name"), reason: text("reason") };
    if fields.find("erase").is_none() {
        return looked(&desk, form, None).await;
    }
    let sure = fields.find("sure").is_some();
    match erase(&desk, &eraser, &form, sure).await {
        Ok(()) => Ok(desk.go("/admin/erase?done=erased")),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem)) => looked(&desk, form, Some(problem)).await,
        Err(fault) => Err(desk.refuse(fault)),
    }
}

async fn erase(desk: &Desk, eraser: &Administrator, form: &EraseForm, sure: bool) -> Result<()> {
    let person = erasure::person(&form.email, &form.name)?;
    let registrar = Registrar::administrator(&desk.gateway, eraser, &form.reason)?;
    if !sure {
        return Err(Problem::Field { field: "sure", flaw: FieldFlaw::Missing }.into());
    }
    erasure::erase(&desk.gateway, &registrar, &person, |_| ()).await.map(drop)
}

/// What is there of the person, and what was wrong with what was posted.
async fn looked(desk: &Desk, form: EraseForm, refused: Option<Problem>) -> Answer {
    let mut page = page(desk, form);
    let person = erasure::person(&page.form.email, &page.form.name);
    let refused = match (person, refused) {
        (Ok(person), refused) => {
            let found = erasure::preview(&desk.gateway, &person).await.map_err(|error| desk.refuse(error))?;
            page.found = Some(found.into());
            refused
        }
        (Err(Error::Problem(problem)), _) => Some(problem),
        (Err(fault), _) => return Err(desk.refuse(fault)),
    };
    let Some(problem) = refused else { return Ok(desk.page(StatusCode::OK, &page)) };
    page.frame.refuse(field(&problem), &problem);
    Ok(desk.refused_page(&problem, &page))
}

const fn field(problem: &Problem) -> &'static str {
    match problem {
        Problem::Field { field, .. } => field,
        _ => "",
    }
}
