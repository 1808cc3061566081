//! An EVM with nothing around it, for tests of a hundred thousand calls: state in memory, no blocks, no signatures.
//!
//! Calls are told who sends them and cost nothing; rules, code and refusals are those of the embedded chain.

use super::{CallRefusal, ChainCall, ChainError, PartitionState, RuleRefusal, calls, reads, words};
use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::SolCall,
};
use chrono::{DateTime, Utc};
use contracts::SecurityToken;
use domain::{
    Country, Units,
    party::{InvestorClass, WalletAddress},
    pool::PartitionName,
};
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

    /// Units of a wallet in a partition that holds keep for somebody.
    ///
    /// # Errors
    /// When the machine fails, or no such contract is at the address.
    pub fn held_by_partition(
        &mut self,
        token: WalletAddress,
        partition: &PartitionName,
        holder: WalletAddress,
    ) -> Result<Units, ChainError> {
        let call = SecurityToken::heldByPartitionCall {
            partition: words::partition(partition),
            account: words::address(holder),
        };
        words::units(self.ask(token, &call)?)
    }

    /// Units that a hold still keeps.
    ///
    /// # Errors
    /// When the machine fails, or no such contract is at the address.
    pub fn kept_by_hold(&mut self, token: WalletAddress, hold: &calls::Hold) -> Result<Units, ChainError> {
        let hold_id = self.ask(token, &SecurityToken::holdIdOfCall { hold: hold.on_chain() })?;
        words::units(self.ask(token, &SecurityToken::holdOfCall { holdId: hold_id })?.units)
    }

    /// Until when a wallet is locked, in seconds since 1970; 0 when it is not.
    ///
    /// # Errors
    /// When the machine fails, or no such contract is at the address.
    pub fn wallet_lock(&mut self, token: WalletAddress, wallet: WalletAddress) -> Result<u64, ChainError> {
        let call = SecurityToken::walletLockCall { account: words::address(wallet) };
        Ok(self.ask(token, &call)?.saturating_to())
    }

    /// Of how many units of a wallet the release schedule speaks, and how many the wallet may move now.
    ///
    /// # Errors
    /// When the machine fails, or no such contract is at the address.
    pub fn release_of(
        &mut self,
        token: WalletAddress,
        partition: &PartitionName,
        wallet: WalletAddress,
    ) -> Result<(Units, Units), ChainError> {
        let call = SecurityToken::releaseOfCall {
            partition: words::partition(partition),
            account: words::address(wallet),
        };
        let release = self.ask(token, &call)?;
        Ok((words::units(release.scheduled)?, words::units(release.free)?))
    }

    /// Owners of a country in a partition, as the token counts them.
    ///
    /// # Errors
    /// When the machine fails, or no such contract is at the address.
    pub fn country_count(
        &mut self,
        token: WalletAddress,
        partition: &PartitionName,
        country: Country,
    ) -> Result<u64, ChainError> {
        let (partition, country) = (words::partition(partition), country.index());
        let count = self.ask(token, &SecurityToken::countryCountCall { partition, country })?;
        Ok(count.owners.saturating_to())
    }

    /// Owners of a class in a partition, as the token counts them.
    ///
    /// # Errors
    /// When the machine fails, or no such contract is at the address.
    pub fn class_count(
        &mut self,
        token: WalletAddress,
        partition: &PartitionName,
        class: InvestorClass,
    ) -> Result<u64, ChainError> {
        let (partition, number) = (words::partition(partition), class.number());
        let count = self.ask(token, &SecurityToken::classCountCall { partition, investorClass: number })?;
        Ok(count.owners.saturating_to())
    }

    /// Units of a wallet in a partition as of a record date that has come.
    ///
    /// # Errors
    /// When the machine fails, or the record is not there.
    pub fn balance_at(
        &mut self,
        token: WalletAddress,
        (partition, record): (&PartitionName, u16),
        holder: WalletAddress,
    ) -> Result<Units, ChainError> {
        let call = SecurityToken::balanceOfByPartitionAtCall {
            partition: words::partition(partition),
            account: words::address(holder),
            record: U256::from(record),
        };
        words::units(self.ask(token, &call)?)
    }

    /// The token's own verdict beforehand: on an issue when from nobody, on a redemption when to nobody.
    ///
    /// # Errors
    /// When the machine fails, or the token says what is no verdict.
    pub fn judge(
        &mut self,
        token: WalletAddress,
        (partition, units): (&PartitionName, Units),
        (from, to): (Option<WalletAddress>, Option<WalletAddress>),
    ) -> Result<Result<(), RuleRefusal>, ChainError> {
        let (partition, units) = (words::partition(partition), words::units_word(units));
        match (from.map(words::address), to.map(words::address)) {
            (Some(from), Some(to)) => {
                let said =
                    self.ask(token, &SecurityToken::judgeTransferCall { partition, from, to, units })?;
                reads::verdict(said.status, said.reason, (said.value, said.limit))
            }
            (Some(from), None) => {
                let said = self.ask(token, &SecurityToken::judgeRedeemCall { partition, from, units })?;
                reads::verdict(said.status, said.reason, (said.value, said.limit))
            }
            (None, to) => {
                let to = to.unwrap_or_default();
                let said = self.ask(token, &SecurityToken::judgeIssueCall { partition, to, units })?;
                reads::verdict(said.status, said.reason, (said.value, said.limit))
            }
        }
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
