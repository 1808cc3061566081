//! The state of accounts as of a block, and what a block changes in it.

use super::{EmbeddedError, ledger};
use alloy::primitives::{Address, B256, Bytes, U256};
use revm::{
    database_interface::{Database, DatabaseRef},
    state::{AccountInfo, Bytecode, EvmState},
};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

/// The stored state as it was after a block.
pub(super) struct StateAt<'a> {
    connection: &'a Connection,
    /// `None` is the newest block.
    block: Option<u64>,
}

impl<'a> StateAt<'a> {
    pub(super) const fn head(connection: &'a Connection) -> Self {
        Self { connection, block: None }
    }

    pub(super) const fn past(connection: &'a Connection, block: u64) -> Self {
        Self { connection, block: Some(block) }
    }
}

impl DatabaseRef for StateAt<'_> {
    type Error = EmbeddedError;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, EmbeddedError> {
        ledger::account(self.connection, address, self.block)
    }

    fn code_by_hash_ref(&self, code_hash: B256) -> Result<Bytecode, EmbeddedError> {
        let code = ledger::code(self.connection, code_hash)?.ok_or(EmbeddedError::MissingCode(code_hash))?;
        bytecode(code)
    }

    fn storage_ref(&self, address: Address, slot: U256) -> Result<U256, EmbeddedError> {
        ledger::slot(self.connection, address, slot, self.block)
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, EmbeddedError> {
        Ok(ledger::block_hash(self.connection, number)?.unwrap_or_default())
    }
}

/// Reads stored code, delegations of EIP-7702 included.
pub(super) fn bytecode(code: Bytes) -> Result<Bytecode, EmbeddedError> {
    Bytecode::new_raw_checked(code).map_err(|error| EmbeddedError::Damaged(error.to_string()))
}

/// What one block changes: each value before and after, in the order of its key.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) accounts: BTreeMap<Address, (Option<AccountInfo>, Option<AccountInfo>)>,
    pub(super) slots: BTreeMap<(Address, U256), (U256, U256)>,
    pub(super) codes: BTreeMap<B256, Bytes>,
}

/// The state while a block is being made: what its transactions wrote over what was there.
pub(super) struct Overlay<'a, B> {
    base: &'a B,
    accounts: BTreeMap<Address, Option<AccountInfo>>,
    slots: BTreeMap<(Address, U256), U256>,
    codes: BTreeMap<B256, Bytecode>,
}

impl<'a, B: DatabaseRef<Error = EmbeddedError>> Overlay<'a, B> {
    pub(super) const fn new(base: &'a B) -> Self {
        Self { base, accounts: BTreeMap::new(), slots: BTreeMap::new(), codes: BTreeMap::new() }
    }

    /// Takes over what a transaction wrote.
    pub(super) fn commit(&mut self, state: EvmState) {
        for (address, account) in state {
            if !account.is_touched() {
                continue;
            }
            // Since Cancun only a contract made in the same transaction can destroy itself, so that no slot of it
            // was ever stored. An empty account that was touched is none (EIP-161).
            if account.is_selfdestructed() || account.is_empty() {
                self.accounts.insert(address, None);
                continue;
            }
            for (slot, value) in account.changed_storage_slots() {
                self.slots.insert((address, *slot), value.present_value);
            }
            let mut info = account.info;
            if let Some(code) = info.code.take().filter(|code| !code.is_empty()) {
                self.codes.insert(info.code_hash, code);
            }
            self.accounts.insert(address, Some(info));
        }
    }

    /// All values that differ from what was there before the block.
    pub(super) fn into_changes(self) -> Result<Changes, EmbeddedError> {
        let mut changes = Changes::default();
        for (address, after) in self.accounts {
            let before = self.base.basic_ref(address)?;
            if before != after {
                let code = after.as_ref().and_then(|info| self.codes.get(&info.code_hash));
                if let (Some(info), Some(code)) = (&after, code) {
                    changes.codes.insert(info.code_hash, code.original_bytes());
                }
                changes.accounts.insert(address, (before, after));
            }
        }
        for ((address, slot), after) in self.slots {
            let before = self.base.storage_ref(address, slot)?;
            if before != after {
                changes.slots.insert((address, slot), (before, after));
            }
        }
        Ok(changes)
    }
}

impl<B: DatabaseRef<Error = EmbeddedError>> Database for Overlay<'_, B> {
    type Error = EmbeddedError;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, EmbeddedError> {
        match self.accounts.get(&address) {
            Some(known) => Ok(known.clone()),
            None => self.base.basic_ref(address),
        }
    }

    fn code_by_hash(&mut self, code_hash: B256) -> Result<Bytecode, EmbeddedError> {
        match self.codes.get(&code_hash) {
            Some(code) => Ok(code.clone()),
            None => self.base.code_by_hash_ref(code_hash),
        }
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, EmbeddedError> {
        match self.slots.get(&(address, slot)) {
            Some(value) => Ok(*value),
            None => self.base.storage_ref(address, slot),
        }
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, EmbeddedError> {
        self.base.block_hash_ref(number)
    }
}

/// The state in memory alone, for a replay; only the hashes of blocks come from the file.
pub(super) struct MemoryState<'a> {
    pub(super) connection: &'a Connection,
    pub(super) accounts: HashMap<Address, AccountInfo>,
    pub(super) slots: HashMap<(Address, U256), U256>,
    pub(super) codes: HashMap<B256, Bytes>,
}

impl MemoryState<'_> {
    /// Goes one block on.
    pub(super) fn apply(&mut self, changes: Changes) {
        for (address, (_, after)) in changes.accounts {
            match after {
                Some(info) => self.accounts.insert(address, info),
                None => self.accounts.remove(&address),
            };
        }
        for (key, (_, after)) in changes.slots {
            if after.is_zero() {
                self.slots.remove(&key);
            } else {
                self.slots.insert(key, after);
            }
        }
        self.codes.extend(changes.codes);
    }
}

impl DatabaseRef for MemoryState<'_> {
    type Error = EmbeddedError;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, EmbeddedError> {
        // Without its code, as the file gives it: the EVM asks for code by its hash.
        Ok(self.accounts.get(&address).map(|info| AccountInfo { code: None, ..info.clone() }))
    }

    fn code_by_hash_ref(&self, code_hash: B256) -> Result<Bytecode, EmbeddedError> {
        bytecode(self.codes.get(&code_hash).cloned().ok_or(EmbeddedError::MissingCode(code_hash))?)
    }

    fn storage_ref(&self, address: Address, slot: U256) -> Result<U256, EmbeddedError> {
        Ok(self.slots.get(&(address, slot)).copied().unwrap_or_default())
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, EmbeddedError> {
        Ok(ledger::block_hash(self.connection, number)?.unwrap_or_default())
    }
}
