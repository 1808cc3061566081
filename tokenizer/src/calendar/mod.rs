//! Business days of named markets, each with its source and the dates it is known for.
//!
//! The crates `fasti` and `regit-daycount` were measured against the same reference first. `fasti` is exact,
//! but has neither Hong Kong, Singapore nor Brazil, half of the day counts, and no British holiday on
//! 2011-04-29; `regit-daycount` answers in floats, counts storm closures of an exchange as bank holidays and
//! knows Brazil for one year. Their idea of a coverage that refuses is kept here.

mod rules;

mod brazil;
mod euro;
mod kingdom;
mod states;

pub mod registry;
pub mod roll;
pub mod table;

pub use registry::Calendars;
pub use roll::{BusinessDay, Unit, advance};

use chrono::{Datelike, NaiveDate, Weekday};
use rules::day;
use std::sync::Arc;

/// The first year any calendar reaches. Earlier schedules have no modern holiday law behind them.
pub const FIRST_YEAR: i32 = 1900;
/// The last year any calendar reaches: beyond it even weekends-only terms are more likely a typing error.
pub const LAST_YEAR: i32 = 2199;

/// The first day of the bitmap, counted from the first of January of year 1 as day 1.
const BASE: i32 = 693_596;
/// One bit per day from [`FIRST_YEAR`] to [`LAST_YEAR`].
const WORDS: usize = 300 * 366 / 64 + 1;

/// What a calendar rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// It has no holidays of its own that could change.
    Definition,
    /// A list of dates that an authority has published.
    PublishedTable,
    /// A law or standing decision that names its days by rule; a later law may change the future.
    StandingRule,
}

impl Basis {
    /// The name as it is written in listings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::PublishedTable => "published table",
            Self::StandingRule => "standing rule",
        }
    }
}

/// Where a calendar comes from and for which dates it may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The authority and document.
    pub source: String,
    /// What kind of source it is.
    pub basis: Basis,
    /// The first date that is known.
    pub from: NaiveDate,
    /// The last date that is known.
    pub until: NaiveDate,
}

/// A question outside the dates that a calendar knows. It is refused, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The date is before the first or after the last known date.
    #[error("the calendar {calendar} is known from {from} until {until} and cannot say what {date} is")]
    BeyondHorizon {
        /// The calendar that was asked.
        calendar: String,
        /// The date asked for.
        date: NaiveDate,
        /// First known date.
        from: NaiveDate,
        /// Last known date.
        until: NaiveDate,
    },
    /// No calendar of this name is loaded.
    #[error("no calendar is named \"{0}\"")]
    Unknown(String),
    /// A day count that this calendar cannot hold, such as 100,000 years on.
    #[error("the date {0} years away cannot be represented")]
    Unrepresentable(i64),
}

/// Business days and holidays of one market, or of several that must all be open. A copy is cheap.
#[derive(Debug, Clone)]
pub struct Calendar(Arc<Days>);

#[derive(Debug)]
struct Days {
    id: String,
    provenance: Provenance,
    closed: Box<[u64]>,
}

impl Calendar {
    /// A calendar whose weekends are Saturday and Sunday and whose holidays are `holidays`.
    #[must_use]
    pub fn new(id: &str, provenance: Provenance, holidays: impl IntoIterator<Item = NaiveDate>) -> Self {
        let mut closed = vec![0; WORDS];
        let first = index(day(FIRST_YEAR, 1, 1)).unwrap_or(0);
        let weekends = (first..WORDS * 64).filter(|position| is_weekend(*position));
        for position in weekends.chain(holidays.into_iter().filter_map(index)) {
            closed[position / 64] |= 1 << (position % 64);
        }
        Self::of(id.to_owned(), provenance, closed.into())
    }

    /// Every day is a business day.
    #[must_use]
    pub fn none() -> Self {
        let provenance = defined("every day is a business day");
        Self::of("NULL".to_owned(), provenance, vec![0; WORDS].into())
    }

    fn of(id: String, provenance: Provenance, closed: Box<[u64]>) -> Self {
        Self(Arc::new(Days { id, provenance, closed }))
    }

    /// Monday to Friday are business days.
    #[must_use]
    pub fn weekends() -> Self {
        Self::new("WEEKENDS", defined("Monday to Friday are business days"), [])
    }

    /// The days on which both are open, known where both are known.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        let closed = self.0.closed.iter().zip(&other.0.closed).map(|(a, b)| a | b).collect();
        let (a, b) = (self.provenance(), other.provenance());
        let provenance = Provenance {
            source: format!("{}; {}", a.source, b.source),
            basis: a.basis.max(b.basis),
            from: a.from.max(b.from),
            until: a.until.min(b.until),
        };
        Self::of(format!("{}+{}", self.id(), other.id()), provenance, closed)
    }

    /// The name, with `+` between the parts of a joint calendar.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Source and horizon.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.0.provenance
    }

    /// Whether business is done on `date`.
    ///
    /// # Errors
    /// When the date is outside the horizon.
    pub fn is_business_day(&self, date: NaiveDate) -> Result<bool, CalendarError> {
        let position = self.position(date)?;
        Ok(self.0.closed[position / 64] >> (position % 64) & 1 == 0)
    }

    /// Business days from `start` (counted) to `end` (not counted); negative when `end` is earlier,
    /// and then `end` is counted and `start` is not.
    ///
    /// # Errors
    /// When either date is outside the horizon.
    pub fn business_days(&self, start: NaiveDate, end: NaiveDate) -> Result<i64, CalendarError> {
        let (from, to) = (self.position(start)?, self.position(end)?);
        Ok(if to >= from { self.open_between(from, to) } else { -self.open_between(to, from) })
    }

    fn open_between(&self, from: usize, to: usize) -> i64 {
        let mut closed = 0;
        let mut position = from;
        while position < to {
            let (word, bit) = (position / 64, position % 64);
            let bits = (64 - bit).min(to - position);
            let mask = if bits == 64 { u64::MAX } else { ((1 << bits) - 1) << bit };
            closed += i64::from((self.0.closed[word] & mask).count_ones());
            position += bits;
        }
        (to - from) as i64 - closed
    }

    fn position(&self, date: NaiveDate) -> Result<usize, CalendarError> {
        let Provenance { from, until, .. } = self.provenance();
        match index(date) {
            Some(position) if date >= *from && date <= *until => Ok(position),
            _ => Err(CalendarError::BeyondHorizon {
                calendar: self.id().to_owned(),
                date,
                from: *from,
                until: *until,
            }),
        }
    }
}

fn defined(source: &str) -> Provenance {
    Provenance {
        source: source.to_owned(),
        basis: Basis::Definition,
        from: day(FIRST_YEAR, 1, 1),
        until: day(LAST_YEAR, 12, 31),
    }
}

fn index(date: NaiveDate) -> Option<usize> {
    let position = usize::try_from(date.num_days_from_ce().checked_sub(BASE)?).ok()?;
    (position < WORDS * 64).then_some(position)
}

/// The first day of the bitmap, 1900-01-01, was a Monday.
const fn is_weekend(position: usize) -> bool {
    position % 7 >= 5
}

/// Whether a date is a Saturday or Sunday.
#[must_use]
pub fn weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bitmap_starts_on_a_monday() {
        assert_eq!(index(day(1900, 1, 1)), Some(0));
        assert_eq!(day(1900, 1, 1).weekday(), Weekday::Mon);
        assert!(index(day(LAST_YEAR, 12, 31)).is_some());
    }

    #[test]
    fn weekends_agree_with_the_calendar_of_days() {
        let calendar = Calendar::weekends();
        for date in day(2020, 1, 1).iter_days().take(4_000) {
            assert_eq!(calendar.is_business_day(date).unwrap(), !weekend(date), "{date}");
        }
    }

    #[test]
    fn business_days_are_counted_over_word_borders() {
        let calendar = Calendar::weekends();
        let (start, end) = (day(2024, 1, 1), day(2024, 12, 31));
        let walked = start.iter_days().take_while(|date| *date < end).filter(|date| !weekend(*date)).count();
        assert_eq!(calendar.business_days(start, end).unwrap(), walked as i64);
        assert_eq!(calendar.business_days(end, start).unwrap(), -(walked as i64));
        assert_eq!(calendar.business_days(start, start).unwrap(), 0);
    }

    #[test]
    fn what_lies_beyond_the_horizon_is_refused() {
        let known = Provenance {
            source: "a list".to_owned(),
            basis: Basis::PublishedTable,
            from: day(2024, 1, 1),
            until: day(2024, 12, 31),
        };
        let calendar = Calendar::new("X", known, [day(2024, 5, 1)]);
        assert!(!calendar.is_business_day(day(2024, 5, 1)).unwrap());
        assert!(calendar.is_business_day(day(2025, 1, 1)).is_err());
        assert!(calendar.join(&Calendar::weekends()).is_business_day(day(2023, 12, 31)).is_err());
    }
}
