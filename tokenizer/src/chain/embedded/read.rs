//! Stored blocks, transactions and logs, as JSON-RPC shows them.

use super::{EmbeddedError, block::SealedBlock, ledger};
use alloy::{
    consensus::{
        Eip658Value, Receipt, ReceiptEnvelope, ReceiptWithBloom, Transaction as _, TxEnvelope,
        transaction::{Recovered, TransactionInfo},
    },
    eips::eip2718::Decodable2718,
    primitives::{Address, B256, Bytes, Log as RawLog, LogData, U256, logs_bloom},
    rpc::types::{Log, Transaction, TransactionReceipt},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A stored transaction and where it stands.
pub(super) struct Stored {
    pub(super) block: u64,
    pub(super) position: u64,
    pub(super) hash: B256,
    pub(super) transaction: Recovered<TxEnvelope>,
    pub(super) succeeded: bool,
    pub(super) gas_used: u64,
    pub(super) contract: Option<Address>,
}

const COLUMNS: &str = "block, position, hash, sender, raw, succeeded, gas_used, contract";

/// A stored block, by its number.
pub(super) fn block(connection: &Connection, number: u64) -> Result<Option<SealedBlock>, EmbeddedError> {
    let row: Option<([u8; 32], Vec<u8>)> = connection
        .prepare_cached("SELECT hash, header FROM blocks WHERE number = ?1")?
        .query_row(params![number as i64], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    row.map(|(hash, header)| Ok(SealedBlock { header: ledger::header_of(&header)?, hash: B256::from(hash) }))
        .transpose()
}

/// The number of the block with a hash.
pub(super) fn number_of(connection: &Connection, hash: B256) -> Result<Option<u64>, EmbeddedError> {
    let number: Option<i64> = connection
        .prepare_cached("SELECT number FROM blocks WHERE hash = ?1")?
        .query_row(params![hash.as_slice()], |row| row.get(0))
        .optional()?;
    Ok(number.map(|number| number as u64))
}

/// The transactions of a block, in order.
pub(super) fn transactions(connection: &Connection, block: u64) -> Result<Vec<Stored>, EmbeddedError> {
    let sql = format!("SELECT {COLUMNS} FROM transactions WHERE block = ?1 ORDER BY position");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![block as i64], columns_of)?;
    rows.map(|row| stored_of(row?)).collect()
}

/// The hashes of the transactions of a block, in order.
pub(super) fn transaction_hashes(connection: &Connection, block: u64) -> Result<Vec<B256>, EmbeddedError> {
    let mut statement =
        connection.prepare_cached("SELECT hash FROM transactions WHERE block = ?1 ORDER BY position")?;
    let rows = statement.query_map(params![block as i64], |row| row.get::<_, [u8; 32]>(0).map(B256::from))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A transaction by its hash.
pub(super) fn transaction(connection: &Connection, hash: B256) -> Result<Option<Stored>, EmbeddedError> {
    let sql = format!("SELECT {COLUMNS} FROM transactions WHERE hash = ?1");
    let row = connection.prepare_cached(&sql)?.query_row(params![hash.as_slice()], columns_of).optional()?;
    row.map(stored_of).transpose()
}

struct Columns {
    block: i64,
    position: i64,
    hash: [u8; 32],
    sender: [u8; 20],
    raw: Vec<u8>,
    succeeded: bool,
    gas_used: i64,
    contract: Option<[u8; 20]>,
}

fn columns_of(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok(Columns {
        block: row.get(0)?,
        position: row.get(1)?,
        hash: row.get(2)?,
        sender: row.get(3)?,
        raw: row.get(4)?,
        succeeded: row.get(5)?,
        gas_used: row.get(6)?,
        contract: row.get(7)?,
    })
}

fn stored_of(row: Columns) -> Result<Stored, EmbeddedError> {
    let envelope = TxEnvelope::decode_2718(&mut row.raw.as_slice())
        .map_err(|error| EmbeddedError::Damaged(format!("a transaction: {error}")))?;
    Ok(Stored {
        block: row.block as u64,
        position: row.position as u64,
        hash: B256::from(row.hash),
        // The sender was recovered from the signature when the transaction came in.
        transaction: Recovered::new_unchecked(envelope, Address::from(row.sender)),
        succeeded: row.succeeded,
        gas_used: row.gas_used as u64,
        contract: row.contract.map(Address::from),
    })
}

/// A log with the number of its transaction in the block.
pub(super) fn log_of(row: &Row<'_>) -> rusqlite::Result<(u64, u64, u64, RawLog)> {
    let (block, log_index, position): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (emitter, topics, data): ([u8; 20], Vec<u8>, Vec<u8>) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let topics = topics.chunks_exact(32).map(B256::from_slice).collect();
    let data = LogData::new_unchecked(topics, Bytes::from(data));
    Ok((block as u64, log_index as u64, position as u64, RawLog { address: Address::from(emitter), data }))
}

/// The logs of a block: index, position of the transaction, log.
pub(super) fn logs(connection: &Connection, block: u64) -> Result<Vec<(u64, u64, RawLog)>, EmbeddedError> {
    let mut statement = connection.prepare_cached(
        "SELECT block, log_index, position, emitter, topics, data FROM logs WHERE block = ?1 ORDER BY log_index",
    )?;
    let rows = statement.query_map(params![block as i64], log_of)?;
    Ok(rows
        .map(|row| row.map(|(_, index, position, log)| (index, position, log)))
        .collect::<Result<_, _>>()?)
}

/// A transaction as JSON-RPC shows it.
pub(super) fn transaction_json(stored: Stored, block: &SealedBlock) -> Transaction {
    Transaction::from_transaction(
        stored.transaction,
        TransactionInfo {
            hash: Some(stored.hash),
            index: Some(stored.position),
            block_hash: Some(block.hash),
            block_number: Some(stored.block),
            base_fee: block.header.base_fee_per_gas,
            block_timestamp: Some(block.header.timestamp),
        },
    )
}

/// The receipts of a block, in order.
pub(super) fn receipts(
    connection: &Connection,
    number: u64,
) -> Result<Vec<TransactionReceipt>, EmbeddedError> {
    let Some(block) = block(connection, number)? else { return Ok(Vec::new()) };
    let mut logs = logs(connection, number)?.into_iter().peekable();
    let mut cumulative_gas_used = 0;
    let mut receipts = Vec::new();
    for stored in transactions(connection, number)? {
        cumulative_gas_used += stored.gas_used;
        let mut own = Vec::new();
        while let Some((log_index, _, log)) = logs.next_if(|(_, position, _)| *position == stored.position) {
            own.push(Log {
                inner: log,
                block_hash: Some(block.hash),
                block_number: Some(number),
                block_timestamp: Some(block.header.timestamp),
                transaction_hash: Some(stored.hash),
                transaction_index: Some(stored.position),
                log_index: Some(log_index),
                removed: false,
            });
        }
        receipts.push(receipt_json(&stored, own, cumulative_gas_used, &block));
    }
    Ok(receipts)
}

fn receipt_json(
    stored: &Stored,
    logs: Vec<Log>,
    cumulative_gas_used: u64,
    block: &SealedBlock,
) -> TransactionReceipt {
    let transaction = stored.transaction.inner();
    let logs_bloom = logs_bloom(logs.iter().map(|log| &log.inner));
    let status = Eip658Value::Eip658(stored.succeeded);
    let receipt = ReceiptWithBloom::new(Receipt { status, cumulative_gas_used, logs }, logs_bloom);
    TransactionReceipt {
        inner: ReceiptEnvelope::from_typed(transaction.tx_type(), receipt),
        transaction_hash: stored.hash,
        transaction_index: Some(stored.position),
        block_hash: Some(block.hash),
        block_number: Some(stored.block),
        gas_used: stored.gas_used,
        effective_gas_price: transaction.effective_gas_price(block.header.base_fee_per_gas),
        blob_gas_used: None,
        blob_gas_price: None,
        from: stored.transaction.signer(),
        to: transaction.to(),
        contract_address: stored.contract,
    }
}

/// The funded accounts of the genesis.
pub(super) fn funded(connection: &Connection) -> Result<Vec<(Address, U256)>, EmbeddedError> {
    let mut statement = connection.prepare("SELECT address, balance FROM genesis ORDER BY address")?;
    let rows = statement.query_map([], |row| {
        Ok((Address::from(row.get::<_, [u8; 20]>(0)?), U256::from_be_bytes(row.get::<_, [u8; 32]>(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
