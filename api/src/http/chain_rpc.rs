//! JSON-RPC of the embedded chain, so that cast, viem or a wallet can read it and send to it.

use super::server;
use crate::error::AppError;
use actix_web::dev::ServerHandle;
use actix_web::{HttpResponse, HttpServer, web};
use std::net::SocketAddr;
use std::sync::Arc;
use tokenizer::chain::embedded::{EmbeddedChain, MAX_REQUEST_BYTES};

/// Threads that answer; the chain executes one call at a time anyway.
const WORKERS: usize = 1;

/// Starts to answer on an address; port 0 takes a free one.
///
/// # Errors
/// When the address cannot be used.
pub fn start(chain: Arc<EmbeddedChain>, listen: SocketAddr) -> Result<(SocketAddr, ServerHandle), AppError> {
    let listener = server::bind(listen)?;
    let address = listener.local_addr().map_err(AppError::internal)?;
    let chain = web::Data::from(chain);
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(chain.clone())
            .app_data(web::PayloadConfig::new(MAX_REQUEST_BYTES))
            .route("/", web::post().to(answer))
    });
    let server =
        server.workers(WORKERS).disable_signals().listen(listener).map_err(AppError::internal)?.run();
    let handle = server.handle();
    tokio::task::spawn_local(server);
    Ok((address, handle))
}

async fn answer(chain: web::Data<EmbeddedChain>, request: web::Bytes) -> Result<HttpResponse, AppError> {
    let chain = chain.into_inner();
    let answered = web::block(move || chain.handle(&request)).await.map_err(AppError::internal)?;
    Ok(HttpResponse::Ok().content_type("application/json").body(answered))
}
