//! Reading and writing the parts of a file as streams: the only place where payload bytes and blobs meet.

use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{BoxStream, Stream, StreamExt};

use crate::crypt::{
    CHUNK, CryptError, Identity, ManifestPart, PartOpener, PartSealer, PartSummary, Recipient, SEALED_CHUNK,
};
use crate::error::{Error, Result};
use crate::model::BlobId;
use crate::port::{BlobStore, BlobWriter};

/// A part being written: sealed as it arrives, never held as a whole.
pub(crate) struct PartWriter {
    pub(super) blob: BlobId,
    sealer: PartSealer,
    writer: Box<dyn BlobWriter>,
}

impl PartWriter {
    pub(crate) async fn begin(blobs: &dyn BlobStore, to: &Recipient) -> Result<Self> {
        let blob = BlobId::random();
        let (sealer, head) = PartSealer::begin(to)?;
        let mut writer = blobs.create(blob).await?;
        writer.write(head).await?;
        Ok(Self { blob, sealer, writer })
    }

    /// Bytes that still fit.
    pub(crate) fn room(&self) -> u64 {
        self.sealer.room()
    }

    pub(crate) async fn push(&mut self, mut plain: &[u8]) -> Result<()> {
        while let Some(block) = self.sealer.push(&mut plain)? {
            self.writer.write(block).await?;
        }
        Ok(())
    }

    /// Makes the part durable. It is not visible before its row is committed.
    pub(crate) async fn finish(mut self) -> Result<(BlobId, PartSummary)> {
        let (rest, summary) = self.sealer.finish()?;
        self.writer.write(rest).await?;
        self.writer.finish().await?;
        Ok((self.blob, summary))
    }

    pub(crate) async fn abort(self) {
        self.writer.abort().await;
    }
}

/// The plaintext bytes `range` of a part. Header and final chunk are checked before the first byte: a range alone would
/// not notice a truncated part.
///
/// # Errors
/// At once or in the stream: the blob is missing, or is not what was sealed (`CryptError::Damaged`).
pub(crate) async fn read(
    blobs: Arc<dyn BlobStore>,
    identity: &Identity,
    part: &ManifestPart,
    range: Range<u64>,
) -> Result<BoxStream<'static, Result<Bytes>>> {
    let opener = open(&*blobs, identity, part).await?;
    let chunk = CHUNK as u64;
    let (first, last) = (range.start / chunk, range.end.saturating_sub(1) / chunk);
    let final_chunk = part.chunks() - 1;
    if last < final_chunk {
        verify_final_chunk(&*blobs, &opener, part).await?;
    }
    let sealed = blobs.read(part.blob, opener.cipher_range_of_chunks(first..=last, part.plain)).await?;
    let chunks = ChunkStream { sealed, opener, buffer: BytesMut::new(), next: first, last, final_chunk };
    let skip = range.start - first * chunk;
    Ok(Box::pin(trim(chunks.into_stream(), skip, range.end - range.start)))
}

async fn open(blobs: &dyn BlobStore, identity: &Identity, part: &ManifestPart) -> Result<PartOpener> {
    if blobs.length(part.blob).await? != Some(part.cipher) {
        return Err(CryptError::Damaged.into());
    }
    let head = collect(blobs.read(part.blob, 0..part.head_length()).await?).await?;
    let opener = PartOpener::read(identity, &head, &part.head)?;
    opener.check_lengths(part.plain, part.cipher)?;
    Ok(opener)
}

async fn verify_final_chunk(blobs: &dyn BlobStore, opener: &PartOpener, part: &ManifestPart) -> Result<()> {
    let last = part.chunks() - 1;
    let mut sealed =
        collect(blobs.read(part.blob, opener.cipher_range_of_chunks(last..=last, part.plain)).await?).await?;
    opener.open_chunk(last, true, &mut sealed)?;
    Ok(())
}

/// Whether an error says that stored data is not what was sealed (and not only out of reach for now).
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(error, Error::Fault { source, .. } if source.is::<CryptError>())
}

/// Gathers a small stream.
pub(super) async fn collect(mut stream: BoxStream<'static, Result<Bytes>>) -> Result<BytesMut> {
    let mut all = BytesMut::new();
    while let Some(bytes) = stream.next().await {
        all.extend_from_slice(&bytes?);
    }
    Ok(all)
}

struct ChunkStream {
    sealed: BoxStream<'static, Result<Bytes>>,
    opener: PartOpener,
    buffer: BytesMut,
    next: u64,
    last: u64,
    final_chunk: u64,
}

impl ChunkStream {
    fn into_stream(self) -> impl Stream<Item = Result<Bytes>> {
        futures_util::stream::try_unfold(self, |mut state| async move {
            if state.next > state.last {
                return Ok(None);
            }
            let plain = state.next_chunk().await?;
            Ok(Some((plain, state)))
        })
    }

    /// Fills the buffer until it holds a whole sealed chunk, and opens that in place. A blob store that hands out whole
    /// chunks is never copied from.
    async fn next_chunk(&mut self) -> Result<Bytes> {
        while self.buffer.len() < SEALED_CHUNK {
            match self.sealed.next().await {
                Some(bytes) if self.buffer.is_empty() => self.buffer = bytes?.into(),
                Some(bytes) => self.buffer.extend_from_slice(&bytes?),
                None => break,
            }
        }
        let length = self.buffer.len().min(SEALED_CHUNK);
        let mut sealed = self.buffer.split_to(length);
        let plain = self.opener.open_chunk(self.next, self.next == self.final_chunk, &mut sealed)?.len();
        sealed.truncate(plain);
        self.next += 1;
        Ok(sealed.freeze())
    }
}

fn trim(stream: impl Stream<Item = Result<Bytes>>, skip: u64, take: u64) -> impl Stream<Item = Result<Bytes>> {
    let mut skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let mut take = take;
    stream.map(move |item| {
        let mut bytes = item?;
        bytes = bytes.split_off(skip.min(bytes.len()));
        skip = 0;
        bytes.truncate(usize::try_from(take).unwrap_or(usize::MAX));
        take -= bytes.len() as u64;
        Ok::<_, Error>(bytes)
    })
}
