//! United Kingdom: bank holidays of England and Wales.

use super::rules::{day, easter, last_monday, nth, plus, sunday_to_monday, weekend_to_monday};
use super::{Basis, Calendar, Provenance};
use chrono::{Datelike, NaiveDate, Weekday};

/// Bank holidays by the Banking and Financial Dealings Act 1971 and royal proclamation.
pub(super) fn bank_holidays() -> Calendar {
    let provenance = Provenance {
        source:
            "Banking and Financial Dealings Act 1971 and proclamations (2002, 2011, 2012, 2020, 2022, 2023)"
                .to_owned(),
        basis: Basis::StandingRule,
        from: day(2000, 1, 1),
        until: day(2030, 12, 31),
    };
    Calendar::new("UK", provenance, (2000..=2030).flat_map(of_year))
}

fn of_year(year: i32) -> Vec<NaiveDate> {
    let easter = easter(year);
    let mut days =
        vec![weekend_to_monday(day(year, 1, 1)), plus(easter, -2), plus(easter, 1), early_may(year)];
    days.extend(spring(year));
    days.push(last_monday(year, 8));
    days.extend(christmas(year));
    days.extend(proclaimed(year));
    days
}

/// The first Monday of May; in 2020 the 75th anniversary of the end of the war in Europe.
fn early_may(year: i32) -> NaiveDate {
    if year == 2020 { day(2020, 5, 8) } else { nth(year, 5, Weekday::Mon, 1) }
}

/// The last Monday of May, moved into June and doubled in years of a jubilee.
fn spring(year: i32) -> Vec<NaiveDate> {
    match year {
        2002 => vec![day(2002, 6, 3), day(2002, 6, 4)],
        2012 => vec![day(2012, 6, 4), day(2012, 6, 5)],
        2022 => vec![day(2022, 6, 2), day(2022, 6, 3)],
        _ => vec![last_monday(year, 5)],
    }
}

/// Two weekdays: where Christmas or Boxing Day fall on a weekend, the days after stand in for them.
fn christmas(year: i32) -> [NaiveDate; 2] {
    let on = day(year, 12, 25);
    match on.weekday() {
        Weekday::Fri => [on, plus(on, 3)],
        Weekday::Sat => [plus(on, 2), plus(on, 3)],
        Weekday::Sun => [plus(on, 1), plus(on, 2)],
        _ => [sunday_to_monday(on), plus(on, 1)],
    }
}

/// The wedding of 2011, the funeral of 2022 and the coronation of 2023.
fn proclaimed(year: i32) -> Option<NaiveDate> {
    match year {
        2011 => Some(day(2011, 4, 29)),
        2022 => Some(day(2022, 9, 19)),
        2023 => Some(day(2023, 5, 8)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_royal_wedding_closed_the_banks() {
        assert!(!bank_holidays().is_business_day(day(2011, 4, 29)).unwrap());
    }
}
