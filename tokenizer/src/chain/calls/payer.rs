//! Coupons: declared with their money, paid in chunks, claimed alone, taken back.

use super::{
    super::{ChainCall, words},
    call,
};
use crate::coupon::{Chunk, CouponTree, Payee};
use alloy::primitives::{B256, U256};
use chrono::{DateTime, Utc};
use contracts::CouponPayer;
use domain::party::WalletAddress;

/// A coupon to declare. The signer must have approved the payer contract for the tree's total.
#[derive(Debug, Clone, Copy)]
pub struct CouponPlan<'a> {
    /// The security token whose holders are paid.
    pub token: WalletAddress,
    /// The token that is paid with.
    pub payment_token: WalletAddress,
    /// The published entitlements.
    pub tree: &'a CouponTree,
    /// From then on what nobody claimed may be taken back.
    pub claim_deadline: DateTime<Utc>,
    /// Who gets what is withheld from the payees; must be there when anything is.
    pub withholding_account: Option<WalletAddress>,
}

fn payee_words(payee: Payee) -> CouponPayer::Payee {
    CouponPayer::Payee {
        account: words::address(payee.account),
        amount: payee.amount.into(),
        withheld: payee.withheld.into(),
    }
}

fn proof_words(proof: &[[u8; 32]]) -> Vec<B256> {
    proof.iter().copied().map(B256::from).collect()
}

/// Declares a coupon and pulls its money.
#[must_use]
pub fn declare_coupon(payer: WalletAddress, plan: CouponPlan<'_>) -> ChainCall {
    let declared = CouponPayer::Declaration {
        token: words::address(plan.token),
        paymentToken: words::address(plan.payment_token),
        amount: U256::from(plan.tree.total()),
        root: plan.tree.root().into(),
        payees: plan.tree.payees(),
        claimDeadline: words::seconds(plan.claim_deadline),
        withholdingAccount: plan.withholding_account.map(words::address).unwrap_or_default(),
    };
    let declare = CouponPayer::declareCall { couponId: plan.tree.coupon_id().into(), declared };
    call(payer, declare)
}

/// Pays one chunk.
#[must_use]
pub fn pay_chunk(payer: WalletAddress, coupon_id: [u8; 32], chunk: &Chunk<'_>) -> ChainCall {
    let payees = chunk.payees.iter().copied().map(payee_words).collect();
    let proof = proof_words(&chunk.proof);
    call(payer, CouponPayer::payCall { couponId: coupon_id.into(), chunk: chunk.number, payees, proof })
}

/// Pays one payee by its own proof; anyone may sign, the money goes to the payee. `None` when there is no such payee.
#[must_use]
pub fn claim(payer: WalletAddress, tree: &CouponTree, index: u32) -> Option<ChainCall> {
    let payee = tree.payee(index)?;
    let claim = CouponPayer::claimCall {
        couponId: tree.coupon_id().into(),
        index,
        payee: payee_words(payee),
        proof: proof_words(&tree.leaf_proof(index)?),
    };
    Some(call(payer, claim))
}

/// Names the registry that says which wallets are one owner's, once and for good.
#[must_use]
pub fn use_registry(payer: WalletAddress, registry: WalletAddress) -> ChainCall {
    call(payer, CouponPayer::useRegistryCall { registry_: words::address(registry) })
}

/// As [`claim`], for a payee whose wallet the registry took out of use: another wallet of the same owner is paid.
/// `None` when there is no such payee.
#[must_use]
pub fn claim_for_lost(
    payer: WalletAddress,
    tree: &CouponTree,
    index: u32,
    replacement: WalletAddress,
) -> Option<ChainCall> {
    let payee = tree.payee(index)?;
    let claim = CouponPayer::claimForLostCall {
        couponId: tree.coupon_id().into(),
        index,
        payee: payee_words(payee),
        proof: proof_words(&tree.leaf_proof(index)?),
        replacement: words::address(replacement),
    };
    Some(call(payer, claim))
}

/// As [`pay_owed`], for a wallet that the registry took out of use.
#[must_use]
pub fn pay_owed_for_lost(
    payer: WalletAddress,
    coupon_id: [u8; 32],
    lost: WalletAddress,
    replacement: WalletAddress,
) -> ChainCall {
    let (lost, replacement) = (words::address(lost), words::address(replacement));
    call(payer, CouponPayer::payOwedForLostCall { couponId: coupon_id.into(), lost, replacement })
}

/// Tries again to pay what an account is owed.
#[must_use]
pub fn pay_owed(payer: WalletAddress, coupon_id: [u8; 32], account: WalletAddress) -> ChainCall {
    let account = words::address(account);
    call(payer, CouponPayer::payOwedCall { couponId: coupon_id.into(), account })
}

/// Sends what was withheld so far to the account that the declaration named; anyone may sign.
#[must_use]
pub fn remit(payer: WalletAddress, coupon_id: [u8; 32]) -> ChainCall {
    call(payer, CouponPayer::remitCall { couponId: coupon_id.into() })
}

/// After the deadline, returns what nobody claimed to the funder.
#[must_use]
pub fn reclaim(payer: WalletAddress, coupon_id: [u8; 32]) -> ChainCall {
    call(payer, CouponPayer::reclaimCall { couponId: coupon_id.into() })
}
