//! Actual days over actual years: ISDA, AFB and ICMA.

use super::actual::days;
use super::{Overflow, Ratio, RegularPeriod};
use crate::calendar::roll::{is_month_end, plus_months};
use chrono::{Datelike, NaiveDate};

fn year_days(leap: bool) -> i128 {
    if leap { 366 } else { 365 }
}

fn new_year(year: i32) -> Result<NaiveDate, Overflow> {
    NaiveDate::from_ymd_opt(year, 1, 1).ok_or(Overflow)
}

/// The days in leap years over 366 plus the other days over 365.
pub(super) fn isda(start: NaiveDate, end: NaiveDate) -> Result<Ratio, Overflow> {
    if end < start {
        return isda(end, start)?.negated();
    }
    if start.year() == end.year() {
        return Ratio::new(i128::from(days(start, end)), year_days(start.leap_year()));
    }
    let first =
        Ratio::new(i128::from(days(start, new_year(start.year() + 1)?)), year_days(start.leap_year()))?;
    let whole = Ratio::new(i128::from(end.year() - start.year() - 1), 1)?;
    let last = Ratio::new(i128::from(days(new_year(end.year())?, end)), year_days(end.leap_year()))?;
    first.plus(whole)?.plus(last)
}

/// Whole years counted back from the end, then the days left over 366 when they hold a 29 February,
/// over 365 otherwise. A year back from 28 February is 29 February in a leap year.
pub(super) fn afb(start: NaiveDate, end: NaiveDate) -> Result<Ratio, Overflow> {
    if end < start {
        return afb(end, start)?.negated();
    }
    let (mut rest_end, mut years) = (end, 0);
    loop {
        let earlier = year_before(rest_end)?;
        if earlier < start {
            break;
        }
        years += 1;
        rest_end = earlier;
    }
    let leap_day = |year| NaiveDate::from_ymd_opt(year, 2, 29);
    let holds = [rest_end.year(), start.year()].into_iter().filter_map(leap_day);
    let leap = holds.into_iter().any(|day| start <= day && day < rest_end);
    Ratio::new(i128::from(days(start, rest_end)), year_days(leap))?.plus(Ratio::new(years, 1)?)
}

fn year_before(date: NaiveDate) -> Result<NaiveDate, Overflow> {
    let year = date.year() - 1;
    let leap_end = (date.month(), date.day()) == (2, 28) && NaiveDate::from_ymd_opt(year, 2, 29).is_some();
    let day = if leap_end { 29 } else { date.day() };
    let same = NaiveDate::from_ymd_opt(year, date.month(), day);
    same.or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).ok_or(Overflow)
}

/// The most regular periods that one stub may span: a century of months.
const MAX_PERIODS: i64 = 1_200;

/// Days over the days of the regular period, times its months over twelve. What lies outside of the
/// period is counted in the regular periods before and after it (ICMA rule 251.1).
pub(super) fn icma(start: NaiveDate, end: NaiveDate, regular: RegularPeriod) -> Result<Ratio, Overflow> {
    if end < start {
        return icma(end, start, regular)?.negated();
    }
    let mut sum = within(start, end, regular)?;
    let mut period = regular;
    for times in 1.. {
        if start >= period.start {
            break;
        }
        period =
            RegularPeriod { start: moved(regular.start, &regular, -times)?, end: period.start, ..regular };
        sum = sum.plus(within(start, end, period)?)?;
    }
    period = regular;
    for times in 1.. {
        if end <= period.end {
            break;
        }
        period = RegularPeriod { start: period.end, end: moved(regular.end, &regular, times)?, ..regular };
        sum = sum.plus(within(start, end, period)?)?;
    }
    Ok(sum)
}

/// The part of the dates that lies in one regular period.
fn within(start: NaiveDate, end: NaiveDate, regular: RegularPeriod) -> Result<Ratio, Overflow> {
    let inside = days(start.max(regular.start), end.min(regular.end)).max(0);
    let length = days(regular.start, regular.end);
    Ratio::new(i128::from(inside) * i128::from(regular.months), 12 * i128::from(length))
}

/// A regular date some periods away, as far as [`MAX_PERIODS`].
fn moved(date: NaiveDate, regular: &RegularPeriod, times: i64) -> Result<NaiveDate, Overflow> {
    if times.abs() > MAX_PERIODS || regular.months == 0 {
        return Err(Overflow);
    }
    let month_ends = is_month_end(regular.start) && is_month_end(regular.end);
    plus_months(date, times * i64::from(regular.months), month_ends).map_err(|_| Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The worked examples of ISDA's memorandum "EMU and market conventions" of 1998.
    #[test]
    fn icma_counts_stubs_as_the_worked_examples_do() {
        for (start, end, regular, months, above, below) in [
            ("1999-02-01", "1999-07-01", ("1998-07-01", "1999-07-01"), 12, 150, 365),
            ("2002-08-15", "2003-07-15", ("2003-01-15", "2003-07-15"), 6, 337, 368),
            ("1999-07-30", "2000-01-30", ("1999-07-30", "2000-01-30"), 6, 1, 2),
            ("2000-01-30", "2000-06-30", ("2000-01-30", "2000-07-30"), 6, 38, 91),
            ("1999-11-30", "2000-04-30", ("1999-11-30", "2000-02-29"), 3, 153, 368),
        ] {
            let regular = RegularPeriod { start: date(regular.0), end: date(regular.1), months };
            let part = icma(date(start), date(end), regular).unwrap();
            assert_eq!(part, Ratio::new(above, below).unwrap(), "{start} {end}");
            assert_eq!(icma(date(end), date(start), regular).unwrap(), part.negated().unwrap());
        }
    }

    #[test]
    fn years_are_counted_whole_before_the_rest() {
        assert_eq!(afb(date("1999-07-30"), date("2000-01-30")), Ratio::new(184, 365));
        assert_eq!(afb(date("2000-02-29"), date("2004-02-28")), Ratio::new(4, 1));
        assert_eq!(isda(date("2003-11-01"), date("2004-05-01")), Ratio::new(61 * 366 + 121 * 365, 365 * 366));
    }
}
