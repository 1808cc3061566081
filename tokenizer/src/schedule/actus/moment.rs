//! A moment of a contract: a date, and whether it is meant at its start or its very end.

use super::{ActusError, terms::unreadable};
use crate::calendar::roll::plus_days;
use chrono::{NaiveDate, NaiveTime};
use std::fmt;

/// The last second of a day, which stands for the day's end: interest is counted to the next midnight.
const LAST_SECOND: u32 = 86_399;

/// A date with its second of the day. `23:59:59` is the end of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The date.
    pub date: NaiveDate,
    second: u32,
}

impl Moment {
    /// The start of a date.
    #[must_use]
    pub const fn start_of(date: NaiveDate) -> Self {
        Self { date, second: 0 }
    }

    /// Reads `2026-12-31`, `2026-12-31T00:00`, `2026-12-31T23:59:59` or `2026-12-31T24:00:00`.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, ActusError> {
        Self::read(text.trim()).ok_or_else(|| unreadable(name, text, "a time such as 2026-12-31T00:00:00"))
    }

    /// As [`Moment::parse`]; nothing when the text is empty.
    pub(super) fn parse_or_none(name: &str, text: &str) -> Result<Option<Self>, ActusError> {
        if text.trim().is_empty() { Ok(None) } else { Self::parse(name, text).map(Some) }
    }

    fn read(text: &str) -> Option<Self> {
        let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
        // Ten characters: the years that contracts have, not all that can be represented.
        let date: NaiveDate = date.parse().ok().filter(|_| date.len() == 10)?;
        let time = time.strip_suffix('Z').unwrap_or(time);
        let time = time.split_once('.').map_or(time, |(whole, _)| whole);
        if matches!(time, "24:00:00" | "24:00") {
            return Some(Self::start_of(date.succ_opt()?));
        }
        let time = NaiveTime::parse_from_str(time, "%H:%M:%S")
            .or_else(|_| NaiveTime::parse_from_str(time, "%H:%M"))
            .ok()?;
        let second = time.signed_duration_since(NaiveTime::MIN).num_seconds();
        Some(Self { date, second: u32::try_from(second).ok()? })
    }

    /// The date to which interest is counted: the day after for a day's end.
    #[must_use]
    pub fn counted(self) -> NaiveDate {
        if self.second == LAST_SECOND { self.date.succ_opt().unwrap_or(self.date) } else { self.date }
    }

    /// The same time of day on another date.
    #[must_use]
    pub const fn on(self, date: NaiveDate) -> Self {
        Self { date, ..self }
    }

    pub(super) fn plus_days(self, days: i64) -> Result<Self, ActusError> {
        Ok(self.on(plus_days(self.date, days)?))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (minutes, second) = (self.second.div_euclid(60), self.second.rem_euclid(60));
        write!(f, "{}T{:02}:{:02}:{second:02}", self.date, minutes.div_euclid(60), minutes.rem_euclid(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_all_their_spellings() {
        for (text, shown, counted) in [
            ("2013-01-01", "2013-01-01T00:00:00", "2013-01-01"),
            ("2013-01-01T00:00", "2013-01-01T00:00:00", "2013-01-01"),
            (" 2013-12-31T23:59:59 ", "2013-12-31T23:59:59", "2014-01-01"),
            ("2013-12-31T24:00:00", "2014-01-01T00:00:00", "2014-01-01"),
            ("2020-09-25T10:20:40.000Z", "2020-09-25T10:20:40", "2020-09-25"),
        ] {
            let moment = Moment::parse("to", text).unwrap();
            assert_eq!(
                (moment.to_string().as_str(), moment.counted().to_string().as_str()),
                (shown, counted)
            );
        }
        assert!(Moment::parse("to", "2013-02-30").is_err());
    }
}
