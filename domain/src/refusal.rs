//! Why the answer is no: every reason with its numbers, the same code in the engine and on chain.

use crate::{Country, party::InvestorClass};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which side of a transfer a refusal speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Who gives the units away.
    Sender,
    /// Who gets them.
    Receiver,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sender => "sender",
            Self::Receiver => "receiver",
        })
    }
}

/// A reason to refuse an issue, a transfer or a redemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code")]
pub enum Refusal {
    /// Every movement of the token is halted.
    #[serde(rename = "PAUSED")]
    Paused,
    /// Every movement of the partition is halted.
    #[serde(rename = "PARTITION_PAUSED")]
    PartitionPaused {
        /// The halted partition.
        partition: String,
    },
    /// The primary sale is closed: nothing is issued any more.
    #[serde(rename = "NOT_ISSUABLE")]
    PrimaryClosed,
    /// The wallet is not on the identity registry: a stranger.
    #[serde(rename = "UNKNOWN", alias = "SENDER_UNKNOWN", alias = "RECEIVER_UNKNOWN")]
    Unknown {
        /// The unknown side.
        side: Side,
    },
    /// The approval has run out.
    #[serde(rename = "KYC_EXPIRED")]
    CredentialExpired {
        /// The side whose approval has run out.
        side: Side,
        /// The first moment at which it no longer holds.
        valid_until: DateTime<Utc>,
    },
    /// The identity or the wallet is frozen.
    #[serde(rename = "FROZEN")]
    Frozen {
        /// The frozen side.
        side: Side,
    },
    /// Some of the sender's units are kept by a hold, a pledge for instance, and the rest is too little.
    #[serde(rename = "HELD_UNITS")]
    HeldUnits {
        /// Units that were to move.
        units: i64,
        /// Units of the partition that no hold keeps.
        free: i64,
    },
    /// Some of the sender's units are frozen, and the rest is too little.
    #[serde(rename = "FROZEN_UNITS")]
    FrozenUnits {
        /// Units that were to move.
        units: i64,
        /// Units that are free to move.
        free: i64,
    },
    /// The partition may not be moved yet.
    #[serde(rename = "LOCKED")]
    Locked {
        /// The first moment at which it may.
        until: DateTime<Utc>,
    },
    /// The sender's wallet may not move units yet.
    #[serde(rename = "LOCKED_HOLDER")]
    WalletLocked {
        /// The first moment at which it may.
        until: DateTime<Utc>,
    },
    /// The receiver's country is not on the partition's list.
    #[serde(rename = "COUNTRY")]
    CountryNotAllowed {
        /// The receiver's country.
        country: Country,
    },
    /// The receiver's class is not on the partition's list.
    #[serde(rename = "CLASS")]
    ClassNotAllowed {
        /// The receiver's class.
        class: InvestorClass,
    },
    /// The beneficial owner would hold more than the cap of the partition, over all wallets.
    #[serde(rename = "CAP_HOLDER")]
    CapExceeded {
        /// Units the owner would hold.
        would_hold: i64,
        /// The most units one owner may hold.
        limit: i64,
    },
    /// The partition would have more holders than it may.
    #[serde(rename = "HOLDER_COUNT")]
    TooManyHolders {
        /// Holders there would be.
        would_be: i64,
        /// The most holders there may be.
        limit: i64,
    },
    /// The sender has fewer units than that.
    #[serde(rename = "BALANCE")]
    InsufficientBalance {
        /// Units that were to move.
        units: i64,
        /// Units the sender holds.
        available: i64,
    },
    /// The partition would be larger than authorised.
    #[serde(rename = "AUTHORISED")]
    AuthorisedSizeExceeded {
        /// Units there would be.
        would_be: i64,
        /// The authorised size.
        limit: i64,
    },
    /// Nothing is issued outside the window of the sale.
    #[serde(rename = "SALE_WINDOW")]
    OutsideSale {
        /// The moment asked about.
        now: DateTime<Utc>,
        /// When the sale opens, or the first moment after it.
        boundary: DateTime<Utc>,
    },
    /// The partition is protected, and the issuer's co-signature of just this transfer is missing or has run out.
    #[serde(rename = "COSIGNATURE")]
    NotCosigned {
        /// The moment asked about.
        now: DateTime<Utc>,
        /// The first moment at which the co-signature no longer holds; none when there is none.
        until: Option<DateTime<Utc>>,
    },
    /// One transfer may not move so many units.
    #[serde(rename = "TRANSFER_LIMIT")]
    TransferTooLarge {
        /// Units that were to move.
        units: i64,
        /// The most units of one transfer.
        limit: i64,
    },
    /// The release schedule still keeps some of the sender's units, and the rest is too little.
    #[serde(rename = "RELEASE")]
    NotReleased {
        /// Units that were to move.
        units: i64,
        /// Units that the schedule does not keep.
        free: i64,
    },
    /// The beneficial owner would hold more units than anybody may.
    #[serde(rename = "MAX_HOLDING")]
    HoldingTooLarge {
        /// Units the owner would hold.
        would_hold: i64,
        /// The most units of one owner.
        limit: i64,
    },
    /// A beneficial owner would be left with, or get to, fewer units than a holder must have.
    #[serde(rename = "MIN_HOLDING")]
    HoldingTooSmall {
        /// Units the owner would hold.
        would_hold: i64,
        /// The least units of one owner.
        limit: i64,
    },
    /// The beneficial owner would hold more units over all partitions than the cap of the pool.
    #[serde(rename = "CAP_POOL")]
    PoolCapExceeded {
        /// Units the owner would hold over all partitions.
        would_hold: i64,
        /// The most units one owner may hold over all partitions.
        limit: i64,
    },
    /// The partition would have more holders of the receiver's country than it may.
    #[serde(rename = "COUNTRY_COUNT")]
    TooManyOfCountry {
        /// Holders of the country there would be.
        would_be: i64,
        /// The most there may be.
        limit: i64,
    },
    /// The partition would have more holders of the receiver's class than it may.
    #[serde(rename = "CLASS_COUNT")]
    TooManyOfClass {
        /// Holders of the class there would be.
        would_be: i64,
        /// The most there may be.
        limit: i64,
    },
    /// Nothing moves by a transfer of no units.
    #[serde(rename = "UNITS")]
    NoUnits,
}

impl Refusal {
    /// The registered reason: in JSON as it stands, on chain as bytes32 (ASCII, left-aligned). The engine's
    /// `UNKNOWN` names its side, as the chain does.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Paused => "PAUSED",
            Self::PartitionPaused { .. } => "PARTITION_PAUSED",
            Self::PrimaryClosed => "NOT_ISSUABLE",
            Self::Unknown { side: Side::Sender } => "SENDER_UNKNOWN",
            Self::Unknown { side: Side::Receiver } => "RECEIVER_UNKNOWN",
            Self::CredentialExpired { .. } => "KYC_EXPIRED",
            Self::Frozen { .. } => "FROZEN",
            Self::HeldUnits { .. } => "HELD_UNITS",
            Self::FrozenUnits { .. } => "FROZEN_UNITS",
            Self::Locked { .. } => "LOCKED",
            Self::WalletLocked { .. } => "LOCKED_HOLDER",
            Self::CountryNotAllowed { .. } => "COUNTRY",
            Self::ClassNotAllowed { .. } => "CLASS",
            Self::CapExceeded { .. } => "CAP_HOLDER",
            Self::TooManyHolders { .. } => "HOLDER_COUNT",
            Self::InsufficientBalance { .. } => "BALANCE",
            Self::AuthorisedSizeExceeded { .. } => "AUTHORISED",
            Self::OutsideSale { .. } => "SALE_WINDOW",
            Self::NotCosigned { .. } => "COSIGNATURE",
            Self::TransferTooLarge { .. } => "TRANSFER_LIMIT",
            Self::NotReleased { .. } => "RELEASE",
            Self::HoldingTooLarge { .. } => "MAX_HOLDING",
            Self::HoldingTooSmall { .. } => "MIN_HOLDING",
            Self::PoolCapExceeded { .. } => "CAP_POOL",
            Self::TooManyOfCountry { .. } => "COUNTRY_COUNT",
            Self::TooManyOfClass { .. } => "CLASS_COUNT",
            Self::NoUnits => "UNITS",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paused => write!(f, "the token is paused"),
            Self::PartitionPaused { partition } => write!(f, "the partition {partition} is paused"),
            Self::PrimaryClosed => write!(f, "the primary sale is closed"),
            Self::Unknown { side } => write!(f, "the {side} is not on the register of eligible persons"),
            Self::CredentialExpired { side, valid_until } => {
                write!(f, "the approval of the {side} ended on {}", valid_until.format("%Y-%m-%d %H:%M UTC"))
            }
            Self::Frozen { side } => write!(f, "the {side} is frozen"),
            Self::HeldUnits { units, free } => {
                write!(f, "{units} units asked, {free} are not held for somebody")
            }
            Self::FrozenUnits { units, free } => write!(f, "{units} units asked, {free} are not frozen"),
            Self::Locked { until } => write!(f, "locked until {}", until.format("%Y-%m-%d %H:%M UTC")),
            Self::WalletLocked { until } => {
                write!(f, "the sender's wallet is locked until {}", until.format("%Y-%m-%d %H:%M UTC"))
            }
            Self::CountryNotAllowed { country } => write!(f, "holders in {} are not allowed", country.name()),
            Self::ClassNotAllowed { class } => write!(f, "investors of the class {class} are not allowed"),
            Self::CapExceeded { would_hold, limit } => {
                write!(f, "the holder would hold {would_hold} units, the cap is {limit}")
            }
            Self::TooManyHolders { would_be, limit } => {
                write!(f, "there would be {would_be} holders, the limit is {limit}")
            }
            Self::InsufficientBalance { units, available } => {
                write!(f, "{units} units asked, the sender holds {available}")
            }
            Self::AuthorisedSizeExceeded { would_be, limit } => {
                write!(f, "there would be {would_be} units, {limit} are authorised")
            }
            Self::OutsideSale { now, boundary } => {
                let word = if now < boundary { "opens" } else { "closed" };
                write!(f, "the sale {word} on {}", boundary.format("%Y-%m-%d %H:%M UTC"))
            }
            Self::NotCosigned { until: None, .. } => write!(f, "the issuer has not co-signed this transfer"),
            Self::NotCosigned { until: Some(until), .. } => {
                let until = until.format("%Y-%m-%d %H:%M UTC");
                write!(f, "the issuer's co-signature of this transfer ended on {until}")
            }
            Self::TransferTooLarge { units, limit } => {
                write!(f, "{units} units asked, one transfer may move {limit}")
            }
            Self::NotReleased { units, free } => write!(f, "{units} units asked, {free} are released"),
            Self::HoldingTooLarge { would_hold, limit } => {
                write!(f, "the holder would hold {would_hold} units, the most is {limit}")
            }
            Self::HoldingTooSmall { would_hold, limit } => {
                write!(f, "a holder would hold {would_hold} units, the least is {limit}")
            }
            Self::PoolCapExceeded { would_hold, limit } => {
                write!(f, "the holder would hold {would_hold} units over all partitions, the cap is {limit}")
            }
            Self::TooManyOfCountry { would_be, limit } => {
                write!(f, "there would be {would_be} holders of the receiver's country, the limit is {limit}")
            }
            Self::TooManyOfClass { would_be, limit } => {
                write!(f, "there would be {would_be} holders of the receiver's class, the limit is {limit}")
            }
            Self::NoUnits => write!(f, "the number of units must be at least 1"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_carries_its_numbers_through_json() {
        let refusal = Refusal::CapExceeded { would_hold: 50_001, limit: 50_000 };
        let json = serde_json::to_string(&refusal).unwrap();
        assert_eq!(json, r#"{"code":"CAP_HOLDER","would_hold":50001,"limit":50000}"#);
        assert_eq!(serde_json::from_str::<Refusal>(&json).unwrap(), refusal);
        assert_eq!(refusal.to_string(), "the holder would hold 50001 units, the cap is 50000");
    }
}
