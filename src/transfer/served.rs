//! Counting what left: retrieval is decided by bytes. A response that ends normally counts in full; one that breaks off
//! counts up to what was handed to the transport, but never its own end: completeness needs a normal end.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::day::date_of;

use super::retrieve::{OpenedDelivery, broke_off, record, still_open};
use super::tally;

/// How often a flowing stream asks whether it may go on.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// What left while nothing could be written is tried to be written down so often,
const TRY_AGAIN: Duration = Duration::from_secs(5);
/// and is forgotten after this. That it was begun is written in any case.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// Says when a flowing stream asks again whether it may go on.
pub(super) struct Asking(Instant);

impl Asking {
    /// Asked a moment ago.
    pub(super) fn now() -> Self {
        Self(Instant::now())
    }

    /// Whether it is time to ask; true once for each time.
    pub(super) fn is_due(&mut self) -> bool {
        let is_due = self.0.elapsed() >= ASK_AGAIN;
        if is_due {
            self.0 = Instant::now();
        }
        is_due
    }
}

/// A stretch of a response's body.
#[derive(Clone, Debug)]
pub(super) enum Stretch {
    /// Bytes of the zip's frame; not counted.
    Frame(Bytes),
    /// Bytes of a file.
    File { index: usize, range: Range<u64> },
}

impl Stretch {
    fn length(&self) -> u64 {
        match self {
            Self::Frame(bytes) => bytes.len() as u64,
            Self::File { range, .. } => range.end - range.start,
        }
    }
}

/// A response's body, counted.
pub(super) struct Counted {
    gateway: Arc<Gateway>,
    opened: OpenedDelivery,
    stretches: Vec<Stretch>,
    source: BoxStream<'static, Result<Bytes>>,
    handed: u64,
    asking: Asking,
    ended: bool,
}

impl Counted {
    pub(super) fn new(
        gateway: Arc<Gateway>,
        opened: OpenedDelivery,
        stretches: Vec<Stretch>,
        source: BoxStream<'static, Result<Bytes>>,
    ) -> Self {
        Self { gateway, opened, stretches, source, handed: 0, asking: Asking::now(), ended: false }
    }

    pub(super) fn into_stream(self) -> BoxStream<'static, Result<Bytes>> {
        Box::pin(stream::try_unfold(self, |mut counted| async move {
            match counted.next().await? {
                Some(bytes) => Ok(Some((bytes, counted))),
                None => Ok(None),
            }
        }))
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.asking.is_due() && !still_open(&self.gateway, &self.opened).await? {
            return Err(Problem::UnlockNeeded.into());
        }
        match self.source.next().await {
            Some(Ok(bytes)) => {
                self.handed += bytes.len() as u64;
                Ok(Some(bytes))
            }
            Some(Err(error)) => Err(broke_off(&self.gateway, &self.opened, error).await?),
            None => {
                self.ended = self.handed == self.stretches.iter().map(Stretch::length).sum::<u64>();
                Ok(None)
            }
        }
    }

    /// The file ranges that left.
    fn ranges(&self) -> Vec<(usize, Range<u64>)> {
        let mut left = if self.ended { self.handed } else { self.handed.saturating_sub(1) };
        let mut ranges = Vec::new();
        for stretch in &self.stretches {
            let length = stretch.length().min(left);
            if let (Stretch::File { index, range }, true) = (stretch, length > 0) {
                ranges.push((*index, range.start..range.start + length));
            }
            left -= length;
        }
        ranges
    }
}

impl Drop for Counted {
    /// The caller may be gone; the count is written by a task of its own.
    fn drop(&mut self) {
        let ranges = self.ranges();
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if ranges.is_empty() {
            return;
        }
        let (gateway, opened) = (self.gateway.clone(), self.opened.clone());
        runtime.spawn(async move {
            let since = Instant::now();
            while let Err(error) = write_down(&gateway, opened.clone(), ranges.clone()).await {
                if !error.is_log_unwritable() || since.elapsed() >= REMEMBERED {
                    tracing::error!(%error, "served bytes were not counted; the recipient can fetch them again");
                    return;
                }
                tracing::warn!(%error, "served bytes are counted once something can be written again");
                tokio::time::sleep(TRY_AGAIN).await;
            }
        });
    }
}

async fn write_down(gateway: &Gateway, opened: OpenedDelivery, ranges: Vec<(usize, Range<u64>)>) -> Result<()> {
    let now = gateway.now();
    let day = date_of(now, gateway.office().time_zone);
    let retrieved = gateway
        .store
        .write(move |tx| {
            let mut retrieved = false;
            for (index, range) in ranges {
                let Some(file) = opened.manifest.files.get(index) else { continue };
                if record(tx, &opened, file, range, now)? {
                    tally::collected(tx, day, opened.transfer.id)?;
                    retrieved = true;
                }
            }
            Ok(retrieved)
        })
        .await?;
    if retrieved {
        gateway.outbox_bell.notify_one();
    }
    Ok(())
}
