//! What a pool is made of and what it may offer: which assets are eligible, what they add up to, whether the
//! partitions are covered. Facts in, findings out.

mod assets;
mod eligibility;
mod offer;

pub use assets::{AssetsError, DebtorShare, MAX_DEBTORS_SHOWN, ReceivablesTotals, RentalTotals};
pub use eligibility::{Ineligible, Receivable};
pub use offer::{
    Cover, DAY_COUNTS, MAX_COUPON_RATE_PERCENT, MAX_HOLDER_LIMIT, MAX_LOCK_UP_YEARS, MAX_PARTITIONS, Offer,
    PartitionOffer,
};
