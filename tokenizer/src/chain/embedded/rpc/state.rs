//! Balances, code, storage and nonces, now and as of a past block.

use super::{
    super::ledger,
    Inner,
    error::RpcError,
    params::{Block, Params, found},
    to_json,
};
use alloy::primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U64, U256};
use serde_json::Value;

pub(super) fn balance(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let (address, block) = subject(inner, params)?;
    let account = ledger::account(&inner.connection, address, block.state(inner))?;
    to_json(account.map_or(U256::ZERO, |info| info.balance))
}

pub(super) fn code(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let (address, block) = subject(inner, params)?;
    let account = ledger::account(&inner.connection, address, block.state(inner))?;
    let code_hash = account.map_or(KECCAK256_EMPTY, |info| info.code_hash);
    let code: Option<Bytes> = ledger::code(&inner.connection, code_hash)?;
    to_json(code.unwrap_or_default())
}

pub(super) fn storage(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let address: Address = params.required(0)?;
    let slot: U256 = params.required(1)?;
    let block = found(inner, params.block(2)?)?;
    to_json(B256::from(ledger::slot(&inner.connection, address, slot, block.state(inner))?))
}

pub(super) fn transaction_count(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let (address, block) = subject(inner, params)?;
    let account = ledger::account(&inner.connection, address, block.state(inner))?;
    let mined = account.map_or(0, |info| info.nonce);
    let count = if block == Block::Pending { inner.pool.next_nonce(address, mined) } else { mined };
    to_json(U64::from(count))
}

fn subject(inner: &Inner, params: &Params) -> Result<(Address, Block), RpcError> {
    Ok((params.required(0)?, found(inner, params.block(1)?)?))
}
