//! The registry: who may hold.

use super::{
    super::{ChainCall, TooBig, identity_word, words},
    call, within_batch,
};
use alloy::primitives::U256;
use chrono::{DateTime, Utc};
use contracts::IdentityRegistry;
use domain::{
    Country,
    party::{InvestorClass, WalletAddress},
};

/// The first wallet of a new identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The wallet.
    pub wallet: WalletAddress,
    /// The opaque number of the beneficial owner, from 1.
    pub identity: u64,
    /// Where the owner resides.
    pub country: Country,
    /// The class of the owner.
    pub class: InvestorClass,
    /// The first moment at which the approval no longer holds.
    pub valid_until: DateTime<Utc>,
}

impl Registration {
    fn word(&self) -> U256 {
        let valid_until = words::seconds(self.valid_until).saturating_to();
        identity_word::pack(self.identity, valid_until, self.country, self.class)
    }
}

/// Registers new identities. One bad entry refuses all; an operation id works once.
///
/// # Errors
/// When there are more than [`super::MAX_BATCH`].
pub fn register(
    registry: WalletAddress,
    operation_id: [u8; 32],
    registrations: &[Registration],
) -> Result<ChainCall, TooBig> {
    within_batch(registrations.len())?;
    let wallets = registrations.iter().map(|one| words::address(one.wallet)).collect();
    let identities = registrations.iter().map(Registration::word).collect();
    let operation = operation_id.into();
    Ok(call(registry, IdentityRegistry::registerBatchCall { operationId: operation, wallets, identities }))
}

/// Lets a token keep copies of what the registry knows, so that its transfers ask no other contract.
#[must_use]
pub fn list_token(registry: WalletAddress, token: WalletAddress) -> ChainCall {
    call(registry, IdentityRegistry::listTokenCall { token: words::address(token) })
}

/// Adds a wallet to the identity behind another one.
#[must_use]
pub fn add_wallet(registry: WalletAddress, known: WalletAddress, added: WalletAddress) -> ChainCall {
    let added = words::address(added);
    call(registry, IdentityRegistry::addWalletCall { wallet: words::address(known), added })
}

/// Takes a wallet out of use for good.
#[must_use]
pub fn remove_wallet(registry: WalletAddress, wallet: WalletAddress) -> ChainCall {
    call(registry, IdentityRegistry::removeWalletCall { wallet: words::address(wallet) })
}

/// Sets until when the identity behind a wallet is approved.
#[must_use]
pub fn set_valid_until(registry: WalletAddress, wallet: WalletAddress, until: DateTime<Utc>) -> ChainCall {
    let wallet = words::address(wallet);
    call(registry, IdentityRegistry::setValidUntilCall { wallet, validUntil: words::seconds(until) })
}

/// Sets country and class of the identity behind a wallet.
#[must_use]
pub fn set_profile(
    registry: WalletAddress,
    wallet: WalletAddress,
    country: Country,
    class: InvestorClass,
) -> ChainCall {
    let (country, investor_class) = (country.index(), class.number());
    let wallet = words::address(wallet);
    call(registry, IdentityRegistry::setProfileCall { wallet, country, investorClass: investor_class })
}

/// Freezes or unfreezes the identity behind a wallet in every token.
#[must_use]
pub fn set_identity_frozen(registry: WalletAddress, wallet: WalletAddress, frozen: bool) -> ChainCall {
    call(registry, IdentityRegistry::setFrozenCall { wallet: words::address(wallet), frozen })
}
