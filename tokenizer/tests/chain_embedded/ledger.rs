//! An embedded chain in a file of its own, asked in JSON as a wallet asks.

use muniment_tokenizer::chain::{
    ChainCall, ChainClient, Fees, Signed, Signer,
    embedded::{EMBEDDED_CHAIN_ID, EmbeddedChain, Genesis},
};
use serde_json::{Value, json};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// When the clock starts: 2026-01-01 00:00 UTC.
pub(crate) const START: u64 = 1_767_225_600;

/// Funds of the rich key: 1 ether.
pub(crate) const FUNDS: u128 = 1_000_000_000_000_000_000;

/// Enough to be in the first blocks.
pub(crate) const FEES: Fees =
    Fees { max_fee_per_gas: 2_000_000_000, max_priority_fee_per_gas: 1_000_000_000 };

pub(crate) struct Ledger {
    pub(crate) chain: Arc<EmbeddedChain>,
    pub(crate) client: ChainClient,
    pub(crate) clock: Arc<AtomicU64>,
    pub(crate) path: PathBuf,
    _dir: tempfile::TempDir,
}

pub(crate) fn rich() -> Signer {
    Signer::from_key(&[0x11; 32]).unwrap()
}

pub(crate) fn poor() -> Signer {
    Signer::from_key(&[0x22; 32]).unwrap()
}

pub(crate) fn genesis() -> Genesis {
    Genesis { chain_id: EMBEDDED_CHAIN_ID, timestamp: START, funded: vec![(rich().address(), FUNDS)] }
}

/// A message to oneself: the smallest transaction that does nothing.
pub(crate) fn nothing() -> ChainCall {
    ChainCall { to: Some(rich().address()), data: Vec::new(), value_wei: 0 }
}

impl Ledger {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chain.db");
        let clock = Arc::new(AtomicU64::new(START));
        let time = clock.clone();
        let time = Box::new(move || time.load(Ordering::SeqCst));
        let chain = Arc::new(EmbeddedChain::open(&path, &genesis(), time).unwrap());
        let client = ChainClient::connect_embedded(chain.clone()).await.unwrap();
        Self { chain, client, clock, path, _dir: dir }
    }

    /// The whole answer to one request.
    pub(crate) fn answer(&self, method: &str, params: Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
        let answer = self.chain.handle(request.to_string().as_bytes());
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!((&answer["id"], &answer["jsonrpc"]), (&json!(7), &json!("2.0")));
        answer
    }

    /// The result of a request that must succeed.
    pub(crate) fn ask(&self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The code and message of a request that must be refused.
    pub(crate) fn refused(&self, method: &str, params: Value) -> (i64, String) {
        let error = self.answer(method, params)["error"].clone();
        (error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())
    }

    pub(crate) fn signed(&self, nonce: u64, fees: Fees) -> Signed {
        self.client.sign(&rich(), &nothing(), nonce, 21_000, fees).unwrap()
    }

    pub(crate) fn send(&self, signed: &Signed) -> Value {
        self.ask("eth_sendRawTransaction", json!([raw(signed)]))
    }

    /// Deploys code that is given by its initcode, and says where.
    pub(crate) fn deploy(&self, initcode: Vec<u8>, nonce: u64) -> Value {
        let call = ChainCall { to: None, data: initcode, value_wei: 0 };
        let signed = self.client.sign(&rich(), &call, nonce, 10_000_000, FEES).unwrap();
        let hash = self.send(&signed);
        let receipt = self.ask("eth_getTransactionReceipt", json!([hash]));
        assert_eq!(receipt["status"], "0x1");
        receipt["contractAddress"].clone()
    }
}

pub(crate) fn raw(signed: &Signed) -> String {
    format!("0x{}", hex::encode(&signed.raw))
}
