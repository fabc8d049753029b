//! Waiting for what passes by itself: a broken line, a gateway that restarts or is busy. Never without a pause, never
//! without an end.

use std::time::{Duration, Instant};

use crate::cli::failure::{Failure, Result};
use crate::cli::terminal::Terminal;

use super::Trouble;

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How long one thing has been tried in vain.
pub(in crate::cli) struct Patience {
    limit: Duration,
    since: Option<Instant>,
    pause: Duration,
    terminal: Terminal,
}

impl Patience {
    pub(super) fn new(limit: Duration, terminal: Terminal) -> Self {
        Self { limit, since: None, pause: FIRST_PAUSE, terminal }
    }

    /// Something moved: all is forgotten.
    pub(in crate::cli) fn progress(&mut self) {
        self.since = None;
        self.pause = FIRST_PAUSE;
    }

    /// Returns when it is time to try again.
    ///
    /// # Errors
    /// Trying again does not help, or was done for too long.
    pub(in crate::cli) async fn bear(&mut self, trouble: Trouble) -> Result<()> {
        let (wait, why, end) = match trouble {
            Trouble::Final(failure) => return Err(failure),
            Trouble::Refused(refused) => return Err(Failure::Refused(refused)),
            Trouble::Lost { why, .. } => (self.pause, why.clone(), lost(self.terminal, &why)),
            Trouble::Later { wait, refused } => {
                let why = refused.title().to_owned();
                (wait.unwrap_or(self.pause).max(self.pause), why, Failure::Refused(refused))
            }
        };
        let tried = self.since.get_or_insert_with(Instant::now).elapsed();
        if tried + wait > self.limit {
            return Err(end);
        }
        // A short hiccup is nobody's business.
        if self.pause > FIRST_PAUSE {
            let seconds = wait.as_secs().max(1);
            let wait = self.terminal.texts.duration(seconds);
            self.terminal.say(self.terminal.phrase("cli-again").with("why", why).with("wait", wait).to_string());
        }
        tokio::time::sleep(wait).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}

pub(super) fn lost(terminal: Terminal, why: &str) -> Failure {
    let what = terminal.phrase("cli-lost").with("why", why).to_string();
    Failure::failed(what, terminal.texts.text("cli-lost-next"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn patience_ends_and_progress_renews_it() {
        let mut patience = Patience::new(Duration::from_millis(600), Terminal::new(false));
        let lost = || Trouble::Lost { why: "cut".into(), sent: true };
        patience.bear(lost()).await.unwrap();
        assert!(patience.bear(lost()).await.is_err());
        patience.progress();
        patience.bear(lost()).await.unwrap();
        let refused = Trouble::Final(Failure::failed("no", ""));
        assert!(patience.bear(refused).await.is_err());
    }
}
