//! About this log: what an outsider must know to verify it, and each log as a file.

use actix_web::http::StatusCode;
use actix_web::web;

use crate::error::Problem;
use crate::http::api::proofs;
use crate::http::pages::desk::Desk;
use crate::http::pages::view::LogPage;
use crate::http::pages::visit::Answer;
use crate::http::routes::{Access, Routes, at};
use crate::staff::log::{Download, about};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/audit/log").get(Access::LogReader, show))
        .add(at("/audit/log/{name}").get_alone(Access::LogReader, archive));
}

async fn show(desk: Desk) -> Answer {
    let reader = desk.log_reader()?;
    let (logs, checked) = about::about(&desk.gateway, &reader).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.page(StatusCode::OK, &LogPage { frame: desk.frame("/audit/log"), logs, checked }))
}

/// `2026-1.zip`.
async fn archive(desk: Desk, file: web::Path<String>) -> Answer {
    let reader = desk.log_reader()?;
    let name = file.strip_suffix(".zip").ok_or_else(|| desk.refuse(Problem::NotFound))?;
    let log = about::named(&desk.gateway, &reader, Some(name)).await.map_err(|error| desk.refuse(error))?;
    let download = Download::begin(&desk.gateway, reader, log).await.map_err(|error| desk.refuse(error))?;
    Ok(proofs::zip(desk.gateway.clone().into(), download, name))
}
