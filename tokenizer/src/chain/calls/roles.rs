//! Who may do what on a contract.

use super::{
    super::{ChainCall, words},
    call,
};
use alloy::primitives::U256;
use contracts::SecurityToken;
use domain::party::WalletAddress;

/// A role on a contract; its number is its bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ChainRole {
    /// Issues units, opens partitions, keeps documents, closes the primary; mints a payment token.
    Issuer = 1,
    /// Moves and redeems units by force.
    TransferAgent = 2,
    /// Registers, freezes and sets rules.
    Compliance = 4,
    /// Declares and pushes coupons.
    Payer = 8,
    /// Pauses and resumes.
    Pauser = 16,
}

impl ChainRole {
    /// Every role, in the order of their bits.
    pub const ALL: [Self; 5] =
        [Self::Issuer, Self::TransferAgent, Self::Compliance, Self::Payer, Self::Pauser];

    /// The roles whose bits are set.
    #[must_use]
    pub fn of(bits: u8) -> Vec<Self> {
        Self::ALL.into_iter().filter(|role| bits & *role as u8 != 0).collect()
    }

    /// The word in JSON and in the keys of texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::TransferAgent => "transfer-agent",
            Self::Compliance => "compliance",
            Self::Payer => "payer",
            Self::Pauser => "pauser",
        }
    }
}

fn bits(roles: &[ChainRole]) -> U256 {
    U256::from(roles.iter().fold(0, |bits, role| bits | *role as u8))
}

/// Gives roles besides those an account has. The same on every contract.
#[must_use]
pub fn grant_roles(contract: WalletAddress, account: WalletAddress, roles: &[ChainRole]) -> ChainCall {
    call(contract, SecurityToken::grantRolesCall { account: words::address(account), roles: bits(roles) })
}

/// Takes roles away.
#[must_use]
pub fn revoke_roles(contract: WalletAddress, account: WalletAddress, roles: &[ChainRole]) -> ChainCall {
    call(contract, SecurityToken::revokeRolesCall { account: words::address(account), roles: bits(roles) })
}

/// Offers the administration to another account, which must accept.
#[must_use]
pub fn offer_admin(contract: WalletAddress, offered: WalletAddress) -> ChainCall {
    call(contract, SecurityToken::offerAdminCall { offered: words::address(offered) })
}

/// Accepts the offered administration.
#[must_use]
pub fn accept_admin(contract: WalletAddress) -> ChainCall {
    call(contract, SecurityToken::acceptAdminCall {})
}
