//! The embedded development chain, a single-operator EVM ledger: revm in process, blocks and state in one SQLite file.
//!
//! It has what a real network has (blocks, base fee, nonces, a pending pool that is forgotten at a restart) and
//! what it has not is said plainly: one operator orders and stores the blocks, nobody votes on them.
//! A transaction is acknowledged after its block is durable. `replay` proves that the blocks make the state.

mod block;
mod error;
mod execute;
#[cfg(feature = "chain-faults")]
mod faults;
mod genesis;
mod ledger;
mod pool;
mod read;
mod replay;
mod rpc;
mod schema;
mod state;
mod transport;

pub use error::EmbeddedError;
#[cfg(feature = "chain-bare")]
pub(super) use execute::RULES;
pub use genesis::{BLOCK_GAS_LIMIT, EMBEDDED_CHAIN_ID, Genesis};
pub use replay::{Difference, Replayed};
pub use rpc::{MAX_BATCH_REQUESTS, MAX_LOGS, MAX_REQUEST_BYTES};
pub(crate) use transport::EmbeddedTransport;

use alloy::{
    consensus::{TxEnvelope, transaction::Recovered},
    primitives::B256,
};
use block::{Built, Inputs, Parent, SealedBlock};
use pool::Pool;
use rusqlite::Connection;
use state::StateAt;
use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What the blocks call themselves in `web3_clientVersion` and exports.
pub const HONEST_NAME: &str = "embedded development chain, a single-operator EVM ledger";

/// The time of the next block in seconds since 1970: the app's clock. Blocks never go back: a clock that runs
/// backwards gives the parent's time. Many blocks may share a second, as on rollups, so that a busy minute does not
/// run ahead of the business clock past a record date.
pub type BlockTime = Box<dyn Fn() -> u64 + Send + Sync>;

/// When a block is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mining {
    /// A transaction that can be executed is mined at once, in a block of its own.
    Auto,
    /// Only [`EmbeddedChain::mine`] makes blocks; the caller keeps the interval.
    Manual,
}

/// The embedded chain. Shared between threads behind an `Arc`; one caller at a time executes.
pub struct EmbeddedChain {
    inner: Mutex<Inner>,
}

struct Inner {
    connection: Connection,
    chain_id: u64,
    head: SealedBlock,
    pool: Pool,
    clock: BlockTime,
    mining: Mining,
}

/// The newest block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number; the genesis block is 0.
    pub number: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// Its time, in seconds since 1970.
    pub timestamp: u64,
}

impl std::fmt::Debug for EmbeddedChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EmbeddedChain at block {}", self.head().number)
    }
}

impl EmbeddedChain {
    /// Opens the chain in a file, or begins it there with `genesis`. An existing chain keeps its own genesis.
    ///
    /// # Errors
    /// When the file cannot be read or written, is open in another process, belongs to another chain id, or was
    /// written by a newer version.
    pub fn open(path: &Path, genesis: &Genesis, clock: BlockTime) -> Result<Self, EmbeddedError> {
        let mut connection = schema::open(path)?;
        if ledger::chain_id(&connection)?.is_none() {
            genesis::begin(&mut connection, genesis)?;
        }
        let chain_id = ledger::chain_id(&connection)?.unwrap_or_default();
        if chain_id != genesis.chain_id {
            return Err(EmbeddedError::OtherChain { found: chain_id, expected: genesis.chain_id });
        }
        let head = ledger::head(&connection)?;
        let inner = Inner { connection, chain_id, head, pool: Pool::default(), clock, mining: Mining::Auto };
        Ok(Self { inner: Mutex::new(inner) })
    }

    /// Answers one JSON-RPC request body, single or batch, with the response body.
    #[must_use]
    pub fn handle(&self, request_body: &[u8]) -> Vec<u8> {
        rpc::handle(self, request_body)
    }

    /// The newest block.
    #[must_use]
    pub fn head(&self) -> Head {
        let head = &self.lock().head;
        Head { number: head.header.number, hash: head.hash.0, timestamp: head.header.timestamp }
    }

    /// Makes one block of what is pending and can be executed; an empty block when there is nothing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn mine(&self) -> Result<Head, EmbeddedError> {
        self.lock().mine()?;
        Ok(self.head())
    }

    /// Chooses when blocks are made; a fresh chain is at [`Mining::Auto`].
    pub fn set_mining(&self, mining: Mining) {
        self.lock().mining = mining;
    }

    /// Executes all blocks again from the genesis, in memory, and compares what comes out with what is stored.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn replay(&self) -> Result<Replayed, EmbeddedError> {
        replay::replay(&self.lock().connection)
    }

    /// Writes a copy of the chain as it is now to a new file.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn back_up(&self, to: &Path) -> Result<(), EmbeddedError> {
        schema::back_up(&self.lock().connection, to)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while the lock was held cannot leave half a block: SQLite rolls the open transaction back.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Makes a block of what is ready, which may be nothing.
    fn mine(&mut self) -> Result<(), EmbeddedError> {
        let built = self.build_next()?;
        self.append(built)
    }

    /// Makes blocks until nothing pending can be executed: a transaction may have filled a gap before others.
    fn mine_ready(&mut self) -> Result<(), EmbeddedError> {
        loop {
            let built = self.build_next()?;
            if built.transactions.is_empty() {
                self.forget(&built.impossible);
                return Ok(());
            }
            self.append(built)?;
        }
    }

    fn build_next(&mut self) -> Result<Built, EmbeddedError> {
        let next_base_fee = block::next_base_fee(&self.head.header);
        let candidates = self.pool.ready(next_base_fee, |sender| ledger::nonce(&self.connection, sender))?;
        self.build(candidates)
    }

    fn build(&self, candidates: Vec<Recovered<TxEnvelope>>) -> Result<Built, EmbeddedError> {
        let parent = Parent { header: &self.head.header, hash: self.head.hash, chain_id: self.chain_id };
        block::build(&StateAt::head(&self.connection), &parent, self.next_inputs()?, candidates)
    }

    fn next_inputs(&self) -> Result<Inputs, EmbeddedError> {
        let timestamp = (self.clock)().max(self.head.header.timestamp);
        Ok(Inputs { timestamp, extra_data: ledger::extra_data(&self.connection)? })
    }

    /// Stores a block durably; the pool forgets what was mined or can never be.
    fn append(&mut self, built: Built) -> Result<(), EmbeddedError> {
        ledger::append(&mut self.connection, &built)?;
        let mined: Vec<B256> = built.transactions.iter().map(|executed| executed.hash).collect();
        self.forget(&mined);
        self.forget(&built.impossible);
        self.head = SealedBlock { header: built.header, hash: built.hash };
        Ok(())
    }

    fn forget(&mut self, hashes: &[B256]) {
        for hash in hashes {
            self.pool.remove(hash);
        }
    }
}
