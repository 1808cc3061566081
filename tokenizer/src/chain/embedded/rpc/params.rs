//! Parameters of a request, by position, and which block they speak of.

use super::{super::read, Inner, error::RpcError};
use alloy::eips::{BlockId, BlockNumberOrTag};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The parameters of a request.
pub(super) struct Params(Vec<Value>);

impl Params {
    pub(super) fn new(params: Value) -> Result<Self, RpcError> {
        match params {
            Value::Array(params) => Ok(Self(params)),
            Value::Null => Ok(Self(Vec::new())),
            _ => Err(RpcError::params("params must be an array")),
        }
    }

    /// The parameter at a position, which must be there.
    pub(super) fn required<T: DeserializeOwned>(&self, position: usize) -> Result<T, RpcError> {
        self.optional(position)?
            .ok_or_else(|| RpcError::params(format_args!("missing value for required argument {position}")))
    }

    /// The parameter at a position, unless it is left out or null.
    pub(super) fn optional<T: DeserializeOwned>(&self, position: usize) -> Result<Option<T>, RpcError> {
        match self.0.get(position) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::deserialize(value)
                .map(Some)
                .map_err(|error| RpcError::params(format_args!("invalid argument {position}: {error}"))),
        }
    }

    /// The block at a position; the newest when left out.
    pub(super) fn block(&self, position: usize) -> Result<BlockId, RpcError> {
        Ok(self.optional(position)?.unwrap_or_default())
    }
}

/// A block of the request, found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// The block that would come next.
    Pending,
    /// A stored block.
    Stored(u64),
}

impl Block {
    /// The number of the stored block whose state is meant; `None` is the newest.
    pub(super) fn state(self, inner: &Inner) -> Option<u64> {
        match self {
            Self::Stored(number) if number != inner.head.header.number => Some(number),
            _ => None,
        }
    }
}

/// The block a request speaks of; `None` when there is none such. One operator decides, so that the newest block is
/// also the safe and the final one.
pub(super) fn find(inner: &Inner, block: BlockId) -> Result<Option<Block>, RpcError> {
    let head = inner.head.header.number;
    Ok(match block {
        BlockId::Hash(hash) => read::number_of(&inner.connection, hash.block_hash)?.map(Block::Stored),
        BlockId::Number(BlockNumberOrTag::Pending) => Some(Block::Pending),
        BlockId::Number(BlockNumberOrTag::Earliest) => Some(Block::Stored(0)),
        BlockId::Number(BlockNumberOrTag::Number(number)) => {
            (number <= head).then_some(Block::Stored(number))
        }
        BlockId::Number(_) => Some(Block::Stored(head)),
    })
}

/// As [`find`], for requests that cannot go on without the block.
pub(super) fn found(inner: &Inner, block: BlockId) -> Result<Block, RpcError> {
    find(inner, block)?.ok_or_else(|| RpcError::refused("header not found"))
}
