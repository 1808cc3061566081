//! The SQLite file of the embedded chain: its tables, and how it is opened so that an acknowledged block stays.

use super::EmbeddedError;
use rusqlite::{Connection, ErrorCode};
use std::path::Path;

/// The layout this program writes, in `PRAGMA user_version`.
const LAYOUT: i64 = 1;

/// Pages of 4 KiB that SQLite keeps in memory: 64 MiB hold the working set of a demo with 100,000 holders.
const CACHE_KIB: i64 = 64 * 1024;

/// Numbers of 256 bits, addresses and hashes are big-endian blobs; the undo tables hold what a value was before
/// a block, which is how the state of a past block is read and how a reorg is undone.
const TABLES: &str = "
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE genesis (address BLOB PRIMARY KEY, balance BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE blocks (number INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, header BLOB NOT NULL) STRICT;
CREATE TABLE transactions (
  block INTEGER NOT NULL REFERENCES blocks (number), position INTEGER NOT NULL,
  hash BLOB NOT NULL UNIQUE, sender BLOB NOT NULL, raw BLOB NOT NULL,
  succeeded INTEGER NOT NULL, gas_used INTEGER NOT NULL, contract BLOB,
  PRIMARY KEY (block, position)) STRICT, WITHOUT ROWID;
CREATE TABLE logs (
  block INTEGER NOT NULL, log_index INTEGER NOT NULL, position INTEGER NOT NULL,
  emitter BLOB NOT NULL, topics BLOB NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (block, log_index)) STRICT, WITHOUT ROWID;
CREATE INDEX logs_of_an_emitter ON logs (emitter, block);
CREATE TABLE accounts (
  address BLOB PRIMARY KEY, nonce INTEGER NOT NULL, balance BLOB NOT NULL, code_hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE codes (hash BLOB PRIMARY KEY, code BLOB NOT NULL) STRICT;
CREATE TABLE slots (
  address BLOB NOT NULL, slot BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (address, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_undo (
  address BLOB NOT NULL, block INTEGER NOT NULL, nonce INTEGER, balance BLOB, code_hash BLOB,
  PRIMARY KEY (address, block)) STRICT, WITHOUT ROWID;
CREATE TABLE slot_undo (
  address BLOB NOT NULL, slot BLOB NOT NULL, block INTEGER NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (address, slot, block)) STRICT, WITHOUT ROWID;
";

/// Opens or creates the file, for this process alone.
pub(super) fn open(path: &Path) -> Result<Connection, EmbeddedError> {
    let connection = Connection::open(path)?;
    // Who waits for another process would wait for ever: it is told at once.
    connection.busy_timeout(std::time::Duration::ZERO)?;
    // The exclusive lock is taken with the first read and ends with the process, however that ends.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(in_use)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(64);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(in_use)?;
    match found {
        0 => connection
            .execute_batch(&format!("BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {LAYOUT}; COMMIT;"))
            .map_err(in_use)?,
        LAYOUT => {}
        found => return Err(EmbeddedError::Newer { found, known: LAYOUT }),
    }
    Ok(connection)
}

/// Copies the file, compacted, in one consistent read.
pub(super) fn back_up(connection: &Connection, to: &Path) -> Result<(), EmbeddedError> {
    connection.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    Ok(())
}

fn in_use(error: rusqlite::Error) -> EmbeddedError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => EmbeddedError::InUse,
        _ => EmbeddedError::File(error),
    }
}
