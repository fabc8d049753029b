//! Files of the log's entries: asking for one, seeing how far it is, fetching it.

use actix_web::http::StatusCode;
use actix_web::http::header::REFRESH;
use actix_web::web;

use super::super::posted::Fields;
use super::super::view::{ExportForm, ExportPage, ExportsPage, Fetch, WrittenPage};
use super::{Answer, Desk, Posted, parameter};
use crate::audit::export::Column;
use crate::error::{Error, Problem, Result};
use crate::http::routes::{Access, Routes, at};
use crate::http::{files, question};
use crate::model::{ExportFormat, ExportId, ExportState, Question};
use crate::staff::log::export::{self, Asked, Exporter};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/audit/export").get(Access::LogReader, form).post(Access::LogReader, ask))
        .add(at("/audit/export/typed").post(Access::LogReader, in_other_words))
        .add(at("/audit/exports").get(Access::LogReader, list))
        .add(at("/audit/exports/{id}").get(Access::LogReader, show))
        .add(at("/audit/exports/{id}/file").get_alone(Access::LogReader, fetch))
        .add(at("/audit/exports/{id}/manifest").get_alone(Access::LogReader, manifest))
        .add(at("/audit/exports/{id}/cancel").post(Access::LogReader, cancel));
}

fn exporter(desk: &Desk) -> actix_web::Result<Exporter> {
    Ok(Exporter::from(&desk.log_reader()?))
}

fn export_id(desk: &Desk, path: &str) -> actix_web::Result<ExportId> {
    path.parse().map_err(|_| desk.refuse(Problem::NotFound))
}

async fn form(desk: Desk) -> Answer {
    desk.log_reader()?;
    let asked = |name: &str| parameter(&desk.request, name).unwrap_or_default();
    let form = ExportForm { format: asked("format").parse().unwrap_or(ExportFormat::Csv), ..ExportForm::default() };
    answer(&desk, question::read(asked), form).await
}

/// The form with how many entries there would be; or why the question is none.
async fn answer(desk: &Desk, question: Result<Question>, form: ExportForm) -> Answer {
    let (now, zone) = (desk.gateway.now(), desk.gateway.office().time_zone);
    let counted = async {
        let question = question?;
        let expected = export::expected(&desk.gateway, &question).await?;
        Ok::<_, Error>((question, expected))
    };
    match counted.await {
        Ok((question, expected)) => {
            let days = question.days(now, zone);
            let page = ExportPage { frame: desk.frame_here(), question, days, form, expected: Some(expected) };
            Ok(desk.page(StatusCode::OK, &page))
        }
        Err(Error::Problem(problem)) => {
            let mut page = blank(desk, form);
            page.frame.refuse("", &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}

fn blank(desk: &Desk, form: ExportForm) -> ExportPage {
    ExportPage { frame: desk.frame_here(), question: Question::default(), days: (None, None), form, expected: None }
}

async fn ask(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = &posted;
    let by = exporter(desk)?;
    let asked = async {
        let ExportForm { format, columns, purpose } = typed(fields);
        let question = question::read(|name| fields.get(name).to_owned())?;
        export::ask(&desk.gateway, by.clone(), Asked { question, format, columns, purpose }).await
    };
    match asked.await {
        Ok(id) => written(desk, by, id).await,
        Err(Error::Problem(problem)) => {
            let mut page = typed_page(desk, fields);
            page.frame.refuse("", &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}

/// The form in another language, as it was typed: nothing is written by that.
async fn in_other_words(posted: Posted<Desk>) -> Answer {
    let Posted { by: mut desk, fields } = posted;
    desk.choose_for_good(fields.get("lang"));
    desk.log_reader()?;
    Ok(desk.page(StatusCode::OK, &typed_page(&desk, &fields)))
}

fn typed(fields: &Fields) -> ExportForm {
    ExportForm {
        format: fields.get("format").parse().unwrap_or(ExportFormat::Csv),
        columns: fields.all("column").filter_map(|word| word.parse::<Column>().ok()).collect(),
        purpose: fields.get("purpose").to_owned(),
    }
}

/// The form with what was typed. What of the question cannot be read is left out.
fn typed_page(desk: &Desk, fields: &Fields) -> ExportPage {
    let readable = |name: &str| {
        let only = |asked: &str| if asked == name { fields.get(name).to_owned() } else { String::new() };
        if question::read(only).is_ok() { fields.get(name).to_owned() } else { String::new() }
    };
    let question = question::read(readable).unwrap_or_default();
    let days = question.days(desk.gateway.now(), desk.gateway.office().time_zone);
    let mut frame = desk.frame("/audit/export");
    frame.switch = fields.switch("/audit/export/typed".to_owned());
    ExportPage { frame, question, days, form: typed(fields), expected: None }
}

/// A small file is written at once, and fetched by the page that is shown next; others by the worker.
async fn written(desk: &Desk, by: Exporter, id: ExportId) -> Answer {
    let written = export::write_if_small(&desk.gateway, by, id).await.map_err(|error| desk.refuse(error))?;
    let is_ready = written.export.state == ExportState::Ready;
    Ok(desk.go(&format!("/audit/exports/{id}{}", if is_ready { "?fetch=now" } else { "" })))
}

async fn list(desk: Desk) -> Answer {
    let by = exporter(&desk)?;
    let files = export::list(&desk.gateway, by).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.live_page(&ExportsPage { frame: desk.frame_here(), files }))
}

async fn show(desk: Desk, path: web::Path<String>) -> Answer {
    let (by, id) = (exporter(&desk)?, export_id(&desk, &path)?);
    let file = export::show(&desk.gateway, by.clone(), id).await.map_err(|error| desk.refuse(error))?;
    let asked = parameter(&desk.request, "fetch").is_some_and(|word| word == "now");
    let fetch = match file.export.state {
        ExportState::Ready if asked && file.is_own => Fetch::ByItself,
        _ => Fetch::ByHand,
    };
    let mut answer = desk.live_page(&WrittenPage { frame: desk.frame_here(), file, fetch });
    if fetch == Fetch::ByItself
        && let Ok(to) = format!("1; url=/audit/exports/{id}/file").parse()
    {
        answer.headers_mut().insert(REFRESH, to);
    }
    Ok(answer)
}

/// GET of a file is what browsers do for a download; HEAD would write an entry of the log for nothing.
async fn fetch(desk: Desk, path: web::Path<String>) -> Answer {
    let (by, id) = (exporter(&desk)?, export_id(&desk, &path)?);
    match export::open(&desk.gateway, by.clone(), id).await {
        Ok(opened) => Ok(files::of_log(&desk.gateway, opened)),
        Err(error @ Error::Problem(Problem::WrongState { .. })) => not_there(&desk, by, id, error).await,
        Err(error) => Err(desk.refuse(error)),
    }
}

/// What became of a file that is not there stands on its page.
async fn not_there(desk: &Desk, by: Exporter, id: ExportId, error: Error) -> Answer {
    let listed = export::show(&desk.gateway, by, id).await.map_err(|error| desk.refuse(error))?;
    match listed.export.state {
        // Its time is over, and nobody has cleared it away yet.
        ExportState::Ready => Err(desk.refuse(error)),
        _ => Ok(desk.go(&format!("/audit/exports/{id}"))),
    }
}

async fn manifest(desk: Desk, path: web::Path<String>) -> Answer {
    let (by, id) = (exporter(&desk)?, export_id(&desk, &path)?);
    let found = export::manifest(&desk.gateway, by.clone(), id).await.map_err(|error| desk.refuse(error))?;
    Ok(files::manifest(found))
}

async fn cancel(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let desk = &posted.by;
    let (by, id) = (exporter(desk)?, export_id(desk, &path)?);
    export::cancel(&desk.gateway, by.clone(), id).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.go(&format!("/audit/exports/{id}")))
}
