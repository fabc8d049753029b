//! The programming interface under `/api/v1`: one file per resource. Inputs are a struct per action that knows no other
//! field; every refusal is a problem.

pub mod deliveries;
pub mod describe;
pub mod input;
pub mod me;
pub mod receive;
pub mod recipients;
pub mod shapes;
pub mod tokens;
pub mod transfers;

use actix_web::guard::{Any, Get, Guard, Head};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Resource, Route, web};

use super::problem::{Failure, Protocol, in_the_readers_language};
use super::{download, uploads};
use crate::error::Problem;

/// Registers the interface.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::scope("/api/v1")
            .wrap(from_fn(in_the_readers_language))
            .configure(transfers)
            .configure(recipients)
            .configure(uploads::configure)
            .service(at("/openapi.json", "GET, HEAD").route(get().to(describe::serve)))
            .default_service(web::to(nothing_here)),
    );
}

fn transfers(cfg: &mut web::ServiceConfig) {
    cfg.service(
        at("/transfers", "GET, HEAD, POST").route(get().to(transfers::list)).route(web::post().to(transfers::create)),
    )
    .service(
        at("/transfers/{id}", "GET, HEAD, PATCH, DELETE")
            .route(get().to(transfers::show))
            .route(web::patch().to(transfers::change))
            .route(web::delete().to(transfers::discard)),
    )
    .service(at("/transfers/{id}/recipients", "POST").route(web::post().to(recipients::add)))
    .service(
        at("/transfers/{id}/recipients/{delivery}", "PUT, DELETE")
            .route(web::put().to(recipients::change))
            .route(web::delete().to(recipients::remove)),
    )
    .service(at("/recipients", "GET, HEAD").route(get().to(recipients::search)))
    .service(at("/transfers/{id}/files/{file}", "DELETE").route(web::delete().to(transfers::remove_file)))
    .service(at("/transfers/{id}/check", "GET, HEAD").route(get().to(transfers::check)))
    .service(at("/transfers/{id}/send", "POST").route(web::post().to(transfers::send)))
    .service(at("/transfers/{id}/acknowledge", "POST").route(web::post().to(transfers::acknowledge)))
    .service(at("/transfers/{id}/told", "POST").route(web::post().to(transfers::told)))
    .service(at("/transfers/{id}/recall", "POST").route(web::post().to(transfers::recall)))
    .service(at("/transfers/{id}/extend", "POST").route(web::post().to(transfers::extend)))
    .service(at("/deliveries/{reference}/reissue", "POST").route(web::post().to(deliveries::reissue)))
    .service(at("/deliveries/{reference}/resume", "POST").route(web::post().to(deliveries::resume)))
    .service(at("/deliveries/{reference}/recall", "POST").route(web::post().to(deliveries::recall)))
    .service(at("/deliveries/{reference}/told", "POST").route(web::post().to(deliveries::told)))
    .service(at("/deliveries/{reference}/copied", "POST").route(web::post().to(deliveries::copied)))
    .service(at("/deliveries/{reference}/printed", "POST").route(web::post().to(deliveries::printed)))
    .service(at("/tokens", "GET, HEAD").route(get().to(tokens::list)))
    .service(at("/me", "GET, HEAD").route(get().to(me::show)));
}

fn recipients(cfg: &mut web::ServiceConfig) {
    cfg.service(at("/r/look", "POST").route(web::post().to(receive::look)))
        .service(at("/r/{public_id}/look", "POST").route(web::post().to(receive::look_at)))
        .service(at("/r/{public_id}/open", "POST").route(web::post().to(receive::open)))
        .service(at("/r/{public_id}/files", "GET, HEAD").route(get().to(receive::files)))
        .service(at("/r/{public_id}/files/{n}", "GET, HEAD").route(get().to(download::file)))
        .service(at("/r/{public_id}/all.zip", "GET, HEAD").route(get().to(download::archive)))
        .service(at("/r/{public_id}/done", "POST").route(web::post().to(receive::done)));
}

/// A resource that refuses other methods and names its own.
pub(super) fn at(path: &'static str, methods: &'static str) -> Resource {
    web::resource(path)
        .default_service(web::to(move || async move { Err::<HttpResponse, _>(Protocol::MethodNotAllowed(methods)) }))
}

/// GET, and HEAD with it (RFC 9110, 9.3.2).
pub(super) fn get() -> Route {
    web::route().guard(get_or_head())
}

fn get_or_head() -> impl Guard {
    Any(Get()).or(Head())
}

async fn nothing_here() -> Result<HttpResponse, Failure> {
    Err(Problem::NotFound.into())
}
