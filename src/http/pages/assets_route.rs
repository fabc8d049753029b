//! Styles and scripts over HTTP.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};

use super::visit::Visit;
use super::{assets, get_or_head};
use crate::error::Problem;

pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/assets/{name}").route(get_or_head().to(asset)));
}

async fn asset(visit: Visit, name: web::Path<String>) -> HttpResponse {
    served(&visit.request, &name).unwrap_or_else(|| visit.refusal(Problem::NotFound.into()))
}

/// The answer with the asset `name`; none when there is no such asset.
pub fn served(_request: &HttpRequest, name: &str) -> Option<HttpResponse> {
    let asset = assets::asset(name)?;
    Some(
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, asset.content_type))
            .insert_header((CACHE_CONTROL, assets::CACHE_CONTROL))
            .body(asset.bytes.into_owned()),
    )
}
