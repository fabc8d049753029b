//! What is stored of a sealed transfer: manifest and parts, there and as long as they were.

use crate::crypt::{Identity, Manifest};
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{BlobId, Transfer};
use crate::store::files;

use super::parts;
use super::upload::unsigned;

/// Whether the sealed manifest is stored with the length it had.
pub(super) async fn is_manifest_stored(gateway: &Gateway, transfer: &Transfer) -> Result<bool> {
    let Some(manifest) = &transfer.manifest else { return Ok(false) };
    Ok(gateway.blobs.length(manifest.blob).await? == Some(unsigned(manifest.length)))
}

/// Reads and opens the manifest.
pub(super) async fn read_manifest(gateway: &Gateway, transfer: &Transfer, identity: &Identity) -> Result<Manifest> {
    let manifest = transfer.manifest.as_ref().ok_or(Problem::Unavailable)?;
    let sealed = gateway.blobs.read(manifest.blob, 0..unsigned(manifest.length)).await?;
    let sealed = parts::collect(sealed).await?;
    Ok(Manifest::open(identity, &sealed, &manifest.hash)?)
}

/// Whether every part is stored with the length it had.
///
/// # Errors
/// `Unavailable` when one is not.
pub(super) async fn check_parts_stored(gateway: &Gateway, manifest: &Manifest) -> Result<()> {
    check_stored(gateway, manifest.files.iter().flat_map(|file| &file.parts).map(|part| (part.blob, part.cipher))).await
}

/// Whether every part that the rows name is stored: what can be known before the manifest is open.
///
/// # Errors
/// `Unavailable` when one is not.
pub(super) async fn check_rows_stored(gateway: &Gateway, transfer: &Transfer) -> Result<()> {
    let id = transfer.id;
    let parts = gateway.store.read(move |tx| files::parts_of_transfer(tx, id)).await?;
    check_stored(gateway, parts.iter().map(|part| (part.blob, unsigned(part.cipher_length)))).await
}

async fn check_stored(gateway: &Gateway, parts: impl Iterator<Item = (BlobId, u64)>) -> Result<()> {
    for (blob, length) in parts {
        if gateway.blobs.length(blob).await? != Some(length) {
            tracing::error!(%blob, "a part of a running transfer is missing or cut");
            return Err(Problem::Unavailable.into());
        }
    }
    Ok(())
}
