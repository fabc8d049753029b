//! Hands the log's entries to a syslog receiver, batch by batch, and waits while it is away.

use std::sync::Arc;
use std::time::Duration;

use crate::adapter::syslog::SyslogReceiver;
use crate::audit::export::{Header, Stream};
use crate::error::Result;
use crate::gateway::Gateway;
use crate::staff::log::stream;

use super::StopSign;

/// Between two looks while there is nothing.
const PAUSE: Duration = Duration::from_secs(2);
/// Between two tries while the receiver is away: first, and at most.
const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(60);

/// A receiver, and how it is spoken to.
pub struct Outlet {
    /// Who receives.
    pub receiver: SyslogReceiver,
    /// What every message has.
    pub header: Header,
    /// How entries are written.
    pub stream: Stream,
}

/// Runs until stopped.
pub async fn run(gateway: Arc<Gateway>, outlet: Outlet, mut stop: StopSign) {
    let mut backoff = SHORTEST;
    loop {
        let wait = match round(&gateway, &outlet).await {
            Ok(more) => {
                backoff = SHORTEST;
                if more { Duration::ZERO } else { PAUSE }
            }
            Err(error) => {
                tracing::warn!(%error, "the log's stream waits for its receiver; nothing is lost");
                let pause = backoff;
                backoff = (backoff * 2).min(LONGEST);
                pause
            }
        };
        if stop.wait(wait).await {
            return;
        }
    }
}

/// One batch; true when more is likely to wait.
async fn round(gateway: &Gateway, outlet: &Outlet) -> Result<bool> {
    let Some(batch) = stream::next(gateway, &outlet.header, outlet.stream).await? else { return Ok(false) };
    match outlet.receiver.hand_over(&batch.messages).await {
        Ok(()) => {
            stream::taken(gateway, &batch).await?;
            Ok(batch.is_full())
        }
        Err(error) => {
            stream::not_taken(gateway, &batch).await?;
            Err(error)
        }
    }
}
