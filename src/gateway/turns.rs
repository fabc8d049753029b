//! Turns at slow hashing: Argon2id of sign-ins, and the scrypt around account keys. A bounded number at once, a bounded
//! number waiting, and one place that strangers never take: floods of wrong sign-ins keep no known person out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;

use crate::error::{Doing, Problem, Result};

/// Seconds after which it is worth coming back when too many wait.
const COME_BACK: u32 = 10;

/// Who wants a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Somebody nobody knows.
    Stranger,
    /// Somebody signed in, or in a browser known from an earlier sign-in.
    Known,
}

/// The turns (46 to 128 MiB of memory each).
pub struct Turns {
    strangers: Arc<Semaphore>,
    known: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    known_queue: Arc<Semaphore>,
    taken: AtomicU64,
}

impl Turns {
    /// `at_once` strangers are served at a time and `queue` more wait; known people have a turn and a queue of their own.
    pub fn new(at_once: usize, queue: usize) -> Self {
        let at_once = at_once.max(1);
        Self {
            strangers: Arc::new(Semaphore::new(at_once)),
            known: Arc::new(Semaphore::new(1)),
            queue: Arc::new(Semaphore::new(at_once + queue)),
            known_queue: Arc::new(Semaphore::new(1 + queue)),
            taken: AtomicU64::new(0),
        }
    }

    /// How many turns were taken since the start.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Runs work in its turn and off the event loop. The turn lasts until the work ends, also when its caller went away: a
    /// dropped connection must not make room for the next.
    ///
    /// # Errors
    /// `Busy` when too many of the same lane wait; nothing was worked on then.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (turns, queue) = match lane {
            Lane::Known => (&self.known, &self.known_queue),
            Lane::Stranger => (&self.strangers, &self.queue),
        };
        let busy = |_| Problem::Busy { seconds: COME_BACK };
        let place = queue.clone().try_acquire_owned().map_err(busy)?;
        let turn = turns.clone().acquire_owned().await.doing("waiting to work on a password")?;
        self.taken.fetch_add(1, Ordering::Relaxed);
        let work = move || {
            let done = work();
            drop((turn, place));
            done
        };
        tokio::task::spawn_blocking(work).await.doing("working on a password")
    }
}
