//! `/transfers/{id}/again`: a new draft to the same recipients.

use actix_web::web;

use super::compose::transfer_id;
use super::desk::Desk;
use super::posted::Posted;
use super::visit::Answer;
use crate::http::routes::{Access, Routes, at};
use crate::transfer::repeat;

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/transfers/{id}/again").post(Access::Sender, begin));
}

async fn begin(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let desk = form.by;
    let (sender, id) = (desk.sender()?, transfer_id(&desk, &id)?);
    let new = repeat::repeat(&desk.gateway, &sender, id).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.go(&format!("/send/{new}")))
}
