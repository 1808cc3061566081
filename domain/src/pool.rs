//! A pool and its partitions: from a draft to the last redemption.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

crate::status::words! {
    /// The life of a pool.
    PoolStatus, "pool_status" {
        /// Assets are chosen, terms are open.
        Draft = "draft",
        /// The token is being deployed.
        Tokenising = "tokenising",
        /// The primary sale takes subscriptions.
        Offered = "offered",
        /// The primary sale is closed; units trade and earn.
        Live = "live",
        /// Everything is paid back.
        Redeemed = "redeemed",
    }
}

/// The name of a partition, as `senior`: 1 to 31 lower-case letters, digits and hyphens, so that it fits
/// the bytes32 partition name of ERC-1410 with its terminating zero.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartitionName(String);

/// The most characters of a partition name.
pub const MAX_PARTITION_NAME: usize = 31;

impl PartitionName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name on chain: ASCII, left-aligned, zero-padded.
    #[must_use]
    pub fn bytes32(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..self.0.len()].copy_from_slice(self.0.as_bytes());
        bytes
    }
}

impl FromStr for PartitionName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let name = text.trim();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > MAX_PARTITION_NAME || !name.chars().all(allowed) {
            let limit = format!("1 to {MAX_PARTITION_NAME} lower-case letters, digits and hyphens");
            return Err(Invalid::new("partition", text, limit));
        }
        Ok(Self(name.to_owned()))
    }
}

impl TryFrom<String> for PartitionName {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<PartitionName> for String {
    fn from(name: PartitionName) -> Self {
        name.0
    }
}

impl fmt::Display for PartitionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_name_fits_bytes32() {
        let senior: PartitionName = "senior".parse().unwrap();
        assert_eq!(&senior.bytes32()[..7], b"senior\0");
        for text in ["", "Senior", "a b", &"x".repeat(32)] {
            assert_eq!(text.parse::<PartitionName>().unwrap_err().field, "partition");
        }
    }
}
