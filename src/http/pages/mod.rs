//! Pages: server-rendered forms that work without scripts. A handler extracts, calls one flow and answers with a view;
//! GET changes nothing.

pub mod assets;
pub mod assets_route;
mod branding;
pub mod timeline;
pub mod view;

mod collect;
mod compose;
mod deliveries;
mod desk;
mod download;
mod draft_rows;
mod extend;
mod files;
mod kept;
mod list;
mod me;
mod new_password;
mod offer;
mod office;
mod persons;
mod posted;
mod recipient;
mod sealing;
mod sent;
mod sign_in;
mod stale;
mod standing;
mod status;
mod transfers;
mod visit;

use actix_web::{HttpResponse, Route, guard, web};

use crate::error::Problem;

/// Registers every page, and the page for addresses that are none.
pub fn configure(cfg: &mut web::ServiceConfig) {
    sign_in::configure(cfg);
    me::configure(cfg);
    new_password::configure(cfg);
    sealing::configure(cfg);
    office::configure(cfg);
    compose::configure(cfg);
    persons::configure(cfg);
    files::configure(cfg);
    sent::configure(cfg);
    list::configure(cfg);
    transfers::configure(cfg);
    extend::configure(cfg);
    deliveries::configure(cfg);
    download::configure(cfg);
    collect::configure(cfg);
    recipient::configure(cfg);
    assets_route::configure(cfg);
    cfg.default_service(web::to(nothing_here));
}

fn get_or_head() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn nothing_here(visit: visit::Visit) -> HttpResponse {
    visit.refusal(Problem::NotFound.into())
}
