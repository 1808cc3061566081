//! TARGET: the closing days of the euro's large-value payment system.

use super::rules::{day, easter, plus};
use super::{Basis, Calendar, Provenance};

/// TARGET closing days: 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December.
pub(super) fn target() -> Calendar {
    let provenance = Provenance {
        source: "ECB decision of 14 December 2000: long-term calendar for TARGET closing days".to_owned(),
        basis: Basis::StandingRule,
        from: day(2002, 1, 1),
        until: day(2099, 12, 31),
    };
    Calendar::new("TARGET", provenance, (2002..=2099).flat_map(closing_days))
}

fn closing_days(year: i32) -> [chrono::NaiveDate; 6] {
    let easter = easter(year);
    [
        day(year, 1, 1),
        plus(easter, -2),
        plus(easter, 1),
        day(year, 5, 1),
        day(year, 12, 25),
        day(year, 12, 26),
    ]
}
