//! The dates of a schedule: rolled from one end, with stubs, end of month and business days.

use crate::calendar::roll::{is_month_end, month_end, step};
use crate::calendar::{BusinessDay, Calendar, CalendarError, Unit};
use chrono::NaiveDate;

/// The most dates of one schedule: 100 years of days.
pub const MAX_DATES: usize = 36_600;

/// From which end the dates are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roll {
    /// From the first date on; a stub is at the end.
    Forward,
    /// From the last date back; a stub is at the front.
    Backward,
}

/// A period such as `3M`, `1W` or `28D`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenor {
    /// How many, above zero.
    pub count: u16,
    /// Of what.
    pub unit: Unit,
}

impl Tenor {
    /// Reads `3M`, `1W`, `28D` or `2Y`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let unit = match unit {
            "D" => Unit::Days,
            "W" => Unit::Weeks,
            "M" => Unit::Months,
            "Y" => Unit::Years,
            _ => return None,
        };
        let count = count.parse().ok().filter(|count| *count > 0)?;
        Some(Self { count, unit })
    }

    /// The length in months, when it is one in months or years.
    #[must_use]
    pub fn months(self) -> Option<u32> {
        match self.unit {
            Unit::Months => Some(u32::from(self.count)),
            Unit::Years => Some(u32::from(self.count) * 12),
            _ => None,
        }
    }

    /// `times` such periods after `start`, or before it when negative.
    ///
    /// # Errors
    /// When the date cannot be represented.
    pub fn after(self, start: NaiveDate, times: i32, end_of_month: bool) -> Result<NaiveDate, CalendarError> {
        let count = i32::from(self.count).checked_mul(times);
        let count = count.ok_or(CalendarError::Unrepresentable(i64::from(times)))?;
        step(start, (count, self.unit), end_of_month)
    }
}

/// What a schedule is made of.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// First date.
    pub start: NaiveDate,
    /// Last date, after the first.
    pub end: NaiveDate,
    /// Time between two dates.
    pub tenor: Tenor,
    /// From which end the dates are counted.
    pub roll: Roll,
    /// Dates counted from a month's end are months' ends.
    pub end_of_month: bool,
    /// Second date, when the first period is a stub of agreed length.
    pub first_date: Option<NaiveDate>,
    /// Last date but one, when the last period is a stub of agreed length.
    pub next_to_last: Option<NaiveDate>,
    /// How each date but the last is moved to a business day.
    pub convention: BusinessDay,
    /// How the last date is moved.
    pub end_convention: BusinessDay,
}

/// Why a schedule cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatesError {
    /// First and last date, or the stub dates between them, are not in order.
    #[error("the dates {0} and {1} are not in order")]
    Order(NaiveDate, NaiveDate),
    /// More than [`MAX_DATES`].
    #[error("a schedule has at most {MAX_DATES} dates")]
    TooMany,
    /// The calendar refused.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

/// The dates before and after they are moved to business days, one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    /// As the tenor gives them.
    pub nominal: Vec<NaiveDate>,
    /// As they are moved; always increasing.
    pub adjusted: Vec<NaiveDate>,
}

impl Plan {
    /// The dates of the schedule, first and last included. Where two neighbours are moved to the same
    /// business day, the inner one falls away.
    ///
    /// # Errors
    /// See [`DatesError`].
    pub fn dates(&self, calendar: &Calendar) -> Result<Dates, DatesError> {
        self.check()?;
        let nominal = self.nominal()?;
        let last = nominal.len() - 1;
        let mut dates =
            Dates { nominal: Vec::with_capacity(last + 1), adjusted: Vec::with_capacity(last + 1) };
        for (position, date) in nominal.into_iter().enumerate() {
            let convention = if position == last { self.end_convention } else { self.convention };
            let adjusted = convention.adjust(calendar, date)?;
            if position > 1 && dates.adjusted.last().is_some_and(|before| *before >= adjusted) {
                if position < last {
                    continue;
                }
                dates.nominal.pop();
                dates.adjusted.pop();
            } else if position > 0 && position < last && dates.adjusted.last() == Some(&adjusted) {
                continue;
            }
            dates.nominal.push(date);
            dates.adjusted.push(adjusted);
        }
        match dates.adjusted.windows(2).find(|pair| pair[0] >= pair[1]) {
            Some(pair) => Err(DatesError::Order(pair[0], pair[1])),
            None => Ok(dates),
        }
    }

    fn check(&self) -> Result<(), DatesError> {
        let mut given = vec![self.start];
        given.extend(self.first_date);
        given.extend(self.next_to_last);
        given.push(self.end);
        let disorder = given.windows(2).position(|pair| pair[0] > pair[1]);
        match disorder {
            Some(at) => Err(DatesError::Order(given[at], given[at + 1])),
            None if self.start >= self.end => Err(DatesError::Order(self.start, self.end)),
            None => Ok(()),
        }
    }

    /// The dates as the tenor gives them, in order and each once.
    fn nominal(&self) -> Result<Vec<NaiveDate>, DatesError> {
        let mut dates = match self.roll {
            Roll::Forward => self.forward()?,
            Roll::Backward => self.backward()?,
        };
        dates.sort_unstable();
        dates.dedup();
        Ok(dates)
    }

    fn forward(&self) -> Result<Vec<NaiveDate>, DatesError> {
        let limit = self.next_to_last.unwrap_or(self.end);
        let mut dates = self.roll_while(self.first_date.unwrap_or(self.start), 1, |date| date <= limit)?;
        dates.extend([self.start, self.end]);
        dates.extend(self.next_to_last);
        Ok(dates)
    }

    fn backward(&self) -> Result<Vec<NaiveDate>, DatesError> {
        let limit = self.first_date.unwrap_or(self.start);
        let mut dates = self.roll_while(self.next_to_last.unwrap_or(self.end), -1, |date| date >= limit)?;
        dates.extend([self.start, self.end]);
        dates.extend(self.first_date);
        Ok(dates)
    }

    /// The dates from `seed` on, or back from it, as long as they are `within`.
    fn roll_while(
        &self,
        seed: NaiveDate,
        direction: i32,
        within: impl Fn(NaiveDate) -> bool,
    ) -> Result<Vec<NaiveDate>, DatesError> {
        let month_ends = self.end_of_month && is_month_end(seed) && self.tenor.months().is_some();
        let mut dates = Vec::new();
        for times in 0.. {
            let date = self.tenor.after(seed, direction * times, false)?;
            let date = if month_ends { month_end(date) } else { date };
            if !within(date) {
                break;
            }
            if dates.len() == MAX_DATES {
                return Err(DatesError::TooMany);
            }
            dates.push(date);
        }
        Ok(dates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn plan(start: &str, end: &str, roll: Roll) -> Plan {
        Plan {
            start: date(start),
            end: date(end),
            tenor: Tenor::parse("3M").unwrap(),
            roll,
            end_of_month: false,
            first_date: None,
            next_to_last: None,
            convention: BusinessDay::Unadjusted,
            end_convention: BusinessDay::Unadjusted,
        }
    }

    fn dates(plan: Plan) -> Vec<String> {
        let dates = plan.dates(&Calendar::none()).unwrap();
        dates.adjusted.iter().map(NaiveDate::to_string).collect()
    }

    #[test]
    fn a_stub_is_in_front_or_behind_short_or_agreed() {
        let backward = plan("2026-01-15", "2026-08-31", Roll::Backward);
        assert_eq!(dates(backward), ["2026-01-15", "2026-02-28", "2026-05-31", "2026-08-31"]);
        let forward = plan("2026-01-15", "2026-08-31", Roll::Forward);
        assert_eq!(dates(forward), ["2026-01-15", "2026-04-15", "2026-07-15", "2026-08-31"]);
        let long_front = Plan { first_date: Some(date("2026-05-31")), ..backward };
        assert_eq!(dates(long_front), ["2026-01-15", "2026-05-31", "2026-08-31"]);
        let long_behind = Plan { next_to_last: Some(date("2026-04-15")), ..forward };
        assert_eq!(dates(long_behind), ["2026-01-15", "2026-04-15", "2026-08-31"]);
    }

    #[test]
    fn month_ends_stay_month_ends_when_the_terms_say_so() {
        let plan = |end_of_month| Plan { end_of_month, ..plan("2026-02-28", "2026-08-31", Roll::Forward) };
        assert_eq!(dates(plan(true)), ["2026-02-28", "2026-05-31", "2026-08-31"]);
        assert_eq!(dates(plan(false)), ["2026-02-28", "2026-05-28", "2026-08-28", "2026-08-31"]);
    }

    #[test]
    fn dates_out_of_order_make_no_schedule() {
        let reversed = plan("2026-08-31", "2026-01-15", Roll::Forward);
        assert!(matches!(reversed.dates(&Calendar::none()), Err(DatesError::Order(..))));
        // Saturday moves to Monday, past a Sunday that stays.
        let crossing =
            Plan { convention: BusinessDay::Following, ..plan("2026-01-31", "2026-02-01", Roll::Forward) };
        assert!(matches!(crossing.dates(&Calendar::weekends()), Err(DatesError::Order(..))));
        let endless =
            Plan { tenor: Tenor::parse("1D").unwrap(), ..plan("1900-01-01", "2199-12-31", Roll::Forward) };
        assert_eq!(endless.dates(&Calendar::none()), Err(DatesError::TooMany));
    }
}
