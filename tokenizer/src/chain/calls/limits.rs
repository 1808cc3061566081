//! The further rules: of a partition, of the pool, of single wallets.

use super::{
    super::{ChainCall, TooBig, words},
    Movement, call, within_batch,
};
use alloy::primitives::{B256, U256};
use chrono::{DateTime, Utc};
use contracts::SecurityToken;
use domain::{
    BasisPoints, Country, Units,
    party::{InvestorClass, WalletAddress},
    pool::PartitionName,
};

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
    /// Each transfer to another owner needs a co-signature of the issuer: the partition is protected.
    pub cosigned: bool,
}

/// Replaces the further rules of a partition.
#[must_use]
pub fn set_partition_limits(
    token: WalletAddress,
    partition: &PartitionName,
    limits: &PartitionLimits,
) -> ChainCall {
    let limits = SecurityToken::PartitionLimits {
        partition: words::partition(partition),
        maxHolding: plain(limits.max_holding),
        minHolding: plain(limits.min_holding),
        transferLimit: plain(limits.transfer_limit),
        saleOpens: limits.sale_opens.map(words::seconds).unwrap_or_default(),
        saleCloses: limits.sale_closes.map(words::seconds).unwrap_or_default(),
        cosigned: limits.cosigned,
    };
    call(token, SecurityToken::setPartitionLimitsCall { limits })
}

fn plain(units: Option<Units>) -> u64 {
    units.map_or(0, |units| units.get().unsigned_abs())
}

/// Caps what one owner holds over all partitions: as a share of all that is authorised until the primary closes and of
/// all that is outstanding afterwards, and in units; none is no cap. It holds for the partitions that there are now.
#[must_use]
pub fn set_pool_cap(token: WalletAddress, share: Option<BasisPoints>, units: Option<Units>) -> ChainCall {
    // At most 10,000 basis points.
    let bps = share.and_then(|share| u16::try_from(share.get()).ok()).unwrap_or_default();
    call(token, SecurityToken::setPoolCapCall { bps, units: plain(units) })
}

/// From a moment on, so large a share of what was issued is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseStep {
    /// The first moment at which it is.
    pub from: DateTime<Utc>,
    /// The share.
    pub free: BasisPoints,
}

/// Releases what is issued while the schedule stands step by step, at most five; dates and shares rise. No steps end it.
#[must_use]
pub fn set_release_schedule(
    token: WalletAddress,
    partition: &PartitionName,
    steps: &[ReleaseStep],
) -> ChainCall {
    let step = |step: &ReleaseStep| SecurityToken::ReleaseStep {
        date: words::seconds(step.from),
        freeBps: u16::try_from(step.free.get()).unwrap_or_default(),
    };
    let steps = steps.iter().map(step).collect();
    call(token, SecurityToken::setReleaseScheduleCall { partition: words::partition(partition), steps })
}

/// Sets of how many units of one wallet the release schedule speaks.
#[must_use]
pub fn set_scheduled_units(
    token: WalletAddress,
    partition: &PartitionName,
    wallet: WalletAddress,
    units: Units,
) -> ChainCall {
    let (partition, account) = (words::partition(partition), words::address(wallet));
    let units: U256 = words::units_word(units);
    call(token, SecurityToken::setScheduledUnitsCall { partition, account, units })
}

/// Counts the owners of the wallets by country and class as they are now. The owners of a partition that has some are
/// counted in batches before the first limit is set.
///
/// # Errors
/// When there are more wallets than [`super::MAX_BATCH`].
pub fn count_owners(
    token: WalletAddress,
    partition: &PartitionName,
    wallets: &[WalletAddress],
) -> Result<ChainCall, TooBig> {
    within_batch(wallets.len())?;
    let wallets = wallets.iter().copied().map(words::address).collect();
    Ok(call(token, SecurityToken::countOwnersCall { partition: words::partition(partition), wallets }))
}

/// Sets the most owners of a country in a partition; 0 is no limit.
#[must_use]
pub fn set_country_limit(
    token: WalletAddress,
    partition: &PartitionName,
    country: Country,
    limit: u32,
) -> ChainCall {
    let (partition, country) = (words::partition(partition), country.index());
    call(token, SecurityToken::setCountryLimitCall { partition, country, limit })
}

/// Sets the most owners of a class in a partition; 0 is no limit.
#[must_use]
pub fn set_class_limit(
    token: WalletAddress,
    partition: &PartitionName,
    class: InvestorClass,
    limit: u32,
) -> ChainCall {
    let (partition, number) = (words::partition(partition), class.number());
    call(token, SecurityToken::setClassLimitCall { partition, investorClass: number, limit })
}

/// Names a system account, which the limits on holders do not bind; no name ends it.
#[must_use]
pub fn set_system_account(token: WalletAddress, wallet: WalletAddress, name: Option<[u8; 32]>) -> ChainCall {
    let name = name.map(B256::from).unwrap_or_default();
    call(token, SecurityToken::setSystemAccountCall { account: words::address(wallet), name })
}

/// Co-signs one transfer of just these units between just these wallets, good until a deadline; none takes it back.
#[must_use]
pub fn cosign(token: WalletAddress, movement: Movement<'_>, deadline: Option<DateTime<Utc>>) -> ChainCall {
    let cosign = SecurityToken::cosignCall {
        partition: words::partition(movement.partition),
        from: words::address(movement.from),
        to: words::address(movement.to),
        units: words::units_word(movement.units),
        deadline: deadline.map(words::seconds).unwrap_or_default(),
    };
    call(token, cosign)
}
