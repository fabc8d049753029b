//! Answers that are a file of the gateway's own making, the same for pages and programs.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, X_CONTENT_TYPE_OPTIONS};
use futures_util::StreamExt;

use super::download::disposition;
use super::problem::Failure;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::staff::log::export;

/// The account register.
pub fn register(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"accounts.csv\""))
        .body(text)
}

/// Entries of the log.
pub fn of_log(gateway: &Arc<Gateway>, opened: export::Opened) -> HttpResponse {
    let (length, media_type) = (opened.length, opened.format.media_type());
    let mut response = HttpResponse::Ok();
    response
        .content_type(media_type)
        .insert_header((CONTENT_DISPOSITION, disposition(&opened.name)))
        .insert_header(("Repr-Digest", repr_digest(&opened.digest)))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CACHE_CONTROL, "no-store"));
    let bytes = opened.bytes(gateway);
    let bytes = bytes.map(|item| item.map_err(|error: Error| actix_web::Error::from(Failure(error))));
    response.body(SizedStream::new(length, bytes))
}

/// RFC 9530, 3.
fn repr_digest(hexadecimal: &str) -> String {
    let bytes = data_encoding::HEXLOWER.decode(hexadecimal.as_bytes()).unwrap_or_default();
    format!("sha-256=:{}:", data_encoding::BASE64.encode(&bytes))
}

/// What goes with entries of the log.
pub fn manifest((name, text): (String, String)) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CONTENT_DISPOSITION, disposition(&name)))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text)
}
