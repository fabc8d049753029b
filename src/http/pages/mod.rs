//! Pages: server-rendered forms that work without scripts. A handler extracts, calls one flow and answers with a view;
//! GET changes nothing.

mod admin;
mod approvals;
pub mod assets;
pub mod assets_route;
mod audit;
mod branding;
mod templates;
pub mod timeline;
pub mod view;

mod collect;
mod compose;
mod contacts;
mod deliveries;
mod deputy;
mod desk;
mod download;
mod draft_rows;
mod extend;
mod fax;
mod files;
mod guideline;
mod hand_over;
mod import;
mod import_rows;
mod join;
mod kept;
mod list;
mod many;
mod me;
mod new_password;
mod offer;
mod office;
mod passkeys;
mod persons;
mod posted;
mod recipient;
mod register;
mod repeat;
mod reviews;
mod sealing;
mod second_factor;
mod sent;
mod sessions;
mod sign_in;
mod stale;
mod standing;
mod status;
mod transfers;
mod visit;
mod widen;

use actix_web::{HttpResponse, Route, web};

use super::routes::Routes;
use crate::error::Problem;

pub(super) use desk::{admit, refuse_method};

/// Registers what recipients see.
pub(super) fn recipients(routes: &mut Routes) {
    download::configure(routes);
    collect::configure(routes);
    recipient::configure(routes);
}

/// Registers what staff sees.
pub(super) fn staff(routes: &mut Routes) {
    entrance(routes);
    join::configure(routes);
    import::configure(routes);
    sign_in::configure_home(routes);
    me::configure(routes);
    hand_over::configure(routes);
    sessions::configure(routes);
    office::configure(routes);
    reviews::configure(routes);
    guideline::configure(routes);
    compose::configure(routes);
    contacts::configure(routes);
    repeat::configure(routes);
    templates::configure(routes);
    many::configure(routes);
    persons::configure(routes);
    files::configure(routes);
    sent::configure(routes);
    list::configure(routes);
    transfers::configure(routes);
    extend::configure(routes);
    widen::configure(routes);
    approvals::configure(routes);
    deputy::configure(routes);
    deliveries::configure(routes);
    fax::configure(routes);
    register::configure(routes);
    audit::configure(routes);
}

/// Registers what administrators see on their own listener, and what they need to get there.
pub(super) fn administration(routes: &mut Routes) {
    entrance(routes);
    admin::configure(routes);
    guideline::configure_administration(routes);
}

/// Registers what every page needs.
pub(super) fn common(routes: &mut Routes) {
    assets_route::configure(routes);
}

/// In and out, and what may have to be set up on the way.
fn entrance(routes: &mut Routes) {
    sign_in::configure(routes);
    new_password::configure(routes);
    sealing::configure(routes);
    second_factor::configure(routes);
    passkeys::configure(routes);
}

/// The page for addresses that are none.
pub(super) fn nowhere() -> Route {
    web::to(nothing_here)
}

async fn nothing_here(visit: visit::Visit) -> HttpResponse {
    visit.refusal(Problem::NotFound.into())
}
