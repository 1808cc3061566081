//! The first block: who has funds, and the fixed numbers of the chain.

use super::{
    EmbeddedError,
    block::{self, Built},
    ledger,
    state::Changes,
};
use alloy::{
    consensus::{Header, constants::EMPTY_WITHDRAWALS},
    eips::eip7685::EMPTY_REQUESTS_HASH,
    primitives::{Address, B256, Bytes, U256, address},
};
use domain::party::WalletAddress;
use revm::state::AccountInfo;
use rusqlite::Connection;

/// The default chain id. No public network has it; 7357 reads "test".
pub const EMBEDDED_CHAIN_ID: u64 = 7_357_001;

/// The gas all transactions of a block may use together, as on Ethereum before 2025.
pub const BLOCK_GAS_LIMIT: u64 = 30_000_000;

/// The base fee of the first block: 1 gwei, as EIP-1559 began.
const FIRST_BASE_FEE: u64 = 1_000_000_000;

/// Who gets the tips: an address nobody has a key of.
const BENEFICIARY: Address = address!("0x000000000000000000000000000000000000beef");

/// How a chain begins.
#[derive(Debug, Clone)]
pub struct Genesis {
    /// The chain id, which every transaction signs.
    pub chain_id: u64,
    /// The time of block 0, in seconds since 1970.
    pub timestamp: u64,
    /// Wallets that have funds for fees from the start, in wei.
    pub funded: Vec<(WalletAddress, u128)>,
}

/// The header fields that are the same in every block.
pub(super) fn header() -> Header {
    Header {
        beneficiary: BENEFICIARY,
        gas_limit: BLOCK_GAS_LIMIT,
        base_fee_per_gas: Some(FIRST_BASE_FEE),
        withdrawals_root: Some(EMPTY_WITHDRAWALS),
        blob_gas_used: Some(0),
        excess_blob_gas: Some(0),
        parent_beacon_block_root: Some(B256::ZERO),
        requests_hash: Some(EMPTY_REQUESTS_HASH),
        ..Header::default()
    }
}

/// The state of block 0 and its header, from the funded accounts alone.
pub(super) fn first_block(timestamp: u64, funded: &[(Address, U256)]) -> Built {
    let mut changes = Changes::default();
    for (address, balance) in funded {
        let account = AccountInfo { balance: *balance, ..AccountInfo::default() };
        changes.accounts.insert(*address, (None, Some(account)));
    }
    let state_root = block::state_commitment(B256::ZERO, &changes);
    let header = Header { timestamp, state_root, extra_data: Bytes::new(), ..header() };
    let hash = header.hash_slow();
    Built { header, hash, transactions: Vec::new(), impossible: Vec::new(), changes }
}

/// Writes block 0 into an empty file.
pub(super) fn begin(connection: &mut Connection, genesis: &Genesis) -> Result<(), EmbeddedError> {
    let funded: Vec<_> =
        genesis.funded.iter().map(|(wallet, wei)| (Address::from(wallet.0), U256::from(*wei))).collect();
    let built = first_block(genesis.timestamp, &funded);
    ledger::begin(connection, genesis.chain_id, &funded, &built)
}
