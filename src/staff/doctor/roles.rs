//! What the gateway itself may do to its own log.

use crate::error::Result;

use super::facts::Facts;
use super::{Saw, Seen};

/// Whoever serves cannot change or remove what has its place in the log.
pub(super) async fn log(facts: &Facts<'_>) -> Result<Saw> {
    let seen = match facts.gateway().store.read(|tx| tx.may_alter_log()).await? {
        Some(false) => Seen::LogGuarded,
        Some(true) => Seen::LogUnguarded,
        None => Seen::LogDetected,
    };
    Ok(Saw::new(seen))
}
