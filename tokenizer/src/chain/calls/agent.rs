//! What the transfer agent does besides moving by force: recoveries, redemptions against payment, losses, batches.

use super::{
    super::{ChainCall, TooBig, words},
    call, deploy, within_batch,
};
use alloy::primitives::Bytes;
use alloy::sol_types::SolConstructor;
use chrono::{DateTime, Utc};
use contracts::{JuniorFirst, SecurityToken};
use domain::{Units, party::WalletAddress, pool::PartitionName};

/// Moves all that a lost wallet has to another wallet of the same owner; the lost one never acts again, whatever others
/// allowed it. `reason` stands on chain for ever: an opaque reference, nothing personal.
#[must_use]
pub fn recover_wallet(
    token: WalletAddress,
    lost: WalletAddress,
    replacement: WalletAddress,
    reason: &[u8],
) -> ChainCall {
    let recovery = SecurityToken::recoverWalletCall {
        lost: words::address(lost),
        replacement: words::address(replacement),
        data: Bytes::copy_from_slice(reason),
    };
    call(token, recovery)
}

/// The terms of a redemption; fixed by its first call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedemptionTerms {
    /// The partition.
    pub partition: PartitionName,
    /// What is paid with; the signer must have let the security token take it.
    pub payment_token: WalletAddress,
    /// For one unit, in the smallest unit of the payment token.
    pub price: u128,
    /// The most units that the redemption takes.
    pub units: Units,
    /// The record date by whose holdings each share is measured; none when the agent chooses, by lot for instance.
    pub record: Option<u16>,
    /// Nothing is redeemed before.
    pub not_before: DateTime<Utc>,
    /// The hash of the published notice, or of the list of what was drawn.
    pub document_hash: [u8; 32],
}

/// Redeems units of a holder and pays for them, both or neither; each holder once in a redemption.
#[must_use]
pub fn redeem_against_payment(
    token: WalletAddress,
    redemption_id: [u8; 32],
    terms: &RedemptionTerms,
    holder: WalletAddress,
    units: Units,
) -> ChainCall {
    let redeem = SecurityToken::redeemAgainstPaymentCall {
        redemptionId: redemption_id.into(),
        terms: SecurityToken::RedemptionTerms {
            partition: words::partition(&terms.partition),
            paymentToken: words::address(terms.payment_token),
            price: terms.price,
            units: terms.units.get().unsigned_abs(),
            record: terms.record.unwrap_or_default(),
            notBefore: words::seconds(terms.not_before),
            documentHash: terms.document_hash.into(),
        },
        holder: words::address(holder),
        units: words::units_word(units),
    };
    call(token, redeem)
}

/// What becomes of a batch when one of its calls is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Nothing of the batch is done.
    RevertsAll,
    /// It is left out, which an event tells.
    IsSkipped,
}

/// Several calls of one token in one transaction, each by the signer's own right; an operation id works once. A call of
/// another contract among them has no meaning: the token runs them all itself.
///
/// # Errors
/// When there are more than [`super::MAX_BATCH`].
pub fn batch(
    token: WalletAddress,
    operation_id: [u8; 32],
    calls: &[ChainCall],
    refused: Refused,
) -> Result<ChainCall, TooBig> {
    within_batch(calls.len())?;
    let batch = SecurityToken::batchCall {
        operationId: operation_id.into(),
        calls: calls.iter().map(|one| Bytes::copy_from_slice(&one.data)).collect(),
        skip: refused == Refused::IsSkipped,
    };
    Ok(call(token, batch))
}

/// Freezes or unfreezes many wallets in this token; an operation id works once.
///
/// # Errors
/// When there are more than [`super::MAX_BATCH`].
pub fn set_wallets_frozen(
    token: WalletAddress,
    operation_id: [u8; 32],
    wallets: &[WalletAddress],
    frozen: bool,
) -> Result<ChainCall, TooBig> {
    within_batch(wallets.len())?;
    let accounts = wallets.iter().copied().map(words::address).collect();
    let freeze = SecurityToken::setWalletsFrozenCall { operationId: operation_id.into(), accounts, frozen };
    Ok(call(token, freeze))
}

/// Says that a partition is in default, or that this was cured.
#[must_use]
pub fn set_default(
    token: WalletAddress,
    partition: &PartitionName,
    in_default: bool,
    reason: &[u8],
) -> ChainCall {
    let (partition, data) = (words::partition(partition), Bytes::copy_from_slice(reason));
    call(token, SecurityToken::setDefaultCall { partition, inDefault: in_default, data })
}

/// Leaves so many millionths of a unit's face value, less than before.
#[must_use]
pub fn write_down(
    token: WalletAddress,
    partition: &PartitionName,
    remaining: u32,
    reason: &[u8],
) -> ChainCall {
    let (partition, data) = (words::partition(partition), Bytes::copy_from_slice(reason));
    call(token, SecurityToken::writeDownCall { partition, remaining, data })
}

/// A waterfall by which partitions bear losses in this order, each when nothing is left of those before it.
#[must_use]
pub fn deploy_junior_first(ranks: &[PartitionName]) -> ChainCall {
    let ranks = ranks.iter().map(words::partition).collect();
    deploy::deploy(&JuniorFirst::BYTECODE, &JuniorFirst::constructorCall { ranks }.abi_encode())
}

/// Names whom the token asks before each write-down; signed by its administrator.
#[must_use]
pub fn set_waterfall(token: WalletAddress, waterfall: WalletAddress) -> ChainCall {
    call(token, SecurityToken::setWaterfallCall { waterfall_: words::address(waterfall) })
}
