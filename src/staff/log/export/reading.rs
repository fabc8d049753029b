//! Fetching a file: the event comes first, then the bytes, opened part by part.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};

use super::{Exporter, purposeful, wish};
use crate::crypt::{Identity, ManifestPart};
use crate::error::{Doing, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{EventKind, ExportFormat, ExportId, ExportState};
use crate::store::exports::{self, Export};
use crate::transfer::parts;

/// A file that may leave.
pub struct Opened {
    /// What it is called.
    pub name: String,
    /// How it is written.
    pub format: ExportFormat,
    /// Bytes.
    pub length: u64,
    /// SHA-256, hexadecimal.
    pub digest: String,
    reader: Exporter,
    key: Identity,
    parts: Vec<ManifestPart>,
}

/// Opens a file for whoever asked for it; that it is fetched is written down.
///
/// # Errors
/// `NotFound` for a file of somebody else; `WrongState` when it is not there yet, or not any more; the store cannot be read or
/// written.
pub async fn open(gateway: &Gateway, by: Exporter, id: ExportId) -> Result<Opened> {
    let now = gateway.now();
    let own = gateway.store.read(move |tx| exports::find(tx, id)).await?;
    let own = own.filter(|export| export.account == by.account()).ok_or(Problem::NotFound)?;
    let purpose = wish(gateway, &own)?.map(|wish| wish.purpose).unwrap_or_default();
    let reader = by.clone();
    let opened = gateway.store.write(move |tx| {
        by.still_holds(tx)?;
        let export = exports::find(tx, id)?.ok_or(Problem::NotFound)?;
        let there = export.state == ExportState::Ready && export.expires_at.is_some_and(|expires| now < expires);
        if !there {
            let over = export.state == ExportState::Ready;
            let state = if over { ExportState::Expired } else { export.state };
            return Err(Problem::WrongState { state: state.word() }.into());
        }
        tx.record(&purposeful(EventKind::LogExportFetched { export: id }, now, by.actor(), &purpose))?;
        Ok((exports::parts(tx, id)?, export))
    });
    let (parts, export) = opened.await?;
    let custody = &gateway.store.keys().custody;
    let key = export.key_sealed.as_deref().ok_or(Problem::NotFound)?;
    let key = custody.open(key)?;
    let key = Identity::from_bytes(key.as_slice().try_into().doing("opening a file of entries")?);
    Ok(Opened {
        name: name(&export),
        format: export.format,
        length: u64::try_from(export.bytes).unwrap_or_default(),
        digest: export.digest,
        reader,
        key,
        parts,
    })
}

/// When it was asked for and how it ends: nothing of what is in it.
fn name(export: &Export) -> String {
    let at = export.asked_at.to_utc().format("%Y%m%dT%H%M%SZ");
    format!("kakitome-log-{at}.{}", export.format.ending())
}

/// What a file's manifest is called, and the manifest: one line of canonical JSON.
///
/// # Errors
/// `NotFound` for a file of somebody else, or one that is not there; the store cannot be read.
pub async fn manifest(gateway: &Gateway, by: Exporter, id: ExportId) -> Result<(String, String)> {
    let export = gateway.store.read(move |tx| exports::find(tx, id)).await?;
    let export = export.filter(|export| export.account == by.account()).ok_or(Problem::NotFound)?;
    let sealed = export.manifest_sealed.as_deref().ok_or(Problem::NotFound)?;
    let plain = gateway.store.keys().custody.open(sealed)?;
    let text = String::from_utf8(plain.to_vec()).doing("opening a manifest")?;
    Ok((format!("{}.manifest.json", name(&export)), text))
}

impl Opened {
    /// The bytes, in order. Before each part it is asked again whether this one may still read.
    pub fn bytes(self, gateway: &Arc<Gateway>) -> BoxStream<'static, Result<Bytes>> {
        let (gateway, key, reader) = (gateway.clone(), self.key, self.reader);
        let parts = stream::iter(self.parts).then(move |part| {
            let (gateway, key, reader) = (gateway.clone(), key.clone(), reader.clone());
            async move {
                gateway.store.read(move |tx| reader.is_there(tx)).await?;
                parts::read(gateway.blobs.clone(), &key, &part, 0..part.plain).await
            }
        });
        parts.try_flatten().boxed()
    }
}
