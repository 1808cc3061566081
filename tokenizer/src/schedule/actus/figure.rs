//! Decimal arithmetic that fails instead of panicking.

use crate::day_count::{Overflow, Ratio};
use rust_decimal::Decimal;

pub(super) fn times(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    a.checked_mul(b).ok_or(Overflow)
}

pub(super) fn plus(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    a.checked_add(b).ok_or(Overflow)
}

pub(super) fn minus(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    a.checked_sub(b).ok_or(Overflow)
}

pub(super) fn over(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    a.checked_div(b).ok_or(Overflow)
}

/// `amount * part`, multiplied before it is divided, so that whole periods stay exact.
pub(super) fn share(amount: Decimal, part: Ratio) -> Result<Decimal, Overflow> {
    let above = Decimal::try_from_i128_with_scale(part.numerator(), 0).map_err(|_| Overflow)?;
    let below = Decimal::try_from_i128_with_scale(part.denominator(), 0).map_err(|_| Overflow)?;
    over(times(amount, above)?, below)
}
