//! Downloads: a file, or everything as one zip, to the bearer of an unlock session. Ranges and validators as RFC 9110 has
//! them; the answer is always an attachment of no type, whatever the file calls itself.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, ETAG, HeaderMap,
    HeaderName, IF_NONE_MATCH, IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use futures_util::{StreamExt, stream};

use crate::crypt::sanitise_name;
use crate::error::{Error, Problem, Result};
use crate::gateway::Gateway;
use crate::http::api::describe::Refusals;
use crate::http::guard;
use crate::http::headers::DOWNLOADS;
use crate::http::problem::{Failure, Protocol};
use crate::transfer::inspect::Inspected;
use crate::transfer::retrieve::{self, Asked, OpenedDelivery, Servable};

/// Serves file `n`, counted from 1, or a range of it.
///
/// # Errors
/// `UnlockNeeded`, `DeliveryEnded`, `NotFound`, `Unavailable`.
#[utoipa::path(get, operation_id = "fetchFile", path = "/r/{public_id}/files/{n}", tag = "receive",
    security(("delivery" = [])),
    params(("public_id" = String, Path, description = "The id in the link"),
        ("n" = u32, Path, description = "Number of the file, from 1"),
        ("Range" = Option<String>, Header, description = "One byte range"),
        ("If-Range" = Option<String>, Header, description = "The entity tag that the range belongs to")),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The range", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304, description = "As known"), Refusals))]
pub async fn file(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (public_id, n) = path.into_inner();
    let n = n.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).ok_or(Problem::NotFound)?;
    Ok(answer(&request, &gateway, &public_id, Asked::File(n)).await?)
}

/// Serves everything as one zip, or a range of it.
///
/// # Errors
/// As [`file()`].
#[utoipa::path(get, operation_id = "fetchAll", path = "/r/{public_id}/all.zip", tag = "receive",
    security(("delivery" = [])),
    params(("public_id" = String, Path, description = "The id in the link"),
        ("Range" = Option<String>, Header, description = "One byte range"),
        ("If-Range" = Option<String>, Header, description = "The entity tag that the range belongs to")),
    responses((status = 200, description = "The zip", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The range", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304, description = "As known"), Refusals))]
pub async fn archive(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    Ok(answer(&request, &gateway, &path, Asked::Archive).await?)
}

/// From the request's cookie to the opened delivery.
///
/// # Errors
/// `UnlockNeeded`, `DeliveryEnded`, `Unavailable`.
pub async fn opened(request: &HttpRequest, gateway: &Gateway, public_id: &str) -> Result<OpenedDelivery> {
    let cookie = request.cookie(&guard::unlock_cookie_name(public_id)).ok_or(Problem::UnlockNeeded)?;
    retrieve::opened(gateway, public_id, cookie.value()).await
}

/// The answer to a GET or HEAD. A HEAD, and what the validators decide, serve nothing and are no retrieval.
///
/// # Errors
/// As [`file()`].
pub async fn answer(
    request: &HttpRequest,
    gateway: &web::Data<Gateway>,
    public_id: &str,
    asked: Asked,
) -> Result<HttpResponse> {
    let opened = opened(request, gateway, public_id).await?;
    let servable = opened.servable(asked)?;
    let etag = format!("\"{}\"", servable.etag);
    if matches_any(request.headers(), &etag) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, etag)).finish());
    }
    let part = match wanted(request.headers(), &etag, servable.length) {
        Wanted::Whole => None,
        Wanted::Part(range) => Some(range),
        Wanted::Nothing => return Ok(Protocol::Range(servable.length).respond(request)),
    };
    let mut response = head(&servable, etag, part.as_ref());
    let range = part.unwrap_or(0..servable.length);
    let length = range.end - range.start;
    if request.method() == Method::HEAD {
        return Ok(response.body(SizedStream::new(length, stream::empty::<Result<_, actix_web::Error>>())));
    }
    let bytes = retrieve::serve(gateway.clone().into_inner(), opened, &servable, range).await?;
    // A stream that breaks off has a status already; what went wrong is logged where it happened.
    let bytes = bytes.map(|item| item.map_err(|error: Error| actix_web::Error::from(Failure(error))));
    Ok(response.body(SizedStream::new(length, bytes)))
}

/// The answer to an approver: a file of what waits, whole.
pub fn inspected(gateway: &Arc<Gateway>, opened: Inspected) -> HttpResponse {
    let length = opened.file.size;
    let mut response = attachment(StatusCode::OK, &opened.file.name);
    let bytes = opened.read(gateway, 0..length);
    let bytes = bytes.map(|item| item.map_err(|error: Error| actix_web::Error::from(Failure(error))));
    response.body(SizedStream::new(length, bytes))
}

fn head(servable: &Servable, etag: String, part: Option<&Range<u64>>) -> HttpResponseBuilder {
    let status = if part.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = attachment(status, &servable.name);
    response.insert_header((ETAG, etag)).insert_header((ACCEPT_RANGES, "bytes"));
    if let Some(range) = part {
        let last = range.end.saturating_sub(1);
        response.insert_header((CONTENT_RANGE, format!("bytes {}-{last}/{}", range.start, servable.length)));
    }
    response
}

/// What every file's answer has, whatever the file calls itself.
fn attachment(status: StatusCode, name: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .content_type("application/octet-stream")
        .insert_header((CONTENT_DISPOSITION, disposition(name)))
        .insert_header((CONTENT_SECURITY_POLICY, DOWNLOADS))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((HeaderName::from_static("cross-origin-resource-policy"), "same-origin"));
    response
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Nothing,
}

/// RFC 9110, 14.2 and 13.1.5: a range that is no single byte range, or whose `If-Range` names something else, is as if it
/// were not there.
fn wanted(headers: &HeaderMap, etag: &str, length: u64) -> Wanted {
    let Some(range) = text(headers, &RANGE) else { return Wanted::Whole };
    if headers.contains_key(IF_RANGE) && text(headers, &IF_RANGE) != Some(etag) {
        return Wanted::Whole;
    }
    let Some((unit, set)) = range.split_once('=') else { return Wanted::Whole };
    let Some((first, last)) = set.trim().split_once('-') else { return Wanted::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Wanted::Whole;
    }
    match (number(first), number(last)) {
        (Some(Some(first)), Some(None)) if first < length => Wanted::Part(first..length),
        (Some(Some(first)), Some(Some(last))) if first <= last && first < length => {
            Wanted::Part(first..last.saturating_add(1).min(length))
        }
        (Some(None), Some(Some(suffix))) if suffix > 0 && length > 0 => {
            Wanted::Part(length.saturating_sub(suffix)..length)
        }
        (Some(Some(first)), Some(Some(last))) if first > last => Wanted::Whole,
        (Some(None), Some(None)) | (None, _) | (_, None) => Wanted::Whole,
        _ => Wanted::Nothing,
    }
}

/// `None`: no number. `Some(None)`: nothing there. More digits than fit lie behind every end.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((!text.is_empty()).then(|| text.parse().unwrap_or(u64::MAX)))
}

fn matches_any(headers: &HeaderMap, etag: &str) -> bool {
    let tags = text(headers, &IF_NONE_MATCH).unwrap_or_default();
    tags.split(',').map(str::trim).any(|tag| tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// RFC 6266 with RFC 8187: a plain name for old clients, the real one for all others.
pub fn disposition(name: &str) -> String {
    let name = sanitise_name(name);
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut header = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => header.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(header, "%{byte:02X}")),
        }
    }
    header
}

/// What every client reads alike inside quotes: no quote, no backslash, no percent sign that some decode.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%' | ';')
}

#[cfg(test)]
mod tests;
