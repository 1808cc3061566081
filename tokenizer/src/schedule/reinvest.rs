//! What money earns while it waits: simple interest, or interest on interest.

use crate::day_count::{Overflow, Ratio};
use rust_decimal::Decimal;

/// The most periods of compounding: a century of days.
pub const MAX_PERIODS: u32 = 36_600;

/// Why earnings cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReinvestError {
    /// Interest is added at least once a year.
    #[error("interest is added at least once a year")]
    NoPeriod,
    /// More than [`MAX_PERIODS`].
    #[error("at most {MAX_PERIODS} periods are compounded")]
    TooManyPeriods,
    /// A number is too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// Interest without interest on it, exact.
///
/// # Errors
/// When a number does not fit.
pub fn simple(principal: Decimal, rate: Decimal, years: Ratio) -> Result<Ratio, Overflow> {
    Ratio::try_from(principal)?.times(Ratio::try_from(rate)?)?.times(years)
}

/// Interest that is added `per_year` times a year and earns with the rest, over `periods` such periods:
/// `principal * ((1 + rate/per_year)^periods - 1)`. Each product keeps 28 digits.
///
/// # Errors
/// See [`ReinvestError`].
pub fn compounded(
    principal: Decimal,
    rate: Decimal,
    per_year: u32,
    periods: u32,
) -> Result<Decimal, ReinvestError> {
    if per_year == 0 {
        return Err(ReinvestError::NoPeriod);
    }
    if periods > MAX_PERIODS {
        return Err(ReinvestError::TooManyPeriods);
    }
    let step = rate.checked_div(Decimal::from(per_year)).and_then(|step| step.checked_add(Decimal::ONE));
    let mut factor = step.ok_or(Overflow)?;
    let mut growth = Decimal::ONE;
    let mut left = periods;
    while left > 0 {
        if left % 2 == 1 {
            growth = growth.checked_mul(factor).ok_or(Overflow)?;
        }
        left = left.div_euclid(2);
        if left > 0 {
            factor = factor.checked_mul(factor).ok_or(Overflow)?;
        }
    }
    let earned = growth.checked_sub(Decimal::ONE).and_then(|growth| growth.checked_mul(principal));
    Ok(earned.ok_or(Overflow)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn eighty_thousand_at_five_percent_earn_a_hundred_more_when_interest_is_added_daily() {
        let daily = compounded(figure("80000"), figure("0.05"), 365, 365).unwrap();
        assert_eq!(daily.round_dp(6), figure("4101.399717"));
        let year = Ratio::new(365, 365).unwrap();
        assert_eq!(simple(figure("80000"), figure("0.05"), year), Ratio::new(4_000, 1));
    }

    #[test]
    fn compounding_by_squares_equals_compounding_step_by_step() {
        let step = Decimal::ONE + figure("0.12") / figure("12");
        let stepped = (0..37).fold(Decimal::ONE, |growth, _| growth * step) - Decimal::ONE;
        let squared = compounded(Decimal::ONE, figure("0.12"), 12, 37).unwrap();
        assert!((stepped - squared).abs() < figure("0.0000000000000000000000001"));
        assert_eq!(compounded(Decimal::ONE, figure("0.12"), 12, 0), Ok(Decimal::ZERO));
    }

    #[test]
    fn limits_are_named() {
        assert_eq!(compounded(Decimal::ONE, Decimal::ONE, 0, 1), Err(ReinvestError::NoPeriod));
        assert_eq!(compounded(Decimal::ONE, Decimal::ONE, 1, 36_601), Err(ReinvestError::TooManyPeriods));
        assert_eq!(compounded(Decimal::ONE, Decimal::TEN, 1, 100), Err(ReinvestError::Overflow(Overflow)));
    }
}
