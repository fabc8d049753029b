//! What a transaction doomed is destroyed after it: keys, then blobs. Every flow that ends something calls these.

use super::Gateway;
use crate::error::{Error, Result};
use crate::model::TransferId;
use crate::store::doomed;

impl Gateway {
    /// Destroys what the last transaction doomed. A failure loses nothing: the keys stay doomed, access has ended with the
    /// transaction, and the sweeper tries again.
    pub async fn destroy_doomed_keys(&self) {
        if let Err(error) = self.store.destroy_doomed_keys().await {
            tracing::error!(%error, "shred keys await destruction");
        }
    }

    /// Removes doomed blobs of any transfer; a failure is tried again by the sweeper.
    pub async fn sweep_doomed_blobs(&self) {
        if let Err(error) = self.delete_doomed_blobs(None).await {
            tracing::error!(%error, "blobs await deletion");
        }
    }

    /// Deletes doomed blobs, of one transfer or of all, and verifies that they are gone. Returns how many.
    ///
    /// # Errors
    /// The blob store failed, or a blob is still there: the blobs stay doomed.
    pub async fn delete_doomed_blobs(&self, transfer: Option<TransferId>) -> Result<usize> {
        let mut count = 0;
        loop {
            let batch = self.store.read(move |tx| doomed::blobs(tx, transfer)).await?;
            if batch.is_empty() {
                return Ok(count);
            }
            for blob in &batch {
                self.blobs.delete(*blob).await?;
                if self.blobs.length(*blob).await?.is_some() {
                    return Err(Error::fault("deleting a blob", "it is still there"));
                }
            }
            count += batch.len();
            self.store.write(move |tx| doomed::forget_blobs(tx, &batch)).await?;
        }
    }
}
