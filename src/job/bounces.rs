//! Looks for mails that came back, every so often.

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::Gateway;
use crate::port::BounceBox;
use crate::transfer::bounce;

use super::StopSign;

/// Runs until stopped.
pub async fn run(gateway: Arc<Gateway>, mailbox: Arc<dyn BounceBox>, pause: Duration, mut stop: StopSign) {
    loop {
        tokio::select! {
            // What was not removed comes again.
            () = stop.raised() => return,
            collected = bounce::collect(&gateway, &*mailbox) => if let Err(error) = collected {
                tracing::warn!(%error, "the mailbox of returned mails could not be read; it is tried again");
            },
        }
        if stop.wait(pause).await {
            return;
        }
    }
}
