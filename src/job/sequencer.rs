//! Gives events their place in the log, every few seconds, and at once while many wait.

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::Gateway;
use crate::staff::log::{PAUSE, sequence};

use super::StopSign;

/// Runs until stopped.
pub async fn run(gateway: Arc<Gateway>, mut stop: StopSign) {
    loop {
        let more = sequence(&gateway).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the log does not grow; it is tried again");
            false
        });
        if stop.wait(if more { Duration::ZERO } else { PAUSE }).await {
            return;
        }
    }
}
