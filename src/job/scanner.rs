//! The scanner's workers: each looks at one file at a time; one more asks the scanner how it is.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::gateway::Gateway;
use crate::transfer::scan::{self, Scanned};

use super::StopSign;

/// Files wait elsewhere too, and their bells are not heard here.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
const SHORTEST_WAIT: Duration = Duration::from_millis(50);
/// How often the scanner is asked while it answers, and while it does not.
const ASK: Duration = Duration::from_secs(15);
const ASK_AGAIN: Duration = Duration::from_secs(3);

/// Runs until stopped; at once where there is no scanner.
pub async fn run(gateway: Arc<Gateway>, stop: StopSign) {
    if gateway.scanner.is_none() {
        return;
    }
    let workers = (0..gateway.scan.at_once).map(|_| work(gateway.clone(), stop.clone()));
    tokio::join!(join_all(workers), watch(gateway.clone(), stop.clone()));
}

async fn work(gateway: Arc<Gateway>, mut stop: StopSign) {
    loop {
        let wait = tokio::select! {
            // A scan that is cut off is taken up again when its hold ends.
            () = stop.raised() => return,
            scanned = scan::next(&gateway) => match scanned {
                Ok(Scanned::One) => continue,
                Ok(Scanned::Nothing(due)) => {
                    due.map_or(LONGEST_WAIT, |due| due.since(gateway.now()).clamp(SHORTEST_WAIT, LONGEST_WAIT))
                }
                Ok(Scanned::Down) => LONGEST_WAIT,
                Err(error) => {
                    tracing::error!(%error, "a scan was not finished; the file is looked at again");
                    LONGEST_WAIT
                }
            },
        };
        tokio::select! {
            stopped = stop.wait(wait) => if stopped { return },
            () = gateway.scans.bell.notified() => {}
            () = scan::wake(&gateway) => {}
        }
    }
}

async fn watch(gateway: Arc<Gateway>, mut stop: StopSign) {
    loop {
        let pause = match scan::watch(&gateway).await {
            Ok(true) => ASK,
            Ok(false) => ASK_AGAIN,
            Err(error) => {
                tracing::error!(%error, "the scanner could not be watched");
                ASK
            }
        };
        tokio::select! {
            stopped = stop.wait(pause) => if stopped { return },
            // A worker or a sender found it gone, or back.
            () = scan::wake(&gateway) => if stop.wait(ASK_AGAIN).await { return },
        }
    }
}
