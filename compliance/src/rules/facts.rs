//! What is asked, and all that the verdict depends on: one read of the register and the rules as of one moment.

use super::limits::{Counts, Limits, PoolCap, ReleaseStep};
use chrono::{DateTime, Utc};
use domain::{
    BasisPoints, Country, Units,
    party::{InvestorClass, WalletAddress},
    pool::PartitionName,
};
use serde::{Deserialize, Serialize};

/// Which way units move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Movement {
    /// New units come to be; there is no sender.
    Issue {
        /// Who gets them.
        to: WalletAddress,
    },
    /// Units change hands.
    Transfer {
        /// Who gives them.
        from: WalletAddress,
        /// Who gets them.
        to: WalletAddress,
    },
    /// Units are paid back and cease to be; there is no receiver.
    Redeem {
        /// Who gives them back.
        from: WalletAddress,
    },
    /// Units are kept for somebody and stay their holder's; there is no receiver yet.
    Hold {
        /// Whose they are.
        from: WalletAddress,
    },
    /// Units that a hold keeps go to whom they were promised.
    Deliver {
        /// Whose they were.
        from: WalletAddress,
        /// Who gets them.
        to: WalletAddress,
    },
}

impl Movement {
    /// The wallet that gives, when there is one.
    #[must_use]
    pub const fn from(self) -> Option<WalletAddress> {
        match self {
            Self::Issue { .. } => None,
            Self::Transfer { from, .. }
            | Self::Redeem { from }
            | Self::Hold { from }
            | Self::Deliver { from, .. } => Some(from),
        }
    }

    /// The wallet that gets, when there is one.
    #[must_use]
    pub const fn to(self) -> Option<WalletAddress> {
        match self {
            Self::Issue { to } | Self::Transfer { to, .. } | Self::Deliver { to, .. } => Some(to),
            Self::Redeem { .. } | Self::Hold { .. } => None,
        }
    }
}

/// What is asked: this many units of this partition, this way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferRequest {
    /// Which way, between which wallets.
    pub movement: Movement,
    /// The partition the units are of.
    pub partition: PartitionName,
    /// How many units.
    pub units: Units,
}

/// A beneficial owner as the identity registry knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The opaque identity number on chain.
    pub identity: u64,
    /// The country of residence.
    pub country: Country,
    /// The class of investor.
    pub class: InvestorClass,
    /// The first moment at which the approval no longer holds.
    pub valid_until: DateTime<Utc>,
    /// Whether the identity is frozen, or the wallet asked about in this token, for a time or because it was recovered.
    pub frozen: bool,
    /// Whether the wallet asked about is a system account, which the limits on holders do not bind.
    #[serde(default)]
    pub system_account: bool,
    /// The wallets in use. One that was removed is not among them: it may neither send nor receive.
    pub wallets: Vec<WalletAddress>,
    /// Units of the partition over all wallets, those of removed wallets included.
    pub units: Units,
}

/// What the sending wallet has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SenderWallet {
    /// Units of the partition in this wallet.
    pub balance: Units,
    /// Units of all partitions in this wallet.
    pub total: Units,
    /// Units of the partition that holds keep for somebody.
    pub held: Units,
    /// Units of all partitions that holds keep for somebody.
    pub held_total: Units,
    /// Units that are frozen, of whichever partition, as ERC-7943 counts them; may be more than there are.
    pub frozen: Units,
    /// The first moment at which this wallet may move units; none when it is not locked.
    pub locked_until: Option<DateTime<Utc>>,
    /// Units of the partition that its release schedule speaks of.
    pub scheduled: Units,
}

impl SenderWallet {
    /// Units of the partition that no hold keeps.
    #[must_use]
    pub fn not_held(&self) -> i64 {
        (self.balance.get() - self.held.get()).max(0)
    }

    /// Units over all partitions that are neither held nor frozen: what is held is not frozen as well.
    #[must_use]
    pub fn free(&self) -> i64 {
        (self.total.get() - self.held_total.get() - self.frozen.get()).max(0)
    }
}

/// The rules of a partition and the totals they speak of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// Whether every movement of the partition is halted.
    pub paused: bool,
    /// Countries whose residents may receive.
    pub countries: Vec<Country>,
    /// Classes of investors who may receive.
    pub classes: Vec<InvestorClass>,
    /// The most that one beneficial owner may hold, as a share of [`Partition::cap_base`]; the whole is no cap.
    pub cap: BasisPoints,
    /// The most units there may ever be.
    pub authorised: Units,
    /// The units there are.
    pub outstanding: Units,
    /// Whether the primary sale is closed.
    pub primary_closed: bool,
    /// The first moment at which holders may move units; none when there is no lock-up.
    pub locked_until: Option<DateTime<Utc>>,
    /// Beneficial owners who hold at least one unit.
    pub holders: i64,
    /// The most holders there may be; none when there is no limit.
    pub holder_limit: Option<i64>,
    /// The further rules that are plain numbers.
    #[serde(default)]
    pub limits: Limits,
    /// When issued units are released, in rising steps; without any there is no schedule.
    #[serde(default)]
    pub release: Vec<ReleaseStep>,
}

impl Partition {
    /// What the cap is a share of: the authorised size until the primary sale closes, for the first buyer would
    /// otherwise always hold everything; the outstanding units afterwards.
    #[must_use]
    pub const fn cap_base(&self) -> Units {
        if self.primary_closed { self.outstanding } else { self.authorised }
    }

    /// The most units that one beneficial owner may hold, rounded down.
    #[must_use]
    pub fn cap_units(&self) -> i64 {
        self.cap.of(self.cap_base())
    }

    /// Whether someone who holds `units` is above the cap without having bought: others were redeemed. Such an owner
    /// may give units away and gets none; nothing is sold for them.
    #[must_use]
    pub fn is_passive_breach(&self, units: Units) -> bool {
        units.get() > self.cap_units()
    }
}

/// All that a verdict depends on, read together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferFacts {
    /// The moment of the verdict.
    pub now: DateTime<Utc>,
    /// Whether every movement of the token is halted.
    pub token_paused: bool,
    /// The partition asked for.
    pub partition: Partition,
    /// Who the sending wallet belongs to; none when unknown, or when units are issued.
    pub sender: Option<Holder>,
    /// What the sending wallet has.
    pub sender_wallet: SenderWallet,
    /// Who the receiving wallet belongs to; none when unknown, or when units are redeemed.
    pub receiver: Option<Holder>,
    /// The cap per owner over all partitions; none when there is none.
    #[serde(default)]
    pub pool_cap: Option<PoolCap>,
    /// The owners of the receiver's country and class; none when the partition does not count them.
    #[serde(default)]
    pub counts: Option<Counts>,
    /// Until when the issuer's co-signature of just this transfer holds; none when it gave none.
    #[serde(default)]
    pub cosigned_until: Option<DateTime<Utc>>,
}

impl TransferFacts {
    /// How many units more the receiver may hold by the limits on what one owner holds.
    #[must_use]
    pub fn room_of_receiver(&self) -> i64 {
        let held = self.receiver.as_ref().map_or(0, |receiver| receiver.units.get());
        let own = [Some(self.partition.cap_units()), self.partition.limits.max_holding];
        let own = own.into_iter().flatten().map(|limit| limit - held);
        let pool = self.pool_cap.iter().flat_map(|cap| cap.limits().map(|limit| limit - cap.held.get()));
        own.chain(pool).min().unwrap_or(0).max(0)
    }
}
