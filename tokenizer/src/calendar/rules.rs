//! The rules by which laws name holidays: fixed days, the nth weekday of a month, days around Easter.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A date from numbers that are constants in this crate. A day that a month does not have becomes
/// the first representable date, which no calendar knows.
pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MIN)
}

/// The `nth` (1 to 5) weekday of a month.
pub(crate) fn nth(year: i32, month: u32, weekday: Weekday, nth: u8) -> NaiveDate {
    NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth).unwrap_or(NaiveDate::MIN)
}

/// The last Monday of a month.
pub(crate) fn last_monday(year: i32, month: u32) -> NaiveDate {
    let fifth = NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 5);
    fifth.unwrap_or_else(|| nth(year, month, Weekday::Mon, 4))
}

/// A date moved by days.
pub(crate) fn plus(date: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    let moved = if days < 0 { date.checked_sub_days(by) } else { date.checked_add_days(by) };
    moved.unwrap_or(date)
}

/// A Sunday moves to the Monday after it; a Saturday stays.
pub(crate) fn sunday_to_monday(date: NaiveDate) -> NaiveDate {
    if date.weekday() == Weekday::Sun { plus(date, 1) } else { date }
}

/// A Saturday moves to the Friday before it, a Sunday to the Monday after it.
pub(crate) fn nearest_weekday(date: NaiveDate) -> NaiveDate {
    if date.weekday() == Weekday::Sat { plus(date, -1) } else { sunday_to_monday(date) }
}

/// A Saturday or Sunday moves to the Monday after it.
pub(crate) fn weekend_to_monday(date: NaiveDate) -> NaiveDate {
    if date.weekday() == Weekday::Sat { plus(date, 2) } else { sunday_to_monday(date) }
}

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm that Meeus gives.
pub(crate) fn easter(year: i32) -> NaiveDate {
    let (century, in_century) = (year.div_euclid(100), year.rem_euclid(100));
    let golden = year.rem_euclid(19);
    let correction = (century + 8).div_euclid(25);
    let lunar = (century - correction + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - lunar + 15).rem_euclid(30);
    let weekday =
        (32 + 2 * century.rem_euclid(4) + 2 * in_century.div_euclid(4) - epact - in_century.rem_euclid(4))
            .rem_euclid(7);
    let shift = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let number = epact + weekday - 7 * shift + 114;
    day(year, number.div_euclid(31) as u32, number.rem_euclid(31) as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for (year, month, on) in
            [(1999, 4, 4), (2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2024, 3, 31), (2038, 4, 25)]
        {
            assert_eq!(easter(year), day(year, month, on));
        }
    }

    #[test]
    fn the_last_monday_may_be_the_fourth_or_the_fifth() {
        assert_eq!(last_monday(2024, 5), day(2024, 5, 27));
        assert_eq!(last_monday(2022, 8), day(2022, 8, 29));
    }
}
