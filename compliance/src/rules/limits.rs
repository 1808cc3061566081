//! The further rules of a partition and of the pool, each off where there is none.

use chrono::{DateTime, Utc};
use domain::{BasisPoints, Units};
use serde::{Deserialize, Serialize};

/// The further rules of a partition that are plain numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// The most units that one beneficial owner may hold.
    pub max_holding: Option<i64>,
    /// A beneficial owner holds none or at least so many units.
    pub min_holding: Option<i64>,
    /// The most units of one transfer to another owner.
    pub transfer_limit: Option<i64>,
    /// Nothing is issued before.
    pub sale_opens: Option<DateTime<Utc>>,
    /// Nothing is issued from then on.
    pub sale_closes: Option<DateTime<Utc>>,
    /// Each transfer to another owner needs a co-signature of the issuer: the partition is protected.
    pub cosigned: bool,
}

/// From a moment on, so large a share of what was issued under a schedule is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseStep {
    /// The first moment at which it is.
    pub from: DateTime<Utc>,
    /// The share.
    pub free: BasisPoints,
}

/// Units that a schedule of rising steps keeps of so many that it speaks of; what it keeps is rounded up. Before the
/// first step it keeps them all; no steps are no schedule.
#[must_use]
pub fn kept_units(steps: &[ReleaseStep], scheduled: Units, now: DateTime<Utc>) -> i64 {
    if steps.is_empty() {
        return 0;
    }
    let reached = steps.iter().take_while(|step| step.from <= now).last();
    // What is free is rounded down.
    scheduled.get() - reached.map_or(0, |step| step.free.of(scheduled))
}

/// The cap per owner over all partitions of a pool, and what it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolCap {
    /// The most units.
    pub units: Option<i64>,
    /// The most units as a share of [`PoolCap::base`].
    pub share: Option<BasisPoints>,
    /// All that is authorised until the primary sale closes, all that is outstanding afterwards.
    pub base: Units,
    /// Units of all partitions that the owner who receives holds over all wallets.
    pub held: Units,
}

impl PoolCap {
    /// The limits that hold, in the order in which the token asks them.
    pub fn limits(&self) -> impl Iterator<Item = i64> {
        self.units.into_iter().chain(self.share.map(|share| share.of(self.base)))
    }
}

/// How many owners of a partition are counted in a group, and how many may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Owners of the group.
    pub owners: i64,
    /// The most there may be; none when there is no limit.
    pub limit: Option<i64>,
    /// Whether the owner who gives is one of them.
    pub has_sender: bool,
}

/// The groups that an owner who receives would enter: those of the same country and of the same class. An owner is
/// counted under the country and the class that it had when it entered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Owners of the receiver's country.
    pub country: Count,
    /// Owners of the receiver's class.
    pub class: Count,
}
