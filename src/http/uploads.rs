//! Uploads: the tus protocol, version 1.0, with creation, creation-with-upload, checksum, expiration and termination
//! (<https://tus.io/protocols/resumable-upload>). What a broken request brought is kept, and the next one goes on there.

mod body;
mod fields;
mod form;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, LOCATION};
use actix_web::middleware::{Next, from_fn};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};

use self::fields::Announced;
use super::api::describe::Refusals;
use super::api::input::id;
use super::guard::{StaffSender, StaffWatcher};
use super::problem::{Failure, Protocol};
use super::routes::{Access, Routes, at};
use crate::error::{Error, Problem};
use crate::gateway::Gateway;
use crate::model::FileId;
use crate::staff::permit::Sender;
use crate::transfer::upload::{self, Checksum, Progress};

pub use body::Runtime;
pub use form::receive_form;

/// The protocol's version.
pub const VERSION: &str = "1.0.0";
/// The media type of bytes to be appended.
const BYTES: &str = "application/offset+octet-stream";
const EXTENSIONS: &str = "creation,creation-with-upload,expiration,checksum,termination";

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

type Answer = Result<HttpResponse, actix_web::Error>;

/// Registers `/uploads`.
pub(super) fn configure(routes: &mut Routes) {
    let all = at("").options(Access::Public, options).post(Access::Sender, create);
    let one = at("/{id}")
        .options(Access::Public, options)
        .head(Access::Watcher, progress)
        .patch(Access::Sender, append)
        .delete(Access::Sender, terminate);
    let fill = |routes: &mut Routes| {
        routes.add(all).add(one);
    };
    routes.within("/uploads", fill, |scope| scope.wrap(from_fn(speak)));
}

/// Every request names the version, every answer too; `X-HTTP-Method-Override` is what the request means.
async fn speak<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<actix_web::body::EitherBody<B>>, actix_web::Error> {
    if let (&Method::POST, Some(meant)) = (request.method(), meant(&request)) {
        request.head_mut().method = meant;
    }
    let named = request.headers().get(RESUMABLE).map(|version| version.as_bytes() == VERSION.as_bytes());
    let spoken = named.unwrap_or(false) || request.method() == Method::OPTIONS;
    let mut response = if spoken {
        next.call(request).await?.map_into_left_body()
    } else {
        request.error_response(Protocol::TusVersion).map_into_right_body()
    };
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    Ok(response)
}

fn meant(request: &ServiceRequest) -> Option<Method> {
    match request.headers().get(OVERRIDE)?.to_str().ok()? {
        "PATCH" => Some(Method::PATCH),
        "DELETE" => Some(Method::DELETE),
        "HEAD" => Some(Method::HEAD),
        _ => None,
    }
}

/// Tells what of the protocol is spoken.
#[utoipa::path(options, operation_id = "describeUploads", path = "/uploads", tag = "uploads", security(()),
    responses((status = 204, description = "`Tus-Version`, `Tus-Extension`, `Tus-Max-Size`, `Tus-Checksum-Algorithm`"),
        Refusals))]
pub(super) async fn options(gateway: web::Data<Gateway>) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header(("Tus-Version", VERSION))
        .insert_header(("Tus-Max-Size", gateway.policy().bytes_per_transfer.to_string()))
        .insert_header(("Tus-Extension", EXTENSIONS))
        .insert_header(("Tus-Checksum-Algorithm", "sha256"))
        .finish()
}

/// Announces a file, and takes its first bytes if there are any.
#[utoipa::path(post, operation_id = "createUpload", path = "/uploads", tag = "uploads",
    params(("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "Bytes of the file"),
        ("Upload-Metadata" = String, Header, description = "`transfer`, `filename` and `filetype`, each in Base64"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha256` and the digest in Base64")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 201, description = "Announced",
        headers(("Location" = String), ("Upload-Offset" = u64), ("Upload-Expires" = String))), Refusals))]
pub(super) async fn create(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    payload: web::Payload,
) -> Answer {
    let headers = request.headers();
    let announced = Announced::read(headers).map_err(Failure)?;
    let checksum = fields::checksum(headers).map_err(Failure)?;
    let with_bytes = match fields::content_type(headers) {
        Some(BYTES) => true,
        // A library that has nothing to send may still name a type.
        _ if fields::is_empty(headers) => false,
        _ => return Err(Protocol::MediaType(BYTES).into()),
    };
    let file = upload::begin(&gateway, &sender.0, announced.transfer, announced.file).await.map_err(Failure)?;
    let progress = if with_bytes {
        first_bytes(&request, &gateway, &sender.0, file, checksum, payload).await.map_err(Failure)?
    } else {
        upload::progress(&gateway, &sender.0.watcher(), file).await.map_err(Failure)?
    };
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, format!("/api/v1/uploads/{file}")));
    Ok(told(&mut answer, progress).finish())
}

/// A creation whose bytes are refused is refused as a whole: its address was never told.
async fn first_bytes(
    request: &HttpRequest,
    gateway: &web::Data<Gateway>,
    sender: &Sender,
    file: FileId,
    checksum: Option<Checksum>,
    payload: web::Payload,
) -> Result<Progress, Error> {
    let work = |pieces| upload::append(gateway.clone().into_inner(), sender.clone(), file, 0, checksum, pieces);
    let appended = body::bring(request, payload, work).await;
    if let Err(Error::Problem(Problem::ChecksumMismatch | Problem::TooLarge { .. })) = appended {
        upload::terminate(gateway, sender, file).await?;
    }
    appended
}

/// Tells how far an upload is.
#[utoipa::path(head, operation_id = "showUpload", path = "/uploads/{id}", tag = "uploads",
    params(("id" = Uuid, Path, description = "Id of a file of a draft"), ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses((status = 200, description = "How far", headers(("Upload-Offset" = u64), ("Upload-Length" = u64),
        ("Upload-Metadata" = String), ("Upload-Expires" = String))), Refusals))]
pub(super) async fn progress(gateway: web::Data<Gateway>, watcher: StaffWatcher, path: web::Path<String>) -> Answer {
    let file = id(&path)?;
    let progress = upload::progress(&gateway, &watcher.0, file).await.map_err(Failure)?;
    let (transfer, name) = upload::announced(&gateway, &watcher.0, file).await.map_err(Failure)?;
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((LENGTH, progress.size.to_string()))
        .insert_header((METADATA, fields::metadata(transfer, &name)));
    Ok(told(&mut answer, progress).finish())
}

/// Appends bytes. What came before a line broke is kept.
#[utoipa::path(patch, operation_id = "appendUpload", path = "/uploads/{id}", tag = "uploads",
    params(("id" = Uuid, Path, description = "Id of a file of a draft"), ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "Where the bytes begin"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha256` and the digest in Base64")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Durable", headers(("Upload-Offset" = u64), ("Upload-Expires" = String))),
        Refusals))]
pub(super) async fn append(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    payload: web::Payload,
) -> Answer {
    let file: FileId = id(&path)?;
    let headers = request.headers();
    if fields::content_type(headers) != Some(BYTES) {
        return Err(Protocol::MediaType(BYTES).into());
    }
    let offset = fields::number(headers, &OFFSET).map_err(Failure)?;
    let checksum = fields::checksum(headers).map_err(Failure)?;
    let work = |pieces| upload::append(gateway.into_inner(), sender.0, file, offset, checksum, pieces);
    let progress = body::bring(&request, payload, work).await.map_err(Failure)?;
    Ok(told(&mut HttpResponse::NoContent(), progress).finish())
}

/// Removes an upload.
#[utoipa::path(delete, operation_id = "removeUpload", path = "/uploads/{id}", tag = "uploads",
    params(("id" = Uuid, Path, description = "Id of a file of a draft"), ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses((status = 204, description = "Gone"), Refusals))]
pub(super) async fn terminate(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    upload::terminate(&gateway, &sender.0, id(&path)?).await.map_err(Failure)?;
    Ok(HttpResponse::NoContent().finish())
}

fn told(answer: &mut HttpResponseBuilder, progress: Progress) -> &mut HttpResponseBuilder {
    answer.insert_header((OFFSET, progress.offset.to_string()));
    if progress.offset < progress.size {
        let until = progress.until.to_utc().format("%a, %d %b %Y %H:%M:%S GMT");
        answer.insert_header((EXPIRES, until.to_string()));
    }
    answer
}
