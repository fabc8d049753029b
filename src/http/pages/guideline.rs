//! Which rows of the guideline the present settings fulfil, and who may do what: for administrators on their listener, for
//! auditors, who cannot reach that one, on the staff's.

use actix_web::http::StatusCode;

use super::desk::Desk;
use super::view::GuidelinePage;
use super::visit::Answer;
use crate::http::routes::{Access, Routes, at};
use crate::http::surface::Kind;
use crate::staff::guideline;

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/register/guideline").get(Access::RegisterReader, show));
}

pub(super) fn configure_administration(routes: &mut Routes) {
    routes.add(at("/admin/guideline").get(Access::Administrator, show));
}

async fn show(desk: Desk) -> Answer {
    desk.register_reader()?;
    let facts = guideline::facts(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    let administers = desk.surface() == Some(Kind::Administration);
    let here = if administers { "/admin/guideline" } else { "/register/guideline" };
    let page = GuidelinePage { frame: desk.frame(here), rows: guideline::table(&facts), administers };
    Ok(desk.page(StatusCode::OK, &page))
}
