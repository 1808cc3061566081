//! The registered reasons of a refusal, their words on chain, and the status bytes that go with them.

use std::fmt;

use alloy::primitives::{B256, FixedBytes};
use serde::{Deserialize, Serialize};

/// A status byte of the ERC-1400 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[repr(u8)]
pub enum Status {
    /// Refused for a reason that is neither side's.
    Failure = 0x50,
    /// Nothing stands against it.
    Success = 0x51,
    /// The balance in the partition is too small.
    InsufficientBalance = 0x52,
    /// The allowance is too small.
    InsufficientAllowance = 0x53,
    /// The token or the partition is paused.
    Halted = 0x54,
    /// Units are frozen or locked up.
    Locked = 0x55,
    /// The sender may not send.
    InvalidSender = 0x56,
    /// The receiver may not receive.
    InvalidReceiver = 0x57,
    /// The caller is not an operator of the sender.
    InvalidOperator = 0x58,
}

impl Status {
    /// Every status, in the order of its byte.
    pub const ALL: [Self; 9] = [
        Self::Failure,
        Self::Success,
        Self::InsufficientBalance,
        Self::InsufficientAllowance,
        Self::Halted,
        Self::Locked,
        Self::InvalidSender,
        Self::InvalidReceiver,
        Self::InvalidOperator,
    ];

    /// The byte, 0x50 to 0x58.
    pub const fn byte(self) -> u8 {
        self as u8
    }

    /// The byte as the bindings give and take it.
    pub const fn bytes1(self) -> FixedBytes<1> {
        FixedBytes([self.byte()])
    }

    /// The status of a byte, none for a byte outside the table.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.byte() == byte)
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $word:literal [$($status:ident),+],)+) => {
        /// Why the token refuses. The registered word is ASCII, aligned to the left of 32 bytes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        impl Reason {
            /// Every registered reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The registered word, as text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The status bytes it comes with: the sender's before the receiver's where both can be meant.
            pub const fn statuses(self) -> &'static [Status] {
                match self { $(Self::$variant => &[$(Status::$status),+],)+ }
            }
        }
    };
}

reasons! {
    /// The partition does not exist.
    PartitionUnknown = "PARTITION_UNKNOWN" [Failure],
    /// The caller is not an operator of the holder.
    Operator = "OPERATOR" [InvalidOperator],
    /// Value: units asked. Limit: the allowance.
    Allowance = "ALLOWANCE" [InsufficientAllowance],
    /// The primary is closed: nothing is issued any more.
    NotIssuable = "NOT_ISSUABLE" [Failure],
    /// Control was given up: nothing is forced any more.
    NotControllable = "NOT_CONTROLLABLE" [Failure],
    /// The whole token is paused.
    Paused = "PAUSED" [Halted],
    /// The partition is paused.
    PartitionPaused = "PARTITION_PAUSED" [Halted],
    /// The sender's wallet is not registered, or removed.
    SenderUnknown = "SENDER_UNKNOWN" [InvalidSender],
    /// The receiver's wallet is not registered, or removed.
    ReceiverUnknown = "RECEIVER_UNKNOWN" [InvalidReceiver],
    /// The identity or the wallet is frozen; the status tells whose.
    Frozen = "FROZEN" [InvalidSender, InvalidReceiver],
    /// Value: now. Limit: valid until, both in unix seconds; the status tells whose.
    KycExpired = "KYC_EXPIRED" [InvalidSender, InvalidReceiver],
    /// Value: units asked. Limit: balance in the partition.
    Balance = "BALANCE" [InsufficientBalance],
    /// Value: units asked. Limit: units of the wallet in the partition that no hold keeps.
    HeldUnits = "HELD_UNITS" [Locked],
    /// Value: units asked. Limit: units of the wallet over all partitions that are neither held nor frozen.
    FrozenUnits = "FROZEN_UNITS" [Locked],
    /// Value: now. Limit: locked until, both in unix seconds.
    Locked = "LOCKED" [Locked],
    /// Value: now. Limit: until when the sender's wallet is locked, both in unix seconds.
    LockedHolder = "LOCKED_HOLDER" [Locked],
    /// Value: the receiver's country index. Limit: the mask of those allowed.
    Country = "COUNTRY" [InvalidReceiver],
    /// Value: the receiver's investor class. Limit: the mask of those allowed.
    Class = "CLASS" [InvalidReceiver],
    /// Value: units that would be outstanding. Limit: the authorised size.
    Authorised = "AUTHORISED" [Failure],
    /// Value: units the beneficial owner would hold. Limit: the cap in units.
    CapHolder = "CAP_HOLDER" [Failure],
    /// Value: beneficial owners there would be. Limit: the most allowed.
    HolderCount = "HOLDER_COUNT" [Failure],
    /// Value: now. Limit: when the sale opens or closed, both in unix seconds.
    SaleWindow = "SALE_WINDOW" [Halted],
    /// Value: now. Limit: until when the co-signature holds, 0 for none, both in unix seconds.
    Cosignature = "COSIGNATURE" [Failure],
    /// Value: units asked. Limit: the most of one transfer.
    TransferLimit = "TRANSFER_LIMIT" [Failure],
    /// Value: units asked. Limit: units that the schedule has released.
    Release = "RELEASE" [Locked],
    /// Value: units the beneficial owner would hold. Limit: the most allowed.
    MaxHolding = "MAX_HOLDING" [Failure],
    /// Value: units the beneficial owner would hold. Limit: the least allowed.
    MinHolding = "MIN_HOLDING" [Failure],
    /// Value: units over all partitions the beneficial owner would hold. Limit: the cap in units.
    CapPool = "CAP_POOL" [Failure],
    /// Value: beneficial owners of the country there would be. Limit: the most allowed.
    CountryCount = "COUNTRY_COUNT" [Failure],
    /// Value: beneficial owners of the class there would be. Limit: the most allowed.
    ClassCount = "CLASS_COUNT" [Failure],
    /// Who acts for a holder is a wallet that was recovered: it acts for nobody, whatever it is allowed.
    Recovered = "RECOVERED" [InvalidOperator],
}

impl Reason {
    /// The registered word as the chain carries it.
    pub fn word(self) -> B256 {
        let mut word = B256::ZERO;
        word[..self.as_str().len()].copy_from_slice(self.as_str().as_bytes());
        word
    }

    /// The reason of a word, none for one that is not registered.
    pub fn from_word(word: B256) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.word() == word)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = include_str!("../../src/token/Reasons.sol");

    #[test]
    fn every_reason_of_the_contract_is_registered_here_and_no_other() {
        let on_chain: Vec<&str> = SOURCE
            .lines()
            .filter_map(|line| line.trim().strip_prefix("bytes32 internal constant "))
            .filter_map(|line| line.split('"').nth(1))
            .collect();
        let here: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(on_chain, here);
    }

    #[test]
    fn every_reason_has_its_number_in_the_order_of_registration() {
        let registered = SOURCE
            .lines()
            .filter_map(|line| line.trim().strip_prefix("bytes32 internal constant "))
            .filter_map(|line| line.split_once(" = ").map(|(name, _)| name));
        let expected: Vec<String> =
            registered.enumerate().map(|(place, name)| format!("reasons[{place}] = {name};")).collect();
        let numbered: Vec<&str> =
            SOURCE.lines().map(str::trim).filter(|line| line.starts_with("reasons[")).collect();
        assert_eq!(numbered, expected);
    }

    #[test]
    fn every_status_byte_of_the_contract_is_the_one_here() {
        let on_chain: Vec<u8> = SOURCE
            .lines()
            .filter_map(|line| line.trim().strip_prefix("bytes1 internal constant "))
            .filter_map(|line| line.split("0x").nth(1))
            .filter_map(|hex| u8::from_str_radix(hex.trim_end_matches(';'), 16).ok())
            .collect();
        assert_eq!(on_chain, Status::ALL.map(Status::byte));
    }

    #[test]
    fn a_reason_comes_back_from_its_word() {
        let mut word = [0; 32];
        word[..10].copy_from_slice(b"CAP_HOLDER");
        assert_eq!(Reason::CapHolder.word(), B256::from(word));
        for reason in Reason::ALL {
            assert_eq!(Reason::from_word(reason.word()), Some(*reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
        assert_eq!(Reason::from_word(B256::ZERO), None);
    }
}
