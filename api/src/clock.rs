//! What time it is: the wall clock, or in the sandbox a test clock that can be moved on.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The business clock. Copies show the same time.
#[derive(Debug, Clone)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
    movable: bool,
}

impl Clock {
    /// The wall clock, which nobody can move.
    #[must_use]
    pub fn wall() -> Self {
        Self { offset_seconds: Arc::default(), movable: false }
    }

    /// A test clock, ahead of the wall clock by an offset in seconds.
    #[must_use]
    pub fn test(offset_seconds: i64) -> Self {
        Self { offset_seconds: Arc::new(AtomicI64::new(offset_seconds)), movable: true }
    }

    /// Now, for everything that the business dates.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::seconds(self.offset_seconds())
    }

    /// The wall clock, whatever the business clock shows: for leases and sessions, which no test clock may end.
    #[must_use]
    pub fn wall_now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    /// Whether this is a test clock.
    #[must_use]
    pub const fn is_movable(&self) -> bool {
        self.movable
    }

    /// Seconds ahead of the wall clock.
    #[must_use]
    pub fn offset_seconds(&self) -> i64 {
        self.offset_seconds.load(Ordering::SeqCst)
    }

    /// Follows an offset that was stored; a clock never goes back, and a wall clock never moves.
    pub fn follow(&self, offset_seconds: i64) {
        if self.movable {
            self.offset_seconds.fetch_max(offset_seconds, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_clock_only_moves_forward_and_the_wall_clock_not_at_all() {
        let clock = Clock::test(60);
        clock.follow(3_600);
        clock.follow(30);
        assert_eq!(clock.offset_seconds(), 3_600);
        let wall = Clock::wall();
        wall.follow(3_600);
        assert_eq!(wall.offset_seconds(), 0);
    }
}
