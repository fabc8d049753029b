//! Pages of administrators.

mod rules;

use actix_web::web;

pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    rules::configure(cfg);
}
