//! JSON-RPC itself: bodies that are none, batches, limits, and what every wallet asks first.

use crate::ledger::{Ledger, rich};
use muniment_tokenizer::chain::embedded::{MAX_BATCH_REQUESTS, MAX_REQUEST_BYTES};
use serde_json::{Value, json};

fn handled(ledger: &Ledger, body: &str) -> Value {
    serde_json::from_slice(&ledger.chain.handle(body.as_bytes())).unwrap()
}

#[tokio::test]
async fn bad_bodies_are_answered_with_what_is_wrong() {
    let ledger = Ledger::new().await;
    let deep = "[".repeat(10_000);
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_REQUEST_BYTES));
    let many = format!("[{}]", vec!["1"; MAX_BATCH_REQUESTS + 1].join(","));
    for (body, code) in [
        ("", -32700),
        ("{", -32700),
        (deep.as_str(), -32700),
        ("null", -32600),
        ("[]", -32600),
        (long.as_str(), -32600),
        (many.as_str(), -32600),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"eth_chainId"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":{}}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"eth_mine"}"#, -32601),
        (r#"{"jsonrpc":"2.0","id":1,"method":"eth_getBalance"}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":["0x1"]}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":["zz"]}"#, -32602),
    ] {
        let shown: String = body.chars().take(80).collect();
        let answer = handled(&ledger, body);
        assert_eq!(answer["error"]["code"], code, "{shown}: {answer}");
    }
}

#[tokio::test]
async fn a_batch_is_answered_in_order_and_one_bad_request_spoils_no_other() {
    let ledger = Ledger::new().await;
    let batch = json!([
        { "jsonrpc": "2.0", "id": "a", "method": "eth_chainId" },
        7,
        { "jsonrpc": "2.0", "id": "b", "method": "eth_blockNumber", "params": [] },
    ]);
    let answers = handled(&ledger, &batch.to_string());
    assert_eq!(answers[0], json!({ "jsonrpc": "2.0", "id": "a", "result": "0x704249" }));
    assert_eq!(answers[1]["error"]["code"], -32600);
    assert_eq!(answers[2]["result"], "0x0");
}

#[tokio::test]
async fn wallets_are_answered_what_they_ask_first() {
    let ledger = Ledger::new().await;
    let me = rich().address().to_string();
    let name = ledger.ask("web3_clientVersion", json!([]));
    assert!(name.as_str().unwrap().contains("embedded development chain, a single-operator EVM ledger"));
    for (method, params, result) in [
        ("net_version", json!([]), json!("7357001")),
        ("eth_chainId", json!([]), json!("0x704249")),
        ("eth_syncing", json!([]), json!(false)),
        ("eth_accounts", json!([]), json!([])),
        // The next base fee of 875,000,000 and a tip of 1 gwei.
        ("eth_gasPrice", json!([]), json!("0x6fc23ac0")),
        ("eth_maxPriorityFeePerGas", json!([]), json!("0x3b9aca00")),
        ("eth_getBalance", json!([me, "latest"]), json!("0xde0b6b3a7640000")),
        ("eth_getCode", json!([me, "latest"]), json!("0x")),
        ("eth_getStorageAt", json!([me, "0x0", "latest"]), json!(format!("0x{}", "00".repeat(32)))),
        ("eth_getTransactionByHash", json!([format!("0x{}", "00".repeat(32))]), Value::Null),
        ("eth_getTransactionReceipt", json!([format!("0x{}", "00".repeat(32))]), Value::Null),
        ("eth_getBlockByHash", json!([format!("0x{}", "00".repeat(32)), false]), Value::Null),
        ("eth_getBlockTransactionCountByNumber", json!(["latest"]), json!("0x0")),
    ] {
        assert_eq!(ledger.ask(method, params), result, "{method}");
    }
    let pending = ledger.ask("eth_getBlockByNumber", json!(["pending", false]));
    assert_eq!(pending["number"], "0x1");
}
