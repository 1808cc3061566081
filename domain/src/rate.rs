//! Rates are decimals, caps are basis points; neither is ever a float.

use crate::{Invalid, Units};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The most decimals a rate may have.
pub const MAX_RATE_DECIMALS: u32 = 10;

/// A yearly rate as a fraction: 5% is `0.05`. From -1 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Rate(Decimal);

impl Rate {
    /// The fraction.
    #[must_use]
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// Reads a percentage as people write it: `5` or `5.25`.
    ///
    /// # Errors
    /// When it is no number or outside -100 to 1,000 percent.
    pub fn from_percent(text: &str) -> Result<Self, Invalid> {
        let limit = || Invalid::new("rate", text, "a percentage from -100 to 1000 with at most 8 decimals");
        let percent = Decimal::from_str_exact(text.trim()).map_err(|_| limit())?;
        Self::try_from(percent.checked_mul(Decimal::new(1, 2)).ok_or_else(limit)?).map_err(|_| limit())
    }
}

impl TryFrom<Decimal> for Rate {
    type Error = Invalid;

    fn try_from(rate: Decimal) -> Result<Self, Invalid> {
        let within = rate >= Decimal::NEGATIVE_ONE && rate <= Decimal::TEN;
        if within && rate.normalize().scale() <= MAX_RATE_DECIMALS {
            Ok(Self(rate.normalize()))
        } else {
            Err(Invalid::new("rate", rate, "a fraction from -1 to 10 with at most 10 decimals"))
        }
    }
}

impl From<Rate> for Decimal {
    fn from(rate: Rate) -> Self {
        rate.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", (self.0 * Decimal::ONE_HUNDRED).normalize())
    }
}

/// A share of a whole in hundredths of a percent, from 1 to 10,000. It cannot exceed the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct BasisPoints(i64);

impl BasisPoints {
    /// The whole: 10,000 basis points.
    pub const WHOLE: Self = Self(10_000);
    /// The cap per holder when the issuer names none: 5%.
    pub const DEFAULT_CAP: Self = Self(500);

    /// The plain number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// This share of `whole`, rounded down, so that a cap is never exceeded by rounding.
    #[must_use]
    pub fn of(self, whole: Units) -> i64 {
        (whole.get() * self.0).div_euclid(10_000)
    }
}

impl TryFrom<i64> for BasisPoints {
    type Error = Invalid;

    fn try_from(points: i64) -> Result<Self, Invalid> {
        if (1..=10_000).contains(&points) {
            Ok(Self(points))
        } else {
            Err(Invalid::new("cap_bps", points, "basis points from 1 to 10000"))
        }
    }
}

impl From<BasisPoints> for i64 {
    fn from(points: BasisPoints) -> Self {
        points.0
    }
}

impl FromStr for BasisPoints {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let points = text
            .trim()
            .parse::<i64>()
            .map_err(|_| Invalid::new("cap_bps", text, "basis points from 1 to 10000"))?;
        Self::try_from(points)
    }
}

impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", Decimal::new(self.0, 2).normalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_percent_of_a_million_units_is_fifty_thousand() {
        assert_eq!(BasisPoints::DEFAULT_CAP.of(Units::try_from(1_000_000).unwrap()), 50_000);
        assert_eq!(BasisPoints::DEFAULT_CAP.of(Units::try_from(999).unwrap()), 49);
        assert_eq!(BasisPoints::DEFAULT_CAP.to_string(), "5%");
    }

    #[test]
    fn a_share_cannot_exceed_the_whole() {
        assert!(BasisPoints::try_from(10_001).is_err());
        assert!(BasisPoints::try_from(0).is_err());
    }

    #[test]
    fn a_percentage_is_kept_exactly() {
        assert_eq!(Rate::from_percent("5.25").unwrap().get(), Decimal::new(525, 4));
        assert_eq!(Rate::from_percent("5.25").unwrap().to_string(), "5.25%");
        assert!(Rate::from_percent("1001").is_err());
        assert!(Rate::from_percent("five").is_err());
    }
}
