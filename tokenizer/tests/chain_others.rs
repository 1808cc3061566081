//! Programs that are not ours use the embedded chain over its JSON-RPC: viem reads the register and makes a transfer, cast
//! asks whatever it asks of any chain.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use domain::party::WalletAddress;
use muniment_tokenizer::chain::{
    Signer,
    embedded::{EMBEDDED_CHAIN_ID, EmbeddedChain, Genesis},
};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::Arc,
};

const KEY: [u8; 32] = [0x41; 32];
/// A thousand ether.
const FUNDS: u128 = 1_000_000_000_000_000_000_000;

/// Answers the requests of one connection: `POST` with a length, which is all that viem and cast send.
fn serve(stream: TcpStream, chain: &EmbeddedChain) -> std::io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let answer = chain.handle(&body);
        write!(
            writer,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        )?;
        writer.write_all(&answer)?;
    }
}

/// An embedded chain behind a loopback address.
fn chain_at(dir: &Path) -> String {
    let funded: WalletAddress = Signer::from_key(&KEY).unwrap().address();
    let genesis =
        Genesis { chain_id: EMBEDDED_CHAIN_ID, timestamp: 1_767_225_600, funded: vec![(funded, FUNDS)] };
    let clock = Box::new(|| 1_767_225_600);
    let chain = Arc::new(EmbeddedChain::open(&dir.join("chain.db"), &genesis, clock).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let chain = Arc::clone(&chain);
            std::thread::spawn(move || serve(stream, &chain));
        }
    });
    url
}

fn run(program: &str, arguments: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let url = chain_at(dir.path());
    let key = format!("0x{}", "41".repeat(32));
    let contracts = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts");
    let output =
        Command::new(program).current_dir(contracts).args(arguments).args([&url, &key]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
#[ignore = "needs Node and the packages of contracts/: scripts/test-rust"]
fn viem_reads_the_register_and_makes_a_transfer() {
    let said = run("node", &["test/wallet.mjs"]);
    assert!(said.contains(&format!("viem on chain {EMBEDDED_CHAIN_ID}: Pool: 40 units moved")), "{said}");
}

#[test]
#[ignore = "needs the programs of contracts/: scripts/test-rust"]
fn cast_is_answered() {
    let said = run("bash", &["test/cast.sh"]);
    assert_eq!(said, format!("cast on chain {EMBEDDED_CHAIN_ID}: answered\n"));
}
