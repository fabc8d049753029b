//! Files of a draft, from a form: without scripts they arrive with the request itself.

use actix_multipart::Multipart;
use actix_web::web;

use super::compose::{Typed, draft_of, page, transfer_id};
use super::desk::Desk;
use super::posted::Posted;
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::routes::{Access, Routes, at};
use crate::http::{guard, uploads};
use crate::model::FileId;
use crate::transfer::draft;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/send/{id}/files").post(Access::Sender, add))
        .add(at("/send/{id}/files/{file}/remove").post(Access::Sender, remove));
}

async fn add(desk: Desk, id: web::Path<String>, form: Multipart) -> Answer {
    let sender = desk.sender()?;
    // The anti-forgery value comes within the body; a draft is made before that is read.
    guard::check_origin(&desk.request).map_err(|error| desk.refuse(error))?;
    let id = draft_of(&desk, &sender, &id).await?;
    let gateway = web::Data::from(desk.gateway.clone());
    let problem = match uploads::receive_form(&desk.request, &gateway, &sender, id, form).await {
        Ok(taken) if taken.files > 0 => {
            let told = if taken.renamed { "?done=renamed" } else { "" };
            return Ok(desk.go(&format!("/send/{id}{told}#files-title")));
        }
        Ok(_) => Problem::NoFiles,
        Err(Error::Problem(problem)) => problem,
        Err(fault) => return Err(desk.refuse(fault)),
    };
    match problem {
        Problem::Forged | Problem::NotFound | Problem::WrongState { .. } => Err(desk.refuse(problem)),
        _ => page(&desk, &sender, Some(id), Typed::refused("files", problem)).await,
    }
}

async fn remove(form: Posted<Desk>, path: web::Path<(String, String)>) -> Answer {
    let desk = form.by;
    let (id, file) = path.into_inner();
    let id = transfer_id(&desk, &id)?;
    let file: FileId = file.parse().map_err(|_| desk.refuse(Problem::NotFound))?;
    match draft::remove_file(&desk.gateway, &desk.sender()?, id, file).await {
        // Pressed twice: it is gone, as wanted.
        Ok(()) | Err(Error::Problem(Problem::NotFound)) => Ok(desk.go(&format!("/send/{id}#files-title"))),
        Err(error) => Err(desk.refuse(error)),
    }
}
