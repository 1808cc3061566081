//! Faults of a real network, for tests alone: blocks that are reorganised away, transactions that get lost.

use super::{EmbeddedChain, EmbeddedError, Head, ledger};
use alloy::primitives::{Address, B256, U256};
use rusqlite::{Connection, TransactionBehavior, params};

impl EmbeddedChain {
    /// Takes the newest `depth` blocks away with all they did, and puts as many empty ones in their place. Their
    /// transactions are lost: who sent them must send them again. Block 0 always stays.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn reorg(&self, depth: u64) -> Result<Head, EmbeddedError> {
        let mut inner = self.lock();
        let keep = inner.head.header.number.saturating_sub(depth);
        let removed = inner.head.header.number - keep;
        let branch = inner.head.hash;
        rewind(&mut inner.connection, keep, branch)?;
        inner.head = ledger::head(&inner.connection)?;
        for _ in 0..removed {
            let empty = inner.build(Vec::new())?;
            inner.append(empty)?;
        }
        drop(inner);
        Ok(self.head())
    }

    /// Loses a pending transaction, as a full or restarted node would. Says whether it was pending.
    #[must_use]
    pub fn drop_pending(&self, hash: [u8; 32]) -> bool {
        self.lock().pool.remove(&B256::from(hash))
    }
}

/// Undoes all blocks above `keep`, newest first, and marks new ones as another branch, so that their hashes differ.
fn rewind(connection: &mut Connection, keep: u64, branch: B256) -> Result<(), EmbeddedError> {
    let keep = keep as i64;
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statement = tx.prepare(
            "SELECT nonce, balance, code_hash, address FROM account_undo WHERE block > ?1 ORDER BY block DESC",
        )?;
        let mut rows = statement.query(params![keep])?;
        while let Some(row) = rows.next()? {
            let address = Address::from(row.get::<_, [u8; 20]>(3)?);
            ledger::set_account(&tx, &address, ledger::account_of(row)?.as_ref())?;
        }
        let mut statement =
            tx.prepare("SELECT address, slot, value FROM slot_undo WHERE block > ?1 ORDER BY block DESC")?;
        let mut rows = statement.query(params![keep])?;
        while let Some(row) = rows.next()? {
            let (address, slot, value): ([u8; 20], [u8; 32], [u8; 32]) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            ledger::set_slot(&tx, &Address::from(address), &slot, U256::from_be_bytes(value))?;
        }
    }
    for table in ["account_undo", "slot_undo", "logs", "transactions"] {
        tx.execute(&format!("DELETE FROM {table} WHERE block > ?1"), params![keep])?;
    }
    tx.execute("DELETE FROM blocks WHERE number > ?1", params![keep])?;
    ledger::set_fact(&tx, "branch", branch.as_slice())?;
    Ok(tx.commit()?)
}
