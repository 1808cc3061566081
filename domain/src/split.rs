//! Dividing an amount over weights so that every minor unit is given out.

/// Why an amount cannot be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// There is nobody to give to: no weight is above zero.
    #[error("nothing can be given out: no weight is above zero")]
    NoWeight,
    /// A weight below zero has no meaning.
    #[error("the weight {0} is below zero")]
    NegativeWeight(i64),
    /// Only amounts of zero and more are divided.
    #[error("the amount {0} is below zero")]
    NegativeAmount(i64),
}

/// Divides `amount` in proportion to `weights` by the method of the largest remainder (Hamilton);
/// ties go to the lower position. The parts add up to `amount` to the last unit.
///
/// # Errors
/// See [`SplitError`].
pub fn split(amount: i64, weights: &[i64]) -> Result<Vec<i64>, SplitError> {
    if amount < 0 {
        return Err(SplitError::NegativeAmount(amount));
    }
    if let Some(weight) = weights.iter().find(|weight| **weight < 0) {
        return Err(SplitError::NegativeWeight(*weight));
    }
    let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if total == 0 {
        return Err(SplitError::NoWeight);
    }
    // A product of two i64 fits i128, and a share of the amount is never above the amount.
    let shares = weights.iter().map(|weight| i128::from(amount) * i128::from(*weight));
    let (mut parts, remainders): (Vec<i64>, Vec<i128>) =
        shares.map(|share| (share.div_euclid(total) as i64, share.rem_euclid(total))).unzip();
    let left = amount - parts.iter().sum::<i64>();
    for position in largest(&remainders, left as usize) {
        parts[position] += 1;
    }
    Ok(parts)
}

/// Positions of the `count` largest remainders, the lower position first among equals.
fn largest(remainders: &[i128], count: usize) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..remainders.len()).collect();
    if count > 0 {
        let order = |a: &usize, b: &usize| remainders[*b].cmp(&remainders[*a]).then(a.cmp(b));
        positions.select_nth_unstable_by(count - 1, order);
    }
    positions.truncate(count);
    positions
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_largest_remainder_gets_the_last_cent() {
        assert_eq!(split(12_345_67, &[333, 333, 334]).unwrap(), [4_111_11, 4_111_11, 4_123_45]);
        assert_eq!(split(100, &[1, 1, 1]).unwrap(), [34, 33, 33]);
        assert_eq!(split(2, &[1, 1, 1]).unwrap(), [1, 1, 0]);
        assert_eq!(split(0, &[1, 2]).unwrap(), [0, 0]);
        assert_eq!(split(5, &[0, 5, 0]).unwrap(), [0, 5, 0]);
        assert_eq!(split(i64::MAX, &[i64::MAX, i64::MAX]).unwrap(), [i64::MAX / 2 + 1, i64::MAX / 2]);
    }

    #[test]
    fn what_cannot_be_divided_is_refused() {
        assert_eq!(split(1, &[]), Err(SplitError::NoWeight));
        assert_eq!(split(1, &[0]), Err(SplitError::NoWeight));
        assert_eq!(split(1, &[-1, 2]), Err(SplitError::NegativeWeight(-1)));
        assert_eq!(split(-1, &[1]), Err(SplitError::NegativeAmount(-1)));
    }

    proptest! {
        #[test]
        fn every_unit_is_given_out_and_nobody_is_off_by_more_than_one(
            amount in 0..1_000_000_000_000_i64,
            weights in prop::collection::vec(0..1_000_000_i64, 1..60),
        ) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let parts = split(amount, &weights).unwrap();
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = i128::from(amount) * i128::from(*weight);
                prop_assert!((i128::from(*part) * total - exact).abs() < total);
            }
        }
    }
}
