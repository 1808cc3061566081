//! Day counts: how many days of interest lie between two dates and what part of a year they are, exactly.

mod actual;
mod by_year;
mod thirty;

pub mod ratio;

pub use ratio::{Overflow, Ratio, Rounding};

use crate::calendar::{Calendar, CalendarError};
use chrono::NaiveDate;

/// A day count convention. Section numbers are those of the 2006 ISDA Definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayCount {
    /// Actual days over 360, 4.16(e).
    Act360,
    /// As [`DayCount::Act360`] with the last day counted.
    Act360Inclusive,
    /// Actual days over 365, 4.16(d).
    Act365Fixed,
    /// Actual days without any 29 February, over 365.
    NoLeap365,
    /// Actual days over 364: 52 whole weeks.
    Act364,
    /// Actual days over 366.
    Act366,
    /// Actual days over 365.25.
    Act36525,
    /// Days of leap years over 366 and of other years over 365, 4.16(b).
    ActActIsda,
    /// Whole years backwards from the end, then the rest over 365 or 366 (Association Française des Banques).
    ActActAfb,
    /// Days over the days of the regular coupon period times the coupons of a year, 4.16(c) and ICMA rule 251.
    ActActIcma,
    /// Months of 30 days, 4.16(f); the 31st of the end only moves when the start is a 30th.
    Thirty360BondBasis,
    /// Months of 30 days with the February rule of the Securities Industry Association.
    Thirty360Us,
    /// Months of 30 days as the National Association of Securities Dealers counts them.
    Thirty360Nasd,
    /// Months of 30 days; the 28th and 29th of February count as 30th.
    Thirty360Italian,
    /// Months of 30 days, 4.16(g); every 31st is a 30th.
    ThirtyE360,
    /// Months of 30 days, 4.16(h); the end of February counts as 30th except at maturity.
    ThirtyE360Isda,
    /// Days as [`DayCount::ThirtyE360`], over 365.
    Thirty365,
    /// Months of 28 days and years of 336, as the ACTUS dictionary has them.
    TwentyEightE336,
    /// Business days over 252.
    Business252,
    /// One whatever the dates.
    OneOne,
}

/// What some conventions need beside the two dates.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The regular coupon period around the dates, for [`DayCount::ActActIcma`].
    pub regular: Option<RegularPeriod>,
    /// The contract's maturity, for [`DayCount::ThirtyE360Isda`].
    pub maturity: Option<NaiveDate>,
    /// The business days, for [`DayCount::Business252`].
    pub calendar: Option<&'a Calendar>,
}

/// A regular coupon period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegularPeriod {
    /// First day.
    pub start: NaiveDate,
    /// First day of the next period.
    pub end: NaiveDate,
    /// Its nominal length in months.
    pub months: u32,
}

/// A question that the convention cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DayCountError {
    /// The convention needs something that was not given.
    #[error("{convention:?} needs {needs}")]
    Needs {
        /// The convention.
        convention: DayCount,
        /// What is missing.
        needs: &'static str,
    },
    /// The business days are not known.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// A number is too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl DayCount {
    /// Days between the dates as the convention counts them; negative when `end` is earlier.
    ///
    /// # Errors
    /// When the context lacks what the convention needs.
    pub fn days(self, start: NaiveDate, end: NaiveDate, context: &Context) -> Result<i64, DayCountError> {
        Ok(match self {
            Self::Act360
            | Self::Act365Fixed
            | Self::Act364
            | Self::Act366
            | Self::Act36525
            | Self::ActActIsda
            | Self::ActActAfb
            | Self::ActActIcma => actual::days(start, end),
            Self::Act360Inclusive => actual::days(start, end) + 1,
            Self::NoLeap365 => actual::without_leap_days(start, end),
            Self::Thirty360BondBasis => thirty::bond_basis(start, end),
            Self::Thirty360Us => thirty::us(start, end),
            Self::Thirty360Nasd => thirty::nasd(start, end),
            Self::Thirty360Italian => thirty::italian(start, end),
            Self::ThirtyE360 | Self::Thirty365 => thirty::european(start, end),
            Self::ThirtyE360Isda => thirty::isda(start, end, context.maturity),
            Self::TwentyEightE336 => thirty::twenty_eight(start, end),
            Self::Business252 => self.calendar(context)?.business_days(start, end)?,
            Self::OneOne => {
                if end >= start {
                    1
                } else {
                    -1
                }
            }
        })
    }

    /// The part of a year between the dates, exact; negative when `end` is earlier.
    ///
    /// # Errors
    /// When the context lacks what the convention needs.
    pub fn year_fraction(
        self,
        start: NaiveDate,
        end: NaiveDate,
        context: &Context,
    ) -> Result<Ratio, DayCountError> {
        if let Some((numerator, denominator)) = self.year() {
            let days = i128::from(self.days(start, end, context)?);
            return Ok(Ratio::new(days * numerator, denominator)?);
        }
        match self {
            Self::ActActIsda => Ok(by_year::isda(start, end)?),
            Self::ActActAfb => Ok(by_year::afb(start, end)?),
            _ => {
                let regular = context
                    .regular
                    .ok_or(DayCountError::Needs { convention: self, needs: "the regular coupon period" })?;
                Ok(by_year::icma(start, end, regular)?)
            }
        }
    }

    /// One day as a ratio of a year, for conventions whose years are all alike.
    const fn year(self) -> Option<(i128, i128)> {
        Some(match self {
            Self::Act360 | Self::Act360Inclusive => (1, 360),
            Self::Act365Fixed | Self::NoLeap365 | Self::Thirty365 => (1, 365),
            Self::Act364 => (1, 364),
            Self::Act366 => (1, 366),
            Self::Act36525 => (4, 1_461),
            Self::Thirty360BondBasis
            | Self::Thirty360Us
            | Self::Thirty360Nasd
            | Self::Thirty360Italian
            | Self::ThirtyE360
            | Self::ThirtyE360Isda => (1, 360),
            Self::TwentyEightE336 => (1, 336),
            Self::Business252 => (1, 252),
            Self::OneOne => (1, 1),
            Self::ActActIsda | Self::ActActAfb | Self::ActActIcma => return None,
        })
    }

    fn calendar<'a>(self, context: &Context<'a>) -> Result<&'a Calendar, DayCountError> {
        context.calendar.ok_or(DayCountError::Needs { convention: self, needs: "a calendar" })
    }

    /// The name as it is written in terms and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Act360 => "ACT_360",
            Self::Act360Inclusive => "ACT_360_INCL",
            Self::Act365Fixed => "ACT_365F",
            Self::NoLeap365 => "ACT_365NL",
            Self::Act364 => "ACT_364",
            Self::Act366 => "ACT_366",
            Self::Act36525 => "ACT_365_25",
            Self::ActActIsda => "ACT_ACT_ISDA",
            Self::ActActAfb => "ACT_ACT_AFB",
            Self::ActActIcma => "ACT_ACT_ICMA",
            Self::Thirty360BondBasis => "30_360_BOND_BASIS",
            Self::Thirty360Us => "30_360_US",
            Self::Thirty360Nasd => "30_360_NASD",
            Self::Thirty360Italian => "30_360_ITALIAN",
            Self::ThirtyE360 => "30E_360",
            Self::ThirtyE360Isda => "30E_360_ISDA",
            Self::Thirty365 => "30_365",
            Self::TwentyEightE336 => "28E_336",
            Self::Business252 => "BUS_252",
            Self::OneOne => "ONE_ONE",
        }
    }

    /// All conventions.
    pub const ALL: [Self; 20] = [
        Self::Act360,
        Self::Act360Inclusive,
        Self::Act365Fixed,
        Self::NoLeap365,
        Self::Act364,
        Self::Act366,
        Self::Act36525,
        Self::ActActIsda,
        Self::ActActAfb,
        Self::ActActIcma,
        Self::Thirty360BondBasis,
        Self::Thirty360Us,
        Self::Thirty360Nasd,
        Self::Thirty360Italian,
        Self::ThirtyE360,
        Self::ThirtyE360Isda,
        Self::Thirty365,
        Self::TwentyEightE336,
        Self::Business252,
        Self::OneOne,
    ];

    /// The convention of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|convention| convention.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_of_twenty_eight_days_ends_on_the_twenty_eighth() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (start, end, days) in [
            ("2026-01-15", "2026-02-15", 28),
            ("2026-01-31", "2026-02-28", 28),
            ("2026-01-28", "2027-01-30", 336),
        ] {
            let part = DayCount::TwentyEightE336.year_fraction(date(start), date(end), &Context::default());
            assert_eq!(part, Ok(Ratio::new(days, 336).unwrap()), "{start}");
        }
    }
}
