//! Where the log is copied to, as configured.

use std::sync::Arc;
use std::time::Duration;

use super::first_line;
use super::outwards::line;
use crate::adapter::copy::{Bucket, BucketSettings, WitnessServer};
use crate::audit::CosignerKey;
use crate::config::{Audit, AuditBucket, AuditWitness};
use crate::error::{Error, Result};
use crate::gateway::{Copies, KnownWitness};
use crate::model::Passphrase;

/// Everywhere that the log is copied to. Nobody is asked yet.
pub(super) fn copies(config: &Audit) -> Result<Copies> {
    Ok(Copies {
        bucket: if config.bucket.is_set_up() { Some(Arc::new(bucket(&config.bucket)?)) } else { None },
        witnesses: config.witnesses.iter().map(witness).collect::<Result<_>>()?,
        pause: Duration::from_secs(u64::from(config.copy_minutes) * 60),
    })
}

fn bucket(config: &AuditBucket) -> Result<Bucket> {
    let secret = |file: &Option<std::path::PathBuf>| {
        file.as_deref().map_or_else(|| Ok(Passphrase::new(String::new())), first_line)
    };
    Bucket::new(BucketSettings {
        endpoint: config.endpoint.clone(),
        name: config.name.clone(),
        region: config.region.clone(),
        prefix: config.prefix.clone(),
        access_key: secret(&config.access_key_file)?,
        secret_key: secret(&config.secret_key_file)?,
        line: line(config.ca_file.as_ref(), config.allow_private, config.timeout_seconds)?,
    })
}

fn witness(config: &AuditWitness) -> Result<KnownWitness> {
    let unreadable = || Error::fault("reading audit.witnesses.key", "it is no key of a witness, NAME+ID+KEY");
    let key = CosignerKey::parse(&config.key).ok_or_else(unreadable)?;
    let line = line(config.ca_file.as_ref(), config.allow_private, config.timeout_seconds)?;
    let edge = Arc::new(WitnessServer::new(&config.url, &line)?);
    Ok(KnownWitness { name: config.name.clone(), key, edge })
}
