//! A chain for one test: the embedded one in a file of its own, or a process of anvil.

use domain::party::WalletAddress;
use muniment_tokenizer::chain::{
    ChainCall, ChainClient, Outcome, Signer,
    embedded::{EMBEDDED_CHAIN_ID, EmbeddedChain, Genesis, Mining},
    gas_limit,
};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// When the clock of the embedded chain starts: 2026-01-01 00:00 UTC.
const START: u64 = 1_767_225_600;

/// Funds of each test key: 1,000 ether.
const FUNDS: u128 = 1_000_000_000_000_000_000_000;

pub(crate) struct Network {
    pub(crate) client: ChainClient,
    kind: Kind,
}

enum Kind {
    Embedded { chain: Arc<EmbeddedChain>, clock: Arc<AtomicU64>, _dir: tempfile::TempDir },
    Anvil { url: String, process: Child },
}

/// Key number `n` of the tests; those from 0 to 9 have funds.
pub(crate) fn key(n: u16) -> Signer {
    let mut key = [7; 32];
    key[30..].copy_from_slice(&(n + 1).to_be_bytes());
    Signer::from_key(&key).unwrap()
}

fn funded() -> impl Iterator<Item = WalletAddress> {
    (0..10).map(|n| key(n).address())
}

impl Network {
    pub(crate) async fn embedded() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicU64::new(START));
        let genesis = Genesis {
            chain_id: EMBEDDED_CHAIN_ID,
            timestamp: START,
            funded: funded().map(|wallet| (wallet, FUNDS)).collect(),
        };
        let time = clock.clone();
        let time = Box::new(move || time.load(Ordering::SeqCst));
        let chain = Arc::new(EmbeddedChain::open(&dir.path().join("chain.db"), &genesis, time).unwrap());
        let client = ChainClient::connect_embedded(chain.clone()).await.unwrap();
        Self { client, kind: Kind::Embedded { chain, clock, _dir: dir } }
    }

    pub(crate) async fn anvil() -> Self {
        let program = std::env::var("MUNIMENT_ANVIL").expect("MUNIMENT_ANVIL names the program anvil");
        let mut process = Command::new(program)
            .args(["--port", "0", "--hardfork", "prague", "--gas-limit", "30000000", "--accounts", "0"])
            .args(["--chain-id", &EMBEDDED_CHAIN_ID.to_string(), "--timestamp", &START.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Listening on ").map(str::to_owned))
            .expect("anvil says where it listens");
        // Whatever it says later is read away, so that it never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let url = format!("http://{address}");
        let client = ChainClient::connect_http(&url).await.unwrap();
        let network = Self { client, kind: Kind::Anvil { url, process } };
        for wallet in funded() {
            let params = serde_json::json!([wallet.to_string(), format!("{FUNDS:#x}")]);
            network.ask_anvil("anvil_setBalance", params).await;
        }
        network
    }

    async fn ask_anvil(&self, method: &str, params: serde_json::Value) {
        let Kind::Anvil { url, .. } = &self.kind else { unreachable!() };
        let request = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = reqwest::Client::new().post(url).json(&request).send().await.unwrap();
        let answer: serde_json::Value = answer.json().await.unwrap();
        assert!(answer.get("error").is_none(), "{method}: {answer}");
    }

    /// Makes an empty block, or one of what is pending.
    pub(crate) async fn mine(&self) {
        match &self.kind {
            Kind::Embedded { chain, .. } => drop(chain.mine().unwrap()),
            Kind::Anvil { .. } => self.ask_anvil("evm_mine", serde_json::json!([])).await,
        }
    }

    /// Stops making a block for each transaction, or starts again.
    pub(crate) async fn set_automatic(&self, automatic: bool) {
        match &self.kind {
            Kind::Embedded { chain, .. } => {
                chain.set_mining(if automatic { Mining::Auto } else { Mining::Manual });
            }
            Kind::Anvil { .. } => self.ask_anvil("evm_setAutomine", serde_json::json!([automatic])).await,
        }
    }

    /// Lets the clock run ahead.
    pub(crate) async fn pass(&self, seconds: u64) {
        match &self.kind {
            Kind::Embedded { clock, .. } => drop(clock.fetch_add(seconds, Ordering::SeqCst)),
            Kind::Anvil { .. } => self.ask_anvil("evm_increaseTime", serde_json::json!([seconds])).await,
        }
    }

    /// Replaces the newest blocks by empty ones.
    pub(crate) async fn reorg(&self, depth: u64) {
        match &self.kind {
            Kind::Embedded { chain, .. } => drop(chain.reorg(depth).unwrap()),
            Kind::Anvil { .. } => self.ask_anvil("anvil_reorg", serde_json::json!([depth, []])).await,
        }
    }

    /// Tries, signs, sends and waits, as the outbox does.
    pub(crate) async fn send(&self, signer: &Signer, call: &ChainCall) -> Outcome {
        let gas = self.client.simulate(signer.address(), call).await.unwrap();
        let gas = gas.unwrap_or_else(|refusal| panic!("{call:?} is refused: {refusal}"));
        let outcome = self.send_unasked(signer, call, gas_limit(gas)).await;
        assert!(outcome.succeeded, "{call:?} reverted");
        outcome
    }

    /// Sends without trying first, as someone who goes around the house.
    pub(crate) async fn send_unasked(&self, signer: &Signer, call: &ChainCall, gas: u64) -> Outcome {
        let nonce = self.client.transaction_count(signer.address()).await.unwrap();
        let fees = self.client.suggest_fees().await.unwrap();
        let signed = self.client.sign(signer, call, nonce, gas, fees).unwrap();
        let said = self.client.broadcast(&signed.raw).await.unwrap();
        assert_eq!(said, muniment_tokenizer::chain::Broadcast::Accepted);
        self.outcome(signed.hash).await
    }

    /// Waits until a transaction is in a block.
    pub(crate) async fn outcome(&self, hash: [u8; 32]) -> Outcome {
        for _ in 0..200 {
            if let Some(outcome) = self.client.outcome(hash).await.unwrap() {
                return outcome;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the transaction is in no block after five seconds");
    }

    /// Deploys and says where.
    pub(crate) async fn deploy(&self, signer: &Signer, call: &ChainCall) -> WalletAddress {
        self.send(signer, call).await.contract.unwrap()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        match &mut self.kind {
            // Whatever a test did, its blocks make its state.
            Kind::Embedded { chain, .. } if !std::thread::panicking() => {
                assert_eq!(chain.replay().unwrap().difference, None);
            }
            Kind::Embedded { .. } => {}
            Kind::Anvil { process, .. } => {
                let _ = process.kill();
                let _ = process.wait();
            }
        }
    }
}
