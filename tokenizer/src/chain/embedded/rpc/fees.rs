//! What gas costs: the next base fee, a tip to suggest, and the history of both.

use super::{
    super::{block, read},
    Inner,
    error::RpcError,
    params::{Block, Params, find},
    to_json,
};
use alloy::{
    consensus::{Header, Transaction},
    eips::BlockNumberOrTag,
    primitives::{U64, U256},
    rpc::types::FeeHistory,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Number, Value};

/// The tip to suggest: 1 gwei, what wallets expect; nobody bids for space on this chain.
const SUGGESTED_TIP: u64 = 1_000_000_000;

/// The most blocks of one fee history, as in geth.
const MAX_HISTORY_BLOCKS: u64 = 1_024;

/// The most percentiles of one fee history, as in geth.
const MAX_PERCENTILES: usize = 100;

pub(super) fn gas_price(inner: &Inner) -> Result<Value, RpcError> {
    to_json(U64::from(block::next_base_fee(&inner.head.header).saturating_add(SUGGESTED_TIP)))
}

pub(super) fn tip() -> Result<Value, RpcError> {
    to_json(U64::from(SUGGESTED_TIP))
}

pub(super) fn history(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let wanted: U256 = params.required(0)?;
    let newest: BlockNumberOrTag = params.optional(1)?.unwrap_or_default();
    let percentiles: Option<Vec<Number>> = params.optional(2)?;
    let percentiles = percentiles.map(|list| as_percentiles(&list)).transpose()?;
    let newest = match find(inner, newest.into())? {
        Some(Block::Stored(number)) => number,
        Some(Block::Pending) => inner.head.header.number,
        None => return Err(RpcError::refused("request beyond head block")),
    };
    let blocks = wanted.saturating_to::<u64>().min(MAX_HISTORY_BLOCKS).min(newest + 1);
    let oldest = (newest + 1).saturating_sub(blocks);
    let mut history = FeeHistory { oldest_block: oldest, ..FeeHistory::default() };
    let mut rewards = Vec::new();
    for number in oldest..=newest {
        let Some(block::SealedBlock { header, .. }) = read::block(&inner.connection, number)? else {
            continue;
        };
        history.base_fee_per_gas.push(u128::from(header.base_fee_per_gas.unwrap_or_default()));
        history.gas_used_ratio.push(used_ratio(&header));
        history.base_fee_per_blob_gas.push(1);
        history.blob_gas_used_ratio.push(0.0);
        if let Some(percentiles) = &percentiles {
            rewards.push(tips(inner, &header, percentiles)?);
        }
        if number == newest {
            history.base_fee_per_gas.push(u128::from(block::next_base_fee(&header)));
            history.base_fee_per_blob_gas.push(1);
        }
    }
    history.reward = percentiles.map(|_| rewards);
    to_json(history)
}

/// JSON has no exact decimals: each number is read from its text.
fn as_percentiles(numbers: &[Number]) -> Result<Vec<Decimal>, RpcError> {
    if numbers.len() > MAX_PERCENTILES {
        return Err(RpcError::params(format_args!("at most {MAX_PERCENTILES} percentiles")));
    }
    let read = |number: &Number| {
        let percentile = number.to_string().parse::<Decimal>().ok();
        percentile
            .filter(|percentile| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(percentile))
            .ok_or_else(|| RpcError::params(format_args!("invalid reward percentile: {number}")))
    };
    numbers.iter().map(read).collect()
}

/// The share of the block's gas that was used. JSON-RPC wants a float here; it is computed exactly and only shown so.
fn used_ratio(header: &Header) -> f64 {
    let ratio = Decimal::from(header.gas_used).checked_div(Decimal::from(header.gas_limit));
    ratio.and_then(|ratio| ratio.to_f64()).unwrap_or_default()
}

/// The tips paid in a block at each percentile of its gas, lowest tip first; the suggested one for an empty block.
fn tips(inner: &Inner, header: &Header, percentiles: &[Decimal]) -> Result<Vec<u128>, RpcError> {
    let base_fee = header.base_fee_per_gas.unwrap_or_default();
    let mut paid: Vec<(u128, u64)> = read::transactions(&inner.connection, header.number)?
        .iter()
        .map(|one| (one.transaction.effective_tip_per_gas(base_fee).unwrap_or_default(), one.gas_used))
        .collect();
    paid.sort_unstable();
    let at = |percentile: &Decimal| {
        let threshold = Decimal::from(header.gas_used).saturating_mul(*percentile) / Decimal::ONE_HUNDRED;
        let mut so_far = 0;
        let reached = paid.iter().find(|(_, gas)| {
            so_far += gas;
            Decimal::from(so_far) >= threshold
        });
        reached.or(paid.last()).map_or(u128::from(SUGGESTED_TIP), |(tip, _)| *tip)
    };
    Ok(percentiles.iter().map(at).collect())
}
