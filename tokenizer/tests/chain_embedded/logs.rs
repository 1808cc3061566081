//! Logs by range, block, emitter and topic, and their limit.

use crate::ledger::{FEES, Ledger, rich};
use muniment_tokenizer::chain::{ChainCall, embedded::MAX_LOGS};
use serde_json::{Value, json};

/// Runtime that logs its first word of calldata as a topic: CALLDATALOAD(0), LOG1 without data.
const LOGGER: &str = "6009600c60003960096000f360003560006000a100";

fn topic(n: u8) -> String {
    format!("0x{}", hex::encode([n; 32]))
}

#[tokio::test]
async fn logs_are_found_by_where_and_by_what() {
    let ledger = Ledger::new().await;
    let contract = ledger.deploy(hex::decode(LOGGER).unwrap(), 0);
    let to = contract.as_str().unwrap().parse().unwrap();
    for n in [1, 2, 1] {
        let call = ChainCall { to: Some(to), data: vec![n; 32], value_wei: 0 };
        let nonce = ledger.client.transaction_count(rich().address()).await.unwrap();
        ledger.send(&ledger.client.sign(&rich(), &call, nonce, 100_000, FEES).unwrap());
    }
    let second = ledger.ask("eth_getBlockByNumber", json!(["0x3", false]))["hash"].clone();
    let blocks = |filter: Value| -> Vec<String> {
        let logs = ledger.ask("eth_getLogs", json!([filter]));
        logs.as_array().unwrap().iter().map(|log| log["blockNumber"].as_str().unwrap().to_owned()).collect()
    };
    let other = "0x00000000000000000000000000000000000000aa";
    for (filter, found) in [
        (json!({ "fromBlock": "0x0", "toBlock": "latest" }), vec!["0x2", "0x3", "0x4"]),
        (json!({ "fromBlock": "0x0", "address": contract, "topics": [topic(1)] }), vec!["0x2", "0x4"]),
        (json!({ "fromBlock": "0x0", "topics": [[topic(1), topic(2)]] }), vec!["0x2", "0x3", "0x4"]),
        (json!({ "fromBlock": "0x3", "toBlock": "0x3" }), vec!["0x3"]),
        (json!({ "blockHash": second }), vec!["0x3"]),
        (json!({ "fromBlock": "0x0", "address": other }), vec![]),
        (json!({ "fromBlock": "0x0", "topics": [topic(3)] }), vec![]),
        (json!({ "fromBlock": "0x99" }), vec![]),
        (json!({}), vec!["0x4"]),
    ] {
        assert_eq!(blocks(filter.clone()), found, "{filter}");
    }
    let refused = ledger.refused("eth_getLogs", json!([{ "fromBlock": "0x3", "toBlock": "0x1" }]));
    assert_eq!(refused.0, -32602);
    let refused = ledger.refused("eth_getLogs", json!([{ "blockHash": topic(9) }]));
    assert_eq!(refused, (-32000, "unknown block".to_owned()));
}

#[tokio::test]
async fn more_logs_than_the_limit_are_not_given() {
    let ledger = Ledger::new().await;
    // PUSH2 count; loop: LOG0, count down, jump back while there is something left.
    let logs = |count: u16| {
        let [high, low] = count.to_be_bytes();
        [vec![0x61, high, low], hex::decode("5b60006000a06001900380600357").unwrap(), vec![0x00]].concat()
    };
    ledger.deploy(logs(u16::try_from(MAX_LOGS).unwrap()), 0);
    ledger.deploy(logs(1), 1);
    let first = ledger.ask("eth_getLogs", json!([{ "fromBlock": "0x1", "toBlock": "0x1" }]));
    assert_eq!(first.as_array().unwrap().len(), MAX_LOGS);
    let refused = ledger.refused("eth_getLogs", json!([{ "fromBlock": "0x1", "toBlock": "0x2" }]));
    assert_eq!(refused, (-32005, "query returned more than 10000 results".to_owned()));
}
