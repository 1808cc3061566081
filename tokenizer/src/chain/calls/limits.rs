//! The further rules of a partition.

use super::{
    super::{ChainCall, words},
    call,
};
use chrono::{DateTime, Utc};
use contracts::SecurityToken;
use domain::{Units, party::WalletAddress, pool::PartitionName};

/// The further rules of a partition; none is no rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartitionLimits {
    /// The most units of one beneficial owner.
    pub max_holding: Option<Units>,
    /// A beneficial owner holds none or at least so many.
    pub min_holding: Option<Units>,
    /// The most units of one transfer to another owner.
    pub transfer_limit: Option<Units>,
    /// Nothing is issued before.
    pub sale_opens: Option<DateTime<Utc>>,
    /// Nothing is issued from then on.
    pub sale_closes: Option<DateTime<Utc>>,
}

/// Replaces the further rules of a partition.
#[must_use]
pub fn set_partition_limits(
    token: WalletAddress,
    partition: &PartitionName,
    limits: &PartitionLimits,
) -> ChainCall {
    let units = |units: Option<Units>| units.map_or(0, |units| units.get().unsigned_abs());
    let limits = SecurityToken::PartitionLimits {
        partition: words::partition(partition),
        maxHolding: units(limits.max_holding),
        minHolding: units(limits.min_holding),
        transferLimit: units(limits.transfer_limit),
        saleOpens: limits.sale_opens.map(words::seconds).unwrap_or_default(),
        saleCloses: limits.sale_closes.map(words::seconds).unwrap_or_default(),
        cosigned: false,
    };
    call(token, SecurityToken::setPartitionLimitsCall { limits })
}
