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

/// The most characters of a partition name.
pub const MAX_PARTITION_NAME: usize = 31;

/// Declares a name that fits the bytes32 names of ERC-1410 and ERC-1643 with a terminating zero.
macro_rules! chain_names {
    ($($(#[$meta:meta])* $name:ident, $field:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
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

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                let name = text.trim();
                let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                if name.is_empty() || name.len() > MAX_PARTITION_NAME || !name.chars().all(allowed) {
                    let limit = format!("1 to {MAX_PARTITION_NAME} lower-case letters, digits and hyphens");
                    return Err(Invalid::new($field, text, limit));
                }
                Ok(Self(name.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

chain_names! {
    /// The name of a partition, as `senior`: 1 to 31 lower-case letters, digits and hyphens.
    PartitionName, "partition";
    /// The name of a document of a pool, as `prospectus`: 1 to 31 lower-case letters, digits and hyphens.
    DocumentName, "document";
}

/// The short name of a token, as `HFN1`: 2 to 11 upper-case letters and digits, a letter first. ERC-20 sets no
/// limit; wallets cut what is longer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Symbol(String);

impl Symbol {
    /// The symbol as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Symbol {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let symbol = text.trim();
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let starts = symbol.starts_with(|c: char| c.is_ascii_uppercase());
        if !starts || !(2..=11).contains(&symbol.len()) || !symbol.chars().all(allowed) {
            let limit = "2 to 11 upper-case letters and digits, a letter first";
            return Err(Invalid::new("symbol", text, limit));
        }
        Ok(Self(symbol.to_owned()))
    }
}

impl TryFrom<String> for Symbol {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Symbol> for String {
    fn from(symbol: Symbol) -> Self {
        symbol.0
    }
}

impl fmt::Display for Symbol {
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

    #[test]
    fn a_symbol_is_short_and_upper_case() {
        assert_eq!("HFN1".parse::<Symbol>().unwrap().as_str(), "HFN1");
        for text in ["", "H", "hfn1", "1HFN", "HFN 1", "HFNHFNHFNHFN"] {
            assert_eq!(text.parse::<Symbol>().unwrap_err().field, "symbol", "{text}");
        }
    }
}
