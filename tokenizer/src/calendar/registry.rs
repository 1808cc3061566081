//! All calendars by name, those that ship and those that an operator loads over them.

use super::{Calendar, CalendarError, brazil, euro, kingdom, states, table};
use std::{collections::BTreeMap, sync::LazyLock};

/// The most markets that one joint calendar may have.
pub const MAX_PARTS: usize = 8;

/// The name of the calendar without holidays.
pub const NONE: &str = "NULL";

static BUILT_IN: LazyLock<Calendars> = LazyLock::new(|| {
    let all = [
        Calendar::none(),
        Calendar::weekends(),
        euro::target(),
        states::federal_reserve(),
        states::stock_exchange(),
        kingdom::bank_holidays(),
        table::hong_kong(),
        table::singapore(),
        brazil::settlement(),
    ];
    Calendars(all.into_iter().map(|calendar| (calendar.id().to_owned(), calendar)).collect())
});

/// Calendars by name: NULL, WEEKENDS, TARGET, US_FED, NYSE, UK, HK, SG, BR and what is loaded.
#[derive(Debug, Clone)]
pub struct Calendars(BTreeMap<String, Calendar>);

impl Calendars {
    /// What the program ships with.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The same with one more calendar; a newer table of the same name takes the place of the older.
    #[must_use]
    pub fn with(mut self, calendar: Calendar) -> Self {
        self.0.insert(calendar.id().to_owned(), calendar);
        self
    }

    /// The calendar of this name; `A+B` is open when both are. An empty name has no holidays.
    ///
    /// # Errors
    /// When a part of the name is not known, or there are more than [`MAX_PARTS`].
    pub fn get(&self, name: &str) -> Result<Calendar, CalendarError> {
        let unknown = || CalendarError::Unknown(name.chars().take(80).collect());
        let name = if name.is_empty() { NONE } else { name };
        if name.split('+').count() > MAX_PARTS {
            return Err(unknown());
        }
        let mut parts = name.split('+').map(|part| self.0.get(part).ok_or_else(unknown));
        let first = parts.next().ok_or_else(unknown)??.clone();
        parts.try_fold(first, |joint, part| Ok(joint.join(part?)))
    }

    /// All calendars, for a listing with their sources and horizons.
    pub fn iter(&self) -> impl Iterator<Item = &Calendar> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::rules::day;

    #[test]
    fn a_joint_calendar_is_closed_when_either_is() {
        let joint = Calendars::built_in().get("TARGET+US_FED").unwrap();
        assert!(!joint.is_business_day(day(2024, 5, 1)).unwrap(), "Labour Day in Europe");
        assert!(!joint.is_business_day(day(2024, 7, 4)).unwrap(), "Independence Day");
        assert_eq!(joint.id(), "TARGET+US_FED");
        assert!(Calendars::built_in().get("TARGET+MARS").is_err());
    }

    #[test]
    fn the_federal_reserve_keeps_the_friday_before_a_saturday_holiday() {
        let fed = Calendars::built_in().get("US_FED").unwrap();
        assert!(fed.is_business_day(day(2020, 7, 3)).unwrap());
        let exchange = Calendars::built_in().get("NYSE").unwrap();
        assert!(!exchange.is_business_day(day(2020, 7, 3)).unwrap());
    }

    #[test]
    fn an_operator_can_load_a_newer_table() {
        let text = "# calendar: SG\n# source: Ministry of Manpower, 2026\n# from: 2026-01-01\n# until: 2026-12-31\n2026-01-01\n";
        let calendars = Calendars::built_in().clone().with(table::read(text).unwrap());
        assert!(Calendars::built_in().get("SG").unwrap().is_business_day(day(2026, 1, 1)).is_err());
        assert!(!calendars.get("SG").unwrap().is_business_day(day(2026, 1, 1)).unwrap());
    }
}
