//! Between the numbers and words of the chain and those of the house.

use super::ChainError;
use alloy::primitives::{Address, B256, U256, Uint};
use chrono::{DateTime, Utc};
use domain::{Units, party::WalletAddress, pool::PartitionName};

pub(super) fn address(wallet: WalletAddress) -> Address {
    Address::from(wallet.0)
}

pub(super) fn wallet(address: Address) -> WalletAddress {
    WalletAddress(address.0.0)
}

/// The zero address of ERC-20 stands for nobody: an issue has no sender, a redemption no receiver.
pub(super) fn someone(address: Address) -> Option<WalletAddress> {
    (!address.is_zero()).then(|| wallet(address))
}

pub(super) fn partition(name: &PartitionName) -> B256 {
    B256::from(name.bytes32())
}

/// The name of a partition that this house may have made; `None` for any other bytes32.
pub(super) fn partition_name(word: B256) -> Option<PartitionName> {
    let end = word.iter().position(|byte| *byte == 0)?;
    let (name, rest) = word.split_at(end);
    let name = std::str::from_utf8(name).ok().filter(|_| rest.iter().all(|byte| *byte == 0))?;
    name.parse::<PartitionName>().ok().filter(|parsed| parsed.as_str() == name)
}

pub(super) fn units_word(units: Units) -> U256 {
    U256::from(units.get().unsigned_abs())
}

/// A number of the chain as `i64`; the contracts keep all units and amounts of the house below 2^63.
pub(super) fn number(word: U256) -> Result<i64, ChainError> {
    i64::try_from(word).map_err(|_| ChainError::nonsense(format_args!("the number {word} is beyond 2^63")))
}

pub(super) fn units(word: U256) -> Result<Units, ChainError> {
    Units::try_from(number(word)?).map_err(ChainError::nonsense)
}

/// Seconds since 1970 in 40 bits; what is before 1970 is never, what is beyond the year 36812 is then.
pub(super) fn seconds(at: DateTime<Utc>) -> Uint<40, 1> {
    Uint::saturating_from(at.timestamp().max(0).unsigned_abs())
}

pub(super) fn moment(seconds: u64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)
}
