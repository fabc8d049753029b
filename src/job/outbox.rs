//! The outbox worker: delivers due mails, then waits for the bell or for the next one to be due.

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::Gateway;
use crate::port::Mailer;
use crate::transfer::dispatch;

use super::StopSign;

/// Other nodes queue mails too, and their bells are not heard here.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// Runs until stopped.
pub async fn run(gateway: Arc<Gateway>, mailer: Arc<dyn Mailer>, mut stop: StopSign) {
    loop {
        let wait = match drain(&gateway, &*mailer).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "the outbox rests for a moment");
                LONGEST_WAIT
            }
        };
        tokio::select! {
            stopped = stop.wait(wait) => if stopped { return },
            () = gateway.outbox_bell.notified() => {}
        }
    }
}

/// Delivers everything that is due. Returns how long to wait for the next.
async fn drain(gateway: &Gateway, mailer: &dyn Mailer) -> crate::error::Result<Duration> {
    while dispatch::deliver_next(gateway, mailer).await? {}
    let due = dispatch::next_due(gateway).await?;
    Ok(due.map_or(LONGEST_WAIT, |due| due.since(gateway.now()).clamp(SHORTEST_WAIT, LONGEST_WAIT)))
}
