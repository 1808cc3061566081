//! JSON-RPC 2.0 over the embedded chain: what `cast`, viem and wallets ask, in the words of geth.

mod blocks;
mod call;
mod error;
mod fees;
mod logs;
mod params;
mod send;
mod state;

pub use logs::MAX_LOGS;

use super::{EmbeddedChain, HONEST_NAME, Inner};
use alloy::primitives::U64;
use error::RpcError;
use params::Params;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The largest request body, as in geth: 5 MiB.
pub const MAX_REQUEST_BYTES: usize = 5 * 1024 * 1024;

/// The most requests in one batch, as in geth.
pub const MAX_BATCH_REQUESTS: usize = 1_000;

/// The largest answer to a batch, as in geth: 25 MB. Requests past it are answered with an error.
const MAX_BATCH_RESPONSE_BYTES: usize = 25_000_000;

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    jsonrpc: String,
    #[serde(default)]
    id: Value,
    method: String,
    #[serde(default)]
    params: Value,
}

/// Answers a body. Never fails: what is wrong with the body is in the answer.
pub(super) fn handle(chain: &EmbeddedChain, body: &[u8]) -> Vec<u8> {
    if body.len() > MAX_REQUEST_BYTES {
        let why = format!("the request has {} bytes, the limit is {MAX_REQUEST_BYTES}", body.len());
        return response(Value::Null, Err(RpcError::invalid_request(why)));
    }
    match serde_json::from_slice(body) {
        Err(error) => response(Value::Null, Err(RpcError::parse(error))),
        Ok(Value::Array(batch)) => handle_batch(chain, batch),
        Ok(single) => handle_one(chain, single),
    }
}

fn handle_batch(chain: &EmbeddedChain, batch: Vec<Value>) -> Vec<u8> {
    if batch.is_empty() || batch.len() > MAX_BATCH_REQUESTS {
        let why = format!("a batch has 1 to {MAX_BATCH_REQUESTS} requests, this one {}", batch.len());
        return response(Value::Null, Err(RpcError::invalid_request(why)));
    }
    let mut answers = vec![b'['];
    for request in batch {
        if answers.len() > 1 {
            answers.push(b',');
        }
        if answers.len() > MAX_BATCH_RESPONSE_BYTES {
            let id = request.get("id").cloned().unwrap_or_default();
            answers.extend(response(id, Err(RpcError::limit("response too large"))));
        } else {
            answers.extend(handle_one(chain, request));
        }
    }
    answers.push(b']');
    answers
}

fn handle_one(chain: &EmbeddedChain, request: Value) -> Vec<u8> {
    let id = request.get("id").cloned().unwrap_or_default();
    let request: Request = match serde_json::from_value(request) {
        Ok(request) => request,
        Err(error) => return response(id, Err(RpcError::invalid_request(error))),
    };
    if request.jsonrpc != "2.0" {
        return response(request.id, Err(RpcError::invalid_request("jsonrpc must be \"2.0\"")));
    }
    let result = Params::new(request.params).and_then(|params| {
        let mut inner = chain.lock();
        dispatch(&mut inner, &request.method, &params)
    });
    response(request.id, result)
}

fn response(id: Value, result: Result<Value, RpcError>) -> Vec<u8> {
    let answer = match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(error) => json!({ "jsonrpc": "2.0", "id": id, "error": error }),
    };
    answer.to_string().into_bytes()
}

fn dispatch(inner: &mut Inner, method: &str, params: &Params) -> Result<Value, RpcError> {
    match method {
        "web3_clientVersion" => to_json(format!("muniment/{} ({HONEST_NAME})", env!("CARGO_PKG_VERSION"))),
        "net_version" => to_json(inner.chain_id.to_string()),
        "net_listening" => to_json(true),
        "eth_chainId" => to_json(U64::from(inner.chain_id)),
        "eth_syncing" => to_json(false),
        "eth_accounts" => to_json([(); 0]),
        "eth_blockNumber" => to_json(U64::from(inner.head.header.number)),
        "eth_getBlockByNumber" => blocks::by_number(inner, params),
        "eth_getBlockByHash" => blocks::by_hash(inner, params),
        "eth_getBlockTransactionCountByNumber" => blocks::transaction_count(inner, params),
        "eth_getBlockReceipts" => blocks::receipts(inner, params),
        "eth_getTransactionByHash" => blocks::transaction(inner, params),
        "eth_getTransactionReceipt" => blocks::receipt(inner, params),
        "eth_getBalance" => state::balance(inner, params),
        "eth_getCode" => state::code(inner, params),
        "eth_getStorageAt" => state::storage(inner, params),
        "eth_getTransactionCount" => state::transaction_count(inner, params),
        "eth_gasPrice" => fees::gas_price(inner),
        "eth_maxPriorityFeePerGas" => fees::tip(),
        "eth_feeHistory" => fees::history(inner, params),
        "eth_call" => call::call(inner, params),
        "eth_estimateGas" => call::estimate(inner, params),
        "eth_sendRawTransaction" => send::send_raw(inner, params),
        "eth_getLogs" => logs::logs(inner, params),
        _ => Err(RpcError::method(method)),
    }
}

fn to_json(value: impl Serialize) -> Result<Value, RpcError> {
    serde_json::to_value(value).map_err(RpcError::internal)
}
