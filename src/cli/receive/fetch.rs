//! One file: ranges until it is whole, its digest over all of it, then its name.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER_PERMISSIVE;
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderValue, IF_RANGE, RANGE};
use reqwest::{Method, Response, StatusCode};
use sha2::{Digest, Sha256};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use crate::cli::client::shapes::OfferedFile;
use crate::cli::client::{Trouble, chain};
use crate::cli::failure::{Failure, Result};
use crate::cli::progress::Progress;
use crate::cli::terminal::Terminal;

use super::place::Places;
use super::{Door, Saved};

/// A line on which nothing arrives for so long is taken for cut.
const STALLED: Duration = Duration::from_secs(60);
const READ: usize = 1024 * 1024;

/// Saves one file, or finds it saved.
pub(super) async fn fetch(door: &Door<'_>, file: &OfferedFile, places: &Places, terminal: Terminal) -> Result<Saved> {
    let wanted = digest_of(file)?;
    let is_same = |path: &Path| is_saved(path, file.size, &wanted);
    let here = places.existing(&file.name, is_same);
    let saved = |path| Saved { path, size: file.size, sha256: file.sha256.clone() };
    if let Some(path) = here.filter(|_| file.complete_at.is_some()) {
        return Ok(saved(path));
    }
    let part = places.part(file.n, &file.name);
    let progress = Arc::new(Progress::new(&file.name, file.size, terminal));
    let mut download = Download::open(door, file, &part, &progress, terminal).await?;
    if download.run().await? != wanted {
        // What an earlier call left may be of a disk that failed: once more, from the beginning.
        download.start_over().await?;
        if download.run().await? != wanted {
            fs::remove_file(&part).map_err(|error| Failure::file(&part, &error))?;
            return Err(terminal.failure("cli-digest-wrong", "cli-digest-wrong.next"));
        }
    }
    download.sync().await?;
    let path = match places.existing(&file.name, is_same) {
        Some(path) => {
            fs::remove_file(&part).map_err(|error| Failure::file(&part, &error))?;
            path
        }
        None => places.keep(&part, &file.name)?,
    };
    progress.finish();
    Ok(saved(path))
}

fn digest_of(file: &OfferedFile) -> Result<[u8; 32]> {
    let digest = HEXLOWER_PERMISSIVE.decode(file.sha256.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    digest.ok_or_else(|| Failure::failed("the gateway names no SHA-256 of the file", ""))
}

fn is_saved(path: &Path, size: u64, wanted: &[u8; 32]) -> bool {
    let same_size = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == size);
    same_size && digest(path).is_ok_and(|digest| digest == *wanted)
}

/// SHA-256 of a file on disk.
pub(in crate::cli) fn digest(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut file = fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; READ];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

/// A part that grows.
struct Download<'a> {
    door: &'a Door<'a>,
    file: &'a OfferedFile,
    part: &'a Path,
    disk: File,
    length: u64,
    hash: Sha256,
    progress: &'a Progress,
    etag: Option<HeaderValue>,
    terminal: Terminal,
}

impl<'a> Download<'a> {
    async fn open(
        door: &'a Door<'a>,
        file: &'a OfferedFile,
        part: &'a Path,
        progress: &'a Progress,
        terminal: Terminal,
    ) -> Result<Self> {
        let disk = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(part).await;
        let disk = disk.map_err(|error| Failure::file(part, &error))?;
        let (length, hash) = (0, Sha256::new());
        let mut download = Self { door, file, part, disk, length, hash, progress, etag: None, terminal };
        download.take_up().await?;
        Ok(download)
    }

    /// Hashes what an earlier call left. The last byte is fetched in any case: only a response that ends in order counts
    /// as the end.
    async fn take_up(&mut self) -> Result<()> {
        let left = self.disk.metadata().await.map_err(|error| Failure::file(self.part, &error))?.len();
        let usable = left.min(self.file.size.saturating_sub(1));
        let mut buffer = vec![0; READ];
        while self.length < usable {
            let room = usize::try_from(usable - self.length).unwrap_or(READ).min(READ);
            let Some(window) = buffer.get_mut(..room) else { break };
            let read = self.disk.read(window).await.map_err(|error| Failure::file(self.part, &error))?;
            if read == 0 {
                break;
            }
            self.hash.update(window.get(..read).unwrap_or_default());
            self.length += read as u64;
        }
        self.cut().await
    }

    /// Drops what lies behind the part's length.
    async fn cut(&mut self) -> Result<()> {
        let cut = async {
            self.disk.set_len(self.length).await?;
            self.disk.seek(std::io::SeekFrom::Start(self.length)).await
        };
        cut.await.map_err(|error| Failure::file(self.part, &error))?;
        self.progress.set(self.length);
        Ok(())
    }

    async fn start_over(&mut self) -> Result<()> {
        self.length = 0;
        self.hash = Sha256::new();
        self.cut().await
    }

    /// Fetches until the part is whole; its digest.
    async fn run(&mut self) -> Result<[u8; 32]> {
        let mut patience = self.door.client.patience();
        while self.length < self.file.size {
            let before = self.length;
            let step = self.step().await;
            if self.length > before {
                patience.progress();
            }
            match step {
                Ok(()) => {}
                Err(Trouble::Refused(refused)) if refused.code() == "unlock-needed" => {
                    self.door.open(true, self.terminal).await?;
                }
                Err(Trouble::Refused(refused)) if refused.is_status(StatusCode::RANGE_NOT_SATISFIABLE) => {
                    self.start_over().await?;
                    patience.bear(Trouble::Lost { why: refused.title().to_owned(), sent: true }).await?;
                }
                Err(trouble) => patience.bear(trouble).await?,
            }
        }
        Ok(std::mem::take(&mut self.hash).finalize().into())
    }

    async fn step(&mut self) -> Result<(), Trouble> {
        let path = format!("/api/v1/r/{}/files/{}", self.door.public_id, self.file.n);
        let mut request = self.door.client.request(Method::GET, &path)?;
        if self.length > 0 {
            request = request.header(RANGE, format!("bytes={}-", self.length));
            if let Some(etag) = &self.etag {
                request = request.header(IF_RANGE, etag.clone());
            }
        }
        let answer = tokio::time::timeout(STALLED, self.door.client.once(request)).await;
        let response = answer.map_err(|_| stalled())??;
        if !continues_at(&response, self.length) {
            self.start_over().await.map_err(Trouble::Final)?;
            if response.status() == StatusCode::PARTIAL_CONTENT {
                return Err(Trouble::Lost { why: "another range came than was asked for".to_owned(), sent: true });
            }
        }
        self.etag = response.headers().get(ETAG).cloned();
        self.take(response).await
    }

    async fn take(&mut self, mut response: Response) -> Result<(), Trouble> {
        loop {
            let chunk = tokio::time::timeout(STALLED, response.chunk()).await.map_err(|_| stalled())?;
            let lost = |error: reqwest::Error| Trouble::Lost { why: chain(&error), sent: true };
            let Some(bytes) = chunk.map_err(lost)? else { break };
            let written = self.disk.write_all(&bytes).await;
            written.map_err(|error| Trouble::Final(Failure::file(self.part, &error)))?;
            self.hash.update(&bytes);
            self.length += bytes.len() as u64;
            self.progress.advance(bytes.len() as u64);
        }
        self.disk.flush().await.map_err(|error| Trouble::Final(Failure::file(self.part, &error)))?;
        if self.length > self.file.size {
            return Err(Trouble::Final(Failure::failed("more bytes than the file has", "")));
        }
        if self.length < self.file.size {
            return Err(Trouble::Lost { why: "the answer was cut".to_owned(), sent: true });
        }
        Ok(())
    }

    async fn sync(&mut self) -> Result<()> {
        let synced = async {
            self.disk.flush().await?;
            self.disk.sync_all().await
        };
        synced.await.map_err(|error| Failure::file(self.part, &error))
    }
}

/// Whether the bytes of an answer follow those that are there (RFC 9110, 14.4).
fn continues_at(response: &Response, length: u64) -> bool {
    if response.status() != StatusCode::PARTIAL_CONTENT {
        return length == 0;
    }
    let range = response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    let first = range.and_then(|range| range.strip_prefix("bytes ")?.split('-').next()?.parse().ok());
    first == Some(length)
}

fn stalled() -> Trouble {
    Trouble::Lost { why: "nothing arrives".to_owned(), sent: true }
}
