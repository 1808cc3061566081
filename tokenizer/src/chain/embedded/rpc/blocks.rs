//! Blocks, transactions and receipts.

use super::{
    super::{
        block::{self, SealedBlock},
        read,
    },
    Inner,
    error::RpcError,
    params::{Block, Params, find},
    to_json,
};
use alloy::{
    eips::{BlockId, BlockNumberOrTag},
    primitives::{B256, U64, U256},
    rpc::types::{self, BlockTransactions, Transaction},
};
use serde_json::Value;

pub(super) fn by_number(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let block: BlockNumberOrTag = params.required(0)?;
    block_json(inner, find(inner, block.into())?, params.optional(1)?.unwrap_or(false))
}

pub(super) fn by_hash(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let hash: B256 = params.required(0)?;
    block_json(inner, find(inner, BlockId::from(hash))?, params.optional(1)?.unwrap_or(false))
}

pub(super) fn transaction_count(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    match find(inner, params.block(0)?)? {
        None => Ok(Value::Null),
        Some(Block::Pending) => to_json(U64::ZERO),
        Some(Block::Stored(number)) => {
            to_json(U64::from(read::transactions(&inner.connection, number)?.len()))
        }
    }
}

pub(super) fn receipts(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    match find(inner, params.block(0)?)? {
        Some(Block::Stored(number)) => to_json(read::receipts(&inner.connection, number)?),
        _ => Ok(Value::Null),
    }
}

pub(super) fn transaction(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let hash: B256 = params.required(0)?;
    if let Some(pending) = inner.pool.get(&hash) {
        return to_json(Transaction::from_transaction(pending.clone(), Default::default()));
    }
    let Some(stored) = read::transaction(&inner.connection, hash)? else { return Ok(Value::Null) };
    let Some(block) = read::block(&inner.connection, stored.block)? else { return Ok(Value::Null) };
    to_json(read::transaction_json(stored, &block))
}

pub(super) fn receipt(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let hash: B256 = params.required(0)?;
    let Some(stored) = read::transaction(&inner.connection, hash)? else { return Ok(Value::Null) };
    let receipts = read::receipts(&inner.connection, stored.block)?;
    to_json(receipts.into_iter().find(|receipt| receipt.transaction_hash == hash))
}

fn block_json(inner: &Inner, block: Option<Block>, full: bool) -> Result<Value, RpcError> {
    match block {
        None => Ok(Value::Null),
        Some(Block::Pending) => {
            let header = block::next_header(&inner.head.header, inner.head.hash, inner.next_inputs()?);
            let hash = header.hash_slow();
            shown(SealedBlock { header, hash }, BlockTransactions::Hashes(Vec::new()))
        }
        Some(Block::Stored(number)) => stored_json(inner, number, full),
    }
}

fn stored_json(inner: &Inner, number: u64, full: bool) -> Result<Value, RpcError> {
    let Some(block) = read::block(&inner.connection, number)? else { return Ok(Value::Null) };
    let stored = read::transactions(&inner.connection, number)?;
    let transactions = if full {
        let all = stored.into_iter().map(|one| read::transaction_json(one, &block)).collect();
        BlockTransactions::Full(all)
    } else {
        BlockTransactions::Hashes(stored.iter().map(|one| one.hash).collect())
    };
    shown(block, transactions)
}

fn shown(block: SealedBlock, transactions: BlockTransactions<Transaction>) -> Result<Value, RpcError> {
    let size = U256::from(block.header.size());
    let header =
        types::Header { hash: block.hash, inner: block.header, total_difficulty: None, size: Some(size) };
    let block =
        types::Block { header, uncles: Vec::new(), transactions, withdrawals: Some(Vec::new().into()) };
    to_json(block)
}
