//! What is frozen: names, sizes, digests and order of the files.

use chrono::TimeZone;

use super::Draft;
use crate::crypt::{Identity, Manifest, ManifestFile, RunningDigest, ZipTime, zip_names};
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{BlobId, ManifestRef, Time};
use crate::transfer::draft::open_name;
use crate::transfer::upload::{manifest_part, unsigned};

/// Makes the manifest of a draft and stores it, sealed.
pub(super) async fn store(gateway: &Gateway, draft: &Draft, identity: &Identity, now: Time) -> Result<ManifestRef> {
    let manifest = manifest(gateway, draft, now)?;
    let sealed = manifest.seal(&identity.recipient())?;
    let blob = BlobId::random();
    let length = i64::try_from(sealed.bytes.len()).unwrap_or(i64::MAX);
    let mut writer = gateway.blobs.create(blob).await?;
    writer.write(sealed.bytes.into()).await?;
    writer.finish().await?;
    Ok(ManifestRef { blob, length, hash: sealed.hash })
}

fn manifest(gateway: &Gateway, draft: &Draft, now: Time) -> Result<Manifest> {
    let names = draft.files.iter().map(|(file, _)| open_name(gateway, file)).collect::<Result<Vec<_>>>()?;
    let zip_names = zip_names(names.iter().map(|name| name.name.clone()).collect());
    let local = gateway.office().time_zone.from_utc_datetime(&now.to_utc().naive_utc()).naive_local();
    let zip_time = ZipTime::of(local);
    let mut entries = Vec::with_capacity(draft.files.len());
    for (((file, parts), name), zip_name) in draft.files.iter().zip(names).zip(zip_names) {
        let saved = file.digest_sealed.as_deref().ok_or(Problem::UploadUnfinished { missing: 1 })?;
        let digests = RunningDigest::from_bytes(&gateway.store.keys().custody.open(saved)?)?.finish();
        entries.push(ManifestFile {
            id: file.id,
            name: name.name,
            zip_name,
            zip_time,
            media_type: name.media_type,
            size: unsigned(file.size),
            sha256: digests.sha256,
            crc32: digests.crc32,
            parts: parts.iter().map(manifest_part).collect(),
        });
    }
    Ok(Manifest::new(draft.transfer.id, entries))
}
