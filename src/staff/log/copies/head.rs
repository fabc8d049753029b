//! The head of a log in the bucket: the one object that is replaced. What is there is looked at first, and only what is a
//! beginning of what we have gives way, as long as nobody else has replaced it meanwhile.

use bytes::Bytes;

use super::bucket::Stop;
use super::failure;
use crate::audit::{self, VerifierKey};
use crate::gateway::Gateway;
use crate::model::CopyFailure;
use crate::port::{CopyStore, Standing};
use crate::store::tree::{self, Kept, Signed};

/// As often as others may be at it at the same time.
const TRIES: u32 = 3;

type Done<T> = std::result::Result<T, Stop>;

/// What became of a checkpoint.
pub(super) enum Put {
    /// It is there.
    Here {
        /// Whether we may not read what is there.
        is_unread: bool,
    },
    /// A newer one of the same log is: somebody else was faster.
    Overtaken,
}

pub(super) struct Head<'a> {
    pub(super) gateway: &'a Gateway,
    pub(super) bucket: &'a dyn CopyStore,
    pub(super) key: &'a VerifierKey,
    pub(super) signed: &'a Signed,
    pub(super) path: String,
}

impl Head<'_> {
    /// Whether a newer checkpoint of this log is there. One that is not of this log stops everything.
    pub(super) async fn is_overtaken(&self) -> Done<bool> {
        Ok(self.look().await?.is_none())
    }

    pub(super) async fn put(&self, published: &str) -> Done<Put> {
        let bytes = Bytes::from(published.to_owned());
        for _ in 0..TRIES {
            let Some(seen) = self.look().await? else { return Ok(Put::Overtaken) };
            if self.bucket.replace(&self.path, bytes.clone(), &seen).await.map_err(stop)? {
                // Where nothing is, some buckets forbid to look as well: now something is.
                let is_unread = seen == Standing::Unseen && self.look().await? == Some(Standing::Unseen);
                return Ok(Put::Here { is_unread });
            }
        }
        Err(Stop::Failure(CopyFailure::Refused))
    }

    /// What is there and may be replaced; none if it is newer.
    async fn look(&self) -> Done<Option<Standing>> {
        let seen = self.bucket.look(&self.path).await.map_err(stop)?;
        let Standing::Object { bytes, .. } = &seen else { return Ok(Some(seen)) };
        let Ok(said) = self.key.open(bytes) else { return Err(Stop::Failure(CopyFailure::Inconsistent)) };
        let (log, size, root) = (self.signed.log, said.size, said.root);
        let is_ours = self.gateway.store.read(move |tx| {
            // As it is now: another node may have signed more than we know of.
            let is_within = tree::by_number(tx, log)?.is_some_and(|stored| size <= stored.size);
            Ok(is_within && audit::root_at(&Kept::of(tx, log), size)? == Some(root))
        });
        if !is_ours.await? {
            return Err(Stop::Failure(CopyFailure::Inconsistent));
        }
        Ok((size <= self.signed.size).then_some(seen))
    }
}

fn stop(why: crate::port::Unanswered) -> Stop {
    Stop::Failure(failure(why))
}
