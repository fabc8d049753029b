//! Looks for what somebody has to be told of. A loop of its own: the sweeper is among what it looks at.

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::Gateway;
use crate::staff::alerts;

use super::StopSign;

const PAUSE: Duration = Duration::from_secs(60);

/// Runs until stopped.
pub async fn run(gateway: Arc<Gateway>, mut stop: StopSign) {
    // What stood still while nobody ran gets its time first.
    while !stop.wait(PAUSE).await {
        if let Err(error) = alerts::sweep(&gateway).await {
            tracing::error!(%error, "alerts could not be looked for; the next look finds them");
        }
    }
}
