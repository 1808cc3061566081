//! Each holder's part of a coupon: the largest remainder, ties to the lower identity.

use domain::ids::InvestorId;
use domain::split;
use domain::split::SplitError;

/// A line of the register when the books close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The number of the beneficial owner.
    pub identity: i64,
    /// The beneficial owner.
    pub investor_id: InvestorId,
    /// The wallet, as the register writes it.
    pub wallet: String,
    /// What it holds.
    pub units: i64,
}

/// What one line of the register gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who gets it.
    pub holder: Holder,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Its place among those who get something, from 0; none for nothing.
    pub leaf_index: Option<u32>,
}

/// Divides an amount over the register by units, to the last minor unit. The order is that of the identity numbers
/// and then of the wallets, whatever order the lines come in: the same register always gives the same parts.
///
/// # Errors
/// When nobody holds anything, or a figure is below zero.
pub fn entitle(amount_minor: i64, mut holders: Vec<Holder>) -> Result<Vec<Share>, SplitError> {
    holders.sort_by(|a, b| (a.identity, &a.wallet).cmp(&(b.identity, &b.wallet)));
    let units: Vec<i64> = holders.iter().map(|holder| holder.units).collect();
    let amounts = split(amount_minor, &units)?;
    let mut leaves = 0..;
    let share = |(holder, amount_minor): (Holder, i64)| {
        let leaf_index = if amount_minor > 0 { leaves.next() } else { None };
        Share { holder, amount_minor, leaf_index }
    };
    Ok(holders.into_iter().zip(amounts).map(share).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holder(identity: i64, wallet: &str, units: i64) -> Holder {
        Holder {
            identity,
            investor_id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            wallet: wallet.to_owned(),
            units,
        }
    }

    fn parts(amount: i64, holders: Vec<Holder>) -> Vec<(i64, String, i64, Option<u32>)> {
        let shares = entitle(amount, holders).unwrap();
        let part =
            |share: Share| (share.holder.identity, share.holder.wallet, share.amount_minor, share.leaf_index);
        shares.into_iter().map(part).collect()
    }

    #[test]
    fn a_tie_goes_to_the_lower_identity_whatever_the_order_of_the_wallets() {
        let register = vec![holder(3, "0xaa", 333), holder(1, "0xcc", 333), holder(2, "0xbb", 334)];
        assert_eq!(
            parts(12_345_69, register),
            [
                (1, "0xcc".to_owned(), 4_111_12, Some(0)),
                (2, "0xbb".to_owned(), 4_123_46, Some(1)),
                (3, "0xaa".to_owned(), 4_111_11, Some(2)),
            ]
        );
    }

    #[test]
    fn who_gets_nothing_is_listed_and_is_no_leaf() {
        let register = vec![holder(1, "0xaa", 1), holder(2, "0xbb", 1_000)];
        assert_eq!(parts(1, register), [(1, "0xaa".to_owned(), 0, None), (2, "0xbb".to_owned(), 1, Some(0))]);
    }

    #[test]
    fn nobody_gets_nothing() {
        assert_eq!(entitle(1, Vec::new()), Err(SplitError::NoWeight));
    }

    proptest! {
        #[test]
        fn the_parts_add_up_and_do_not_depend_on_the_order_of_the_lines(
            amount in 1..1_000_000_000_i64,
            lines in prop::collection::btree_map(("[0-9a-f]{6}", 1..9_i64), 1..1_000_000_i64, 1..40),
        ) {
            let register: Vec<Holder> =
                lines.iter().map(|((wallet, identity), units)| holder(*identity, wallet, *units)).collect();
            let mut backwards = register.clone();
            backwards.reverse();
            let shares = entitle(amount, register).unwrap();
            prop_assert_eq!(shares.iter().map(|share| share.amount_minor).sum::<i64>(), amount);
            let leaves: Vec<u32> = shares.iter().filter_map(|share| share.leaf_index).collect();
            prop_assert_eq!(leaves.clone(), (0..).take(leaves.len()).collect::<Vec<u32>>());
            prop_assert_eq!(entitle(amount, backwards).unwrap(), shares);
        }
    }
}
