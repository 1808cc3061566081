//! Small pieces that every noun of the store uses.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

/// A moment as both databases keep it: UTC, whole microseconds.
pub(crate) fn stamp(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc().trunc_subsecs(6)
}

/// A stored moment.
pub(crate) fn moment(at: NaiveDateTime) -> DateTime<Utc> {
    at.and_utc()
}
