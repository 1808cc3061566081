//! Exact fractions, and the one place where they are rounded.

use rust_decimal::Decimal;

/// A number that does not fit: beyond 38 digits, or divided by zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the number is too large to be held exactly")]
pub struct Overflow;

/// What happens to half a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Away from zero: 0.125 becomes 0.13.
    HalfUp,
    /// To the even neighbour: 0.125 becomes 0.12, 0.135 becomes 0.14.
    HalfEven,
    /// Toward zero, whatever is left over.
    Down,
}

/// An exact fraction with a denominator above zero, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// A fraction.
    ///
    /// # Errors
    /// When the denominator is zero.
    pub fn new(numerator: i128, denominator: i128) -> Result<Self, Overflow> {
        if denominator == 0 {
            return Err(Overflow);
        }
        let common = i128::try_from(greatest_common(numerator.unsigned_abs(), denominator.unsigned_abs()))
            .map_err(|_| Overflow)?
            * denominator.signum();
        Ok(Self { numerator: numerator / common, denominator: denominator / common })
    }

    /// The number above the line.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The number below the line, above zero.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// The sum.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        let left = self.numerator.checked_mul(other.denominator);
        let right = other.numerator.checked_mul(self.denominator);
        let above = left.zip(right).and_then(|(left, right)| left.checked_add(right));
        Self::new(above.ok_or(Overflow)?, self.denominator.checked_mul(other.denominator).ok_or(Overflow)?)
    }

    /// The difference.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.plus(other.negated()?)
    }

    /// The product.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn times(self, other: Self) -> Result<Self, Overflow> {
        // Crosswise reduction first, so that only a result that is truly too large fails.
        let left = Self::new(self.numerator, other.denominator)?;
        let right = Self::new(other.numerator, self.denominator)?;
        let above = left.numerator.checked_mul(right.numerator).ok_or(Overflow)?;
        let below = left.denominator.checked_mul(right.denominator).ok_or(Overflow)?;
        Ok(Self { numerator: above, denominator: below })
    }

    /// The same with the other sign.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn negated(self) -> Result<Self, Overflow> {
        Ok(Self { numerator: self.numerator.checked_neg().ok_or(Overflow)?, ..self })
    }

    /// The value in units of `10^-decimals`, rounded to a whole number of them.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn round(self, decimals: u32, rounding: Rounding) -> Result<i128, Overflow> {
        let scale = 10_i128.checked_pow(decimals).ok_or(Overflow)?;
        let scaled = self.times(Self { numerator: scale, denominator: 1 })?;
        let (whole, rest) = (scaled.numerator / scaled.denominator, scaled.numerator % scaled.denominator);
        let rest = rest.unsigned_abs();
        let half = rest.cmp(&(scaled.denominator.unsigned_abs() - rest));
        let up = match rounding {
            Rounding::Down => false,
            Rounding::HalfUp => half.is_ge(),
            Rounding::HalfEven => half.is_gt() || (half.is_eq() && whole % 2 != 0),
        };
        Ok(if up { whole + scaled.numerator.signum() } else { whole })
    }

    /// The value with as many decimals as a [`Decimal`] holds (28 significant digits), the last one rounded.
    ///
    /// # Errors
    /// When the whole part has more than 28 digits.
    pub fn to_decimal(self) -> Result<Decimal, Overflow> {
        let above = Decimal::try_from_i128_with_scale(self.numerator, 0);
        let below = Decimal::try_from_i128_with_scale(self.denominator, 0);
        if let (Ok(above), Ok(below)) = (above, below) {
            return above.checked_div(below).ok_or(Overflow);
        }
        // Too many digits for the division above: as many decimals as fit beside the whole part.
        let whole = (self.numerator / self.denominator).unsigned_abs();
        let digits = whole.checked_ilog10().map_or(0, |digits| digits + 1);
        let decimals = 27_u32.checked_sub(digits).ok_or(Overflow)?;
        let rounded = self.long_division(decimals)?;
        Decimal::try_from_i128_with_scale(rounded, decimals).map_err(|_| Overflow)
    }

    /// The value times `10^decimals`, cut, digit by digit.
    fn long_division(self, decimals: u32) -> Result<i128, Overflow> {
        let mut quotient = self.numerator / self.denominator;
        let mut rest = self.numerator % self.denominator;
        for _ in 0..decimals {
            rest = rest.checked_mul(10).ok_or(Overflow)?;
            quotient = quotient.checked_mul(10).ok_or(Overflow)? + rest / self.denominator;
            rest %= self.denominator;
        }
        Ok(quotient)
    }
}

impl TryFrom<Decimal> for Ratio {
    type Error = Overflow;

    fn try_from(value: Decimal) -> Result<Self, Overflow> {
        Self::new(value.mantissa(), 10_i128.checked_pow(value.scale()).ok_or(Overflow)?)
    }
}

/// The greatest common divisor, in 64 bits as soon as the numbers fit: 128-bit division is slow.
fn greatest_common(mut a: u128, mut b: u128) -> u128 {
    while b > u128::from(u64::MAX) {
        (a, b) = (b, a % b);
    }
    if b == 0 {
        return a.max(1);
    }
    let (mut small, mut rest) = (b as u64, (a % b) as u64);
    while rest != 0 {
        (small, rest) = (rest, small % rest);
    }
    u128::from(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(numerator: i128, denominator: i128) -> Ratio {
        Ratio::new(numerator, denominator).unwrap()
    }

    #[test]
    fn fractions_are_kept_in_lowest_terms_with_the_sign_above() {
        assert_eq!(ratio(-6, -4), ratio(3, 2));
        assert_eq!(ratio(6, -4).numerator(), -3);
        assert_eq!(ratio(0, -4), Ratio::ZERO);
        assert_eq!(Ratio::new(1, 0), Err(Overflow));
        assert_eq!(ratio(1, 3).plus(ratio(1, 6)).unwrap(), ratio(1, 2));
        assert_eq!(ratio(1, 3).minus(ratio(1, 2)).unwrap(), ratio(-1, 6));
    }

    #[test]
    fn halves_go_where_the_terms_say() {
        for (numerator, up, even, down) in [
            (125, 13, 12, 12),
            (135, 14, 14, 13),
            (-125, -13, -12, -12),
            (1251, 125, 125, 125),
            (-126, -13, -13, -12),
        ] {
            let value = ratio(numerator, 1_000);
            assert_eq!(value.round(2, Rounding::HalfUp).unwrap(), up);
            assert_eq!(value.round(2, Rounding::HalfEven).unwrap(), even);
            assert_eq!(value.round(2, Rounding::Down).unwrap(), down);
        }
    }

    #[test]
    fn a_third_becomes_twenty_eight_digits() {
        assert_eq!(ratio(1, 3).to_decimal().unwrap().to_string(), "0.3333333333333333333333333333");
        let long = ratio(10_i128.pow(36) + 1, 3 * 10_i128.pow(36));
        assert_eq!(long.to_decimal().unwrap().to_string(), "0.333333333333333333333333333");
    }
}
