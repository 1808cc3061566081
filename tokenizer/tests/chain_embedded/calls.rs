//! Calls and estimates.

use crate::ledger::{FUNDS, Ledger, poor, rich};
use serde_json::json;

/// Reverts with `Error("no")`.
fn reverting() -> Vec<u8> {
    let message = "08c379a0000000000000000000000000000000000000000000000000000000000000002000000000000000000000000000000000000000000000000000000000000000026e6f000000000000000000000000000000000000000000000000000000000000";
    let message = hex::decode(message).unwrap();
    // The runtime copies the message behind its own 12 bytes and reverts with it; the initcode returns the runtime.
    let runtime = [hex::decode("6064600c60003960646000fd").unwrap(), message].concat();
    let length = u8::try_from(runtime.len()).unwrap();
    [vec![0x60, length, 0x60, 0x0c, 0x60, 0x00, 0x39, 0x60, length, 0x60, 0x00, 0xf3], runtime].concat()
}

#[tokio::test]
async fn a_revert_is_code_three_with_its_data() {
    let ledger = Ledger::new().await;
    let contract = ledger.deploy(reverting(), 0);
    for method in ["eth_call", "eth_estimateGas"] {
        let error = ledger.answer(method, json!([{ "to": contract }]))["error"].clone();
        assert_eq!(error["code"], 3, "{method}");
        assert_eq!(error["message"], "execution reverted: no", "{method}");
        assert!(error["data"].as_str().unwrap().starts_with("0x08c379a0"), "{method}");
    }
    assert_eq!(ledger.ask("eth_getCode", json!([contract, "0x0"])), "0x");
    assert!(ledger.ask("eth_getCode", json!([contract, "latest"])).as_str().unwrap().len() > 200);
}

#[tokio::test]
async fn a_plain_transfer_is_estimated_exactly_and_funds_are_asked_for_when_a_price_is_named() {
    let ledger = Ledger::new().await;
    let (from, to) = (rich().address().to_string(), poor().address().to_string());
    let estimate = |value: String, price: Option<&str>| {
        let request = json!({ "from": from, "to": to, "value": value, "gasPrice": price });
        ledger.answer("eth_estimateGas", json!([request]))
    };
    assert_eq!(estimate("0x1".to_owned(), None)["result"], "0x5208");
    assert_eq!(estimate("0x1".to_owned(), Some("0x77359400"))["result"], "0x5208");
    let all = estimate(format!("{FUNDS:#x}"), Some("0x77359400"));
    assert_eq!(all["error"]["message"], "gas required exceeds allowance (0)");
    let more = estimate(format!("{:#x}", FUNDS + 1), None);
    let message = more["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("insufficient funds"), "{message}");
}

#[tokio::test]
async fn a_pending_call_sees_the_time_of_the_next_block() {
    let ledger = Ledger::new().await;
    // TIMESTAMP, MSTORE at 0, RETURN 32 bytes.
    let contract = ledger.deploy(hex::decode("6009600c60003960096000f34260005260206000f3").unwrap(), 0);
    let asked = |block: &str| {
        let time = ledger.ask("eth_call", json!([{ "to": contract }, block]));
        u64::from_str_radix(time.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
    };
    let mined = ledger.chain.head().timestamp;
    ledger.clock.fetch_add(3_600, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(asked("latest"), mined);
    assert_eq!(asked("pending"), crate::ledger::START + 3_600);
}
