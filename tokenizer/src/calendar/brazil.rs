//! Brazil: national bank holidays, the calendar of BUS/252.

use super::rules::{day, easter, plus};
use super::{Basis, Calendar, Provenance};
use chrono::NaiveDate;

/// National holidays by law 662/1949, 6.802/1980, 10.607/2002 and 14.759/2023, with Carnival, Good
/// Friday and Corpus Christi as the banks keep them (CMN resolution 2.932).
pub(super) fn settlement() -> Calendar {
    let provenance = Provenance {
        source: "Brazilian national holidays (laws 662, 6.802, 10.607, 14.759) and CMN resolution 2.932"
            .to_owned(),
        basis: Basis::StandingRule,
        from: day(2001, 1, 1),
        until: day(2030, 12, 31),
    };
    Calendar::new("BR", provenance, (2001..=2030).flat_map(of_year))
}

fn of_year(year: i32) -> Vec<NaiveDate> {
    let easter = easter(year);
    let fixed = [(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25)];
    let mut days: Vec<_> = fixed.iter().map(|(month, on)| day(year, *month, *on)).collect();
    days.extend([-48, -47, -2, 60].map(|offset| plus(easter, offset)));
    if year >= 2024 {
        days.push(day(year, 11, 20));
    }
    days
}
