//! Uploads by tus 1.0 (https://tus.io/protocols/resumable-upload): creation, HEAD for the offset, PATCH with the bytes.

use std::io::SeekFrom;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Body, Method, RequestBuilder};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::cli::failure::{Failure, Result};
use crate::cli::progress::Progress;

use super::{Client, Trouble};

/// Bytes of one PATCH at most: what a gateway must put away at once, and what a lost answer repeats at worst.
const PATCH_MOST: u64 = 64 * 1024 * 1024;
/// Bytes read from disk at once.
const READ: usize = 256 * 1024;
/// A line on which nothing moves for so long is taken for cut.
const STALLED: Duration = Duration::from_secs(90);
/// How long an answer without a body may take.
const ANSWER: Duration = Duration::from_secs(60);

/// Begins an upload; its address.
pub(in crate::cli) async fn create(client: &Client, transfer: &str, name: &str, size: u64) -> Result<String, Trouble> {
    let metadata = [("transfer", transfer), ("filename", name), ("filetype", "application/octet-stream")];
    let metadata: Vec<String> =
        metadata.iter().map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).collect();
    let request = tus(client.request(Method::POST, "/api/v1/uploads")?)
        .timeout(ANSWER)
        .header("Upload-Length", size)
        .header("Upload-Metadata", metadata.join(","));
    let response = client.once(request).await?;
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    location.map(str::to_owned).ok_or_else(|| strange("an upload without an address"))
}

/// How many bytes have arrived for good.
pub(in crate::cli) async fn offset(client: &Client, upload: &str) -> Result<u64, Trouble> {
    let request = tus(client.request(Method::HEAD, upload)?).timeout(ANSWER);
    read_offset(client.once(request).await?.headers())
}

/// Sends bytes from `offset` on; the offset afterwards.
pub(in crate::cli) async fn patch(
    client: &Client,
    upload: &str,
    path: &Path,
    offset: u64,
    progress: &Arc<Progress>,
) -> Result<u64, Trouble> {
    let length = progress.total().saturating_sub(offset).min(PATCH_MOST);
    let mut file = File::open(path).await.map_err(|error| Trouble::Final(Failure::file(path, &error)))?;
    file.seek(SeekFrom::Start(offset)).await.map_err(|error| Trouble::Final(Failure::file(path, &error)))?;
    progress.set(offset);
    let request = tus(client.request(Method::PATCH, upload)?)
        .header("Upload-Offset", offset)
        .header(CONTENT_TYPE, "application/offset+octet-stream")
        .header(CONTENT_LENGTH, length)
        .body(body(file, length, Arc::clone(progress)));
    let answer = client.once(request);
    tokio::pin!(answer);
    loop {
        let before = progress.position();
        tokio::select! {
            response = &mut answer => return read_offset(response?.headers()),
            () = tokio::time::sleep(STALLED) => if progress.position() == before {
                return Err(Trouble::Lost { why: "nothing moves".to_owned(), sent: true });
            }
        }
    }
}

fn body(file: File, length: u64, progress: Arc<Progress>) -> Body {
    Body::wrap_stream(stream::try_unfold((file, length, progress), |(mut file, left, progress)| async move {
        if left == 0 {
            return Ok(None);
        }
        let mut buffer = vec![0; usize::try_from(left).unwrap_or(READ).min(READ)];
        let read = file.read(&mut buffer).await?;
        if read == 0 {
            return Err(std::io::Error::other("the file became shorter"));
        }
        buffer.truncate(read);
        progress.advance(read as u64);
        Ok(Some((Bytes::from(buffer), (file, left.saturating_sub(read as u64), progress))))
    }))
}

fn tus(request: RequestBuilder) -> RequestBuilder {
    request.header("Tus-Resumable", "1.0.0")
}

fn read_offset(headers: &HeaderMap) -> Result<u64, Trouble> {
    let offset = headers.get("Upload-Offset").and_then(|value| value.to_str().ok()?.parse().ok());
    offset.ok_or_else(|| strange("an upload without an offset"))
}

fn strange(what: &str) -> Trouble {
    Trouble::Final(Failure::failed(what, ""))
}
