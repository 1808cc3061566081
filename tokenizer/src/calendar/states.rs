//! United States: the Federal Reserve Banks and the New York Stock Exchange.

use super::rules::{day, easter, last_monday, nearest_weekday, nth, plus, sunday_to_monday};
use super::{Basis, Calendar, Provenance};
use chrono::{NaiveDate, Weekday::Mon, Weekday::Thu};

/// Federal Reserve Bank holidays (5 U.S.C. 6103). A Saturday holiday does not close the Friday before.
pub(super) fn federal_reserve() -> Calendar {
    let provenance = Provenance {
        source: "Holidays observed by the Federal Reserve System, after 5 U.S.C. 6103".to_owned(),
        basis: Basis::StandingRule,
        from: day(2005, 1, 1),
        until: day(2099, 12, 31),
    };
    Calendar::new("US_FED", provenance, (2005..=2099).flat_map(reserve_days))
}

fn reserve_days(year: i32) -> Vec<NaiveDate> {
    let mut days = vec![
        sunday_to_monday(day(year, 1, 1)),
        nth(year, 1, Mon, 3),
        nth(year, 2, Mon, 3),
        last_monday(year, 5),
        sunday_to_monday(day(year, 7, 4)),
        nth(year, 9, Mon, 1),
        nth(year, 10, Mon, 2),
        sunday_to_monday(day(year, 11, 11)),
        nth(year, 11, Thu, 4),
        sunday_to_monday(day(year, 12, 25)),
    ];
    if year >= 2022 {
        days.push(sunday_to_monday(day(year, 6, 19)));
    }
    days
}

/// New York Stock Exchange: rule 7.2 and the single closures that were announced.
pub(super) fn stock_exchange() -> Calendar {
    let provenance = Provenance {
        source: "NYSE rule 7.2 and announced closures (2004, 2007, 2012, 2018, 2025)".to_owned(),
        basis: Basis::StandingRule,
        from: day(2002, 1, 1),
        until: day(2030, 12, 31),
    };
    Calendar::new("NYSE", provenance, (2002..=2030).flat_map(exchange_days).chain(announced()))
}

fn exchange_days(year: i32) -> Vec<NaiveDate> {
    let mut days = vec![
        // New Year's Day on a Saturday is not made up for: the year's books close that Friday.
        sunday_to_monday(day(year, 1, 1)),
        nth(year, 1, Mon, 3),
        nth(year, 2, Mon, 3),
        plus(easter(year), -2),
        last_monday(year, 5),
        nearest_weekday(day(year, 7, 4)),
        nth(year, 9, Mon, 1),
        nth(year, 11, Thu, 4),
        nearest_weekday(day(year, 12, 25)),
    ];
    if year >= 2022 {
        days.push(nearest_weekday(day(year, 6, 19)));
    }
    days
}

/// Days of mourning for presidents, and the hurricane of 2012.
fn announced() -> [NaiveDate; 6] {
    [
        day(2004, 6, 11),
        day(2007, 1, 2),
        day(2012, 10, 29),
        day(2012, 10, 30),
        day(2018, 12, 5),
        day(2025, 1, 9),
    ]
}
