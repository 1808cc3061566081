//! The clock of a development node such as anvil, which can be moved on; networks that others run keep their own time.

use super::{ChainClient, ChainError};
use alloy::{eips::BlockNumberOrTag, providers::Provider, transports::RpcError};

/// What JSON-RPC answers when a node does not know a method.
const METHOD_NOT_FOUND: i64 = -32_601;

impl ChainClient {
    /// Moves the clock of the node on to a moment in seconds since 1970, unless its next block is that late already.
    /// `false` when the node has a clock that nobody moves.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn move_clock(&self, to: u64) -> Result<bool, ChainError> {
        let next = self.provider.get_block_by_number(BlockNumberOrTag::Pending).await?;
        if next.is_some_and(|next| next.header.timestamp >= to) {
            return Ok(true);
        }
        match self.provider.raw_request::<_, serde_json::Value>("evm_setTime".into(), [to]).await {
            Ok(_) => Ok(true),
            Err(RpcError::ErrorResp(answer)) if answer.code == METHOD_NOT_FOUND => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
