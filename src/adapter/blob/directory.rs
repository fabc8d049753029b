//! Blobs as files: `DIRECTORY/ab/ab…`, the first two hexadecimal digits of the name as a folder.
//!
//! `object_store` writes to a name that ends in `#N`, syncs the file, renames it and syncs the folder. Two things it does
//! not do, and this does: the folders are made and synced before the first blob, so that no blob depends on a folder
//! that a crash can take away; and a deletion is synced, so that a shredded blob does not come back with a power cut.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{
    Error as StoreError, GetResultPayload, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload,
};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::crypt::SEALED_CHUNK;
use crate::error::{Doing, Error, Result};
use crate::model::{BlobId, Time};
use crate::port::{BlobStore, BlobWriter};

/// Bytes handed to the disk at once: no more than a sealer's block, so that a block's memory is free when the next is full.
const PIECE: usize = 384 * 1024;
/// Below this many bytes a copy costs less than a buffer and a system call of its own.
const SMALL: usize = 32 * 1024;
/// Bytes of one item of a read; one is read ahead. Whole sealed chunks, so that they are opened where they were read to.
const ITEM: usize = 8 * SEALED_CHUNK;
/// How long after its last write an unfinished file is taken for abandoned.
const STALE: Duration = Duration::from_hours(1);

/// Blobs in a directory of this machine.
#[derive(Clone, Debug)]
pub struct DirectoryBlobs {
    root: PathBuf,
    files: Arc<LocalFileSystem>,
}

impl DirectoryBlobs {
    /// Opens `root`, making it (mode 0700) if it is not there. Blocks.
    ///
    /// # Errors
    /// A fault when the directory cannot be made, read or synced.
    pub fn open(root: &Path) -> Result<Self> {
        prepare(root).doing("preparing the blob directory")?;
        let files = LocalFileSystem::new_with_prefix(root).doing("opening the blob directory")?.with_fsync(true);
        Ok(Self { root: root.to_path_buf(), files: Arc::new(files) })
    }

    /// Removes what crashed writers left behind, an hour after they last wrote; returns how many files.
    ///
    /// # Errors
    /// A fault when the directory cannot be read or a file not removed.
    pub async fn sweep_unfinished(&self, now: Time) -> Result<u64> {
        let root = self.root.clone();
        blocking(move || sweep(&root, now)).await.doing("sweeping unfinished blobs")
    }

    async fn opened(&self, id: BlobId) -> Result<(File, u64)> {
        let found = self.files.get(&location(id)).await.doing("opening a blob")?;
        match found.payload {
            GetResultPayload::File(file, _) => Ok((file, found.meta.size)),
            GetResultPayload::Stream(_) => Err(Error::fault("opening a blob", "not a file")),
        }
    }
}

#[async_trait]
impl BlobStore for DirectoryBlobs {
    async fn create(&self, id: BlobId) -> Result<Box<dyn BlobWriter>> {
        let upload = self.files.put_multipart(&location(id)).await.doing("creating a blob")?;
        Ok(Box::new(Writer { upload, pieces: Vec::new(), tail: BytesMut::new(), held: 0, writing: None }))
    }

    async fn read(&self, id: BlobId, range: Range<u64>) -> Result<BoxStream<'static, Result<Bytes>>> {
        let (file, length) = self.opened(id).await?;
        if range.start > range.end || range.end > length {
            return Err(Error::fault("reading a blob", format!("{range:?} of {length} bytes")));
        }
        Ok(chunks(file, range))
    }

    async fn length(&self, id: BlobId) -> Result<Option<u64>> {
        match self.files.head(&location(id)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(e) => Err(Error::fault("looking for a blob", e)),
        }
    }

    async fn delete(&self, id: BlobId) -> Result<()> {
        match self.files.delete(&location(id)).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => {}
            Err(e) => return Err(Error::fault("deleting a blob", e)),
        }
        let folder = self.root.join(folder(id));
        blocking(move || sync_directory(&folder)).await.doing("syncing a deletion")
    }

    async fn list(&self) -> Result<Vec<(BlobId, Time)>> {
        let all = self.files.list(None).try_filter_map(async |meta| Ok(listed(&meta)));
        all.try_collect().await.doing("listing blobs")
    }
}

/// A blob being written: pieces go to the disk while the next one fills.
struct Writer {
    upload: Box<dyn MultipartUpload>,
    pieces: Vec<Bytes>,
    tail: BytesMut,
    held: usize,
    writing: Option<JoinHandle<object_store::Result<()>>>,
}

impl Writer {
    /// Waits for the piece that is being written, so that at most one is.
    async fn settle(&mut self) -> Result<()> {
        match self.writing.take() {
            Some(task) => task.await.doing("writing a blob")?.doing("writing a blob"),
            None => Ok(()),
        }
    }

    async fn hand_over(&mut self) -> Result<()> {
        self.cut_tail();
        self.settle().await?;
        let piece = PutPayload::from_iter(self.pieces.drain(..));
        self.held = 0;
        if piece.content_length() > 0 {
            self.writing = Some(tokio::spawn(self.upload.put_part(piece)));
        }
        Ok(())
    }

    fn cut_tail(&mut self) {
        if !self.tail.is_empty() {
            self.pieces.push(self.tail.split().freeze());
        }
    }
}

#[async_trait]
impl BlobWriter for Writer {
    async fn write(&mut self, bytes: Bytes) -> Result<()> {
        self.held += bytes.len();
        if bytes.len() < SMALL {
            self.tail.extend_from_slice(&bytes);
        } else {
            self.cut_tail();
            self.pieces.push(bytes);
        }
        if self.held >= PIECE { self.hand_over().await } else { Ok(()) }
    }

    async fn finish(mut self: Box<Self>) -> Result<()> {
        self.hand_over().await?;
        self.settle().await?;
        self.upload.complete().await.doing("finishing a blob")?;
        Ok(())
    }

    async fn abort(mut self: Box<Self>) {
        // What these could report is that the file is gone already, or stays until the sweep.
        let _ = self.settle().await;
        let _ = self.upload.abort().await;
    }
}

/// Items of `ITEM` bytes; the next one is read while the caller works on the last. One call to the blocking pool per
/// chunk: a thread that waited for a slow reader would be lost to all others.
fn chunks(file: File, range: Range<u64>) -> BoxStream<'static, Result<Bytes>> {
    let first = ahead(file, range);
    let items = stream::try_unfold(first, |next| async move {
        let Some(task) = next else { return Ok(None) };
        let (bytes, file, rest) = task.await.doing("reading a blob")?.doing("reading a blob")?;
        Ok(Some((bytes, ahead(file, rest))))
    });
    items.boxed()
}

type ChunkRead = io::Result<(Bytes, File, Range<u64>)>;

/// The memory comes from the caller's thread, to which it also returns: the many threads of the blocking pool would each
/// keep some of their own.
fn ahead(file: File, range: Range<u64>) -> Option<JoinHandle<ChunkRead>> {
    if range.is_empty() {
        return None;
    }
    let buffer = Vec::with_capacity(usize::try_from(length(&range)).unwrap_or_default());
    Some(spawn_blocking(move || read_chunk(file, range, buffer)))
}

fn read_chunk(mut file: File, range: Range<u64>, mut buffer: Vec<u8>) -> ChunkRead {
    let want = length(&range);
    file.seek(SeekFrom::Start(range.start))?;
    let got = (&mut file).take(want).read_to_end(&mut buffer)?;
    if got as u64 != want {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((buffer.into(), file, range.start + want..range.end))
}

/// Bytes of the first item of a range.
fn length(range: &Range<u64>) -> u64 {
    (ITEM as u64).min(range.end - range.start)
}

fn folder(id: BlobId) -> String {
    id.to_string().chars().take(2).collect()
}

fn location(id: BlobId) -> Location {
    Location::from_iter([folder(id), id.to_string()])
}

/// What is not named like a blob is not ours: `lost+found`, an administrator's note.
fn listed(meta: &ObjectMeta) -> Option<(BlobId, Time)> {
    let id: BlobId = meta.location.filename()?.parse().ok()?;
    (meta.location == location(id)).then(|| (id, Time::from_millis(meta.last_modified.timestamp_millis())))
}

fn prepare(root: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(root)?;
    for n in 0..=u8::MAX {
        builder.create(root.join(format!("{n:02x}")))?;
    }
    sync_directory(root)?;
    root.parent()
        .map_or(Ok(()), |parent| sync_directory(if parent.as_os_str().is_empty() { Path::new(".") } else { parent }))
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

fn sweep(root: &Path, now: Time) -> io::Result<u64> {
    let mut swept = 0;
    for n in 0..=u8::MAX {
        for entry in fs::read_dir(root.join(format!("{n:02x}")))? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().contains('#') && unless_gone(remove_stale(&entry, now))? {
                swept += 1;
            }
        }
    }
    Ok(swept)
}

fn remove_stale(entry: &fs::DirEntry, now: Time) -> io::Result<bool> {
    let stale = stale(&entry.metadata()?, now);
    if stale {
        fs::remove_file(entry.path())?;
    }
    Ok(stale)
}

/// A writer that finishes while we look has renamed its file: nothing to sweep.
fn unless_gone(removed: io::Result<bool>) -> io::Result<bool> {
    match removed {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other,
    }
}

fn stale(meta: &fs::Metadata, now: Time) -> bool {
    let written =
        meta.modified().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default();
    now.since(Time::default() + written) >= STALE
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
