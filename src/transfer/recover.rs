//! Recover: at start, what an earlier stop left unfinished is finished by the code of the normal path.

use crate::error::Result;
use crate::gateway::Gateway;

use super::{key_loss, shred};

/// Finishes interrupted destruction, and the ending of what lost its keys. Nothing here depends on the clock.
///
/// # Errors
/// A store failed: the gateway must not start.
pub async fn recover(gateway: &Gateway) -> Result<()> {
    key_loss::finish(gateway).await?;
    while gateway.store.destroy_doomed_keys().await? > 0 {}
    while shred::sweep(gateway).await? > 0 {}
    gateway.delete_doomed_blobs(None).await.map(drop)
}
