//! The chain of a story: the embedded one, or a process of anvil that the house reaches through `--rpc-url`.

use domain::party::WalletAddress;
use reqwest::blocking::Client;
use serde_json::{Value, json};
use std::cell::Cell;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use tokenizer::chain::embedded::{EmbeddedChain, Mining};

/// Funds of a platform on anvil, in wei: a million ether.
const FUNDS_WEI: u128 = 1_000_000_000_000_000_000_000_000;

/// Which chain a story asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The one in the process.
    Embedded,
    /// A network that others run.
    Anvil,
}

thread_local! {
    static ASKED_FOR: Cell<Kind> = const { Cell::new(Kind::Embedded) };
}

/// Tells a story whose houses stand on anvil.
pub(crate) fn on_anvil(story: fn()) {
    ASKED_FOR.set(Kind::Anvil);
    story();
}

/// The chain that the story of this thread asks for.
pub(crate) fn asked_for() -> Kind {
    ASKED_FOR.get()
}

/// A process of anvil; it ends with its story.
pub(crate) struct Anvil {
    /// Where it answers JSON-RPC.
    pub(crate) url: String,
    process: Child,
}

impl Anvil {
    /// Starts it on a free port, with a chain id and a clock of its own. Its blocks take what came first, first.
    pub(crate) fn start() -> Self {
        let program = std::env::var("MUNIMENT_ANVIL").expect("MUNIMENT_ANVIL names the program anvil");
        let mut process = Command::new(program)
            .args(["--port", "0", "--hardfork", "prague", "--gas-limit", "30000000", "--accounts", "0"])
            .args(["--order", "fifo"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.strip_prefix("Listening on ").map(str::to_owned));
        let address = address.expect("anvil says where it listens");
        // Whatever it says later is read away, so that it never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { url: format!("http://{address}"), process }
    }

    /// Asks it something; the result.
    pub(crate) fn ask(&self, method: &str, params: &Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = Client::new().post(&self.url).json(&request).send().unwrap();
        let answer: Value = answer.json().unwrap();
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Gives a wallet what it needs for fees.
    pub(crate) fn fund(&self, wallet: WalletAddress) {
        self.ask("anvil_setBalance", &json!([wallet.to_string(), format!("{FUNDS_WEI:#x}")]));
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The chain under a stage, with the faults of real networks.
pub(crate) enum Network {
    /// The one in the process.
    Embedded(Arc<EmbeddedChain>),
    /// A network that others run.
    Anvil(Anvil),
}

impl Network {
    /// Makes a block of what is pending, or an empty one.
    pub(crate) fn mine(&self) {
        match self {
            Self::Embedded(chain) => drop(chain.mine().unwrap()),
            Self::Anvil(anvil) => drop(anvil.ask("evm_mine", &json!([]))),
        }
    }

    /// Makes a block for each transaction, or only when told to.
    pub(crate) fn set_mining(&self, mining: Mining) {
        match self {
            Self::Embedded(chain) => chain.set_mining(mining),
            Self::Anvil(anvil) => drop(anvil.ask("evm_setAutomine", &json!([mining == Mining::Auto]))),
        }
    }

    /// Puts empty blocks in the place of the newest ones; what was in them is lost.
    pub(crate) fn reorg(&self, depth: u64) {
        match self {
            Self::Embedded(chain) => drop(chain.reorg(depth).unwrap()),
            Self::Anvil(anvil) => drop(anvil.ask("anvil_reorg", &json!([depth, []]))),
        }
    }

    /// Loses a pending transaction; says whether it was there.
    pub(crate) fn drop_pending(&self, hash: [u8; 32]) -> bool {
        match self {
            Self::Embedded(chain) => chain.drop_pending(hash),
            Self::Anvil(anvil) => {
                let hash = format!("0x{}", hex::encode(hash));
                !anvil.ask("anvil_dropTransaction", &json!([hash])).is_null()
            }
        }
    }

    /// Makes the next block dearer, or cheaper, than its parent lets it be. Only anvil does.
    pub(crate) fn set_next_base_fee(&self, wei: u128) {
        let Self::Anvil(anvil) = self else {
            panic!("the base fee of the embedded chain follows its blocks")
        };
        anvil.ask("anvil_setNextBlockBaseFeePerGas", &json!([format!("{wei:#x}")]));
    }

    /// The number of the newest block.
    pub(crate) fn head(&self) -> u64 {
        match self {
            Self::Embedded(chain) => chain.head().number,
            Self::Anvil(anvil) => {
                let number = anvil.ask("eth_blockNumber", &json!([]));
                u64::from_str_radix(number.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
            }
        }
    }

    /// The blocks make the state: asked of the embedded chain, whose blocks are ours.
    pub(crate) fn must_replay(&self) {
        if let Self::Embedded(chain) = self {
            assert_eq!(chain.replay().unwrap().difference, None, "every block gives the same state again");
        }
    }
}
