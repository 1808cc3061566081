//! kill -9 at any point: every block that was acknowledged is there afterwards, and the blocks still make the state.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use domain::party::WalletAddress;
use muniment_tokenizer::chain::{
    Broadcast, ChainCall, ChainClient, Fees, Signer,
    embedded::{EMBEDDED_CHAIN_ID, EmbeddedChain, Genesis},
};
use rand::{Rng, SeedableRng};
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

/// How often the writer is killed. Each round goes on with the file the last one left.
const ROUNDS: usize = 15;

/// Names the file to the writer, which is this same program started again.
const FILE: &str = "MUNIMENT_CHAIN_CRASH_FILE";

fn signer() -> Signer {
    Signer::from_key(&[0x11; 32]).unwrap()
}

fn open(path: &Path) -> EmbeddedChain {
    let funded = vec![(signer().address(), u128::MAX >> 1)];
    let genesis = Genesis { chain_id: EMBEDDED_CHAIN_ID, timestamp: 1_767_225_600, funded };
    EmbeddedChain::open(path, &genesis, Box::new(|| 0)).unwrap()
}

/// The writer: sends without end and says each block that was acknowledged. Does nothing in a usual run of the tests.
#[tokio::test(flavor = "multi_thread")]
async fn writer_that_is_killed() {
    let Ok(path) = std::env::var(FILE) else { return };
    let client = ChainClient::connect_embedded(Arc::new(open(&PathBuf::from(path)))).await.unwrap();
    let fees = Fees { max_fee_per_gas: 2_000_000_000, max_priority_fee_per_gas: 1 };
    // Each call deploys a contract with a slot of its own, so that accounts, slots, codes and logs are all written:
    // PUSH1 1, PUSH1 0, SSTORE; LOG0; return one byte of code.
    let data = vec![0x60, 0x01, 0x60, 0x00, 0x55, 0x60, 0x00, 0x60, 0x00, 0xa0, 0x60, 0x01, 0x60, 0x00, 0xf3];
    let call = ChainCall { to: None, data, value_wei: 0 };
    let mut nonce = client.transaction_count(signer().address()).await.unwrap();
    loop {
        let signed = client.sign(&signer(), &call, nonce, 200_000, fees).unwrap();
        assert_eq!(client.broadcast(&signed.raw).await.unwrap(), Broadcast::Accepted);
        let outcome = client.outcome(signed.hash).await.unwrap().unwrap();
        assert!(outcome.succeeded);
        let WalletAddress(contract) = outcome.contract.unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "ACK {} {} {} {}",
            outcome.block,
            hex::encode(outcome.block_hash),
            hex::encode(signed.hash),
            hex::encode(contract)
        )
        .unwrap();
        out.flush().unwrap();
        nonce += 1;
    }
}

/// Lets the writer run for a while, kills it, and gives what it had acknowledged.
fn run_and_kill(path: &Path, after: Duration) -> Vec<String> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer_that_is_killed", "--nocapture"])
        .env(FILE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || {
        lines
            .map_while(Result::ok)
            .filter_map(|line| line.split_once("ACK ").map(|(_, acknowledged)| acknowledged.to_owned()))
            .filter(|line| line.split(' ').next_back().is_some_and(|last| last.len() == 40))
            .collect()
    });
    std::thread::sleep(after);
    // On Unix this is SIGKILL: nothing in the writer runs any more.
    writer.kill().unwrap();
    writer.wait().unwrap();
    reader.join().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_by_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("chain.db");
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        // From before the file exists to some hundred blocks later.
        let after = Duration::from_micros(random.random_range(1_000..350_000));
        acknowledged.extend(run_and_kill(&path, after));
        let chain = Arc::new(open(&path));
        let replayed = chain.replay().unwrap();
        assert_eq!(replayed.difference, None, "seed {seed}, round {round}");
        assert_eq!(replayed.blocks, chain.head().number + 1);
        let client = ChainClient::connect_embedded(chain).await.unwrap();
        let newest = acknowledged.iter().rev().take(20);
        let every = if round + 1 == ROUNDS { acknowledged.len() } else { 0 };
        for line in newest.chain(acknowledged.iter().take(every)) {
            let [block, block_hash, hash, contract] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            let hash = hex::decode(hash).unwrap().try_into().unwrap();
            let outcome = client.outcome(hash).await.unwrap();
            let outcome = outcome.unwrap_or_else(|| panic!("seed {seed}, round {round}: lost {line}"));
            assert_eq!(outcome.block.to_string(), block, "seed {seed}");
            assert_eq!(hex::encode(outcome.block_hash), block_hash, "seed {seed}");
            assert_eq!(hex::encode(outcome.contract.unwrap().0), contract, "seed {seed}");
        }
    }
    println!("{} acknowledged blocks over {ROUNDS} kills, none lost", acknowledged.len());
    assert!(acknowledged.len() > ROUNDS, "the writer hardly wrote: {}", acknowledged.len());
}
