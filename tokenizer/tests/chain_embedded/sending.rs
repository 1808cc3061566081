//! What the pool takes and what it refuses, in the words of geth.

use crate::ledger::{FEES, Ledger, nothing, poor, raw, rich};
use muniment_tokenizer::chain::{ChainCall, Fees, embedded::Mining};
use serde_json::json;

#[tokio::test]
async fn what_cannot_be_sent_is_refused_as_geth_refuses_it() {
    let ledger = Ledger::new().await;
    let client = &ledger.client;
    ledger.send(&ledger.signed(0, FEES));
    ledger.chain.set_mining(Mining::Manual);
    ledger.send(&ledger.signed(1, FEES));
    let tenth_less_one = Fees { max_fee_per_gas: 2_199_999_999, max_priority_fee_per_gas: 1_099_999_999 };
    let upside_down = Fees { max_fee_per_gas: 1, max_priority_fee_per_gas: 2 };
    let gas = |gas, nonce| client.sign(&rich(), &nothing(), nonce, gas, FEES).unwrap();
    let large = ChainCall { to: None, data: vec![0; 49_153], value_wei: 0 };
    for (signed, message) in [
        (ledger.signed(1, FEES), "already known"),
        (ledger.signed(0, FEES), "nonce too low: next nonce 1, tx nonce 0"),
        (ledger.signed(1, tenth_less_one), "replacement transaction underpriced"),
        (ledger.signed(2, upside_down), "max priority fee per gas higher than max fee per gas"),
        (gas(30_000_001, 2), "exceeds block gas limit"),
        (gas(20_999, 2), "intrinsic gas too low: gas 20999, minimum needed 21000"),
        (
            client.sign(&poor(), &nothing(), 0, 21_000, FEES).unwrap(),
            "insufficient funds for gas * price + value: balance 0, tx cost 42000000000000, overshot 42000000000000",
        ),
        (
            client.sign(&rich(), &large, 2, 20_000_000, FEES).unwrap(),
            "max initcode size exceeded: code size 49153, limit 49152",
        ),
    ] {
        let refused = ledger.refused("eth_sendRawTransaction", json!([raw(&signed)]));
        assert_eq!(refused, (-32000, message.to_owned()));
    }
    let replaced =
        ledger.signed(1, Fees { max_fee_per_gas: 2_200_000_000, max_priority_fee_per_gas: 1_100_000_000 });
    ledger.send(&replaced);
    let head = ledger.chain.mine().unwrap();
    let block = ledger.ask("eth_getBlockByNumber", json!([format!("{:#x}", head.number), false]));
    assert_eq!(block["transactions"], json!([format!("0x{}", hex::encode(replaced.hash))]));
}

#[tokio::test]
async fn a_transaction_of_another_chain_is_refused() {
    let ledger = Ledger::new().await;
    // EIP-155's own example, signed for chain 1.
    let mainnet = "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83";
    let refused = ledger.refused("eth_sendRawTransaction", json!([mainnet]));
    assert_eq!(refused, (-32000, "invalid chain id for signer: have 1, want 7357001".to_owned()));
    let (code, message) = ledger.refused("eth_sendRawTransaction", json!(["0x02c0"]));
    assert_eq!(code, -32000);
    assert!(message.starts_with("the transaction cannot be decoded"), "{message}");
}

#[tokio::test]
async fn what_offers_less_than_the_base_fee_waits_until_it_has_fallen() {
    let ledger = Ledger::new().await;
    let low = ledger.signed(0, Fees { max_fee_per_gas: 800_000_000, max_priority_fee_per_gas: 0 });
    ledger.send(&low);
    assert_eq!(ledger.chain.head().number, 0, "no block is made for what cannot be in it");
    assert_eq!(ledger.client.outcome(low.hash).await.unwrap(), None);
    // 875,000,000, then 765,625,000 wei.
    ledger.chain.mine().unwrap();
    ledger.chain.mine().unwrap();
    assert_eq!(ledger.client.outcome(low.hash).await.unwrap().unwrap().block, 2);
}

#[tokio::test]
async fn nonces_order_a_sender_and_a_lost_one_leaves_a_gap() {
    let ledger = Ledger::new().await;
    ledger.chain.set_mining(Mining::Manual);
    let signed: Vec<_> = (0..4).map(|nonce| ledger.signed(nonce, FEES)).collect();
    for one in signed.iter().rev() {
        ledger.send(one);
    }
    let me = rich().address().to_string();
    assert_eq!(ledger.ask("eth_getTransactionCount", json!([me, "pending"])), "0x4");
    assert!(ledger.chain.drop_pending(signed[2].hash));
    assert!(!ledger.chain.drop_pending(signed[2].hash));
    assert_eq!(ledger.ask("eth_getTransactionCount", json!([me, "pending"])), "0x2");

    ledger.chain.mine().unwrap();
    let block = ledger.ask("eth_getBlockByNumber", json!(["0x1", false]));
    let hashes = signed[..2].iter().map(|one| format!("0x{}", hex::encode(one.hash))).collect::<Vec<_>>();
    assert_eq!(block["transactions"], json!(hashes));
    assert!(!ledger.client.knows(signed[2].hash).await.unwrap());
    ledger.chain.set_mining(Mining::Auto);
    ledger.send(&signed[2]);
    assert_eq!(ledger.ask("eth_getTransactionCount", json!([me, "latest"])), "0x4");
}
