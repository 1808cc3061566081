//! Holds: units that are kept for somebody and stay their holder's on the register.

use super::{
    super::{ChainCall, words},
    call,
};
use alloy::{
    primitives::{U256, keccak256},
    sol_types::SolValue,
};
use chrono::{DateTime, Utc};
use contracts::SecurityToken;
use domain::{Units, party::WalletAddress, pool::PartitionName};

/// A hold: its terms are what it is known by, so every call brings them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The partition.
    pub partition: PartitionName,
    /// Whose units they are.
    pub holder: WalletAddress,
    /// Who gets them; the notary names it when nobody is.
    pub recipient: Option<WalletAddress>,
    /// Who executes or releases; nobody when the secret alone does.
    pub notary: Option<WalletAddress>,
    /// How many.
    pub units: Units,
    /// From then on it is never executed and anyone may free the units.
    pub expiry: DateTime<Utc>,
    /// The SHA-256 of the 32 bytes that execute the hold.
    pub secret_hash: Option<[u8; 32]>,
    /// Tells apart holds that are alike.
    pub salt: [u8; 32],
}

impl Hold {
    /// What the token of a chain knows the hold by.
    #[must_use]
    pub fn key(&self, chain_id: u64, token: WalletAddress) -> [u8; 32] {
        let named = (U256::from(chain_id), words::address(token), self.on_chain());
        keccak256(named.abi_encode_params()).0
    }

    pub(in super::super) fn on_chain(&self) -> SecurityToken::Hold {
        SecurityToken::Hold {
            partition: words::partition(&self.partition),
            holder: words::address(self.holder),
            recipient: self.recipient.map(words::address).unwrap_or_default(),
            notary: self.notary.map(words::address).unwrap_or_default(),
            units: self.units.get().unsigned_abs(),
            expiry: words::seconds(self.expiry),
            secretHash: self.secret_hash.unwrap_or_default().into(),
            salt: self.salt.into(),
        }
    }
}

/// Holds free units of the holder; signed by it, by an operator of it in the partition, or by the transfer agent.
#[must_use]
pub fn create_hold(token: WalletAddress, hold: &Hold) -> ChainCall {
    call(token, SecurityToken::createHoldCall { hold: hold.on_chain() })
}

/// Delivers so many units of the hold; signed by its notary.
#[must_use]
pub fn execute_hold(token: WalletAddress, hold: &Hold, recipient: WalletAddress, units: Units) -> ChainCall {
    let (recipient, units): (_, U256) = (words::address(recipient), words::units_word(units));
    call(token, SecurityToken::executeHoldCall { hold: hold.on_chain(), recipient, units })
}

/// Delivers all that is left of the hold to its recipient; anyone who knows the secret may sign.
#[must_use]
pub fn execute_hold_with_secret(token: WalletAddress, hold: &Hold, secret: [u8; 32]) -> ChainCall {
    call(token, SecurityToken::executeHoldWithSecretCall { hold: hold.on_chain(), secret: secret.into() })
}

/// Frees what the hold still keeps; signed by its notary or recipient, the transfer agent, or anyone after its expiry.
#[must_use]
pub fn release_hold(token: WalletAddress, hold: &Hold) -> ChainCall {
    call(token, SecurityToken::releaseHoldCall { hold: hold.on_chain() })
}
