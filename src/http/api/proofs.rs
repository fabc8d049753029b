//! The log for those who verify it: its files, receipts and certificates of deletion.

use actix_web::body::SizedStream;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::id;
use crate::audit::{ENTRIES, Place, Receipt};
use crate::error::{Error, Problem, Result};
use crate::gateway::Gateway;
use crate::http::download::disposition;
use crate::http::guard::{StaffLogReader, StaffWatcher};
use crate::http::problem::Failure;
use crate::http::question::parameter;
use crate::model::{CertificateForm, DeliveryId, EventId, TransferId};
use crate::staff::log::certificate::{Batch, Month, certificate};
use crate::staff::log::receipt::{self, Offered, Signing};
use crate::staff::log::{Asking, Download, about, published};
use crate::store::tree::Log;

type Answer = Result<HttpResponse, Failure>;

/// A log.
#[derive(Serialize, ToSchema)]
#[schema(as = Log)]
struct LogOut {
    /// Its origin.
    origin: String,
    /// The key that its checkpoints verify with; absent where nobody knows it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Entries under its newest signature.
    size: u64,
    /// Why it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    began: Option<&'static str>,
    /// When it began.
    #[schema(format = DateTime)]
    began_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<String>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<&'static str>,
    /// When the newest checkpoint left the house.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    left_at: Option<String>,
    /// Entries that it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_size: Option<u64>,
}

impl From<about::Told> for LogOut {
    fn from(told: about::Told) -> Self {
        let log = told.log;
        Self {
            origin: log.origin,
            key: Some(log.key).filter(|key| !key.is_empty()),
            size: log.signed.map_or(0, |signed| signed.size),
            began: told.began.map(crate::model::LogReason::word),
            began_at: log.began_at.to_rfc3339(),
            closed_at: log.closed_at.map(|at| at.to_rfc3339()),
            ended: told.ended.map(crate::model::LogReason::word),
            left_at: log.left.map(|(_, at)| at.to_rfc3339()),
            left_size: log.left.map(|(size, _)| size),
        }
    }
}

/// Every log, the newest first.
#[utoipa::path(get, operation_id = "listLogs", path = "/audit/logs", tag = "audit",
    responses((status = 200, body = [LogOut]), Refusals))]
pub async fn logs(gateway: web::Data<Gateway>, reader: StaffLogReader) -> Answer {
    let (told, _) = about::about(&gateway, &reader.0).await?;
    Ok(HttpResponse::Ok().json(told.into_iter().map(LogOut::from).collect::<Vec<_>>()))
}

/// The newest signed checkpoint (C2SP tlog-checkpoint).
#[utoipa::path(get, operation_id = "readNewestCheckpoint", path = "/audit/checkpoint", tag = "audit",
    responses((status = 200, description = "A signed note", content_type = "text/plain"), Refusals))]
pub async fn newest_checkpoint(gateway: web::Data<Gateway>, reader: StaffLogReader) -> Answer {
    let log = about::named(&gateway, &reader.0, None).await?;
    checkpoint_of(log)
}

/// The newest signed checkpoint of a log (C2SP tlog-checkpoint).
#[utoipa::path(get, operation_id = "readCheckpoint", path = "/audit/{log}/checkpoint", tag = "audit",
    params(("log" = String, Path, description = "Year and number of the log, as in its origin: `2026-1`")),
    responses((status = 200, description = "A signed note", content_type = "text/plain"), Refusals))]
pub async fn checkpoint(gateway: web::Data<Gateway>, reader: StaffLogReader, log: web::Path<String>) -> Answer {
    let log = about::named(&gateway, &reader.0, Some(&log)).await?;
    checkpoint_of(log)
}

fn checkpoint_of(log: Log) -> Answer {
    let signed = log.signed.ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(signed.checkpoint))
}

/// A tile or a file of entries of the newest log (C2SP tlog-tiles).
#[utoipa::path(get, operation_id = "readNewestTile", path = "/audit/tile/{path}", tag = "audit",
    params(("path" = String, Path, description = "`<L>/<N>[.p/<W>]`, or `entries/<N>[.p/<W>]`")),
    responses((status = 200, description = "Hashes, or entries", content_type = "application/octet-stream"), Refusals))]
pub async fn newest_tile(gateway: web::Data<Gateway>, reader: StaffLogReader, path: web::Path<String>) -> Answer {
    let log = about::named(&gateway, &reader.0, None).await?;
    tile_of(&gateway, log, &path).await
}

/// A tile or a file of entries of a log (C2SP tlog-tiles).
#[utoipa::path(get, operation_id = "readTile", path = "/audit/{log}/tile/{path}", tag = "audit",
    params(("log" = String, Path, description = "Year and number of the log, as in its origin: `2026-1`"),
        ("path" = String, Path, description = "`<L>/<N>[.p/<W>]`, or `entries/<N>[.p/<W>]`")),
    responses((status = 200, description = "Hashes, or entries", content_type = "application/octet-stream"), Refusals))]
pub async fn tile(gateway: web::Data<Gateway>, reader: StaffLogReader, path: web::Path<(String, String)>) -> Answer {
    let (name, path) = path.into_inner();
    let log = about::named(&gateway, &reader.0, Some(&name)).await?;
    tile_of(&gateway, log, &path).await
}

async fn tile_of(gateway: &Gateway, log: Log, path: &str) -> Answer {
    let place = Place::parse(&format!("tile/{path}")).ok_or(Problem::NotFound)?;
    let size = log.signed.map_or(0, |signed| signed.size);
    let bytes = gateway.store.read(move |tx| published::file(tx, log.number, size, place)).await?;
    let mut answer = HttpResponse::Ok();
    // What is full does not change any more. It stays with whoever asked.
    if let Place::Tile(_, ENTRIES) | Place::Entries(_, ENTRIES) = place {
        answer.insert_header((CACHE_CONTROL, "private, max-age=604800, immutable"));
    }
    Ok(answer.content_type("application/octet-stream").body(bytes.ok_or(Problem::NotFound)?))
}

/// A whole log as one zip: checkpoint, tiles, entries.
#[utoipa::path(get, operation_id = "downloadLog", path = "/audit/{log}/log.zip", tag = "audit",
    params(("log" = String, Path, description = "Year and number of the log, as in its origin: `2026-1`")),
    responses((status = 200, description = "The log", content_type = "application/zip"), Refusals))]
pub async fn archive(gateway: web::Data<Gateway>, reader: StaffLogReader, log: web::Path<String>) -> Answer {
    let found = about::named(&gateway, &reader.0, Some(&log)).await?;
    let download = Download::begin(&gateway, reader.0, found).await?;
    Ok(zip(gateway, download, &log))
}

/// The log on its way out.
pub(in crate::http) fn zip(gateway: web::Data<Gateway>, download: Download, name: &str) -> HttpResponse {
    let length = download.length();
    let body = stream::try_unfold((gateway, download), |(gateway, mut download)| async move {
        let next = download.next(&gateway).await?;
        Ok::<_, Error>(next.map(|bytes| (Bytes::from(bytes), (gateway, download))))
    });
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_DISPOSITION, disposition(&format!("log-{name}.zip"))));
    answer.content_type("application/zip").body(SizedStream::new(length, Box::pin(body)))
}

/// An event that a receipt can be had for.
#[derive(Serialize, ToSchema)]
#[schema(as = ReceiptOffer)]
struct OfferedOut {
    /// The event.
    #[schema(value_type = Uuid)]
    event_id: EventId,
    /// What happened: `dispatched`, `retrieved` or `shredded`.
    event: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The delivery it was about.
    #[schema(value_type = Option<Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<DeliveryId>,
    /// Whether it can be had now.
    signed: bool,
    /// Whether it never can: its log ended before this was signed. Otherwise it can be had in a few seconds.
    never_signed: bool,
}

impl From<Offered> for OfferedOut {
    fn from(one: Offered) -> Self {
        let (event_id, event, at) = (one.event, one.word, one.at.to_rfc3339());
        let (signed, never_signed) = (one.signing == Signing::Done, one.signing == Signing::Never);
        Self { event_id, event, at, delivery: one.delivery, signed, never_signed }
    }
}

async fn offers(gateway: &Gateway, asking: Asking, transfer: TransferId) -> Answer {
    let offered = receipt::offered(gateway, asking, transfer).await?;
    Ok(HttpResponse::Ok().json(offered.into_iter().map(OfferedOut::from).collect::<Vec<_>>()))
}

async fn receipt_of(gateway: &Gateway, asking: Asking, (transfer, event): (String, String)) -> Answer {
    let transfer = transfer.parse().map_err(|_| Problem::NotFound)?;
    let event = event.parse().map_err(|_| Problem::NotFound)?;
    let found = receipt::receipt(gateway, asking, transfer, event).await?;
    Ok(file(&receipt_name(&found), receipt::written(&found)?.0))
}

/// What the file of a receipt is called.
pub(in crate::http) fn receipt_name(receipt: &Receipt) -> String {
    let fact = receipt.entries.first().and_then(|entry| entry.fact().ok());
    let event = fact.map(|fact| fact.event).unwrap_or_default();
    let reference = receipt.about.references.values().next().cloned().unwrap_or_default();
    format!("{event}-{reference}.json")
}

/// A file of JSON.
pub(in crate::http) fn file(name: &str, text: String) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_DISPOSITION, disposition(name)));
    answer.content_type("application/json").body(text)
}

async fn certificate_of(gateway: &Gateway, asking: Asking, transfer: TransferId) -> Answer {
    let made = certificate(gateway, asking, transfer, CertificateForm::File).await?;
    Ok(file(&format!("certificate-{transfer}.json"), made.text))
}

/// The events of an own transfer that receipts can be had for.
#[utoipa::path(get, operation_id = "listReceipts", path = "/transfers/{id}/receipts", tag = "transfers",
    params(("id" = Uuid, Path, description = "The transfer")),
    responses((status = 200, body = [OfferedOut]), Refusals))]
pub async fn own_receipts(gateway: web::Data<Gateway>, watcher: StaffWatcher, path: web::Path<String>) -> Answer {
    offers(&gateway, Asking::owner(&watcher.0), id(&path)?).await
}

/// The receipt of an event of an own transfer: the entry of the log with its proof (docs/RECEIPTS.md).
#[utoipa::path(get, operation_id = "readReceipt", path = "/transfers/{id}/receipts/{event}", tag = "transfers",
    params(("id" = Uuid, Path, description = "The transfer"), ("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "A receipt", content_type = "application/json"), Refusals))]
pub async fn own_receipt(
    gateway: web::Data<Gateway>,
    watcher: StaffWatcher,
    path: web::Path<(String, String)>,
) -> Answer {
    receipt_of(&gateway, Asking::owner(&watcher.0), path.into_inner()).await
}

/// The certificate of the deletion of an own transfer (docs/RECEIPTS.md). Its taking is an event of the log.
#[utoipa::path(get, operation_id = "readCertificate", path = "/transfers/{id}/certificate", tag = "transfers",
    params(("id" = Uuid, Path, description = "The transfer")),
    responses((status = 200, description = "A certificate", content_type = "application/json"), Refusals))]
pub async fn own_certificate(gateway: web::Data<Gateway>, watcher: StaffWatcher, path: web::Path<String>) -> Answer {
    certificate_of(&gateway, Asking::owner(&watcher.0), id(&path)?).await
}

/// The events of a transfer that receipts can be had for.
#[utoipa::path(get, operation_id = "listReceiptsForAudit", path = "/audit/transfers/{id}/receipts", tag = "audit",
    params(("id" = Uuid, Path, description = "The transfer")),
    responses((status = 200, body = [OfferedOut]), Refusals))]
pub async fn receipts(gateway: web::Data<Gateway>, reader: StaffLogReader, path: web::Path<String>) -> Answer {
    offers(&gateway, Asking::reader(&reader.0), id(&path)?).await
}

/// The receipt of an event: the entry of the log with its proof (docs/RECEIPTS.md).
#[utoipa::path(get, operation_id = "readReceiptForAudit", path = "/audit/transfers/{id}/receipts/{event}", tag = "audit",
    params(("id" = Uuid, Path, description = "The transfer"), ("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "A receipt", content_type = "application/json"), Refusals))]
pub async fn one_receipt(
    gateway: web::Data<Gateway>,
    reader: StaffLogReader,
    path: web::Path<(String, String)>,
) -> Answer {
    receipt_of(&gateway, Asking::reader(&reader.0), path.into_inner()).await
}

/// The certificate of the deletion of a transfer (docs/RECEIPTS.md). Its taking is an event of the log.
#[utoipa::path(get, operation_id = "readCertificateForAudit", path = "/audit/transfers/{id}/certificate", tag = "audit",
    params(("id" = Uuid, Path, description = "The transfer")),
    responses((status = 200, description = "A certificate", content_type = "application/json"), Refusals))]
pub async fn one_certificate(gateway: web::Data<Gateway>, reader: StaffLogReader, path: web::Path<String>) -> Answer {
    certificate_of(&gateway, Asking::reader(&reader.0), id(&path)?).await
}

/// The certificates of all deletions of a month, a line each. Its taking is an event of the log.
#[utoipa::path(get, operation_id = "readCertificates", path = "/audit/certificates", tag = "audit",
    params(("month" = Option<String>, Query, description = "`2026-11`, in the office's time zone; without it the present one")),
    responses((status = 200, description = "JSON Lines", content_type = "application/x-ndjson"), Refusals))]
pub async fn certificates(gateway: web::Data<Gateway>, reader: StaffLogReader, request: HttpRequest) -> Answer {
    let month = match parameter(&request, "month") {
        Some(text) => Month::parse(&text)?,
        None => Month::of(&gateway, gateway.now()),
    };
    let batch = Batch::begin(&gateway, Asking::reader(&reader.0), month).await?;
    Ok(lines(gateway, batch, month))
}

/// The certificates of a month on their way out.
pub(in crate::http) fn lines(gateway: web::Data<Gateway>, batch: Batch, month: Month) -> HttpResponse {
    let body = stream::try_unfold((gateway, batch), |(gateway, mut batch)| async move {
        let next = batch.next(&gateway).await?;
        Ok::<_, Error>(next.map(|line| (Bytes::from(line), (gateway, batch))))
    });
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_DISPOSITION, disposition(&format!("certificates-{}.jsonl", month.text()))));
    answer.content_type("application/x-ndjson").streaming(Box::pin(body))
}
