//! Turns at opening: how many key derivations run at once, and that one runs for a delivery.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedMutexGuard, Semaphore, SemaphorePermit};

use crate::error::{Doing, Result};
use crate::model::DeliveryId;

/// Bounds on the memory and work of key derivation: one scrypt at a time for a delivery, a few at a time in all.
pub struct Openings {
    memory: Arc<Semaphore>,
    at_once: usize,
    queue: Semaphore,
    flights: Mutex<HashMap<DeliveryId, Arc<tokio::sync::Mutex<()>>>>,
    derivations: AtomicU64,
}

impl Openings {
    /// `at_once` derivations run at a time (128 MiB each), `queue` callers wait.
    pub fn new(at_once: u32, queue: u32) -> Self {
        let at_once = at_once.max(1) as usize;
        Self {
            memory: Arc::new(Semaphore::new(at_once)),
            at_once,
            queue: Semaphore::new(queue.max(1) as usize),
            flights: Mutex::default(),
            derivations: AtomicU64::new(0),
        }
    }

    /// How many derivations have run.
    pub fn derivations(&self) -> u64 {
        self.derivations.load(Ordering::Relaxed)
    }

    /// How many derivations run now.
    pub fn running(&self) -> usize {
        self.at_once.saturating_sub(self.memory.available_permits())
    }

    /// Runs work that takes one scrypt, in its turn and off the event loop. Its memory counts until the work ends: a
    /// caller that goes away stops waiting, not working.
    pub(crate) async fn derive<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let memory = self.memory.clone().acquire_owned().await.doing("waiting for memory")?;
        self.derivations.fetch_add(1, Ordering::Relaxed);
        let work = move || {
            let done = work();
            drop(memory);
            done
        };
        tokio::task::spawn_blocking(work).await.doing("deriving a key")
    }

    /// A place among those who wait; none when too many do.
    pub(crate) fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.queue.try_acquire().ok()
    }

    /// Waits for the one place at which this delivery is opened.
    pub(crate) async fn flight(&self, delivery: DeliveryId) -> OwnedMutexGuard<()> {
        let flight = {
            let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
            flights.retain(|_, flight| Arc::strong_count(flight) > 1);
            flights.entry(delivery).or_default().clone()
        };
        flight.lock_owned().await
    }
}
