//! `/fax`: the fax register. An entry is made before a fax is sent; its steps are written down on its page.

mod form;
mod steps;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpResponse, web};

use super::desk::Desk;
use super::view::{FaxCoverPage, FaxPage, FaxRow, FaxSteps, FaxesPage};
use super::visit::Answer;
use crate::error::Problem;
use crate::http::days;
use crate::http::routes::{Access, Routes, at};
use crate::model::{FaxId, Office, Right, Time};
use crate::transfer::fax::{self, Listed};

const HERE: &str = "/fax";

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at(HERE).get(Access::FaxReader, list).post(Access::Sender, form::record))
        .add(at("/fax/new").get(Access::Sender, form::show_new).post(Access::Sender, form::new_in_other_words))
        .add(at("/fax/export.csv").get_alone(Access::FaxReader, export))
        .add(at("/fax/{id}").get(Access::FaxReader, show))
        .add(at("/fax/{id}/edit").get(Access::Sender, form::show_edit).post(Access::Sender, form::correct))
        .add(at("/fax/{id}/typed").post(Access::Sender, form::edit_in_other_words))
        .add(at("/fax/{id}/cover").get(Access::FaxReader, cover))
        .add(at("/fax/{id}/sent").post(Access::Sender, steps::sent))
        .add(at("/fax/{id}/confirmed").post(Access::Sender, steps::confirmed))
        .add(at("/fax/{id}/stored").post(Access::Sender, steps::stored))
        .add(at("/fax/{id}/close").post(Access::Sender, steps::close))
        .add(at("/fax/{id}/misdirected").post(Access::Sender, steps::misdirected));
}

/// The id of an entry in a path. What is no id names nothing.
fn fax_id(desk: &Desk, path: &web::Path<String>) -> actix_web::Result<FaxId> {
    path.parse().map_err(|_| desk.refuse(Problem::NotFound))
}

async fn look(desk: &Desk, id: FaxId) -> actix_web::Result<Listed> {
    fax::look(&desk.gateway, &desk.fax_reader()?, id).await.map_err(|error| desk.refuse(error))
}

fn row(desk: &Desk, listed: Listed) -> FaxRow {
    let Listed { fax, owner, failed_at } = listed;
    let since = fax.sent_at.unwrap_or(fax.created_at);
    let is_late = fax.state.is_open() && is_late(desk, since);
    FaxRow { fax, owner: owner.name, failed_at, is_late }
}

/// Whether a whole working day lies between a moment and now.
fn is_late(desk: &Desk, since: Time) -> bool {
    let zone = desk.gateway.office().time_zone;
    days::working_days_between(days::date_of(since, zone), days::date_of(desk.gateway.now(), zone)) > 1
}

async fn list(desk: Desk) -> Answer {
    let reader = desk.fax_reader()?;
    let listed = fax::list(&desk.gateway, &reader).await.map_err(|error| desk.refuse(error))?;
    let rows = listed.into_iter().map(|listed| row(&desk, listed));
    let (open, over) = rows.partition(|row| row.fax.state.is_open());
    let may_record = Right::Send.is_known_to(&desk.account().roles);
    let page = FaxesPage { frame: desk.frame(HERE), open, over, shows_owners: reader.reads_all(), may_record };
    Ok(desk.page(StatusCode::OK, &page))
}

async fn show(desk: Desk, path: web::Path<String>) -> Answer {
    let id = fax_id(&desk, &path)?;
    let page = page(&desk, id, FaxSteps::default()).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

/// The page of an entry, with what was typed into a form that was refused.
async fn page(desk: &Desk, id: FaxId, typed: FaxSteps) -> actix_web::Result<FaxPage> {
    let listed = look(desk, id).await?;
    let names = fax::names(&desk.gateway, &listed.fax).await.map_err(|error| desk.refuse(error))?;
    let own = listed.fax.owner == desk.account().id;
    Ok(FaxPage {
        frame: desk.frame(&format!("{HERE}/{id}")),
        may_change: own && Right::Send.is_known_to(&desk.account().roles),
        row: row(desk, listed),
        confirmed_by: names.confirmed,
        stored_by: names.stored,
        delivery: names.delivery,
        typed,
    })
}

async fn cover(desk: Desk, path: web::Path<String>) -> Answer {
    let id = fax_id(&desk, &path)?;
    let Listed { fax, owner, .. } = look(&desk, id).await?;
    let office = desk.gateway.office();
    let sender_phone = if owner.phone.is_empty() { office.phone.clone() } else { owner.phone };
    let page = FaxCoverPage {
        frame: desk.frame(&format!("{HERE}/{id}/cover")),
        fax,
        sender: owner.name,
        sender_phone,
        office_contact: letterhead(&office),
        now: desk.gateway.now(),
    };
    Ok(desk.page(StatusCode::OK, &page))
}

/// Address and hours of the office. Its page on the web is left out: no sheet with a number leads anywhere.
pub(super) fn letterhead(office: &Office) -> String {
    let parts = [office.address.as_str(), office.hours.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　")
}

/// GET of a file is what browsers do for a download; HEAD would write an entry of the log for nothing.
async fn export(desk: Desk) -> Answer {
    let text = fax::export(&desk.gateway, &desk.fax_reader()?).await.map_err(|error| desk.refuse(error))?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"faxes.csv\""))
        .body(text))
}
