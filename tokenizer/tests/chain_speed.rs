//! How fast the embedded chain is: a measurement, not a test. Run it with `--release -- --ignored --nocapture speed`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use muniment_tokenizer::chain::{
    ChainCall, ChainClient, Fees, Signer,
    embedded::{EMBEDDED_CHAIN_ID, EmbeddedChain, Genesis},
};
use std::{path::Path, sync::Arc, time::Instant};

const TRANSACTIONS: u64 = 5_000;

fn open(path: &Path) -> EmbeddedChain {
    let signer = Signer::from_key(&[0x11; 32]).unwrap();
    let funded = vec![(signer.address(), u128::MAX >> 1)];
    let genesis = Genesis { chain_id: EMBEDDED_CHAIN_ID, timestamp: 1_767_225_600, funded };
    EmbeddedChain::open(path, &genesis, Box::new(|| 0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement; run with --release -- --ignored --nocapture speed"]
async fn speed_of_transactions_reopening_and_replay() {
    let dir = tempfile::tempdir_in(".").unwrap();
    let path = dir.path().join("chain.db");
    let signer = Signer::from_key(&[0x11; 32]).unwrap();
    let call = ChainCall { to: Some(signer.address()), data: Vec::new(), value_wei: 0 };
    let fees = Fees { max_fee_per_gas: 2_000_000_000, max_priority_fee_per_gas: 1 };
    let chain = Arc::new(open(&path));
    let client = ChainClient::connect_embedded(chain.clone()).await.unwrap();
    let signed: Vec<_> =
        (0..TRANSACTIONS).map(|nonce| client.sign(&signer, &call, nonce, 21_000, fees).unwrap()).collect();

    let begin = Instant::now();
    for one in &signed {
        client.broadcast(&one.raw).await.unwrap();
    }
    let took = begin.elapsed();
    let each_second = u128::from(TRANSACTIONS) * 1_000_000 / took.as_micros();
    println!("{TRANSACTIONS} transactions, a durable block each: {took:?}, {each_second} a second");
    assert_eq!(chain.head().number, TRANSACTIONS);
    drop((client, chain));
    let begin = Instant::now();
    let chain = open(&path);
    println!("opened again: {:?}", begin.elapsed());
    let begin = Instant::now();
    let replayed = chain.replay().unwrap();
    println!("replayed {} blocks: {:?}", replayed.blocks, begin.elapsed());
    assert_eq!(replayed.difference, None);
}
