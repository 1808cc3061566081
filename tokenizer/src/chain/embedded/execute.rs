//! One transaction or call in the EVM, under the rules of Prague.

use super::EmbeddedError;
use alloy::{
    consensus::{Header, Transaction, TxEnvelope, Typed2718, transaction::Recovered},
    primitives::U256,
};
use revm::{
    Context, ExecuteEvm, MainBuilder, MainContext,
    context::{
        BlockEnv, CfgEnv, TxEnv,
        either::Either,
        result::{EVMError, ExecutionResult, InvalidTransaction},
    },
    context_interface::{block::BlobExcessGasAndPrice, cfg::gas::calculate_initial_tx_gas},
    database_interface::Database,
    primitives::hardfork::SpecId,
    state::EvmState,
};

/// The rules every block is executed by, the first as the last; another fork would be another chain.
pub(in crate::chain) const RULES: SpecId = SpecId::PRAGUE;

/// How a transaction went, or why it cannot be in this block.
pub(super) enum Transacted {
    Executed(ExecutionResult, EvmState),
    Invalid(InvalidTransaction),
}

/// Runs one transaction over a state, which it does not change.
pub(super) fn transact<D: Database<Error = EmbeddedError>>(
    state: D,
    chain_id: u64,
    block: BlockEnv,
    transaction: TxEnv,
) -> Result<Transacted, EmbeddedError> {
    let mut rules = CfgEnv::new_with_spec(RULES);
    rules.chain_id = chain_id;
    let mut evm = Context::mainnet().with_db(state).with_cfg(rules).with_block(block).build_mainnet();
    match evm.transact(transaction) {
        Ok(done) => Ok(Transacted::Executed(done.result, done.state)),
        Err(EVMError::Transaction(invalid)) => Ok(Transacted::Invalid(invalid)),
        Err(EVMError::Database(error)) => Err(error),
        Err(other) => Err(EmbeddedError::Machine(other.to_string())),
    }
}

/// What the EVM sees of the block it runs in.
pub(super) fn block_env(header: &Header) -> BlockEnv {
    BlockEnv {
        number: U256::from(header.number),
        beneficiary: header.beneficiary,
        timestamp: U256::from(header.timestamp),
        gas_limit: header.gas_limit,
        basefee: header.base_fee_per_gas.unwrap_or_default(),
        difficulty: U256::ZERO,
        prevrandao: Some(header.mix_hash),
        blob_excess_gas_and_price: Some(BlobExcessGasAndPrice::new_with_spec(0, RULES)),
        slot_num: 0,
    }
}

/// What the EVM sees of a signed transaction.
pub(super) fn transaction_env(transaction: &Recovered<TxEnvelope>) -> TxEnv {
    let inner = transaction.inner();
    TxEnv {
        tx_type: inner.ty(),
        caller: transaction.signer(),
        gas_limit: inner.gas_limit(),
        gas_price: inner.max_fee_per_gas(),
        kind: inner.kind(),
        value: inner.value(),
        data: inner.input().clone(),
        nonce: inner.nonce(),
        chain_id: inner.chain_id(),
        access_list: inner.access_list().cloned().unwrap_or_default(),
        gas_priority_fee: inner.max_priority_fee_per_gas(),
        authorization_list: inner
            .authorization_list()
            .unwrap_or_default()
            .iter()
            .cloned()
            .map(Either::Left)
            .collect(),
        blob_hashes: Vec::new(),
        max_fee_per_blob_gas: 0,
    }
}

/// The least gas a transaction needs before any of its code runs, and by the floor of EIP-7623 at the end.
pub(super) fn intrinsic_gas(transaction: &TxEnvelope) -> u64 {
    let accesses = transaction.access_list().map(|list| (list.0.len(), list.storage_keys_count()));
    let (accounts, keys) = accesses.unwrap_or_default();
    let gas = calculate_initial_tx_gas(
        RULES,
        transaction.input(),
        transaction.is_create(),
        accounts as u64,
        keys as u64,
        transaction.authorization_list().map_or(0, <[_]>::len) as u64,
        None,
    );
    gas.initial_regular_gas.max(gas.floor_gas)
}
