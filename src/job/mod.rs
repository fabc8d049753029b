//! What runs without being asked: each a loop over one flow.

pub mod alerts;
pub mod bounces;
pub mod checker;
pub mod copies;
pub mod exporter;
pub mod hooks;
pub mod outbox;
pub mod scanner;
pub mod sequencer;
pub mod stream;
pub mod sweeper;

use std::time::Duration;

use tokio::sync::watch;

/// Tells loops to stop; they finish what they are at.
#[derive(Clone)]
pub struct StopSign(watch::Receiver<bool>);

/// Whoever holds this can stop the loops.
pub struct Stopper(watch::Sender<bool>);

/// A stopper and the sign that it raises.
pub fn stop_sign() -> (Stopper, StopSign) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), StopSign(receiver))
}

impl Stopper {
    /// Raises the sign.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl StopSign {
    /// Waits until stopped.
    async fn raised(&mut self) {
        // A stopper that is gone has stopped, too.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }

    /// Waits until stopped, at most this long. `true` when stopped.
    async fn wait(&mut self, at_most: Duration) -> bool {
        tokio::select! {
            // However short the time is, whoever is told to stop hears it.
            biased;
            _ = self.0.wait_for(|stopped| *stopped) => true,
            () = tokio::time::sleep(at_most) => false,
        }
    }
}
