//! Small pieces that every noun of the store uses.

use crate::StoreError;
use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

/// A moment as both databases keep it: UTC, whole microseconds.
pub(crate) fn stamp(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc().trunc_subsecs(6)
}

/// A stored moment.
pub(crate) fn moment(at: NaiveDateTime) -> DateTime<Utc> {
    at.and_utc()
}

/// A stored word, id or number as the type it was written from.
pub(crate) fn parsed<T>(text: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| StoreError::Corrupt(error.to_string()))
}
