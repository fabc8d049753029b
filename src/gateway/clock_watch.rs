//! Whether the clock is to be believed.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::model::Time;

/// How much two readings may disagree beyond the time that passed between them.
const TOLERANCE: Duration = Duration::from_secs(60);

/// Compares readings of the clock with a clock that cannot be set.
#[derive(Default)]
pub struct ClockWatch(Mutex<Option<(Instant, Time)>>);

impl ClockWatch {
    /// Takes a reading. `Ok` when it agrees with the one before; otherwise the jump in milliseconds, and the next reading
    /// is compared with this one. The first reading agrees with nothing.
    ///
    /// # Errors
    /// The jump; zero for the first reading.
    pub fn agrees(&self, now: Time, monotonic: Instant) -> Result<(), i64> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.replace((monotonic, now));
        let Some((then, reading)) = before else { return Err(0) };
        let passed = i64::try_from(monotonic.duration_since(then).as_millis()).unwrap_or(i64::MAX);
        let jump = now.millis().saturating_sub(reading.millis()).saturating_sub(passed);
        let tolerance = i64::try_from(TOLERANCE.as_millis()).unwrap_or(i64::MAX);
        if jump.abs() <= tolerance { Ok(()) } else { Err(jump) }
    }
}
