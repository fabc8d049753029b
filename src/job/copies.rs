//! Carries the log out of the house: to witnesses and into the bucket, each at its own pace.

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::Gateway;
use crate::staff::log::copies;

use super::StopSign;

/// Between two looks at what is new.
const PAUSE: Duration = Duration::from_secs(5);

/// Runs until stopped; at once where the log is copied nowhere.
pub async fn run(gateway: Arc<Gateway>, mut stop: StopSign) {
    if gateway.copies.bucket.is_none() && gateway.copies.witnesses.is_empty() {
        return;
    }
    loop {
        tokio::select! {
            // What was cut off is taken up again from where it was written down.
            () = stop.raised() => return,
            copied = copies::copy(&gateway) => if let Err(error) = copied {
                tracing::error!(%error, "the log was not copied; it is tried again");
            },
        }
        if stop.wait(PAUSE).await {
            return;
        }
    }
}
