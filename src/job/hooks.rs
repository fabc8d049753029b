//! The webhooks' worker: hands over what is due, then waits for the bell or for the next post to be due.

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::Gateway;
use crate::staff::webhooks;

use super::StopSign;

/// Other nodes queue posts too, and their bells are not heard here.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// Runs until stopped; at once where nobody is told.
pub async fn run(gateway: Arc<Gateway>, mut stop: StopSign) {
    if gateway.outwards.receivers.is_empty() {
        return;
    }
    loop {
        let wait = match drain(&gateway).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "webhooks rest for a moment");
                LONGEST_WAIT
            }
        };
        tokio::select! {
            stopped = stop.wait(wait) => if stopped { return },
            () = gateway.store.post_bell().notified() => {}
        }
    }
}

async fn drain(gateway: &Gateway) -> crate::error::Result<Duration> {
    while webhooks::deliver_next(gateway).await? {}
    let due = webhooks::next_due(gateway).await?;
    Ok(due.map_or(LONGEST_WAIT, |due| due.since(gateway.now()).clamp(SHORTEST_WAIT, LONGEST_WAIT)))
}
