//! The bytes of a file on their way into the blob store: sealed, part by part, never held as a whole.

use sha2::{Digest, Sha256};

use crate::crypt::Recipient;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::Time;
use crate::store::exports::{self, Export};
use crate::transfer::parts::PartWriter;

/// A file being written.
pub(super) struct Spool<'a> {
    gateway: &'a Gateway,
    to: Recipient,
    part: Option<PartWriter>,
    parts: i32,
    sha256: Sha256,
    pub(super) bytes: u64,
    /// What it is held by.
    pub(super) held: Export,
}

/// Somebody took the file back, or another node has it.
pub(super) struct Lost;

impl<'a> Spool<'a> {
    pub(super) fn new(gateway: &'a Gateway, to: Recipient, held: Export) -> Self {
        Self { gateway, to, part: None, parts: 0, sha256: Sha256::new(), bytes: 0, held }
    }

    pub(super) async fn push(&mut self, mut bytes: &[u8]) -> Result<Result<(), Lost>> {
        self.sha256.update(bytes);
        self.bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            let mut part = match self.part.take() {
                Some(part) => part,
                None => PartWriter::begin(&*self.gateway.blobs, &self.to).await?,
            };
            let room = usize::try_from(part.room()).unwrap_or(usize::MAX);
            let (now, rest) = bytes.split_at(bytes.len().min(room));
            part.push(now).await?;
            bytes = rest;
            self.part = Some(part);
            if !rest.is_empty() && self.end_part().await?.is_err() {
                return Ok(Err(Lost));
            }
        }
        Ok(Ok(()))
    }

    /// Makes the part that is open durable, and notes where it is.
    async fn end_part(&mut self) -> Result<Result<(), Lost>> {
        let Some(part) = self.part.take() else { return Ok(Ok(())) };
        let (blob, summary) = part.finish().await?;
        let (held, position) = (self.held.clone(), self.parts);
        self.parts += 1;
        let noted = self.gateway.store.write(move |tx| {
            let holds = exports::holds(tx, &held)?;
            if holds {
                exports::add_part(tx, held.id, position, blob, &summary)?;
            }
            Ok(holds)
        });
        if noted.await? {
            return Ok(Ok(()));
        }
        self.gateway.blobs.delete(blob).await?;
        Ok(Err(Lost))
    }

    /// Goes on holding the file, of which so many entries are written.
    pub(super) async fn renew(&mut self, written: i64, until: Time) -> Result<Result<(), Lost>> {
        let held = self.held.clone();
        match self.gateway.store.write(move |tx| exports::renew(tx, &held, written, until)).await? {
            Some(held) => {
                self.held = held;
                Ok(Ok(()))
            }
            None => Ok(Err(Lost)),
        }
    }

    /// The rest is durable: the digest of the whole.
    pub(super) async fn finish(mut self) -> Result<Result<(Export, u64, String), Lost>> {
        if self.end_part().await?.is_err() {
            return Ok(Err(Lost));
        }
        let digest = data_encoding::HEXLOWER.encode(&self.sha256.finalize());
        Ok(Ok((self.held, self.bytes, digest)))
    }

    /// Gives up what is not noted; what is noted is doomed with its row.
    pub(super) async fn abort(mut self) {
        if let Some(part) = self.part.take() {
            part.abort().await;
        }
    }
}
