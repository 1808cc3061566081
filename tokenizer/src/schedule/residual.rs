//! What becomes of the last cents when an amount is divided among holders. It is a term of the instrument.

use crate::day_count::{Overflow, Ratio, Rounding};
use domain::split::{SplitError, split};

/// How what is left after rounding is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residual {
    /// One unit each to the largest remainders, ties to the lower position (see [`domain::split()`]).
    LargestRemainder,
    /// Every part is rounded down; what is left is added to the next coupon.
    Carried,
    /// Every part is rounded by itself; the issuer keeps what is left, or adds what is missing.
    Issuer(Rounding),
    /// The running total is rounded, and each part is what it grows by (see [`Cumulative`]).
    Cumulative(Rounding),
}

/// Parts in the order of the weights, and what is left. Together they are the amount and what was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Minor units for each weight.
    pub parts: Vec<i64>,
    /// Minor units that nobody got; negative when the issuer has to add them.
    pub left: i64,
}

/// Why an amount cannot be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DivisionError {
    /// The amount or a weight has no meaning.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// More weight was given than the total says.
    #[error("the weights add up to more than {0}")]
    OverTotal(i64),
    /// A number is too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// An exact amount in whole minor units, `decimals` of them to the major unit's digit.
///
/// # Errors
/// When it does not fit.
pub fn to_minor(amount: Ratio, decimals: u32, rounding: Rounding) -> Result<i64, Overflow> {
    i64::try_from(amount.round(decimals, rounding)?).map_err(|_| Overflow)
}

/// Divides `amount` and what an earlier coupon has `brought` in proportion to `weights`; all in minor units.
///
/// # Errors
/// When the amount or a weight is below zero, no weight is above it, or a sum is too large.
pub fn divide(
    amount: i64,
    brought: i64,
    weights: &[i64],
    residual: Residual,
) -> Result<Division, DivisionError> {
    let amount = amount.checked_add(brought).ok_or(Overflow)?;
    let parts = match residual {
        Residual::LargestRemainder => split(amount, weights)?,
        Residual::Carried => each(amount, weights, Rounding::Down)?,
        Residual::Issuer(rounding) => each(amount, weights, rounding)?,
        Residual::Cumulative(rounding) => {
            let mut running = Cumulative::new(amount, total(amount, weights)?, rounding)?;
            weights.iter().map(|weight| running.take(*weight)).collect::<Result<_, _>>()?
        }
    };
    let given = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(*part)).ok_or(Overflow)?;
    Ok(Division { left: amount - given, parts })
}

/// The sum of the weights, once amount and weights are known to have a meaning.
fn total(amount: i64, weights: &[i64]) -> Result<i64, DivisionError> {
    if amount < 0 {
        return Err(SplitError::NegativeAmount(amount).into());
    }
    let add = |sum: i64, weight: &i64| match *weight {
        negative if negative < 0 => Err(DivisionError::Split(SplitError::NegativeWeight(negative))),
        weight => Ok(sum.checked_add(weight).ok_or(Overflow)?),
    };
    match weights.iter().try_fold(0, add)? {
        0 => Err(SplitError::NoWeight.into()),
        total => Ok(total),
    }
}

fn each(amount: i64, weights: &[i64], rounding: Rounding) -> Result<Vec<i64>, DivisionError> {
    let total = total(amount, weights)?;
    weights.iter().map(|weight| Ok(part(amount, i128::from(*weight), total, rounding)?)).collect()
}

/// `amount * weight / total`, rounded. A product of two i64 fits i128.
fn part(amount: i64, weight: i128, total: i64, rounding: Rounding) -> Result<i64, Overflow> {
    let (product, total) = (i128::from(amount) * weight, i128::from(total));
    let (whole, rest) = (product.div_euclid(total), product.rem_euclid(total));
    let up = match rounding {
        Rounding::Down => false,
        Rounding::HalfUp => rest * 2 >= total,
        Rounding::HalfEven => rest * 2 > total || (rest * 2 == total && whole % 2 != 0),
    };
    i64::try_from(whole + i128::from(up)).map_err(|_| Overflow)
}

/// Divides an amount holder by holder without keeping anything per holder: the share of all holders so far is
/// rounded, and each gets what that grows by. Nobody is off by a whole unit or more, and when the weights
/// add up to the total every unit is given out.
#[derive(Debug, Clone)]
pub struct Cumulative {
    amount: i64,
    total: i64,
    rounding: Rounding,
    weight: i64,
    given: i64,
}

impl Cumulative {
    /// An amount in minor units over weights that add up to `total`.
    ///
    /// # Errors
    /// When the amount is below zero or the total is not above it.
    pub fn new(amount: i64, total: i64, rounding: Rounding) -> Result<Self, DivisionError> {
        if amount < 0 {
            return Err(SplitError::NegativeAmount(amount).into());
        }
        if total <= 0 {
            return Err(SplitError::NoWeight.into());
        }
        Ok(Self { amount, total, rounding, weight: 0, given: 0 })
    }

    /// What the next holder gets.
    ///
    /// # Errors
    /// When the weight is below zero, or with the weights before it above the total.
    pub fn take(&mut self, weight: i64) -> Result<i64, DivisionError> {
        if weight < 0 {
            return Err(SplitError::NegativeWeight(weight).into());
        }
        let passed = self.weight.checked_add(weight).filter(|passed| *passed <= self.total);
        self.weight = passed.ok_or(DivisionError::OverTotal(self.total))?;
        let given = part(self.amount, i128::from(self.weight), self.total, self.rounding)?;
        Ok(given - std::mem::replace(&mut self.given, given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: [i64; 3] = [333, 333, 334];

    #[test]
    fn each_residual_term_treats_the_last_cents_its_own_way() {
        let of = |residual| divide(12_345_67, 0, &UNITS, residual).unwrap();
        for (residual, parts, left) in [
            (Residual::LargestRemainder, [4_111_11, 4_111_11, 4_123_45], 0),
            (Residual::Carried, [4_111_10, 4_111_10, 4_123_45], 2),
            (Residual::Issuer(Rounding::HalfUp), [4_111_11, 4_111_11, 4_123_45], 0),
            (Residual::Issuer(Rounding::Down), [4_111_10, 4_111_10, 4_123_45], 2),
            (Residual::Cumulative(Rounding::HalfUp), [4_111_11, 4_111_11, 4_123_45], 0),
            (Residual::Cumulative(Rounding::Down), [4_111_10, 4_111_11, 4_123_46], 0),
        ] {
            assert_eq!(of(residual), Division { parts: parts.to_vec(), left }, "{residual:?}");
        }
    }

    #[test]
    fn what_is_carried_is_given_out_with_the_next_coupon() {
        let first = divide(100, 0, &[1, 1, 1], Residual::Carried).unwrap();
        assert_eq!(first, Division { parts: vec![33, 33, 33], left: 1 });
        let second = divide(100, first.left, &[1, 1, 1], Residual::Carried).unwrap();
        assert_eq!(second, Division { parts: vec![33, 33, 33], left: 2 });
        let third = divide(100, second.left, &[1, 1, 1], Residual::Carried).unwrap();
        assert_eq!(third, Division { parts: vec![34, 34, 34], left: 0 });
    }

    #[test]
    fn the_issuer_adds_what_rounding_up_misses() {
        let division = divide(1, 0, &[1, 1], Residual::Issuer(Rounding::HalfUp)).unwrap();
        assert_eq!(division, Division { parts: vec![1, 1], left: -1 });
        let division = divide(1, 0, &[1, 1], Residual::Issuer(Rounding::HalfEven)).unwrap();
        assert_eq!(division, Division { parts: vec![0, 0], left: 1 });
    }

    #[test]
    fn a_running_division_gives_out_every_unit_and_nobody_is_off_by_one() {
        for rounding in [Rounding::Down, Rounding::HalfUp, Rounding::HalfEven] {
            let weights: Vec<i64> = (0..10_000_i64).map(|id| id * 7_919 % 1_013).collect();
            let (amount, total) = (98_765_432_101, weights.iter().sum::<i64>());
            let parts = divide(amount, 0, &weights, Residual::Cumulative(rounding)).unwrap();
            assert_eq!(parts.left, 0);
            for (part, weight) in parts.parts.iter().zip(&weights) {
                let off = i128::from(*part) * i128::from(total) - i128::from(amount) * i128::from(*weight);
                assert!(off.abs() < i128::from(total), "{part} for {weight}");
            }
        }
    }

    #[test]
    fn what_cannot_be_divided_is_refused() {
        let carried = |amount, weights: &[i64]| divide(amount, 0, weights, Residual::Carried).unwrap_err();
        assert_eq!(carried(1, &[]), DivisionError::Split(SplitError::NoWeight));
        assert_eq!(carried(1, &[2, -1]), DivisionError::Split(SplitError::NegativeWeight(-1)));
        assert_eq!(carried(-1, &[1]), DivisionError::Split(SplitError::NegativeAmount(-1)));
        let mut running = Cumulative::new(10, 5, Rounding::Down).unwrap();
        assert_eq!(running.take(6), Err(DivisionError::OverTotal(5)));
    }

    #[test]
    fn an_exact_amount_becomes_cents_as_the_terms_say() {
        let amount = Ratio::new(1, 8).unwrap();
        assert_eq!(to_minor(amount, 2, Rounding::HalfUp), Ok(13));
        assert_eq!(to_minor(amount, 2, Rounding::HalfEven), Ok(12));
        assert_eq!(to_minor(amount, 0, Rounding::HalfUp), Ok(0));
    }
}
