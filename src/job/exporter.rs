//! Writes files of the log's entries that somebody asked for, one at a time.

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::Gateway;
use crate::staff::log::export;

use super::StopSign;

/// Files are asked for at other nodes, too, and their bells are not heard here.
const PAUSE: Duration = Duration::from_secs(5);

/// Runs until stopped.
pub async fn run(gateway: Arc<Gateway>, mut stop: StopSign) {
    loop {
        let more = tokio::select! {
            // A file that is cut off is begun anew when its hold ends.
            () = stop.raised() => return,
            more = export::work(&gateway, None, |_| {}) => more.unwrap_or_else(|error| {
                tracing::error!(%error, "a file of the log's entries was not written; it is tried again");
                false
            }),
        };
        tokio::select! {
            stopped = stop.wait(if more { Duration::ZERO } else { PAUSE }) => if stopped { return },
            () = gateway.export_bell.notified() => {}
        }
    }
}
