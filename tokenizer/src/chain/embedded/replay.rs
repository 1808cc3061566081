//! The audit of the chain: every block executed again from the genesis, and compared with what is stored.

use super::{
    EmbeddedError,
    block::{self, Built, Inputs, Parent, SealedBlock},
    genesis, ledger, read,
    state::MemoryState,
};
use alloy::{
    consensus::{Header, transaction::SignerRecoverable},
    primitives::{Address, B256, U256, keccak256},
};
use rusqlite::Connection;
use std::{collections::HashMap, fmt};

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Blocks executed, the genesis included.
    pub blocks: u64,
    /// Transactions executed.
    pub transactions: u64,
    /// The first place where the stored chain is not what its blocks make; `None` when all agrees.
    pub difference: Option<Difference>,
}

/// Where the stored chain is not what its blocks make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The block.
    pub block: u64,
    /// What differs: a header field, a transaction, an account or a slot.
    pub what: String,
    /// What is stored.
    pub stored: String,
    /// What the replay gives.
    pub replayed: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { block, what, stored, replayed } = self;
        write!(f, "block {block}: {what} is stored as {stored}, replayed it is {replayed}")
    }
}

/// Executes the chain from its genesis and compares headers, receipts and, at the end, the whole state.
pub(super) fn replay(connection: &Connection) -> Result<Replayed, EmbeddedError> {
    let chain_id = ledger::chain_id(connection)?.unwrap_or_default();
    let head = ledger::head(connection)?.header.number;
    let mut state =
        MemoryState { connection, accounts: HashMap::new(), slots: HashMap::new(), codes: HashMap::new() };
    let mut done = Replayed { blocks: 0, transactions: 0, difference: None };
    let mut parent: Option<(Header, B256)> = None;
    for number in 0..=head {
        let Some(stored) = read::block(connection, number)? else {
            done.difference = Some(difference(number, "block", "missing", "expected"));
            return Ok(done);
        };
        let built = again(&state, chain_id, &stored.header, parent.as_ref())?;
        done.blocks += 1;
        done.transactions += built.transactions.len() as u64;
        done.difference = compare_block(connection, &stored, &built)?;
        if done.difference.is_some() {
            return Ok(done);
        }
        state.apply(built.changes);
        parent = Some((built.header, built.hash));
    }
    done.difference = compare_state(&state, head)?;
    Ok(done)
}

/// Makes one block again from its stored inputs: time, extra data and transactions.
fn again(
    state: &MemoryState<'_>,
    chain_id: u64,
    stored: &Header,
    parent: Option<&(Header, B256)>,
) -> Result<Built, EmbeddedError> {
    let Some((header, hash)) = parent else {
        return Ok(genesis::first_block(stored.timestamp, &read::funded(state.connection)?));
    };
    let inputs = Inputs { timestamp: stored.timestamp, extra_data: stored.extra_data.clone() };
    let mut candidates = Vec::new();
    for stored in read::transactions(state.connection, stored.number)? {
        // The stored sender is not believed: it is recovered from the signature again.
        let recovered = stored.transaction.into_inner().try_into_recovered();
        candidates.push(recovered.map_err(|error| EmbeddedError::Damaged(error.to_string()))?);
    }
    block::build(state, &Parent { header, hash: *hash, chain_id }, inputs, candidates)
}

fn compare_block(
    connection: &Connection,
    block: &SealedBlock,
    built: &Built,
) -> Result<Option<Difference>, EmbeddedError> {
    let (stored, new) = (&block.header, &built.header);
    let number = stored.number;
    if stored == new && block.hash == built.hash {
        return compare_receipts(connection, number, built);
    }
    let fields = [
        ("gas used", stored.gas_used.to_string(), new.gas_used.to_string()),
        ("transactions root", stored.transactions_root.to_string(), new.transactions_root.to_string()),
        ("receipts root", stored.receipts_root.to_string(), new.receipts_root.to_string()),
        ("state commitment", stored.state_root.to_string(), new.state_root.to_string()),
        ("header", format!("{stored:?}"), format!("{new:?}")),
        ("hash", block.hash.to_string(), built.hash.to_string()),
    ];
    let first = fields.into_iter().find(|(_, stored, replayed)| stored != replayed);
    Ok(first.map(|(what, stored, replayed)| difference(number, what, stored, replayed)))
}

/// The stored rows of transactions and logs, which the roots above do not cover by themselves.
fn compare_receipts(
    connection: &Connection,
    number: u64,
    built: &Built,
) -> Result<Option<Difference>, EmbeddedError> {
    let receipts = read::receipts(connection, number)?;
    for (receipt, executed) in receipts.iter().zip(&built.transactions) {
        let stored = (
            receipt.from,
            receipt.contract_address,
            receipt.gas_used,
            receipt.inner.clone().into_primitives_receipt(),
        );
        let replayed =
            (executed.transaction.signer(), executed.contract, executed.gas_used, executed.receipt.clone());
        if stored != replayed {
            let what = format!("the receipt of {}", executed.hash);
            return Ok(Some(difference(number, what, format!("{stored:?}"), format!("{replayed:?}"))));
        }
    }
    Ok(None)
}

fn compare_state(state: &MemoryState<'_>, head: u64) -> Result<Option<Difference>, EmbeddedError> {
    let connection = state.connection;
    let mut addresses = state.accounts.keys().copied().collect::<Vec<_>>();
    addresses
        .extend(column::<20>(connection, "SELECT address FROM accounts")?.into_iter().map(Address::from));
    for address in addresses {
        let stored = ledger::account(connection, address, None)?;
        let replayed = state.accounts.get(&address);
        if stored.as_ref() != replayed {
            let (stored, replayed) = (format!("{stored:?}"), format!("{replayed:?}"));
            return Ok(Some(difference(head, format!("account {address}"), stored, replayed)));
        }
    }
    let mut keys = state.slots.keys().copied().collect::<Vec<_>>();
    let mut statement = connection.prepare("SELECT address, slot FROM slots")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, [u8; 20]>(0)?, row.get::<_, [u8; 32]>(1)?)))?;
    for row in rows {
        let (address, slot) = row?;
        keys.push((Address::from(address), U256::from_be_bytes(slot)));
    }
    for (address, slot) in keys {
        let stored = ledger::slot(connection, address, slot, None)?;
        let replayed = state.slots.get(&(address, slot)).copied().unwrap_or_default();
        if stored != replayed {
            let what = format!("slot {slot:#x} of {address}");
            return Ok(Some(difference(head, what, format!("{stored:#x}"), format!("{replayed:#x}"))));
        }
    }
    for hash in state.codes.keys() {
        let stored = ledger::code(connection, *hash)?.unwrap_or_default();
        if keccak256(&stored) != *hash {
            let what = format!("code {hash}");
            return Ok(Some(difference(head, what, keccak256(&stored), hash)));
        }
    }
    Ok(None)
}

fn column<const N: usize>(connection: &Connection, sql: &str) -> Result<Vec<[u8; N]>, EmbeddedError> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn difference(
    block: u64,
    what: impl fmt::Display,
    stored: impl fmt::Display,
    replayed: impl fmt::Display,
) -> Difference {
    let (what, stored, replayed) = (what.to_string(), stored.to_string(), replayed.to_string());
    Difference { block, what, stored, replayed }
}
