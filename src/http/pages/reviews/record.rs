//! The record of a signed review: to be printed, and as files.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};

use super::super::desk::Desk;
use super::super::view::RecordPage;
use super::super::visit::Answer;
use super::{HERE, review_id};
use crate::http::download::disposition;
use crate::http::review_table;
use crate::model::ReviewId;
use crate::staff::review::record::{self, Kept};

async fn kept(desk: &Desk, path: &web::Path<String>) -> actix_web::Result<(ReviewId, Kept)> {
    desk.register_reader()?;
    let id = review_id(desk, path)?;
    let kept = record::read(&desk.gateway, id).await.map_err(|error| desk.refuse(error))?;
    Ok((id, kept))
}

pub(super) async fn show(desk: Desk, path: web::Path<String>) -> Answer {
    let (id, Kept { record, digest, .. }) = kept(&desk, &path).await?;
    Ok(desk.page(StatusCode::OK, &RecordPage { frame: desk.frame(&format!("{HERE}/{id}/record")), record, digest }))
}

pub(super) async fn csv(desk: Desk, path: web::Path<String>) -> Answer {
    let (id, kept) = kept(&desk, &path).await?;
    let text = review_table::csv(&desk.texts(), &kept).map_err(|error| desk.refuse(error))?;
    file(&desk, id, "csv", "text/csv; charset=utf-8", text.into_bytes()).await
}

pub(super) async fn json(desk: Desk, path: web::Path<String>) -> Answer {
    let (id, kept) = kept(&desk, &path).await?;
    file(&desk, id, "json", "application/json", kept.bytes).await
}

/// The log knows of the file before it leaves.
async fn file(desk: &Desk, id: ReviewId, ending: &str, media_type: &'static str, bytes: Vec<u8>) -> Answer {
    record::exported(&desk.gateway, &desk.register_reader()?, id, &bytes).await.map_err(|error| desk.refuse(error))?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_DISPOSITION, disposition(&format!("review-{id}.{ending}"))));
    answer.insert_header((actix_web::http::header::CACHE_CONTROL, "no-store"));
    Ok(answer.content_type(media_type).body(bytes))
}
