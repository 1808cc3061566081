//! Deployments: code and what it is built with.

use super::super::{ChainCall, words};
use alloy::{primitives::U256, sol_types::SolConstructor};
use chrono::{DateTime, Utc};
use contracts::{CouponPayer, IdentityRegistry, PaymentToken, SecurityToken, SecurityTokenBackOffice};
use domain::{
    BasisPoints, Country, Units,
    party::{InvestorClass, WalletAddress},
    pool::PartitionName,
};

/// The terms of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionTerms {
    /// Its name.
    pub partition: PartitionName,
    /// The most units that may ever be outstanding.
    pub authorised: Units,
    /// The cap per beneficial owner, of the authorised size until the primary closes, of the units outstanding
    /// afterwards.
    pub cap: Option<BasisPoints>,
    /// The most beneficial owners.
    pub holder_limit: Option<u32>,
    /// Classes that may receive.
    pub classes: Vec<InvestorClass>,
    /// Countries whose residents may receive.
    pub countries: Vec<Country>,
    /// Holders neither transfer nor redeem before.
    pub locked_until: Option<DateTime<Utc>>,
}

impl PartitionTerms {
    pub(super) fn on_chain(&self) -> SecurityToken::PartitionTerms {
        SecurityToken::PartitionTerms {
            partition: words::partition(&self.partition),
            authorised: self.authorised.get().unsigned_abs(),
            capBps: self.cap.map_or(0, |cap| u16::try_from(cap.get()).unwrap_or(u16::MAX)),
            holderLimit: self.holder_limit.unwrap_or(0),
            classMask: self.classes.iter().fold(0, |mask, class| mask | (1 << class.number())),
            lockedUntil: self.locked_until.map(words::seconds).unwrap_or_default(),
            countryMask: self
                .countries
                .iter()
                .fold(U256::ZERO, |mask, country| mask | (U256::from(1) << country.index())),
        }
    }
}

/// What a token is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPlan {
    /// Its name for people.
    pub name: String,
    /// Its short name.
    pub symbol: String,
    /// Who gives and takes roles.
    pub admin: WalletAddress,
    /// The registry that says who may hold.
    pub registry: WalletAddress,
    /// The code that serves all tokens of a chain.
    pub back_office: WalletAddress,
    /// Its partitions; the first is the one that ERC-20 calls move.
    pub partitions: Vec<PartitionTerms>,
}

/// Units of a security are whole: its ERC-20 face has no decimals.
const SECURITY_DECIMALS: u8 = 0;

pub(super) fn deploy(code: &[u8], arguments: &[u8]) -> ChainCall {
    ChainCall { to: None, data: [code, arguments].concat(), value_wei: 0 }
}

/// The registry of identities, one per chain.
#[must_use]
pub fn deploy_registry(admin: WalletAddress) -> ChainCall {
    let arguments = IdentityRegistry::constructorCall { admin_: words::address(admin) };
    deploy(&IdentityRegistry::BYTECODE, &arguments.abi_encode())
}

/// The code that all tokens of a chain share.
#[must_use]
pub fn deploy_back_office() -> ChainCall {
    deploy(&SecurityTokenBackOffice::BYTECODE, &[])
}

/// A pool's security token.
#[must_use]
pub fn deploy_token(plan: &TokenPlan) -> ChainCall {
    let config = SecurityToken::TokenConfig {
        name: plan.name.clone(),
        symbol: plan.symbol.clone(),
        decimals: SECURITY_DECIMALS,
        admin: words::address(plan.admin),
        registry: words::address(plan.registry),
        backOffice: words::address(plan.back_office),
        partitions: plan.partitions.iter().map(PartitionTerms::on_chain).collect(),
    };
    deploy(&SecurityToken::BYTECODE, &SecurityToken::constructorCall { config }.abi_encode())
}

/// The payer of coupons, one per chain.
#[must_use]
pub fn deploy_payer(admin: WalletAddress) -> ChainCall {
    let arguments = CouponPayer::constructorCall { admin_: words::address(admin) };
    deploy(&CouponPayer::BYTECODE, &arguments.abi_encode())
}

/// The demonstration payment token, with 6 decimals.
#[must_use]
pub fn deploy_payment_token(name: &str, symbol: &str, admin: WalletAddress) -> ChainCall {
    let arguments = PaymentToken::constructorCall {
        name_: name.to_owned(),
        symbol_: symbol.to_owned(),
        admin_: words::address(admin),
    };
    deploy(&PaymentToken::BYTECODE, &arguments.abi_encode())
}
