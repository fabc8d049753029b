//! Downloads under the recipients' own addresses: served as by the programming interface, refused as pages.

use actix_web::web;

use super::recipient::session_ended;
use super::visit::{Answer, Visit};
use crate::error::{Error, Problem, Result};
use crate::http::download;
use crate::http::routes::{Access, Routes, at};
use crate::transfer::retrieve::Asked;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/r/{id}/files/{n}").get(Access::Recipient, file))
        .add(at("/r/{id}/all.zip").get(Access::Recipient, archive));
}

async fn file(visit: Visit, path: web::Path<(String, String)>) -> Answer {
    let (id, number) = path.into_inner();
    let place = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).ok_or(Problem::NotFound);
    serve(visit, &id, place.map(Asked::File).map_err(Error::from)).await
}

async fn archive(visit: Visit, id: web::Path<String>) -> Answer {
    serve(visit, &id, Ok(Asked::Archive)).await
}

async fn serve(visit: Visit, id: &str, asked: Result<Asked>) -> Answer {
    let asked = asked.map_err(|error| visit.refuse(error))?;
    let gateway = web::Data::from(visit.gateway.clone());
    match download::answer(&visit.request, &gateway, id, asked).await {
        Ok(answer) => Ok(answer),
        Err(Error::Problem(Problem::UnlockNeeded)) => Ok(session_ended(&visit, id)),
        Err(error) => Err(visit.refuse(error)),
    }
}
