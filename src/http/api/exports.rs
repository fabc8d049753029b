//! Files of the log's entries.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::{Input, id};
use crate::audit::export::Column;
use crate::gateway::Gateway;
use crate::http::guard::StaffLogReader;
use crate::http::problem::Failure;
use crate::http::{files, question};
use crate::model::{ExportFormat, ExportId, ExportState, Time};
use crate::staff::log::export::{self, Asked, Exporter, Listed};

type Answer = Result<HttpResponse, Failure>;

/// Files of the log's entries.
#[derive(Serialize, ToSchema)]
#[schema(as = LogExports)]
pub struct ExportsOut {
    /// The newest first.
    exports: Vec<ExportOut>,
}

/// A file of the log's entries.
#[derive(Serialize, ToSchema)]
#[schema(as = LogExport)]
pub struct ExportOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ExportId,
    /// Where it is.
    state: ExportState,
    /// How it is written.
    format: ExportFormat,
    /// Whether who asks now asked for it: only then it can be fetched.
    own: bool,
    /// Entries expected; one more than are counted beforehand when there are more.
    expected: i64,
    /// Entries written.
    rows: i64,
    /// Bytes of the file, once it is ready.
    bytes: i64,
    /// SHA-256 of the file, once it is ready.
    #[serde(skip_serializing_if = "String::is_empty")]
    sha256: String,
    /// When it was asked for.
    #[schema(format = DateTime)]
    asked_at: String,
    /// When it is erased.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

impl From<&Listed> for ExportOut {
    fn from(listed: &Listed) -> Self {
        let export = &listed.export;
        Self {
            id: export.id,
            state: export.state,
            format: export.format,
            own: listed.is_own,
            expected: export.expected,
            rows: export.written,
            bytes: export.bytes,
            sha256: export.digest.clone(),
            asked_at: export.asked_at.to_rfc3339(),
            expires_at: export.expires_at.map(Time::to_rfc3339),
        }
    }
}

/// What somebody asks for. What is empty does not narrow the question.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = NewLogExport)]
pub struct AskIn {
    /// How it is written.
    #[schema(value_type = ExportFormat)]
    format: String,
    /// Columns of CSV, in their order; none: all.
    columns: Vec<Column>,
    /// What for; it stays in the log.
    purpose: String,
    /// `today`, `this_week`, `this_month`, `last_month` or `business_year`.
    period: String,
    /// First day, in the office's time zone.
    from: String,
    /// Last day, in the office's time zone.
    until: String,
    /// Part of the name or address of a member of staff.
    person: String,
    /// Part of a recipient's name or address.
    recipient: String,
    /// A reference, or its last four characters.
    reference: String,
    /// The word of a kind of event.
    kind: String,
    /// `ok` or `failed`.
    result: String,
    /// A network address.
    source: String,
}

impl AskIn {
    fn asked(&self, name: &str) -> String {
        let text = match name {
            "period" => &self.period,
            "from" => &self.from,
            "until" => &self.until,
            "person" => &self.person,
            "recipient" => &self.recipient,
            "reference" => &self.reference,
            "kind" => &self.kind,
            "result" => &self.result,
            "source" => &self.source,
            _ => return String::new(),
        };
        text.clone()
    }
}

/// Lists files of the log's entries.
#[utoipa::path(get, operation_id = "listLogExports", path = "/audit/export", tag = "audit",
    responses((status = 200, description = "The files", body = ExportsOut), Refusals))]
pub async fn list(gateway: web::Data<Gateway>, reader: StaffLogReader) -> Answer {
    let files = export::list(&gateway, Exporter::from(&reader.0)).await?;
    Ok(HttpResponse::Ok().json(ExportsOut { exports: files.iter().map(ExportOut::from).collect() }))
}

/// Asks for a file. A small one is ready with the answer; others are written in the background.
#[utoipa::path(post, operation_id = "exportLog", path = "/audit/export", tag = "audit", request_body = AskIn,
    responses((status = 201, description = "The file is ready", body = ExportOut),
        (status = 202, description = "The file is being written", body = ExportOut), Refusals))]
pub async fn ask(gateway: web::Data<Gateway>, reader: StaffLogReader, input: Input<AskIn>) -> Answer {
    let by = Exporter::from(&reader.0);
    let asked = Asked {
        question: question::read(|name| input.value.asked(name))?,
        format: export::format(&input.value.format)?,
        columns: input.value.columns.clone(),
        purpose: input.value.purpose.clone(),
    };
    let id = export::ask(&gateway, by.clone(), asked).await?;
    let listed = export::write_if_small(&gateway, by, id).await?;
    let is_ready = listed.export.state == ExportState::Ready;
    let mut answer = if is_ready { HttpResponse::Created() } else { HttpResponse::Accepted() };
    Ok(answer.insert_header((LOCATION, format!("/api/v1/audit/export/{id}"))).json(ExportOut::from(&listed)))
}

/// Shows how far a file is.
#[utoipa::path(get, operation_id = "showLogExport", path = "/audit/export/{id}", tag = "audit",
    params(("id" = Uuid, Path, description = "The file")),
    responses((status = 200, description = "The file", body = ExportOut), Refusals))]
pub async fn show(gateway: web::Data<Gateway>, reader: StaffLogReader, path: web::Path<String>) -> Answer {
    let listed = export::show(&gateway, Exporter::from(&reader.0), id(&path)?).await?;
    Ok(HttpResponse::Ok().json(ExportOut::from(&listed)))
}

/// The file itself; that it leaves is entered in the log first.
#[utoipa::path(get, operation_id = "fetchLogExport", path = "/audit/export/{id}/file", tag = "audit",
    params(("id" = Uuid, Path, description = "The file")),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        Refusals))]
pub async fn fetch(gateway: web::Data<Gateway>, reader: StaffLogReader, path: web::Path<String>) -> Answer {
    let opened = export::open(&gateway, Exporter::from(&reader.0), id(&path)?).await?;
    Ok(files::of_log(&gateway.into_inner(), opened))
}

/// The file's manifest: one line of canonical JSON.
#[utoipa::path(get, operation_id = "readLogExportManifest", path = "/audit/export/{id}/manifest", tag = "audit",
    params(("id" = Uuid, Path, description = "The file")),
    responses((status = 200, description = "Canonical JSON", content_type = "application/json"), Refusals))]
pub async fn manifest(gateway: web::Data<Gateway>, reader: StaffLogReader, path: web::Path<String>) -> Answer {
    let found = export::manifest(&gateway, Exporter::from(&reader.0), id(&path)?).await?;
    Ok(files::manifest(found))
}

/// Takes a file back: its bytes are destroyed.
#[utoipa::path(delete, operation_id = "cancelLogExport", path = "/audit/export/{id}", tag = "audit",
    params(("id" = Uuid, Path, description = "The file")),
    responses((status = 204, description = "It is gone"), Refusals))]
pub async fn cancel(gateway: web::Data<Gateway>, reader: StaffLogReader, path: web::Path<String>) -> Answer {
    export::cancel(&gateway, Exporter::from(&reader.0), id(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
