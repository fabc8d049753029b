//! What administrators do with a review: begin it, assign it, sign it off, give it up.

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::sign_in::unlock::confirm_first;
use super::super::view::{ChangeRow, SignPage, StartForm};
use super::super::visit::Answer;
use super::{HERE, accounts, back, page, people, review_id, sheet};
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::http::days;
use crate::model::{Account, Decision, ReviewId};
use crate::staff::registrar::Registrar;
use crate::staff::review::{self, Reviewers, Row, Sheet, Whom, signing};

pub(super) async fn start(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let registrar = Registrar::reviewing(&desk.administrator()?, "").map_err(|error| desk.refuse(error))?;
    let form = typed(&desk, &fields).await?;
    let deadline = match days::last_moment("deadline", &form.deadline, desk.gateway.office().time_zone) {
        Ok(deadline) => deadline,
        Err(error) => return refused(&desk, form, error).await,
    };
    match review::start(&desk.gateway, &registrar, deadline, reviewers(&form)).await {
        Ok(id) => Ok(desk.go(&format!("{HERE}/{id}?done=review_started"))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(error) => refused(&desk, form, error).await,
    }
}

fn reviewers(form: &StartForm) -> Reviewers {
    let chosen = form.departments.iter().filter_map(|(name, chosen)| Some((name.clone(), (*chosen)?)));
    Reviewers { usual: form.usual, departments: chosen.collect() }
}

async fn typed(desk: &Desk, fields: &Fields) -> actix_web::Result<StartForm> {
    let chosen = fields.all("department_reviewer").map(|text| text.parse().ok());
    Ok(StartForm {
        deadline: fields.get("deadline").to_owned(),
        people: people(desk).await?,
        usual: fields.get("reviewer").parse().ok(),
        departments: fields.all("department").map(str::to_owned).zip(chosen).collect(),
    })
}

async fn refused(desk: &Desk, form: StartForm, error: Error) -> Answer {
    match error {
        Error::Problem(problem) => {
            let mut page = page(desk, Some(form)).await?;
            match problem {
                Problem::Field { field: "deadline", .. } => {
                    page.frame.refuse_in_words("deadline", "review-deadline-wrong");
                }
                _ => page.frame.refuse("", &problem),
            }
            Ok(desk.refused_page(&problem, &page))
        }
        fault => Err(desk.refuse(fault)),
    }
}

pub(super) async fn assign(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = review_id(&desk, &path)?;
    let registrar = Registrar::reviewing(&desk.administrator()?, "").map_err(|error| desk.refuse(error))?;
    let done = match (whom(&fields), fields.get("reviewer").parse()) {
        (Some(whom), Ok(to)) => review::assign(&desk.gateway, &registrar, id, whom, to).await.map(drop),
        _ => Err(Problem::Field { field: "reviewer", flaw: FieldFlaw::Missing }.into()),
    };
    match done {
        Ok(()) => Ok(back(&desk, id, &fields, "review_assigned", "")),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(error) => Err(desk.refuse(error)),
    }
}

fn whom(fields: &Fields) -> Option<Whom> {
    match accounts(fields, "account").first() {
        Some(account) => Some(Whom::Account(*account)),
        None => fields.find("department").map(|name| Whom::Department(name.to_owned())),
    }
}

pub(super) async fn abandon(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = review_id(&desk, &path)?;
    let reason = fields.get("reason");
    let given_up: Result<()> = match Registrar::administrator(&desk.gateway, &desk.administrator()?, reason) {
        Ok(registrar) => review::abandon(&desk.gateway, &registrar, id).await,
        Err(error) => Err(error),
    };
    match given_up {
        Ok(()) => Ok(desk.go(&format!("{HERE}?done=review_abandoned"))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem @ Problem::Field { .. })) => {
            let sheet = sheet::look(&desk, id).await?;
            let mut page = sheet::page(&desk, &sheet, None, 0).await?;
            page.frame = desk.frame(&format!("{HERE}/{id}"));
            page.reason = reason.to_owned();
            page.frame.refuse("", &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(error) => Err(desk.refuse(error)),
    }
}

pub(super) async fn show_sign(desk: Desk, path: web::Path<String>) -> Answer {
    let id = review_id(&desk, &path)?;
    let page = sign_page(&desk, id, String::new()).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

pub(super) async fn sign(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = review_id(&desk, &path)?;
    let note = fields.get("reason");
    let signed = match Registrar::reviewing(&desk.administrator()?, note) {
        Ok(registrar) => {
            review::sign(&desk.gateway, &registrar, id, None, Some(fields.get("mark").to_owned())).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match signed {
        Ok(()) => Ok(desk.go(&format!("{HERE}/{id}/record?done=review_signed"))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem @ (Problem::ReviewEnded { .. } | Problem::NotFound))) => Err(desk.refuse(problem)),
        Err(Error::Problem(problem)) => {
            let mut page = sign_page(&desk, id, note.to_owned()).await?;
            page.frame.refuse("", &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}

/// What the signature would do, and what stands in its way.
async fn sign_page(desk: &Desk, id: ReviewId, note: String) -> actix_web::Result<SignPage> {
    let sheet = sheet::look(desk, id).await?;
    if sheet.review.state != crate::model::ReviewState::Open {
        return Err(desk.refuse(Problem::ReviewEnded { state: sheet.review.state.word() }));
    }
    let changes = changes(desk, &sheet);
    let settled = sheet.settled();
    Ok(SignPage {
        frame: desk.frame(&format!("{HERE}/{id}/sign")),
        id,
        undecided: sheet.rows.len() - settled,
        kept: settled - changes.len().min(settled),
        changes,
        mark: sheet.mark(),
        note,
    })
}

fn changes(desk: &Desk, sheet: &Sheet) -> Vec<ChangeRow> {
    let everybody: Vec<Account> = sheet.people.values().cloned().collect();
    let obstacles = signing::obstacles(&sheet.rows, &everybody, Some(desk.account().id), desk.gateway.now());
    let change = |row: &Row| {
        let verdict = row.verdict.as_ref().filter(|verdict| row.settled && verdict.decision != Decision::Keep)?;
        Some(ChangeRow {
            name: row.account.name.clone(),
            email: row.account.email.clone(),
            decision: verdict.decision,
            before: row.account.roles.clone(),
            after: signing::roles_after(row),
            reason: verdict.reason.clone(),
            obstacle: obstacles.iter().find(|(id, _)| *id == row.account.id).map(|(_, obstacle)| *obstacle),
        })
    };
    sheet.rows.iter().filter_map(change).collect()
}
