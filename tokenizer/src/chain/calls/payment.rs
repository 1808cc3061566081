//! The demonstration payment token. Amounts are in its smallest unit, a millionth.

use super::{
    super::{ChainCall, words},
    call,
};
use alloy::primitives::U256;
use contracts::PaymentToken;
use domain::party::WalletAddress;

fn amount_word(amount: i64) -> U256 {
    // A negative amount is refused where money is parsed; here it can only become nothing.
    U256::from(amount.max(0).unsigned_abs())
}

/// Mints demonstration cash; an operation id works once.
#[must_use]
pub fn mint_cash(
    payment_token: WalletAddress,
    operation_id: [u8; 32],
    to: WalletAddress,
    amount: i64,
) -> ChainCall {
    let (operation, to) = (operation_id.into(), words::address(to));
    call(payment_token, PaymentToken::mintCall { operationId: operation, to, value: amount_word(amount) })
}

/// Moves cash of the signer.
#[must_use]
pub fn transfer_cash(payment_token: WalletAddress, to: WalletAddress, amount: i64) -> ChainCall {
    call(payment_token, PaymentToken::transferCall { to: words::address(to), value: amount_word(amount) })
}

/// Lets a spender take so much from the signer.
#[must_use]
pub fn approve(payment_token: WalletAddress, spender: WalletAddress, amount: i64) -> ChainCall {
    let spender = words::address(spender);
    call(payment_token, PaymentToken::approveCall { spender, value: amount_word(amount) })
}

/// Blocks or unblocks an account, as issuers of stablecoins do.
#[must_use]
pub fn set_blocked(payment_token: WalletAddress, account: WalletAddress, blocked: bool) -> ChainCall {
    call(payment_token, PaymentToken::setBlockedCall { account: words::address(account), blocked })
}
