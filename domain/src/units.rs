//! Units of a partition: whole numbers, never fractions of a unit.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The largest number of units of one partition: far beyond any pool, and its product with a
/// basis-point cap still fits `i64`.
pub const MAX_UNITS: i64 = 100_000_000_000;

/// A number of units, from 0 to [`MAX_UNITS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Units(i64);

impl Units {
    /// None.
    pub const ZERO: Self = Self(0);

    /// The plain number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, when it is within [`MAX_UNITS`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::try_from(self.0.checked_add(other.0)?).ok()
    }

    /// The difference, when it is not negative.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::try_from(self.0.checked_sub(other.0)?).ok()
    }
}

impl TryFrom<i64> for Units {
    type Error = Invalid;

    fn try_from(units: i64) -> Result<Self, Invalid> {
        if (0..=MAX_UNITS).contains(&units) {
            Ok(Self(units))
        } else {
            Err(Invalid::new("units", units, format!("a whole number from 0 to {MAX_UNITS}")))
        }
    }
}

impl From<Units> for i64 {
    fn from(units: Units) -> Self {
        units.0
    }
}

impl FromStr for Units {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let limit = || Invalid::new("units", text, format!("a whole number from 0 to {MAX_UNITS}"));
        let units: i64 = text.trim().parse().map_err(|_| limit())?;
        Self::try_from(units).map_err(|_| limit())
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&group_thousands(&self.0.to_string()))
    }
}

/// Puts a comma before every third digit from the right.
pub(crate) fn group_thousands(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len().div_ceil(3));
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_within_the_limit_are_units() {
        assert_eq!("1000000".parse::<Units>().unwrap().to_string(), "1,000,000");
        for text in ["-1", "1.5", "", "one", "100000000001", "9223372036854775808"] {
            assert_eq!(text.parse::<Units>().unwrap_err().field, "units", "{text}");
        }
    }

    #[test]
    fn nobody_holds_less_than_nothing() {
        let five = Units::try_from(5).unwrap();
        assert_eq!(five.checked_sub(Units::try_from(6).unwrap()), None);
        assert_eq!(five.checked_add(Units::try_from(MAX_UNITS).unwrap()), None);
    }
}
