//! Who is here: asked by the scripts of pages, on every listener that pages of the staff are on.

use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use serde_json::json;

use crate::http::guard::Staff;
use crate::http::problem::in_the_readers_language;
use crate::http::routes::{Access, Face, Routes, at};

pub(super) fn configure(routes: &mut Routes) {
    let fill = |routes: &mut Routes| {
        routes.add(at("").get(Access::Staff, show));
    };
    routes.with(Face::Api).within("/session", fill, |scope| scope.wrap(from_fn(in_the_readers_language)));
}

/// Asking is activity, unless the page says that it only watches.
async fn show(staff: Staff) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "email": staff.0.account.email }))
}
