//! The administrators' pages: one file per page. They are served on the administrators' listener only.

mod department;
mod erase;
mod policy;
mod rules;
mod webhooks;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::desk::Desk;
use super::reviews;
use super::view::AdminPage;
use super::visit::Answer;
use crate::http::routes::{Access, Routes, at};
use crate::staff::guideline;

/// Registers every page of administrators.
pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/").get(Access::Administrator, home)).add(at("/admin").get(Access::Administrator, show));
    rules::configure(routes);
    policy::configure(routes);
    department::configure(routes);
    webhooks::configure(routes);
    erase::configure(routes);
}

async fn home(desk: Desk) -> HttpResponse {
    desk.go("/admin")
}

async fn show(desk: Desk) -> Answer {
    desk.administrator()?;
    let banner = reviews::banner(&desk).await?;
    let gateway = &desk.gateway;
    let page = AdminPage {
        frame: desk.frame("/admin"),
        staff_url: gateway.staff_url.to_string(),
        banner,
        scanner: gateway.scans.state(),
        unscanned: gateway.protection.scan_off,
        stale_since: guideline::stale_since(gateway),
    };
    Ok(desk.page(StatusCode::OK, &page))
}
