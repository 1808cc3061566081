//! Why the chain could not be asked.

use super::embedded::EmbeddedError;
use alloy::transports::{RpcError, TransportError};

/// The chain could not be asked, or its answer could not be understood. What a contract refuses is not one of these.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// No answer: the network, the node or the address of it.
    #[error("the chain cannot be reached: {0}")]
    Unreachable(String),
    /// The node refused to answer.
    #[error("the chain answered with an error: {0}")]
    Answer(String),
    /// The node tried the call, and whoever signs it cannot pay what is sent along.
    #[error("the signer has too little: {0}")]
    NoFunds(String),
    /// The answer is not what was asked for: another contract at the address, or a number beyond every limit.
    #[error("the chain gave an answer that makes no sense here: {0}")]
    Nonsense(String),
    /// The embedded chain failed.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
}

impl ChainError {
    pub(super) fn nonsense(error: impl std::fmt::Display) -> Self {
        Self::Nonsense(error.to_string())
    }
}

impl From<TransportError> for ChainError {
    fn from(error: TransportError) -> Self {
        match error {
            RpcError::ErrorResp(payload) => Self::Answer(payload.to_string()),
            RpcError::NullResp | RpcError::DeserError { .. } => Self::Nonsense(error.to_string()),
            other => Self::Unreachable(other.to_string()),
        }
    }
}
