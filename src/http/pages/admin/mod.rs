//! The administrators' pages: one file per page. They are served on the administrators' listener only.

mod department;
mod policy;
mod rules;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::desk::Desk;
use super::reviews;
use super::view::AdminPage;
use super::visit::Answer;
use crate::http::routes::{Access, Routes, at};

/// Registers every page of administrators.
pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/").get(Access::Administrator, home)).add(at("/admin").get(Access::Administrator, show));
    rules::configure(routes);
    policy::configure(routes);
    department::configure(routes);
}

async fn home(desk: Desk) -> HttpResponse {
    desk.go("/admin")
}

async fn show(desk: Desk) -> Answer {
    desk.administrator()?;
    let banner = reviews::banner(&desk).await?;
    let page = AdminPage { frame: desk.frame("/admin"), staff_url: desk.gateway.staff_url.clone(), banner };
    Ok(desk.page(StatusCode::OK, &page))
}
