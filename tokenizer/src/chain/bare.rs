//! An EVM with nothing around it, for tests of a hundred thousand calls: state in memory, no blocks, no signatures.
//!
//! Calls are told who sends them and cost nothing; rules, code and refusals are those of the embedded chain.

use super::{CallRefusal, ChainCall, ChainError, PartitionState, reads, words};
use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::SolCall,
};
use chrono::{DateTime, Utc};
use contracts::SecurityToken;
use domain::{Units, party::WalletAddress, pool::PartitionName};
use revm::{
    Context, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext, MainnetEvm,
    context::{
        CfgEnv, TxEnv,
        result::{ExecutionResult, Output},
    },
    database::InMemoryDB,
    handler::MainnetContext,
};

/// What one call may use: more than any call of ours needs.
const GAS_LIMIT: u64 = 30_000_000;

/// Who asks.
const NOBODY: WalletAddress = WalletAddress([0; 20]);

/// The EVM and its state.
pub struct BareChain {
    evm: MainnetEvm<MainnetContext<InMemoryDB>>,
}

impl BareChain {
    /// An empty chain at a moment.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        let mut rules = CfgEnv::new_with_spec(super::embedded::RULES);
        // Nobody signs here, so nobody counts.
        rules.disable_nonce_check = true;
        let context = Context::mainnet().with_db(InMemoryDB::default()).with_cfg(rules);
        let mut chain = Self { evm: context.build_mainnet() };
        chain.set_time(now);
        chain
    }

    /// The moment at which the next calls run.
    pub fn set_time(&mut self, now: DateTime<Utc>) {
        self.evm.block.timestamp = U256::from(now.timestamp().max(0).unsigned_abs());
    }

    /// Deploys what a call builds and says where.
    ///
    /// # Errors
    /// When the machine fails or the constructor does not end well.
    pub fn deploy(&mut self, from: WalletAddress, call: &ChainCall) -> Result<WalletAddress, ChainError> {
        let done = self.evm.transact_commit(transaction(from, call)).map_err(ChainError::nonsense)?;
        match done {
            ExecutionResult::Success { output: Output::Create(_, Some(address)), .. } => {
                Ok(words::wallet(address))
            }
            other => Err(ChainError::nonsense(format_args!("nothing was deployed: {other:?}"))),
        }
    }

    /// Runs a call and keeps what it changed.
    ///
    /// # Errors
    /// When the machine fails; a refusal by the contract is an answer.
    pub fn send(
        &mut self,
        from: WalletAddress,
        call: &ChainCall,
    ) -> Result<Result<(), CallRefusal>, ChainError> {
        let done = self.evm.transact_commit(transaction(from, call)).map_err(ChainError::nonsense)?;
        Ok(answer(done).map(drop))
    }

    /// Units of a wallet in a partition.
    ///
    /// # Errors
    /// When the machine fails, or no such contract is at the address.
    pub fn balance_of_by_partition(
        &mut self,
        token: WalletAddress,
        partition: &PartitionName,
        holder: WalletAddress,
    ) -> Result<Units, ChainError> {
        let call = SecurityToken::balanceOfByPartitionCall {
            partition: words::partition(partition),
            tokenHolder: words::address(holder),
        };
        words::units(self.ask(token, &call)?)
    }

    /// Units of a wallet over all partitions.
    ///
    /// # Errors
    /// When the machine fails, or no such contract is at the address.
    pub fn balance_of(&mut self, token: WalletAddress, holder: WalletAddress) -> Result<Units, ChainError> {
        words::units(self.ask(token, &SecurityToken::balanceOfCall { account: words::address(holder) })?)
    }

    /// Frozen units of a wallet.
    ///
    /// # Errors
    /// When the machine fails, or no such contract is at the address.
    pub fn frozen_units(&mut self, token: WalletAddress, holder: WalletAddress) -> Result<Units, ChainError> {
        words::units(
            self.ask(token, &SecurityToken::getFrozenTokensCall { account: words::address(holder) })?,
        )
    }

    /// Supply, holders, cap and pause of a partition.
    ///
    /// # Errors
    /// When the machine fails, or the token or its partition is not there.
    pub fn partition_state(
        &mut self,
        token: WalletAddress,
        partition: &PartitionName,
    ) -> Result<PartitionState, ChainError> {
        let call = SecurityToken::stateOfCall { partition: words::partition(partition) };
        reads::partition_state(self.ask(token, &call)?)
    }

    fn ask<C: SolCall>(&mut self, contract: WalletAddress, call: &C) -> Result<C::Return, ChainError> {
        let question = ChainCall { to: Some(contract), data: call.abi_encode(), value_wei: 0 };
        let done = self.evm.transact(transaction(NOBODY, &question)).map_err(ChainError::nonsense)?;
        let output = answer(done.result).map_err(ChainError::nonsense)?;
        C::abi_decode_returns(&output).map_err(ChainError::nonsense)
    }
}

fn transaction(from: WalletAddress, call: &ChainCall) -> TxEnv {
    TxEnv {
        caller: Address::from(from.0),
        gas_limit: GAS_LIMIT,
        kind: call.kind(),
        value: U256::from(call.value_wei),
        data: Bytes::copy_from_slice(&call.data),
        ..TxEnv::default()
    }
}

fn answer(done: ExecutionResult) -> Result<Bytes, CallRefusal> {
    match done {
        ExecutionResult::Success { output, .. } => Ok(output.into_data()),
        ExecutionResult::Revert { output, .. } => Err(CallRefusal::decode(&output, "reverted")),
        ExecutionResult::Halt { reason, .. } => Err(CallRefusal::Other(format!("{reason:?}"))),
    }
}
