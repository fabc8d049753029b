//! The steps of an entry. Whoever comes second is shown how it stands.

use actix_web::web;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::view::FaxSteps;
use super::super::visit::Answer;
use super::{HERE, fax_id, page};
use crate::error::{Error, Problem, Result};
use crate::http::days;
use crate::model::FaxId;
use crate::transfer::fax::{self, Call};

async fn answer(desk: &Desk, id: FaxId, fields: &Fields, done: Result<()>) -> Answer {
    let problem = match done {
        Ok(()) => return Ok(desk.go(&format!("{HERE}/{id}?done=fax_noted"))),
        Err(Error::Problem(Problem::WrongState { .. })) => return Ok(desk.go(&format!("{HERE}/{id}?done=stale"))),
        Err(Error::Problem(problem @ (Problem::Field { .. } | Problem::MessageCarriesSecret))) => problem,
        Err(error) => return Err(desk.refuse(error)),
    };
    let text = |name: &str| fields.get(name).to_owned();
    let typed =
        FaxSteps { at: text("at"), with: text("with"), call: text("call"), place: text("place"), note: text("note") };
    let mut page = page(desk, id, typed).await?;
    let flaws =
        if matches!(problem, Problem::Field { field: "with" | "call", .. }) { call(fields).flaws() } else { vec![] };
    if flaws.is_empty() {
        page.frame.refuse("", &problem);
    }
    for (field, problem) in flaws {
        page.frame.refuse(field, &problem);
    }
    Ok(desk.refused_page(&problem, &page))
}

fn call(fields: &Fields) -> Call {
    Call { with: fields.get("with").to_owned(), phone: fields.get("call").to_owned(), at: None }
}

pub(super) async fn sent(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = fax_id(&desk, &path)?;
    let sender = desk.sender()?;
    let done = match days::moment("at", fields.get("at"), desk.gateway.office().time_zone) {
        Ok(at) => fax::sent(&desk.gateway, &sender, id, at, fields.get("result") != "failed").await,
        Err(flaw) => Err(flaw),
    };
    answer(&desk, id, &fields, done).await
}

pub(super) async fn confirmed(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = fax_id(&desk, &path)?;
    let done = fax::confirmed(&desk.gateway, &desk.sender()?, id, call(&fields)).await;
    answer(&desk, id, &fields, done).await
}

pub(super) async fn stored(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = fax_id(&desk, &path)?;
    let done = fax::stored(&desk.gateway, &desk.sender()?, id, fields.get("place")).await;
    answer(&desk, id, &fields, done).await
}

pub(super) async fn close(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = fax_id(&desk, &path)?;
    let done = fax::close(&desk.gateway, &desk.sender()?, id, fields.get("note")).await;
    answer(&desk, id, &fields, done).await
}

pub(super) async fn misdirected(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = fax_id(&desk, &path)?;
    let done = fax::misdirected(&desk.gateway, &desk.sender()?, id, fields.get("note")).await;
    answer(&desk, id, &fields, done).await
}
