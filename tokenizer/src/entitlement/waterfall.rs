//! The waterfall of one period: the cash that is there goes to the senior partitions first.
//!
//! What a partition is due is the interest of its period and what earlier coupons left open. A partition may be paid
//! from the cash of its pool that no coupon was declared from, less what every partition before it in the order of
//! payment is due for periods that end no later and for which nothing was declared yet; that part is kept for them.
//! What is missing is carried as arrears.

/// What a partition before ours is due and has not been declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its name.
    pub partition: String,
    /// What it is due, in minor units.
    pub due_minor: i64,
}

/// What can be paid, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What is due: interest and arrears.
    pub due_minor: i64,
    /// What partitions before this one are due, and how much of the cash is kept for each.
    pub kept: Vec<Claim>,
    /// The cash left for this partition.
    pub available_minor: i64,
    /// What the terms and the cash allow.
    pub payable_minor: i64,
    /// What is due and not there.
    pub shortfall_minor: i64,
}

/// Divides the cash of a pool between the claims of senior partitions, in their order, and what is due to this one.
#[must_use]
pub fn plan(cash_minor: i64, carried_minor: i64, senior: &[Claim], due_minor: i64) -> Plan {
    let mut left = cash_minor.max(0);
    let mut kept = Vec::new();
    for claim in senior {
        let part = claim.due_minor.clamp(0, left);
        left -= part;
        kept.push(Claim { partition: claim.partition.clone(), due_minor: part });
    }
    let available_minor = left.saturating_add(carried_minor.max(0));
    let payable_minor = due_minor.clamp(0, available_minor);
    Plan { due_minor, kept, available_minor, payable_minor, shortfall_minor: due_minor - payable_minor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_senior_partition_comes_first_and_the_junior_gets_what_is_left() {
        let senior = |due_minor| vec![Claim { partition: "senior".to_owned(), due_minor }];
        for (cash, carried, claims, due, kept, payable, shortfall) in [
            (1_000, 0, vec![], 400, vec![], 400, 0),
            (1_000, 0, senior(700), 400, vec![700], 300, 100),
            (1_000, 50, senior(700), 400, vec![700], 350, 50),
            (500, 0, senior(700), 400, vec![500], 0, 400),
            (0, 0, senior(0), 400, vec![0], 0, 400),
            (-5, 0, vec![], 400, vec![], 0, 400),
        ] {
            let plan = plan(cash, carried, &claims, due);
            assert_eq!(plan.kept.iter().map(|claim| claim.due_minor).collect::<Vec<_>>(), kept);
            assert_eq!((plan.payable_minor, plan.shortfall_minor), (payable, shortfall), "{cash} {due}");
        }
    }
}
