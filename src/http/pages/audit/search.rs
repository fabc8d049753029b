//! The search of the log.

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::view::{AuditPage, AuditRow, Found};
use super::{Answer, Desk, Posted, parameter};
use crate::error::{Error, Problem, Result};
use crate::http::question;
use crate::model::{EventId, Question};
use crate::staff::log;
use crate::staff::permit::LogReader;

/// Events on a page.
const ROWS: usize = 50;

pub(super) async fn show(desk: Desk) -> Answer {
    let reader = desk.log_reader()?;
    let asked = |name: &str| parameter(&desk.request, name).unwrap_or_default();
    let after = asked("after").parse().ok();
    match found(&desk, &reader, question::read(asked), after).await {
        Ok((question, found)) => Ok(desk.page(StatusCode::OK, &page(&desk, question, Some(found)).await?)),
        Err(Error::Problem(problem)) => {
            let question = question::read(|name| if is_at_fault(&problem, name) { String::new() } else { asked(name) });
            let mut page = page(&desk, question.unwrap_or_default(), None).await?;
            page.frame.refuse(AuditPage::field(&problem), &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(error) => Err(desk.refuse(error)),
    }
}

/// Whether it is this parameter that cannot be read: it would be refused again.
fn is_at_fault(problem: &Problem, name: &str) -> bool {
    matches!(problem, Problem::Field { field, .. } if *field == name && matches!(name, "period" | "from" | "until" | "kind" | "result"))
}

async fn found(
    desk: &Desk,
    reader: &LogReader,
    question: Result<Question>,
    after: Option<EventId>,
) -> Result<(Question, Found)> {
    let question = question?;
    let answer = log::search(&desk.gateway, reader, &question, after, ROWS).await?;
    let texts = desk.texts();
    let rows = answer.rows.iter().map(|row| AuditRow::of(&texts, row)).collect();
    Ok((question, Found { rows, count: answer.count, next: answer.next }))
}

async fn page(desk: &Desk, question: Question, found: Option<Found>) -> actix_web::Result<AuditPage> {
    let reader = desk.log_reader()?;
    let saved = log::saved_searches(&desk.gateway, &reader).await.map_err(|error| desk.refuse(error))?;
    let state = log::state(&desk.gateway, &reader).await.map_err(|error| desk.refuse(error))?;
    let (now, zone) = (desk.gateway.now(), desk.gateway.office().time_zone);
    let (from, until) = question.days(now, zone);
    Ok(AuditPage { frame: desk.frame_here(), question, from, until, found, saved, state, search_name: String::new() })
}

pub(super) async fn keep(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = &posted;
    let reader = desk.log_reader()?;
    let asked = |name: &str| fields.get(name).to_owned();
    let done = async {
        let question = question::read(asked)?;
        log::keep_search(&desk.gateway, &reader, &asked("search_name"), &question).await?;
        Ok::<_, Error>(question)
    };
    match done.await {
        Ok(question) => Ok(desk.go(&AuditPage::path(&question, &[("done", "search_kept")]))),
        Err(Error::Problem(problem)) => {
            let mut page = page(desk, question::read(asked).unwrap_or_default(), None).await?;
            page.search_name = asked("search_name");
            page.frame.refuse(AuditPage::field(&problem), &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(error) => Err(desk.refuse(error)),
    }
}

pub(super) async fn remove(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let desk = &posted.by;
    let reader = desk.log_reader()?;
    let done = async {
        let id = id.parse().map_err(|_| Problem::NotFound)?;
        log::remove_search(&desk.gateway, &reader, id).await
    };
    done.await.map_err(|error| desk.refuse(error))?;
    Ok(desk.go("/audit?done=search_removed"))
}
