//! Logs by block range or hash, emitter and topics.

use super::{
    super::read,
    Inner,
    error::RpcError,
    params::{Block, Params, find},
    to_json,
};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::B256,
    rpc::types::{Filter, FilterBlockOption, Log},
};
use rusqlite::{params_from_iter, types::Value as SqlValue};
use serde_json::Value;
use std::collections::HashMap;

/// The most logs of one answer, as public providers have it: whoever needs more asks for fewer blocks at a time.
pub const MAX_LOGS: usize = 10_000;

pub(super) fn logs(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let filter: Filter = params.required(0)?;
    let Some((from, to)) = range(inner, &filter)? else { return to_json([(); 0]) };
    let mut sql =
        "SELECT block, log_index, position, emitter, topics, data FROM logs WHERE block BETWEEN ? AND ?"
            .to_owned();
    let mut values = vec![SqlValue::from(from as i64), SqlValue::from(to as i64)];
    if !filter.address.is_empty() {
        let marks = vec!["?"; filter.address.iter().count()].join(",");
        sql.push_str(&format!(" AND emitter IN ({marks})"));
        values.extend(filter.address.iter().map(|address| SqlValue::from(address.to_vec())));
    }
    sql.push_str(" ORDER BY block, log_index");
    let mut statement = inner.connection.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(values), read::log_of)?;
    let mut blocks = Blocks { inner, known: HashMap::new() };
    let mut found = Vec::new();
    for row in rows {
        let (number, log_index, position, log) = row?;
        if !filter.matches_topics(log.topics()) {
            continue;
        }
        if found.len() == MAX_LOGS {
            return Err(RpcError::limit(format_args!("query returned more than {MAX_LOGS} results")));
        }
        let block = blocks.get(number)?;
        found.push(Log {
            inner: log,
            block_hash: Some(block.hash),
            block_number: Some(number),
            block_timestamp: Some(block.timestamp),
            transaction_hash: block.transactions.get(position as usize).copied(),
            transaction_index: Some(position),
            log_index: Some(log_index),
            removed: false,
        });
    }
    to_json(found)
}

/// The stored blocks the filter speaks of; `None` when it speaks of none.
fn range(inner: &Inner, filter: &Filter) -> Result<Option<(u64, u64)>, RpcError> {
    let head = inner.head.header.number;
    match filter.block_option {
        FilterBlockOption::AtBlockHash(hash) => match find(inner, hash.into())? {
            Some(Block::Stored(number)) => Ok(Some((number, number))),
            _ => Err(RpcError::refused("unknown block")),
        },
        FilterBlockOption::Range { from_block, to_block } => {
            let number = |block: Option<BlockNumberOrTag>| -> Result<Option<u64>, RpcError> {
                Ok(match find(inner, block.unwrap_or_default().into())? {
                    Some(Block::Stored(number)) => Some(number),
                    Some(Block::Pending) => Some(head),
                    None => None,
                })
            };
            let Some(from) = number(from_block)? else { return Ok(None) };
            let to = number(to_block)?.unwrap_or(head);
            if from > to {
                return Err(RpcError::params("invalid block range params"));
            }
            Ok(Some((from, to)))
        }
    }
}

/// What logs show of their blocks, read once for each block.
struct Blocks<'a> {
    inner: &'a Inner,
    known: HashMap<u64, Shown>,
}

struct Shown {
    hash: B256,
    timestamp: u64,
    transactions: Vec<B256>,
}

impl Blocks<'_> {
    fn get(&mut self, number: u64) -> Result<&Shown, RpcError> {
        use std::collections::hash_map::Entry;
        match self.known.entry(number) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let connection = &self.inner.connection;
                let transactions = read::transaction_hashes(connection, number)?;
                let block = read::block(connection, number)?;
                let (hash, timestamp) =
                    block.map(|block| (block.hash, block.header.timestamp)).unwrap_or_default();
                Ok(unknown.insert(Shown { hash, timestamp, transactions }))
            }
        }
    }
}
