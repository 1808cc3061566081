//! Days as they pass.

use chrono::{Datelike, NaiveDate};

/// Days from `start` to `end`.
pub(super) fn days(start: NaiveDate, end: NaiveDate) -> i64 {
    end.signed_duration_since(start).num_days()
}

/// Days from `start` to `end` in a calendar whose Februaries all have 28 days; a 29th counts as 28th.
pub(super) fn without_leap_days(start: NaiveDate, end: NaiveDate) -> i64 {
    serial(end) - serial(start)
}

fn serial(date: NaiveDate) -> i64 {
    let leap_day_passed = date.leap_year() && date.ordinal() >= 60;
    i64::from(date.year()) * 365 + i64::from(date.ordinal()) - i64::from(leap_day_passed)
}
