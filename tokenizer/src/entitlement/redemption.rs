//! Whose units end in a redemption: everybody's, a part in proportion, or those that are drawn by lot.
//!
//! The order is that of the identity numbers and then of the wallets, whatever order the lines come in: the same
//! register, and for a draw the same seed and block, always give the same parts.

use super::Holder;
use domain::split;
use domain::split::SplitError;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The most units that are drawn at once: half a second of hashing.
pub const MAX_DRAWN: i64 = 1_000_000;
/// Numbers that one hash gives.
const NUMBERS_OF_A_HASH: usize = 4;

/// What one line of the register gives up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Whose units.
    pub holder: Holder,
    /// How many of them end.
    pub units: i64,
}

/// Why nothing can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    /// More units than there are.
    #[error("{units} units cannot be drawn from {held}")]
    TooFew {
        /// To be drawn.
        units: i64,
        /// On the register.
        held: i64,
    },
    /// More than [`MAX_DRAWN`], or fewer than none.
    #[error("{0} units cannot be drawn, from 0 to {MAX_DRAWN}")]
    OutOfRange(i64),
}

/// All units of everybody.
#[must_use]
pub fn whole(holders: Vec<Holder>) -> Vec<Part> {
    in_order(holders).into_iter().map(|holder| Part { units: holder.units, holder }).collect()
}

/// So many units of all, in proportion to what each holds: the largest remainder, ties to the lower identity.
///
/// # Errors
/// When nobody holds anything, or a figure is below zero.
pub fn pro_rata(units: i64, holders: Vec<Holder>) -> Result<Vec<Part>, SplitError> {
    let holders = in_order(holders);
    let held: Vec<i64> = holders.iter().map(|holder| holder.units).collect();
    let parts = split(units, &held)?;
    Ok(holders.into_iter().zip(parts).map(|(holder, units)| Part { holder, units }).collect())
}

/// So many units drawn by lot, each unit with the same chance.
///
/// The units stand in a row, those of the first holder in front. The draw shuffles the first `units` places of the row as
/// Fisher and Yates did: place `j` changes with one of the places from `j` on, chosen by the next number below what is
/// left. The numbers are the four big-endian words of SHA-256 over the seed, the hash of the block and a counter from 0 in
/// eight big-endian bytes, then of the next counter; one from the incomplete last cycle is passed over, so that every
/// place has the same chance.
///
/// # Errors
/// When there are fewer units, or more are to be drawn than [`MAX_DRAWN`].
pub fn by_lot(
    units: i64,
    holders: Vec<Holder>,
    seed: &str,
    block_hash: [u8; 32],
) -> Result<Vec<Part>, DrawError> {
    let holders = in_order(holders);
    let held: i64 = holders.iter().map(|holder| holder.units).sum();
    let drawn =
        u64::try_from(units).ok().filter(|_| units <= MAX_DRAWN).ok_or(DrawError::OutOfRange(units))?;
    let row =
        u64::try_from(held).ok().filter(|row| drawn <= *row).ok_or(DrawError::TooFew { units, held })?;
    let mut numbers = Numbers::new(seed, block_hash);
    // Only the places that changed are kept: the row may be far longer than the draw.
    let mut changed = HashMap::<u64, u64>::new();
    let mut chosen = Vec::new();
    for place in 0..drawn {
        let other = place + numbers.below(row - place);
        let (here, there) = (at(&changed, place), at(&changed, other));
        changed.insert(other, here);
        chosen.push(there);
    }
    chosen.sort_unstable();
    Ok(parts(holders, &chosen))
}

/// The unit that stands at a place.
fn at(changed: &HashMap<u64, u64>, place: u64) -> u64 {
    changed.get(&place).copied().unwrap_or(place)
}

fn parts(holders: Vec<Holder>, chosen: &[u64]) -> Vec<Part> {
    let (mut behind, mut chosen) = (0, chosen);
    let part = |holder: Holder| {
        behind += holder.units.unsigned_abs();
        let own = chosen.partition_point(|unit| *unit < behind);
        chosen = chosen.get(own..).unwrap_or_default();
        Part { holder, units: i64::try_from(own).unwrap_or(i64::MAX) }
    };
    holders.into_iter().map(part).collect()
}

fn in_order(mut holders: Vec<Holder>) -> Vec<Holder> {
    holders.sort_by(|a, b| (a.identity, &a.wallet).cmp(&(b.identity, &b.wallet)));
    holders
}

/// Numbers that a seed and a block give, one after the other.
struct Numbers {
    start: Sha256,
    counter: u64,
    hash: [u8; 32],
    used: usize,
}

impl Numbers {
    fn new(seed: &str, block_hash: [u8; 32]) -> Self {
        let start = Sha256::new().chain_update(seed).chain_update(block_hash);
        Self { start, counter: 0, hash: [0; 32], used: NUMBERS_OF_A_HASH }
    }

    fn next(&mut self) -> u64 {
        if self.used == NUMBERS_OF_A_HASH {
            self.hash = self.start.clone().chain_update(self.counter.to_be_bytes()).finalize().into();
            self.counter += 1;
            self.used = 0;
        }
        let word = self.hash.chunks_exact(8).nth(self.used).unwrap_or_default();
        self.used += 1;
        word.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// A number from 0 to below `end`, each with the same chance; `end` is above zero.
    fn below(&mut self, end: u64) -> u64 {
        let whole_cycles = u64::MAX - u64::MAX.rem_euclid(end);
        loop {
            let number = self.next();
            if number < whole_cycles {
                return number.rem_euclid(end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holder(identity: i64, units: i64) -> Holder {
        Holder {
            identity,
            investor_id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            wallet: format!("0x{identity:02}"),
            units,
        }
    }

    fn units(parts: &[Part]) -> Vec<i64> {
        parts.iter().map(|part| part.units).collect()
    }

    #[test]
    fn a_part_that_does_not_divide_goes_to_the_largest_remainders_and_then_to_the_lower_identity() {
        // 100 of 1,000: 33.3, 33.3 and 33.4.
        let register = || vec![holder(3, 334), holder(1, 333), holder(2, 333)];
        assert_eq!(units(&pro_rata(100, register()).unwrap()), [33, 33, 34]);
        // 500 of 1,000: 166.5, 166.5 and 167.
        assert_eq!(units(&pro_rata(500, register()).unwrap()), [167, 166, 167]);
        assert_eq!(units(&whole(register())), [333, 333, 334]);
    }

    #[test]
    fn a_draw_takes_what_the_seed_and_the_block_say() {
        let register = || vec![holder(1, 3), holder(2, 3), holder(3, 4)];
        let drawn = |seed: &str, block| units(&by_lot(4, register(), seed, [block; 32]).unwrap());
        assert_eq!(drawn("s", 1), drawn("s", 1));
        let others: Vec<_> = (0..20).map(|block| drawn("s", block)).collect();
        assert!(others.iter().any(|other| *other != others[0]), "the block decides: {others:?}");
        let others: Vec<_> = ["a", "b", "c", "d", "e", "f"].map(|seed| drawn(seed, 1)).into();
        assert!(others.iter().any(|other| *other != others[0]), "the seed decides: {others:?}");
        assert_eq!(units(&by_lot(10, register(), "s", [1; 32]).unwrap()), [3, 3, 4]);
        assert_eq!(units(&by_lot(0, register(), "s", [1; 32]).unwrap()), [0, 0, 0]);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let held = || vec![holder(1, 3)];
        assert_eq!(by_lot(4, held(), "s", [0; 32]), Err(DrawError::TooFew { units: 4, held: 3 }));
        assert_eq!(by_lot(-1, held(), "s", [0; 32]), Err(DrawError::OutOfRange(-1)));
        let much = MAX_DRAWN + 1;
        assert_eq!(by_lot(much, held(), "s", [0; 32]), Err(DrawError::OutOfRange(much)));
    }

    #[test]
    fn every_unit_has_the_same_chance() {
        // 3,000 draws of 1 from 10 units: 900 for each three, 1,200 for four, within five standard deviations.
        let mut sums = [0; 3];
        for number in 0..3_000 {
            let register = vec![holder(1, 3), holder(2, 3), holder(3, 4)];
            let drawn = by_lot(1, register, &number.to_string(), [7; 32]).unwrap();
            for (sum, part) in sums.iter_mut().zip(units(&drawn)) {
                *sum += part;
            }
        }
        assert!((775..=1_025).contains(&sums[0]) && (775..=1_025).contains(&sums[1]), "{sums:?}");
        assert!((1_066..=1_334).contains(&sums[2]), "{sums:?}");
    }

    proptest! {
        #[test]
        fn a_draw_gives_out_every_unit_and_takes_from_nobody_more_than_they_have(
            held in prop::collection::vec(1..400_i64, 1..30),
            share in 0..=100_i64,
            seed in "[a-z]{1,8}",
        ) {
            let register: Vec<Holder> = (1..).zip(&held).map(|(identity, units)| holder(identity, *units)).collect();
            let wanted = (held.iter().sum::<i64>() * share).div_euclid(100);
            let drawn = by_lot(wanted, register, &seed, [9; 32]).unwrap();
            prop_assert_eq!(drawn.iter().map(|part| part.units).sum::<i64>(), wanted);
            prop_assert!(drawn.iter().all(|part| (0..=part.holder.units).contains(&part.units)));
        }
    }
}
