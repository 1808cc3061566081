//! Writing blocks to the file, and reading the state of accounts from it, one durable transaction per block.

use super::{
    EmbeddedError,
    block::{Built, Executed, SealedBlock},
    state::Changes,
};
use alloy::{
    consensus::Header,
    eips::eip2718::Encodable2718,
    primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256},
    rlp::{self, Decodable},
};
use revm::state::AccountInfo;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

/// Writes the chain id, the funded accounts and block 0.
pub(super) fn begin(
    connection: &mut Connection,
    chain_id: u64,
    funded: &[(Address, U256)],
    built: &Built,
) -> Result<(), EmbeddedError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    set_fact(&tx, "chain_id", &chain_id.to_be_bytes())?;
    for (address, balance) in funded {
        tx.prepare_cached("INSERT INTO genesis (address, balance) VALUES (?1, ?2)")?
            .execute(params![address.as_slice(), balance.to_be_bytes::<32>()])?;
    }
    write_block(&tx, built)?;
    Ok(tx.commit()?)
}

/// Writes a block with all it changed, in one transaction that is on the disk when this returns.
pub(super) fn append(connection: &mut Connection, built: &Built) -> Result<(), EmbeddedError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    write_block(&tx, built)?;
    Ok(tx.commit()?)
}

fn write_block(connection: &Connection, built: &Built) -> Result<(), EmbeddedError> {
    let number = built.header.number as i64;
    connection
        .prepare_cached("INSERT INTO blocks (number, hash, header) VALUES (?1, ?2, ?3)")?
        .execute(params![number, built.hash.as_slice(), rlp::encode(&built.header)])?;
    let mut log_index = 0_i64;
    for (position, executed) in built.transactions.iter().enumerate() {
        write_transaction(connection, (number, position as i64), executed)?;
        for log in executed.receipt.logs() {
            let topics: Vec<u8> = log.topics().iter().flat_map(|topic| topic.0).collect();
            connection.prepare_cached("INSERT INTO logs VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(
                params![
                    number,
                    log_index,
                    position as i64,
                    log.address.as_slice(),
                    topics,
                    log.data.data.as_ref()
                ],
            )?;
            log_index += 1;
        }
    }
    write_state(connection, number, &built.changes)
}

fn write_transaction(
    connection: &Connection,
    (block, position): (i64, i64),
    executed: &Executed,
) -> Result<(), EmbeddedError> {
    connection.prepare_cached("INSERT INTO transactions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(
        params![
            block,
            position,
            executed.hash.as_slice(),
            executed.transaction.signer().as_slice(),
            executed.transaction.inner().encoded_2718(),
            executed.receipt.status(),
            executed.gas_used as i64,
            executed.contract.map(|contract| contract.0.0)
        ],
    )?;
    Ok(())
}

fn write_state(connection: &Connection, block: i64, changes: &Changes) -> Result<(), EmbeddedError> {
    for (hash, code) in &changes.codes {
        connection
            .prepare_cached("INSERT OR IGNORE INTO codes (hash, code) VALUES (?1, ?2)")?
            .execute(params![hash.as_slice(), code.as_ref()])?;
    }
    for (address, (before, after)) in &changes.accounts {
        let before = before.as_ref();
        connection.prepare_cached("INSERT INTO account_undo VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(
            params![
                address.as_slice(),
                block,
                before.map(|info| info.nonce as i64),
                before.map(|info| info.balance.to_be_bytes::<32>()),
                before.map(|info| info.code_hash.0)
            ],
        )?;
        set_account(connection, address, after.as_ref())?;
    }
    for ((address, slot), (before, after)) in &changes.slots {
        let slot = slot.to_be_bytes::<32>();
        connection.prepare_cached("INSERT INTO slot_undo VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            address.as_slice(),
            slot,
            block,
            before.to_be_bytes::<32>()
        ])?;
        set_slot(connection, address, &slot, *after)?;
    }
    Ok(())
}

/// Sets the newest state of an account.
pub(super) fn set_account(
    connection: &Connection,
    address: &Address,
    info: Option<&AccountInfo>,
) -> Result<(), EmbeddedError> {
    match info {
        None => connection
            .prepare_cached("DELETE FROM accounts WHERE address = ?1")?
            .execute(params![address.as_slice()])?,
        Some(info) => connection
            .prepare_cached("INSERT OR REPLACE INTO accounts VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
            address.as_slice(),
            info.nonce as i64,
            info.balance.to_be_bytes::<32>(),
            info.code_hash.as_slice()
        ])?,
    };
    Ok(())
}

/// Sets the newest value of a slot; zero is not stored.
pub(super) fn set_slot(
    connection: &Connection,
    address: &Address,
    slot: &[u8; 32],
    value: U256,
) -> Result<(), EmbeddedError> {
    if value.is_zero() {
        connection
            .prepare_cached("DELETE FROM slots WHERE address = ?1 AND slot = ?2")?
            .execute(params![address.as_slice(), slot])?;
    } else {
        connection.prepare_cached("INSERT OR REPLACE INTO slots VALUES (?1, ?2, ?3)")?.execute(params![
            address.as_slice(),
            slot,
            value.to_be_bytes::<32>()
        ])?;
    }
    Ok(())
}

/// The account after a block, or now. Its code is left to [`code`].
pub(super) fn account(
    connection: &Connection,
    address: Address,
    block: Option<u64>,
) -> Result<Option<AccountInfo>, EmbeddedError> {
    if let Some(block) = block {
        let undone = connection
            .prepare_cached(
                "SELECT nonce, balance, code_hash FROM account_undo
                 WHERE address = ?1 AND block > ?2 ORDER BY block LIMIT 1",
            )?
            .query_row(params![address.as_slice(), block as i64], account_of)
            .optional()?;
        if let Some(before) = undone {
            return Ok(before);
        }
    }
    let now = connection
        .prepare_cached("SELECT nonce, balance, code_hash FROM accounts WHERE address = ?1")?
        .query_row(params![address.as_slice()], account_of)
        .optional()?;
    Ok(now.flatten())
}

/// An account from the columns nonce, balance, code_hash, which are null together when there was none.
pub(super) fn account_of(row: &Row<'_>) -> rusqlite::Result<Option<AccountInfo>> {
    let (nonce, balance, code_hash): (Option<i64>, Option<[u8; 32]>, Option<[u8; 32]>) =
        (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(nonce.zip(balance).zip(code_hash).map(|((nonce, balance), code_hash)| AccountInfo {
        nonce: nonce as u64,
        balance: U256::from_be_bytes(balance),
        code_hash: B256::from(code_hash),
        code: None,
        account_id: None,
    }))
}

/// The value of a slot after a block, or now.
pub(super) fn slot(
    connection: &Connection,
    address: Address,
    slot: U256,
    block: Option<u64>,
) -> Result<U256, EmbeddedError> {
    let slot = slot.to_be_bytes::<32>();
    let value_of = |row: &Row<'_>| row.get::<_, [u8; 32]>(0).map(U256::from_be_bytes);
    if let Some(block) = block {
        let undone = connection
            .prepare_cached(
                "SELECT value FROM slot_undo WHERE address = ?1 AND slot = ?2 AND block > ?3 ORDER BY block LIMIT 1",
            )?
            .query_row(params![address.as_slice(), slot, block as i64], value_of)
            .optional()?;
        if let Some(before) = undone {
            return Ok(before);
        }
    }
    let now = connection
        .prepare_cached("SELECT value FROM slots WHERE address = ?1 AND slot = ?2")?
        .query_row(params![address.as_slice(), slot], value_of)
        .optional()?;
    Ok(now.unwrap_or_default())
}

/// The next nonce of a sender, by the newest block.
pub(super) fn nonce(connection: &Connection, sender: Address) -> Result<u64, EmbeddedError> {
    Ok(account(connection, sender, None)?.map_or(0, |info| info.nonce))
}

/// Code by its hash.
pub(super) fn code(connection: &Connection, hash: B256) -> Result<Option<Bytes>, EmbeddedError> {
    if hash == KECCAK256_EMPTY || hash.is_zero() {
        return Ok(Some(Bytes::new()));
    }
    let code: Option<Vec<u8>> = connection
        .prepare_cached("SELECT code FROM codes WHERE hash = ?1")?
        .query_row(params![hash.as_slice()], |row| row.get(0))
        .optional()?;
    Ok(code.map(Bytes::from))
}

/// The hash of a block.
pub(super) fn block_hash(connection: &Connection, number: u64) -> Result<Option<B256>, EmbeddedError> {
    let hash: Option<[u8; 32]> = connection
        .prepare_cached("SELECT hash FROM blocks WHERE number = ?1")?
        .query_row(params![number as i64], |row| row.get(0))
        .optional()?;
    Ok(hash.map(B256::from))
}

/// The newest block.
pub(super) fn head(connection: &Connection) -> Result<SealedBlock, EmbeddedError> {
    let (hash, header): ([u8; 32], Vec<u8>) =
        connection.query_row("SELECT hash, header FROM blocks ORDER BY number DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(SealedBlock { header: header_of(&header)?, hash: B256::from(hash) })
}

/// Reads a stored header.
pub(super) fn header_of(mut encoded: &[u8]) -> Result<Header, EmbeddedError> {
    Header::decode(&mut encoded).map_err(|error| EmbeddedError::Damaged(format!("a block header: {error}")))
}

/// The chain id of the file, once it has a genesis.
pub(super) fn chain_id(connection: &Connection) -> Result<Option<u64>, EmbeddedError> {
    match fact(connection, "chain_id")? {
        None => Ok(None),
        Some(bytes) => <[u8; 8]>::try_from(bytes.as_slice())
            .map(|bytes| Some(u64::from_be_bytes(bytes)))
            .map_err(|_| EmbeddedError::Damaged("the chain id".to_owned())),
    }
}

/// What stands in `extraData` of new blocks: empty, until a reorg in a test begins another branch.
pub(super) fn extra_data(connection: &Connection) -> Result<Bytes, EmbeddedError> {
    Ok(fact(connection, "branch")?.unwrap_or_default().into())
}

fn fact(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, EmbeddedError> {
    let value = connection
        .prepare_cached("SELECT value FROM facts WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(value)
}

/// Keeps one fact about the chain.
pub(super) fn set_fact(connection: &Connection, name: &str, value: &[u8]) -> Result<(), EmbeddedError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO facts (name, value) VALUES (?1, ?2)")?
        .execute(params![name, value])?;
    Ok(())
}
