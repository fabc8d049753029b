//! The own sessions: seen and ended on `/me`.

use actix_web::web;

use super::desk::Desk;
use super::posted::Posted;
use super::view::SessionRow;
use super::visit::Answer;
use crate::error::Problem;
use crate::http::routes::{Access, Routes, at};
use crate::staff::own_sessions::{self, Listed};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/me/sessions/others/end").post(Access::Person, end_others))
        .add(at("/me/sessions/{id}/end").post(Access::Person, end));
}

/// The rows of the list.
pub(super) async fn rows(desk: &Desk) -> actix_web::Result<Vec<SessionRow>> {
    let own = own_sessions::list(&desk.gateway, &desk.person()?).await.map_err(|error| desk.refuse(error))?;
    let row = |listed: Listed| SessionRow {
        id: listed.id,
        browser: listed.browser,
        source: listed.source,
        began_at: listed.began_at,
        seen_at: listed.seen_at,
        locked: listed.locked,
        own: listed.own,
    };
    Ok(own.into_iter().map(row).collect())
}

async fn end(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let desk = form.by;
    let id = id.parse().map_err(|_| desk.refuse(Problem::NotFound))?;
    own_sessions::end(&desk.gateway, &desk.person()?, Some(id)).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.go("/me?done=sessions_ended"))
}

async fn end_others(form: Posted<Desk>) -> Answer {
    let desk = form.by;
    own_sessions::end(&desk.gateway, &desk.person()?, None).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.go("/me?done=sessions_ended"))
}
