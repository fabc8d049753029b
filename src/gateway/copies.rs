//! Where the log is copied to.

use std::sync::Arc;
use std::time::Duration;

use crate::audit::CosignerKey;
use crate::model::Destination;
use crate::port::{CopyStore, Witness};

/// Somebody who signs what the log looks like.
pub struct KnownWitness {
    /// The word by which people know it.
    pub name: String,
    /// What it signs with.
    pub key: CosignerKey,
    /// Itself.
    pub edge: Arc<dyn Witness>,
}

impl KnownWitness {
    /// It as a destination.
    pub fn destination(&self) -> Destination {
        Destination::Witness(self.name.clone())
    }
}

/// Everywhere that the log is copied to, besides mails.
#[derive(Default)]
pub struct Copies {
    /// A bucket that keeps what it has.
    pub bucket: Option<Arc<dyn CopyStore>>,
    /// Witnesses.
    pub witnesses: Vec<KnownWitness>,
    /// Between two copies to the same place.
    pub pause: Duration,
}

impl Copies {
    /// Every destination, mails first.
    pub fn destinations(&self) -> Vec<Destination> {
        let bucket = self.bucket.as_ref().map(|_| Destination::Bucket);
        let witnesses = self.witnesses.iter().map(KnownWitness::destination);
        std::iter::once(Destination::Mail).chain(bucket).chain(witnesses).collect()
    }
}
