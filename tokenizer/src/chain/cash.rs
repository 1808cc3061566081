//! Questions about money: payment tokens and coupons.

use super::{ChainClient, ChainError, words};
use alloy::{eips::BlockId, primitives::U256};
use contracts::{CouponPayer, PaymentToken, SecurityToken};
use domain::party::WalletAddress;

/// The figures of a coupon in the smallest unit of its payment token; the last five add up to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CouponBalance {
    /// What was put in.
    pub funded: i64,
    /// What payees have.
    pub paid: i64,
    /// What is kept for payees who could not take it.
    pub owed: i64,
    /// What was withheld from payees and is not remitted yet.
    pub withheld: i64,
    /// What went back after the deadline.
    pub returned: i64,
    /// What is neither pushed nor claimed.
    pub open: i64,
}

impl ChainClient {
    /// What a wallet has of a payment token, in its smallest unit.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn payment_balance(
        &self,
        payment_token: WalletAddress,
        wallet: WalletAddress,
    ) -> Result<i64, ChainError> {
        let call = PaymentToken::balanceOfCall { account: words::address(wallet) };
        words::number(self.ask(payment_token, call).await?)
    }

    /// What a spender may still take from an owner; `i64::MAX` for no limit.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn allowance(
        &self,
        payment_token: WalletAddress,
        owner: WalletAddress,
        spender: WalletAddress,
    ) -> Result<i64, ChainError> {
        let call =
            PaymentToken::allowanceCall { owner: words::address(owner), spender: words::address(spender) };
        let allowed: U256 = self.ask(payment_token, call).await?;
        Ok(i64::try_from(allowed).unwrap_or(i64::MAX))
    }

    /// Where the money of a coupon is; `None` when it is not declared.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn coupon_balance(
        &self,
        payer: WalletAddress,
        coupon_id: [u8; 32],
    ) -> Result<Option<CouponBalance>, ChainError> {
        let call = CouponPayer::balanceOfCall { couponId: coupon_id.into() };
        let balance = match self.try_ask(payer, call, BlockId::latest()).await? {
            Ok(balance) => balance,
            Err(refusal) if refusal.code() == "CouponUnknown" => return Ok(None),
            Err(refusal) => return Err(ChainError::nonsense(refusal)),
        };
        Ok(Some(CouponBalance {
            funded: words::number(balance.funded)?,
            paid: words::number(balance.paid)?,
            owed: words::number(balance.owed)?,
            withheld: words::number(balance.withheld)?,
            returned: words::number(balance.returned)?,
            open: words::number(balance.open)?,
        }))
    }

    /// The units that a redemption has taken so far.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn redeemed_of(
        &self,
        token: WalletAddress,
        redemption_id: [u8; 32],
    ) -> Result<i64, ChainError> {
        let call = SecurityToken::redeemedOfCall { redemptionId: redemption_id.into() };
        words::number(self.ask(token, call).await?)
    }

    /// Whether every payee of a chunk is paid or owed.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn is_chunk_paid(
        &self,
        payer: WalletAddress,
        coupon_id: [u8; 32],
        chunk: u32,
    ) -> Result<bool, ChainError> {
        self.ask(payer, CouponPayer::isChunkPaidCall { couponId: coupon_id.into(), chunk }).await
    }

    /// What is kept for a payee who could not take it.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn owed_to(
        &self,
        payer: WalletAddress,
        coupon_id: [u8; 32],
        account: WalletAddress,
    ) -> Result<i64, ChainError> {
        let call = CouponPayer::owedToCall { couponId: coupon_id.into(), account: words::address(account) };
        words::number(self.ask(payer, call).await?)
    }
}
