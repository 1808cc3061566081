//! Money: whole minor units of one currency, with checked arithmetic and exact text.

use crate::Invalid;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The largest amount in minor units. It leaves room for sums of 90,000 such amounts within `i64`,
/// and scaled to a 6-decimal payment token it still fits.
pub const MAX_MINOR: i64 = 100_000_000_000_000;

/// A currency of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// The United States dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);

    /// Decimal places of the minor unit in ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn decimals(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(0))
    }

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        iso_currency::Currency::from_code(text)
            .map(Self)
            .ok_or_else(|| Invalid::new("currency", text, "a currency code of ISO 4217, such as EUR"))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl TryFrom<String> for Currency {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount of one currency in whole minor units (cents). Negative amounts are debts or reversals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: 12,345.67 EUR is 1,234,567.
    pub minor: i64,
    /// The currency the minor units belong to.
    pub currency: Currency,
}

/// Two amounts that cannot be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Amounts of two currencies.
    #[error("{left} and {right} cannot be added")]
    Currencies {
        /// Currency of the left amount.
        left: Currency,
        /// Currency of the right amount.
        right: Currency,
    },
    /// The result is larger than [`MAX_MINOR`] allows.
    #[error("the amount is beyond {MAX_MINOR} minor units")]
    Overflow,
}

impl Money {
    /// An amount in minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing of a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Reads a plain decimal number such as `12345.67`, without separators of thousands.
    ///
    /// # Errors
    /// When the text is no number, has more decimals than the currency, or is beyond [`MAX_MINOR`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Invalid> {
        let decimals = currency.decimals();
        let limit = || Invalid::new("amount", text, format!("a number with at most {decimals} decimals"));
        let amount = Decimal::from_str_exact(text.trim()).map_err(|_| limit())?;
        Self::from_decimal(amount, currency).map_err(|_| limit())
    }

    /// An exact decimal amount in major units.
    ///
    /// # Errors
    /// When it has more decimals than the currency or is beyond [`MAX_MINOR`].
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Result<Self, Invalid> {
        let decimals = currency.decimals();
        let invalid = |limit: String| Invalid::new("amount", amount, limit);
        let minor = Decimal::from(10_i64.pow(decimals))
            .checked_mul(amount)
            .ok_or_else(|| invalid(format!("at most {MAX_MINOR} minor units")))?;
        if !minor.is_integer() {
            return Err(invalid(format!("at most {decimals} decimals")));
        }
        minor
            .to_i64()
            .filter(|minor| minor.abs() <= MAX_MINOR)
            .map(|minor| Self::new(minor, currency))
            .ok_or_else(|| invalid(format!("at most {MAX_MINOR} minor units")))
    }

    /// The amount in major units, exact.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.decimals())
    }

    /// The sum.
    ///
    /// # Errors
    /// When the currencies differ or the sum is too large.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies { left: self.currency, right: other.currency });
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// The difference.
    ///
    /// # Errors
    /// As [`Money::checked_add`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        let minor = other.minor.checked_neg().ok_or(MoneyError::Overflow)?;
        self.checked_add(Self { minor, ..other })
    }

    /// The amount without its currency, as `12345.67`.
    #[must_use]
    pub fn amount_text(self) -> String {
        self.to_decimal().to_string()
    }

    /// The amount for people, with separators of thousands: `12,345.67`.
    #[must_use]
    pub fn grouped(self) -> String {
        let text = Decimal::new(self.minor, self.currency.decimals()).abs().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let sign = if self.minor < 0 { "-" } else { "" };
        let dot = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{}{dot}{fraction}", crate::units::group_thousands(whole))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.grouped(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_minor_units_exactly() {
        for (text, code, minor) in [
            ("12345.67", "EUR", 1_234_567),
            ("-0.01", "EUR", -1),
            ("5", "USD", 500),
            ("1000", "JPY", 1_000),
            ("1.234", "KWD", 1_234),
            ("1.50", "EUR", 150),
        ] {
            let currency = code.parse().unwrap();
            assert_eq!(Money::parse(text, currency).unwrap().minor, minor, "{text} {code}");
        }
    }

    #[test]
    fn what_is_not_an_amount_of_the_currency_is_refused() {
        for (text, code) in [
            ("1.234", "EUR"),
            ("0.1", "JPY"),
            ("1e3", "EUR"),
            ("", "EUR"),
            ("NaN", "EUR"),
            ("10000000000000", "EUR"),
        ] {
            assert_eq!(
                Money::parse(text, code.parse().unwrap()).unwrap_err().field,
                "amount",
                "{text} {code}"
            );
        }
    }

    #[test]
    fn amounts_of_two_currencies_do_not_add() {
        let euro = Money::new(1, Currency::EUR);
        assert_eq!(
            euro.checked_add(Money::new(1, Currency::USD)),
            Err(MoneyError::Currencies { left: Currency::EUR, right: Currency::USD })
        );
        assert_eq!(euro.checked_sub(Money::new(3, Currency::EUR)).unwrap().minor, -2);
    }

    #[test]
    fn people_read_grouped_amounts() {
        assert_eq!(Money::new(1_234_567, Currency::EUR).to_string(), "12,345.67 EUR");
        assert_eq!(Money::new(-5, Currency::EUR).to_string(), "-0.05 EUR");
        assert_eq!(Money::new(1_000, "JPY".parse().unwrap()).to_string(), "1,000 JPY");
    }
}
