//! Turns at walking through the log: one question may look at many rows, and those who send and collect need connections, too.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::{Doing, Result};
use crate::store::Tx;

use super::Gateway;

/// Walks at once; the store has a dozen connections.
const AT_ONCE: usize = 2;

/// The turns.
pub struct Questions(Arc<Semaphore>);

impl Default for Questions {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Gateway {
    /// Reads the log in its turn. The turn lasts until the walk ends, also when whoever asked went away: the connection is
    /// as busy as before.
    ///
    /// # Errors
    /// Whatever `walk` returns, or the database's own failure.
    pub async fn walk_log<T: Send + 'static>(
        &self,
        walk: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.questions.0.clone().acquire_owned().await.doing("waiting to read the log")?;
        let walk = move |tx: &mut Tx| {
            let done = walk(tx);
            drop(turn);
            done
        };
        self.store.read(walk).await
    }
}
