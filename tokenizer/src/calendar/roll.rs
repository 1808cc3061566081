//! Moving a date to a business day, and stepping by days, weeks, months and years.

use super::{Calendar, CalendarError};
use chrono::{Datelike, Days, Months, NaiveDate};

/// What becomes of a date that is not a business day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BusinessDay {
    /// It stays.
    #[default]
    Unadjusted,
    /// The next business day.
    Following,
    /// The next business day, unless it is in the next month: then the one before.
    ModifiedFollowing,
    /// As modified following, and a date of the first half of a month stays in it (until the 15th).
    HalfMonthModifiedFollowing,
    /// The business day before.
    Preceding,
    /// The business day before, unless it is in the month before: then the next one.
    ModifiedPreceding,
    /// The nearer business day; of two equally near ones the later.
    Nearest,
}

/// What a date is stepped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Business days of the calendar.
    BusinessDays,
    /// Calendar days.
    Days,
    /// Seven days each.
    Weeks,
    /// Months; a day that the month does not have becomes its last.
    Months,
    /// Twelve months each.
    Years,
}

impl BusinessDay {
    /// The date as this convention moves it.
    ///
    /// # Errors
    /// When the calendar does not know the date or one that has to be looked at.
    pub fn adjust(self, calendar: &Calendar, date: NaiveDate) -> Result<NaiveDate, CalendarError> {
        if self == Self::Unadjusted || calendar.is_business_day(date)? {
            return Ok(date);
        }
        match self {
            Self::Unadjusted => Ok(date),
            Self::Following => next(calendar, date),
            Self::Preceding => previous(calendar, date),
            Self::ModifiedFollowing => same_month(date, next(calendar, date)?, || previous(calendar, date)),
            Self::ModifiedPreceding => same_month(date, previous(calendar, date)?, || next(calendar, date)),
            Self::HalfMonthModifiedFollowing => {
                let later = next(calendar, date)?;
                let crosses = date.day() <= 15 && later.day() > 15;
                if crosses {
                    previous(calendar, date)
                } else {
                    same_month(date, later, || previous(calendar, date))
                }
            }
            Self::Nearest => nearest(calendar, date),
        }
    }
}

fn same_month(
    date: NaiveDate,
    moved: NaiveDate,
    otherwise: impl FnOnce() -> Result<NaiveDate, CalendarError>,
) -> Result<NaiveDate, CalendarError> {
    if moved.month() == date.month() { Ok(moved) } else { otherwise() }
}

fn nearest(calendar: &Calendar, date: NaiveDate) -> Result<NaiveDate, CalendarError> {
    let (mut later, mut earlier) = (date, date);
    loop {
        later = plus_days(later, 1)?;
        earlier = plus_days(earlier, -1)?;
        if calendar.is_business_day(later)? {
            return Ok(later);
        }
        if calendar.is_business_day(earlier)? {
            return Ok(earlier);
        }
    }
}

/// The first business day after `date`.
///
/// # Errors
/// When the calendar ends before one is found.
pub fn next(calendar: &Calendar, date: NaiveDate) -> Result<NaiveDate, CalendarError> {
    walk(calendar, date, 1)
}

/// The last business day before `date`.
///
/// # Errors
/// When the calendar begins after it.
pub fn previous(calendar: &Calendar, date: NaiveDate) -> Result<NaiveDate, CalendarError> {
    walk(calendar, date, -1)
}

fn walk(calendar: &Calendar, from: NaiveDate, step: i64) -> Result<NaiveDate, CalendarError> {
    let mut date = plus_days(from, step)?;
    while !calendar.is_business_day(date)? {
        date = plus_days(date, step)?;
    }
    Ok(date)
}

/// A date `count` steps away, moved to a business day by `convention`. Business days are counted on the
/// calendar itself, so they need no convention. With `end_of_month`, months and years from the last day
/// of a month lead to the last day of a month.
///
/// # Errors
/// When the calendar does not know a date that has to be looked at.
pub fn advance(
    calendar: &Calendar,
    start: NaiveDate,
    (count, unit): (i32, Unit),
    (convention, end_of_month): (BusinessDay, bool),
) -> Result<NaiveDate, CalendarError> {
    if count == 0 {
        return convention.adjust(calendar, start);
    }
    if unit == Unit::BusinessDays {
        return business_days(calendar, start, count);
    }
    convention.adjust(calendar, step(start, (count, unit), end_of_month)?)
}

/// `count` business days later, or earlier when it is negative.
///
/// # Errors
/// When the calendar ends before.
pub fn business_days(calendar: &Calendar, start: NaiveDate, count: i32) -> Result<NaiveDate, CalendarError> {
    (0..count.unsigned_abs()).try_fold(start, |date, _| walk(calendar, date, i64::from(count.signum())))
}

/// A date `count` steps away without any calendar.
///
/// # Errors
/// When the date cannot be represented.
pub fn step(
    start: NaiveDate,
    (count, unit): (i32, Unit),
    end_of_month: bool,
) -> Result<NaiveDate, CalendarError> {
    let count = i64::from(count);
    match unit {
        Unit::Days | Unit::BusinessDays => plus_days(start, count),
        Unit::Weeks => plus_days(start, count * 7),
        Unit::Months => plus_months(start, count, end_of_month),
        Unit::Years => plus_months(start, count * 12, end_of_month),
    }
}

/// Calendar days later, or earlier when negative.
///
/// # Errors
/// When the date cannot be represented.
pub fn plus_days(start: NaiveDate, days: i64) -> Result<NaiveDate, CalendarError> {
    let by = Days::new(days.unsigned_abs());
    let moved = if days < 0 { start.checked_sub_days(by) } else { start.checked_add_days(by) };
    moved.ok_or(CalendarError::Unrepresentable(days.div_euclid(365)))
}

/// Months later, or earlier when negative; with `end_of_month`, a month's end leads to a month's end.
///
/// # Errors
/// When the date cannot be represented.
pub fn plus_months(start: NaiveDate, months: i64, end_of_month: bool) -> Result<NaiveDate, CalendarError> {
    let failed = || CalendarError::Unrepresentable(months.div_euclid(12));
    let by = Months::new(u32::try_from(months.unsigned_abs()).map_err(|_| failed())?);
    let moved = if months < 0 { start.checked_sub_months(by) } else { start.checked_add_months(by) };
    let moved = moved.ok_or_else(failed)?;
    Ok(if end_of_month && is_month_end(start) { month_end(moved) } else { moved })
}

/// Whether a date is the last day of its month.
#[must_use]
pub fn is_month_end(date: NaiveDate) -> bool {
    month_end(date) == date
}

/// The last day of a date's month.
#[must_use]
pub fn month_end(date: NaiveDate) -> NaiveDate {
    date.with_day(u32::from(date.num_days_in_month())).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::rules::day;

    #[test]
    fn each_convention_moves_the_end_of_march_2024_its_own_way() {
        // Good Friday 29 March, Easter Sunday 31 March, Easter Monday 1 April.
        let target = crate::calendar::Calendars::built_in().get("TARGET").unwrap();
        for (convention, month, on) in [
            (BusinessDay::Unadjusted, 3, 31),
            (BusinessDay::Following, 4, 2),
            (BusinessDay::ModifiedFollowing, 3, 28),
            (BusinessDay::HalfMonthModifiedFollowing, 3, 28),
            (BusinessDay::Preceding, 3, 28),
            (BusinessDay::ModifiedPreceding, 3, 28),
            (BusinessDay::Nearest, 4, 2),
        ] {
            assert_eq!(convention.adjust(&target, day(2024, 3, 31)).unwrap(), day(2024, month, on));
        }
    }

    #[test]
    fn a_month_end_leads_to_a_month_end_when_asked() {
        let calendar = Calendar::none();
        let to =
            |eom| advance(&calendar, day(2024, 2, 29), (1, Unit::Months), (BusinessDay::Unadjusted, eom));
        assert_eq!(to(false).unwrap(), day(2024, 3, 29));
        assert_eq!(to(true).unwrap(), day(2024, 3, 31));
    }
}
