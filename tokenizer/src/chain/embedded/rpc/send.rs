//! Taking a signed transaction in.

use super::{
    super::{ledger, pool},
    Inner,
    error::RpcError,
    params::Params,
    to_json,
};
use alloy::{
    consensus::{TxEnvelope, transaction::SignerRecoverable},
    eips::eip2718::Decodable2718,
    primitives::Bytes,
};
use serde_json::Value;

use super::super::Mining;

/// Answers with the hash once the transaction is in a durable block, or pending when it cannot be executed yet.
pub(super) fn send_raw(inner: &mut Inner, params: &Params) -> Result<Value, RpcError> {
    let raw: Bytes = params.required(0)?;
    if raw.len() > pool::MAX_TRANSACTION_BYTES {
        return Err(RpcError::refused(pool::Rejected::Oversized { size: raw.len() }));
    }
    let envelope = TxEnvelope::decode_2718_exact(&raw)
        .map_err(|error| RpcError::refused(format_args!("the transaction cannot be decoded: {error}")))?;
    let hash = *envelope.tx_hash();
    // High-s signatures of legacy transactions are refused here too (EIP-2).
    let transaction = envelope
        .try_into_recovered()
        .map_err(|error| RpcError::refused(format_args!("invalid sender: {error}")))?;
    let account = ledger::account(&inner.connection, transaction.signer(), None)?.unwrap_or_default();
    let sender = pool::Sender { nonce: account.nonce, balance: account.balance };
    inner.pool.add(transaction, &sender, inner.chain_id).map_err(RpcError::refused)?;
    if inner.mining == Mining::Auto {
        inner.mine_ready()?;
    }
    to_json(hash)
}
