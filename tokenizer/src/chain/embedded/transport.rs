//! An alloy transport over the embedded chain: the same client code as for a network, without a socket.

use super::EmbeddedChain;
use alloy::{
    rpc::json_rpc::{RequestPacket, ResponsePacket},
    transports::{TransportError, TransportErrorKind, TransportFut},
};
use std::{
    sync::Arc,
    task::{Context, Poll},
};
use tower_service::Service;

/// The transport. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct EmbeddedTransport(Arc<EmbeddedChain>);

impl EmbeddedTransport {
    pub(crate) const fn new(chain: Arc<EmbeddedChain>) -> Self {
        Self(chain)
    }
}

impl Service<RequestPacket> for EmbeddedTransport {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: RequestPacket) -> Self::Future {
        let chain = self.0.clone();
        Box::pin(async move {
            let body = serde_json::to_vec(&request).map_err(TransportError::ser_err)?;
            // Executing and writing to the disk block: not on a thread that serves others.
            let answer = tokio::task::spawn_blocking(move || chain.handle(&body))
                .await
                .map_err(TransportErrorKind::custom)?;
            serde_json::from_slice(&answer)
                .map_err(|error| TransportError::deser_err(error, String::from_utf8_lossy(&answer)))
        })
    }
}
