//! One event of the log, whole.

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::view::{AuditRow, EventPage};
use super::{Answer, Desk};
use crate::error::Problem;
use crate::http::api::proofs;
use crate::staff::log::{self, Asking, receipt};

pub(super) async fn show(desk: Desk, id: web::Path<String>) -> Answer {
    let reader = desk.log_reader()?;
    let id = id.parse().map_err(|_| desk.refuse(Problem::NotFound))?;
    let (row, place) = log::event(&desk.gateway, &reader, id).await.map_err(|error| desk.refuse(error))?;
    let page = EventPage {
        frame: desk.frame_here(),
        leaf: serde_json::to_string_pretty(&row.leaf).unwrap_or_default(),
        values: row.told.values.clone(),
        row: AuditRow::of(&desk.texts(), &row),
        place,
    };
    Ok(desk.page(StatusCode::OK, &page))
}

pub(super) async fn proof(desk: Desk, id: web::Path<String>) -> Answer {
    let asking = Asking::reader(&desk.log_reader()?);
    let id = id.parse().map_err(|_| desk.refuse(Problem::NotFound))?;
    let found = receipt::proof(&desk.gateway, asking, id).await.map_err(|error| desk.refuse(error))?;
    let (text, _) = receipt::written(&found).map_err(|error| desk.refuse(error))?;
    Ok(proofs::file(&proofs::receipt_name(&found), text))
}
