//! Dates of birth as lists give them: a day, a year, or a span of years.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A date of birth: from one day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Birth {
    /// The earliest day.
    pub from: NaiveDate,
    /// The latest day.
    pub to: NaiveDate,
}

impl Birth {
    /// One day.
    #[must_use]
    pub const fn on(day: NaiveDate) -> Self {
        Self { from: day, to: day }
    }

    /// Any day of these years; nothing when they are no years or in the wrong order.
    #[must_use]
    pub fn years(from: i32, to: i32) -> Option<Self> {
        let from = NaiveDate::from_ymd_opt(from, 1, 1)?;
        let to = NaiveDate::from_ymd_opt(to, 12, 31)?;
        (from <= to && from.year() > 1_000).then_some(Self { from, to })
    }

    /// The number of years between the two, 0 when they overlap or share a year.
    #[must_use]
    pub fn years_apart(self, other: Self) -> i32 {
        let apart = |early: Self, late: Self| late.from.year() - early.to.year();
        apart(self, other).max(apart(other, self)).max(0)
    }

    /// Whether both are the same one day, day and month swapped allowed: dates are typed both ways.
    #[must_use]
    pub fn is_same_day(self, other: Self) -> bool {
        let swapped = NaiveDate::from_ymd_opt(self.from.year(), self.from.day(), self.from.month());
        self.from == self.to && other.from == other.to && (self == other || swapped == Some(other.from))
    }
}

impl FromStr for Birth {
    type Err = domain::Invalid;

    /// `1967-05-31`, `1967-05`, `1967`, `31 May 1967`, `May 1967`, `circa 1967`, `1966 to 1968`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.trim().trim_start_matches("circa").trim_start_matches("c.").trim();
        let limit = || domain::Invalid::new("dob", text, "a date such as 1967-05-31, a month or a year");
        if let Some((from, to)) = plain.split_once(" to ") {
            let (from, to) = (from.parse::<Self>()?, to.parse::<Self>()?);
            return if from.from <= to.to { Ok(Self { from: from.from, to: to.to }) } else { Err(limit()) };
        }
        let day = ["%Y-%m-%d", "%d %b %Y", "%d/%m/%Y"]
            .iter()
            .find_map(|format| NaiveDate::parse_from_str(plain, format).ok());
        if let Some(day) = day {
            return Ok(Self::on(day));
        }
        let month = ["%Y-%m-%d", "%d %b %Y"].iter().zip([format!("{plain}-01"), format!("1 {plain}")]);
        if let Some(first) =
            month.into_iter().find_map(|(format, text)| NaiveDate::parse_from_str(&text, format).ok())
        {
            let next = first.checked_add_months(chrono::Months::new(1)).and_then(|next| next.pred_opt());
            return next.map(|last| Self { from: first, to: last }).ok_or_else(limit);
        }
        let year = plain.parse().map_err(|_| limit())?;
        Self::years(year, year).ok_or_else(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn birth(text: &str) -> Birth {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_of_birth_may_be_a_day_a_month_a_year_or_a_span() {
        for (text, from, to) in [
            ("10 Dec 1948", "1948-12-10", "1948-12-10"),
            ("1948-12-10", "1948-12-10", "1948-12-10"),
            ("Feb 1948", "1948-02-01", "1948-02-29"),
            ("1948-02", "1948-02-01", "1948-02-29"),
            ("circa 1948", "1948-01-01", "1948-12-31"),
            ("1948 to 1950", "1948-01-01", "1950-12-31"),
        ] {
            assert_eq!(
                (birth(text).from.to_string(), birth(text).to.to_string()),
                (from.into(), to.into()),
                "{text}"
            );
        }
        for text in ["", "soon", "48", "1950 to 1948", "1948-13-01"] {
            assert_eq!(text.parse::<Birth>().unwrap_err().field, "dob", "{text}");
        }
    }

    #[test]
    fn two_dates_are_apart_by_whole_years() {
        assert_eq!(birth("1948").years_apart(birth("1948-12-10")), 0);
        assert_eq!(birth("1948 to 1950").years_apart(birth("1955")), 5);
        assert_eq!(birth("1955").years_apart(birth("1948 to 1950")), 5);
        assert!(birth("1948-12-10").is_same_day(birth("10 Dec 1948")));
        assert!(birth("1948-12-10").is_same_day(birth("1948-10-12")));
        assert!(!birth("1948").is_same_day(birth("1948")));
    }
}
