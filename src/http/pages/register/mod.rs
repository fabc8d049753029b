//! The account register: listed and read by auditors and administrators, changed by administrators. It stands on the
//! staff's surface, as the office does.

mod access;
mod account;
mod change;
mod deputy;
mod entry;
mod joining;
mod leaving;
mod list;

use actix_web::HttpResponse;

use super::desk::Desk;
use super::posted::Fields;
use super::sign_in::unlock::confirm_first;
use super::view::Notice;
use crate::error::{Error, Problem, Result};
use crate::http::routes::{Access, Routes, at};
use crate::model::AccountId;
use crate::staff::permit::Administrator;
use crate::staff::registrar::Registrar;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/register").get(Access::RegisterReader, list::show))
        .add(at("/register/new").get(Access::Administrator, joining::show).post(Access::Administrator, joining::add))
        .add(at("/register/{id}").get(Access::RegisterReader, account::show))
        .add(at("/register/{id}/change").post(Access::Administrator, change::save))
        .add(at("/register/{id}/invite").post(Access::Administrator, joining::invite))
        .add(at("/register/{id}/reset").post(Access::Administrator, access::reset))
        .add(at("/register/{id}/sessions").post(Access::Administrator, access::end_sessions))
        .add(at("/register/{id}/tokens").post(Access::Administrator, access::revoke_tokens))
        .add(
            at("/register/{id}/stop")
                .get(Access::Administrator, leaving::ask)
                .post(Access::Administrator, leaving::stop),
        )
        .add(
            at("/register/{id}/deputy")
                .get(Access::Administrator, deputy::show)
                .post(Access::Administrator, deputy::name),
        )
        .add(at("/register/{id}/deputy/withdraw").post(Access::Administrator, deputy::withdraw))
        .add(at("/register/{id}/resume").post(Access::Administrator, leaving::resume))
        .add(at("/register/{id}/recall").post(Access::Administrator, leaving::recall));
}

/// The account that the path names.
fn account_id(desk: &Desk, text: &str) -> actix_web::Result<AccountId> {
    text.parse().map_err(|_| desk.refuse(Problem::NotFound))
}

/// Who changes the register, for the reason that was typed.
fn registrar(desk: &Desk, administrator: &Administrator, fields: &Fields) -> Result<Registrar> {
    Registrar::administrator(&desk.gateway, administrator, fields.get("reason"))
}

/// The answer to a form of an account's page: back to it with what was done, or the page again with what is wrong.
async fn answer(
    desk: &Desk,
    fields: &Fields,
    (id, form): (AccountId, &'static str),
    done: Result<Notice>,
) -> actix_web::Result<HttpResponse> {
    match done {
        Ok(notice) => Ok(desk.go(&format!("/register/{id}?done={notice}"))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, fields).await,
        Err(Error::Problem(problem)) => account::refused(desk, fields, (id, form), problem).await,
        Err(fault) => Err(desk.refuse(fault)),
    }
}
