//! What is asked, and all that the verdict depends on: one read of the register and the rules as of one moment.

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
}

impl Movement {
    /// The wallet that gives, when there is one.
    #[must_use]
    pub const fn from(self) -> Option<WalletAddress> {
        match self {
            Self::Issue { .. } => None,
            Self::Transfer { from, .. } | Self::Redeem { from } => Some(from),
        }
    }

    /// The wallet that gets, when there is one.
    #[must_use]
    pub const fn to(self) -> Option<WalletAddress> {
        match self {
            Self::Issue { to } | Self::Transfer { to, .. } => Some(to),
            Self::Redeem { .. } => None,
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
    /// Whether the identity is frozen, or the wallet asked about in this token.
    pub frozen: bool,
    /// The wallets in use. One that was removed is not among them: it may neither send nor receive.
    pub wallets: Vec<WalletAddress>,
    /// Units of the partition over all wallets, those of removed wallets included.
    pub units: Units,
}

/// What the sending wallet has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderWallet {
    /// Units of the partition in this wallet.
    pub balance: Units,
    /// Units of all partitions in this wallet.
    pub total: Units,
    /// Units that are frozen, of whichever partition, as ERC-7943 counts them; may be more than there are.
    pub frozen: Units,
}

impl SenderWallet {
    /// Units over all partitions that are not frozen.
    #[must_use]
    pub fn free(&self) -> i64 {
        (self.total.get() - self.frozen.get()).max(0)
    }
}

/// The further rules of a partition, each off where there is none.
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
    /// The further rules.
    #[serde(default)]
    pub limits: Limits,
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
}
