//! Who takes part: roles of people who sign in, classes of investors, wallets.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use sha3::{Digest, Keccak256};
use std::{fmt, str::FromStr};

crate::status::words! {
    /// What a person who signs in may do.
    Role, "role" {
        /// Brings assets, builds pools, allocates, declares coupons.
        Issuer = "issuer",
        /// Proves who they are, subscribes, transfers, is paid.
        Investor = "investor",
        /// Decides cases, freezes, forces, recovers.
        Compliance = "compliance",
        /// Reads registers, rules and decisions.
        Regulator = "regulator",
        /// Runs jobs and reconciles.
        Operator = "operator",
    }
}

crate::status::words! {
    /// The class of an investor, which a partition may require. The order is the class number on chain, from 0.
    InvestorClass, "investor_class" {
        /// A retail investor.
        Retail = "retail",
        /// A professional client (MiFID II, annex II).
        Professional = "professional",
        /// An accredited investor (Regulation D, rule 501).
        Accredited = "accredited",
        /// An institution: bank, insurer, fund.
        Institutional = "institutional",
    }
}

crate::status::words! {
    /// Where an investor stands.
    InvestorStatus, "investor_status" {
        /// Has applied; the officer has not decided.
        Applied = "applied",
        /// May hold, while the approval is valid.
        Approved = "approved",
        /// May not hold.
        Rejected = "rejected",
        /// Was approved; nothing moves until the officer says so.
        Frozen = "frozen",
    }
}

impl InvestorClass {
    /// The number on chain, from 0 to 7: a bit of the class mask.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// An address of an EVM network. Text outside has the mixed-case checksum of EIP-55.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WalletAddress(pub [u8; 20]);

impl FromStr for WalletAddress {
    type Err = Invalid;

    /// Accepts `0x` and 40 hexadecimal digits; where both cases occur the checksum of EIP-55 must hold.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let limit =
            || Invalid::new("wallet", text, "0x and 40 hexadecimal digits with a valid EIP-55 checksum");
        let digits = text.trim().strip_prefix("0x").ok_or_else(limit)?;
        let mut bytes = [0; 20];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| limit())?;
        let wallet = Self(bytes);
        let one_case = digits == digits.to_lowercase() || digits == digits.to_uppercase();
        if one_case || wallet.to_string().strip_prefix("0x") == Some(digits) {
            Ok(wallet)
        } else {
            Err(limit())
        }
    }
}

impl TryFrom<String> for WalletAddress {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<WalletAddress> for String {
    fn from(wallet: WalletAddress) -> Self {
        wallet.to_string()
    }
}

impl fmt::Display for WalletAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = hex::encode(self.0);
        let hash = hex::encode(Keccak256::digest(digits.as_bytes()));
        f.write_str("0x")?;
        for (digit, nibble) in digits.chars().zip(hash.chars()) {
            let digit = if nibble >= '8' { digit.to_ascii_uppercase() } else { digit };
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wallet_shows_the_checksum_of_eip_55() {
        for text in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        ] {
            assert_eq!(text.parse::<WalletAddress>().unwrap().to_string(), text);
            assert_eq!(text.to_lowercase().parse::<WalletAddress>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_mistyped_wallet_is_refused() {
        for text in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed",
            "0x00",
            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "",
        ] {
            assert_eq!(text.parse::<WalletAddress>().unwrap_err().field, "wallet", "{text}");
        }
    }

    #[test]
    fn class_numbers_on_chain_never_change() {
        let classes: Vec<_> =
            InvestorClass::ALL.iter().map(|class| (class.number(), class.as_str())).collect();
        assert_eq!(classes, [(0, "retail"), (1, "professional"), (2, "accredited"), (3, "institutional")]);
    }
}
