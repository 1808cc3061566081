//! Blocks: honest headers, honest time, base fee and history.

use crate::ledger::{FEES, Ledger, START, rich};
use alloy::{
    consensus::proofs::{calculate_receipt_root, calculate_transaction_root},
    rpc::types::{Block, TransactionReceipt},
};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_block_links_to_its_parent_and_its_roots_follow_from_its_content() {
    let ledger = Ledger::new().await;
    for nonce in 0..3 {
        ledger.send(&ledger.signed(nonce, FEES));
    }
    let mut parent: Option<Block> = None;
    for number in 0..=3 {
        let block = ledger.ask("eth_getBlockByNumber", json!([format!("{number:#x}"), true]));
        let block: Block = serde_json::from_value(block).unwrap();
        assert_eq!(block.header.inner.hash_slow(), block.header.hash, "block {number}");
        let envelopes: Vec<_> = block.transactions.txns().map(|one| one.inner.inner().clone()).collect();
        assert_eq!(calculate_transaction_root(&envelopes), block.header.transactions_root);
        if let Some(parent) = parent {
            assert_eq!(block.header.parent_hash, parent.header.hash);
            assert_eq!(block.transactions.len(), 1);
            assert_ne!(block.header.state_root, parent.header.state_root);
        }
        let by_hash = ledger.ask("eth_getBlockByHash", json!([block.header.hash, true]));
        assert_eq!(serde_json::from_value::<Block>(by_hash).unwrap(), block);
        parent = Some(block);
    }
    assert_eq!(ledger.ask("eth_getBlockByNumber", json!(["0x4", false])), Value::Null);
}

#[tokio::test]
async fn the_receipts_root_is_that_of_the_receipts_shown() {
    let ledger = Ledger::new().await;
    let chain = &ledger.chain;
    chain.set_mining(muniment_tokenizer::chain::embedded::Mining::Manual);
    for nonce in 0..5 {
        ledger.send(&ledger.signed(nonce, FEES));
    }
    chain.mine().unwrap();
    let receipts = ledger.ask("eth_getBlockReceipts", json!(["0x1"]));
    let receipts: Vec<TransactionReceipt> = serde_json::from_value(receipts).unwrap();
    let gas: Vec<_> = receipts.iter().map(|receipt| receipt.inner.cumulative_gas_used()).collect();
    assert_eq!(gas, [21_000, 42_000, 63_000, 84_000, 105_000]);
    let plain: Vec<_> = receipts.into_iter().map(|receipt| receipt.inner.into_primitives_receipt()).collect();
    let block: Block =
        serde_json::from_value(ledger.ask("eth_getBlockByNumber", json!(["0x1", false]))).unwrap();
    assert_eq!(calculate_receipt_root(&plain), block.header.receipts_root);
    assert_eq!(block.header.gas_used, 105_000);
}

#[tokio::test]
async fn time_never_goes_back_even_when_the_clock_does() {
    let ledger = Ledger::new().await;
    let mut times = Vec::new();
    for clock in [START, START, START + 100, START - 1_000, START + 50] {
        ledger.clock.store(clock, Ordering::SeqCst);
        times.push(ledger.chain.mine().unwrap().timestamp - START);
    }
    assert_eq!(times, [0, 0, 100, 100, 100]);
}

#[tokio::test]
async fn the_base_fee_falls_by_an_eighth_with_each_empty_block() {
    let ledger = Ledger::new().await;
    for _ in 0..2 {
        ledger.chain.mine().unwrap();
    }
    let history = ledger.ask("eth_feeHistory", json!(["0x3", "latest", [25, 75.5]]));
    // 1 gwei, then 7/8 of it, each time; the last entry is of the block to come.
    assert_eq!(history["baseFeePerGas"], json!(["0x3b9aca00", "0x342770c0", "0x2da282a8", "0x27ee3253"]));
    assert_eq!(history["oldestBlock"], "0x0");
    assert_eq!(history["gasUsedRatio"], json!([0.0, 0.0, 0.0]));
    assert_eq!(history["reward"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_state_of_a_past_block_can_be_asked() {
    let ledger = Ledger::new().await;
    let me = rich().address().to_string();
    let genesis = ledger.ask("eth_getBalance", json!([me, "latest"]));
    ledger.send(&ledger.signed(0, FEES));
    ledger.send(&ledger.signed(1, FEES));
    assert_eq!(genesis, "0xde0b6b3a7640000");
    assert_eq!(ledger.ask("eth_getBalance", json!([me, "0x0"])), genesis);
    assert_ne!(ledger.ask("eth_getBalance", json!([me, "latest"])), genesis);
    let counts: Vec<Value> = ["0x0", "0x1", "0x2", "latest", "pending"]
        .map(|block| ledger.ask("eth_getTransactionCount", json!([me, block])))
        .into();
    assert_eq!(counts, ["0x0", "0x1", "0x2", "0x2", "0x2"]);
    let beyond = ledger.refused("eth_getBalance", json!([me, "0x3"]));
    assert_eq!(beyond, (-32000, "header not found".to_owned()));
}
