//! Verifies the log at night. What is being read when the gateway stops is given up.

use std::sync::Arc;

use crate::gateway::Gateway;
use crate::staff::log::check::{PAUSE, nightly};

use super::StopSign;

/// Runs until stopped.
pub async fn run(gateway: Arc<Gateway>, mut stop: StopSign) {
    loop {
        let mut until = stop.clone();
        tokio::select! {
            () = until.raised() => return,
            checked = nightly(&gateway) => {
                if let Err(error) = checked {
                    tracing::error!(%error, "the log was not checked; it is tried again");
                }
            }
        }
        if stop.wait(PAUSE).await {
            return;
        }
    }
}
