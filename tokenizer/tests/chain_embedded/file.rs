//! The file: it comes back as it was, for one process, of one chain, and it cannot be changed unnoticed.

use crate::ledger::{FEES, Ledger, genesis, rich};
use muniment_tokenizer::chain::{
    calls,
    embedded::{EmbeddedChain, EmbeddedError, Genesis, Head},
};
use rusqlite::Connection;
use std::path::PathBuf;

fn open(path: &std::path::Path, genesis: &Genesis) -> Result<EmbeddedChain, EmbeddedError> {
    EmbeddedChain::open(path, genesis, Box::new(|| 0))
}

/// A chain of three blocks with a contract, closed again. The folder lives as long as what is given back.
async fn closed() -> (PathBuf, Head, Ledger) {
    let mut ledger = Ledger::new().await;
    let call = calls::deploy_registry(rich().address());
    let signed = ledger.client.sign(&rich(), &call, 0, 5_000_000, FEES).unwrap();
    ledger.send(&signed);
    ledger.send(&ledger.signed(1, FEES));
    ledger.chain.mine().unwrap();
    let (path, head) = (ledger.path.clone(), ledger.chain.head());
    // Another chain takes its place, so that the file is let go of.
    let other = Ledger::new().await;
    ledger.chain = other.chain.clone();
    ledger.client = other.client.clone();
    (path, head, ledger)
}

#[tokio::test]
async fn a_chain_comes_back_as_it_was() {
    let (path, head, _ledger) = closed().await;
    let chain = open(&path, &genesis()).unwrap();
    assert_eq!(chain.head(), head);
    let replayed = chain.replay().unwrap();
    assert_eq!((replayed.blocks, replayed.transactions, replayed.difference), (4, 2, None));
    let copy = path.with_extension("copy");
    chain.back_up(&copy).unwrap();
    assert_eq!(open(&copy, &genesis()).unwrap().head(), head);
}

#[tokio::test]
async fn a_file_serves_one_process_and_one_chain() {
    let (path, _, _ledger) = closed().await;
    let other = Genesis { chain_id: 1, ..genesis() };
    let refused = open(&path, &other).unwrap_err();
    assert_eq!(refused.to_string(), "the file holds chain 7357001, this is chain 1");
    let _first = open(&path, &genesis()).unwrap();
    assert!(matches!(open(&path, &genesis()), Err(EmbeddedError::InUse)));
}

#[tokio::test]
async fn what_was_changed_behind_its_back_is_found_by_a_replay() {
    for (change, what) in [
        ("UPDATE accounts SET balance = zeroblob(32) WHERE nonce = 2", "account 0x"),
        (
            "UPDATE slots SET value = x'00000000000000000000000000000000000000000000000000000000000000ff'",
            "slot 0x",
        ),
        (
            "INSERT INTO slots VALUES (zeroblob(20), zeroblob(32), x'0000000000000000000000000000000000000000000000000000000000000001')",
            "slot 0x",
        ),
        ("UPDATE codes SET code = x'00'", "code 0x"),
        ("DELETE FROM transactions WHERE block = 2", "gas used"),
        ("UPDATE transactions SET sender = zeroblob(20) WHERE block = 2", "the receipt of"),
        ("UPDATE transactions SET gas_used = 1 WHERE block = 2", "the receipt of"),
        ("UPDATE logs SET data = x'00'", "the receipt of"),
        ("UPDATE genesis SET balance = zeroblob(32)", "state commitment"),
        ("UPDATE blocks SET hash = zeroblob(32) WHERE number = 3", "hash"),
    ] {
        let (path, _, _ledger) = closed().await;
        let connection = Connection::open(&path).unwrap();
        assert!(connection.execute(change, []).unwrap() > 0, "{change}");
        drop(connection);
        let difference = open(&path, &genesis()).unwrap().replay().unwrap().difference;
        let difference = difference.unwrap_or_else(|| panic!("not found: {change}"));
        assert!(difference.what.starts_with(what), "{change}: {difference}");
    }
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_alone() {
    let (path, _, _ledger) = closed().await;
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = open(&path, &genesis()).unwrap_err();
    assert_eq!(refused.to_string(), "the chain file has layout 99, this program knows layout 1");
}

#[tokio::test]
async fn a_reorg_takes_the_state_back_and_gives_other_blocks() {
    let ledger = Ledger::new().await;
    ledger.send(&ledger.signed(0, FEES));
    let call = calls::deploy_registry(rich().address());
    let signed = ledger.client.sign(&rich(), &call, 1, 5_000_000, FEES).unwrap();
    ledger.send(&signed);
    ledger.send(&ledger.signed(2, FEES));
    let before = ledger.chain.head();
    let contract = ledger.client.outcome(signed.hash).await.unwrap().unwrap().contract.unwrap();

    let after = ledger.chain.reorg(2).unwrap();

    assert_eq!(after.number, before.number);
    assert_ne!(after.hash, before.hash);
    assert_eq!(ledger.client.transaction_count(rich().address()).await.unwrap(), 1);
    assert_eq!(ledger.client.outcome(signed.hash).await.unwrap(), None);
    assert!(!ledger.client.has_code(contract).await.unwrap());
    // The same bytes are good again, and the replay follows the new branch.
    ledger.send(&signed);
    assert!(ledger.client.has_code(contract).await.unwrap());
    assert_eq!(ledger.chain.replay().unwrap().difference, None);
    assert_eq!(ledger.chain.reorg(99).unwrap().number, 4, "block 0 always stays");
}
