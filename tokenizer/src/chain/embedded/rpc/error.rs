//! Errors of JSON-RPC with the codes that geth gives.

use super::super::EmbeddedError;
use alloy::{
    primitives::Bytes,
    sol_types::{Panic, Revert, SolError},
};
use serde::Serialize;
use std::fmt::Display;

/// An error as it stands in the answer.
#[derive(Debug, Serialize)]
pub(super) struct RpcError {
    code: i32,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Bytes>,
}

impl RpcError {
    fn new(code: i32, message: impl Display) -> Self {
        Self { code, message: message.to_string(), data: None }
    }

    pub(super) fn parse(error: impl Display) -> Self {
        Self::new(-32700, format_args!("the request is not JSON: {error}"))
    }

    pub(super) fn invalid_request(why: impl Display) -> Self {
        Self::new(-32600, why)
    }

    pub(super) fn method(method: &str) -> Self {
        let shown: String = method.chars().take(80).collect();
        Self::new(-32601, format_args!("the method {shown} does not exist/is not available"))
    }

    pub(super) fn params(why: impl Display) -> Self {
        Self::new(-32602, why)
    }

    pub(super) fn internal(error: impl Display) -> Self {
        Self::new(-32603, error)
    }

    /// A limit of this server, as public providers number it.
    pub(super) fn limit(why: impl Display) -> Self {
        Self::new(-32005, why)
    }

    /// What the chain refuses, in geth's words.
    pub(super) fn refused(why: impl Display) -> Self {
        Self::new(-32000, why)
    }

    /// A revert with its data, so that the caller can decode the reason.
    pub(super) fn reverted(data: Bytes) -> Self {
        let message = if let Ok(revert) = Revert::abi_decode(&data) {
            format!("execution reverted: {}", revert.reason())
        } else if let Ok(panic) = Panic::abi_decode(&data) {
            format!("execution reverted: {panic}")
        } else {
            "execution reverted".to_owned()
        };
        Self { code: 3, message, data: Some(data) }
    }
}

impl From<EmbeddedError> for RpcError {
    fn from(error: EmbeddedError) -> Self {
        tracing::error!(%error, "the embedded chain failed");
        Self::internal(error)
    }
}

impl From<rusqlite::Error> for RpcError {
    fn from(error: rusqlite::Error) -> Self {
        EmbeddedError::from(error).into()
    }
}
