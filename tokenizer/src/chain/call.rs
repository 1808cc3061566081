//! A call to the chain before it is signed: what the outbox keeps.

use alloy::{
    primitives::{Address, Bytes, TxKind, U256},
    rpc::types::TransactionRequest,
};
use domain::party::WalletAddress;
use std::fmt;

/// A call to a contract, or the deployment of one.
#[derive(Clone, PartialEq, Eq)]
pub struct ChainCall {
    /// The contract; `None` deploys what `data` builds.
    pub to: Option<WalletAddress>,
    /// The encoded function and its arguments, or the code to deploy.
    pub data: Vec<u8>,
    /// Native currency sent along, in wei.
    pub value_wei: u128,
}

impl ChainCall {
    pub(super) fn kind(&self) -> TxKind {
        self.to.map_or(TxKind::Create, |to| TxKind::Call(Address::from(to.0)))
    }

    pub(super) fn request(&self, from: WalletAddress) -> TransactionRequest {
        TransactionRequest {
            from: Some(Address::from(from.0)),
            to: Some(self.kind()),
            value: Some(U256::from(self.value_wei)),
            input: Bytes::copy_from_slice(&self.data).into(),
            ..TransactionRequest::default()
        }
    }
}

impl fmt::Debug for ChainCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.data.len();
        match self.to {
            Some(to) => write!(f, "ChainCall to {to}, {bytes} bytes"),
            None => write!(f, "ChainCall that deploys {bytes} bytes"),
        }
    }
}

/// A batch that does not fit into one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{given} entries in one call, the limit is {limit}")]
pub struct TooBig {
    /// Entries given.
    pub given: usize,
    /// The most entries of one call.
    pub limit: usize,
}
