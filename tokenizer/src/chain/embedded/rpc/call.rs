//! Calls that change nothing: `eth_call` and `eth_estimateGas`.

use super::{
    super::{
        BLOCK_GAS_LIMIT, block,
        execute::{self, Transacted},
        read,
        state::{Overlay, StateAt},
    },
    Inner,
    error::RpcError,
    params::{Block, Params, found},
    to_json,
};
use alloy::{
    consensus::{Header, constants::KECCAK_EMPTY},
    eips::{BlockId, BlockNumberOrTag},
    primitives::{Bytes, TxKind, U64, U256},
    rpc::types::TransactionRequest,
};
use revm::context::{
    TxEnv,
    either::Either,
    result::{ExecutionResult, InvalidTransaction},
};
use serde_json::Value;

/// The gas of a plain transfer, which needs no search.
const TRANSFER_GAS: u64 = 21_000;

pub(super) fn call(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let request: TransactionRequest = params.required(0)?;
    let stage = Stage::new(inner, params.block(1)?, &request)?;
    let gas = request.gas.unwrap_or(BLOCK_GAS_LIMIT).min(BLOCK_GAS_LIMIT);
    match stage.run(&request, gas)? {
        Run::Done(ExecutionResult::Success { output, .. }) => to_json(output.into_data()),
        Run::Done(ExecutionResult::Revert { output, .. }) => Err(RpcError::reverted(output)),
        Run::Done(ExecutionResult::Halt { reason, .. }) => Err(RpcError::refused(format_args!("{reason:?}"))),
        Run::TooLittleGas(why) => Err(RpcError::refused(why)),
    }
}

/// The least gas with which the transaction succeeds, to within one part in 64 of what geth would find.
pub(super) fn estimate(inner: &Inner, params: &Params) -> Result<Value, RpcError> {
    let request: TransactionRequest = params.required(0)?;
    let block = params.optional(1)?.unwrap_or(BlockId::Number(BlockNumberOrTag::Pending));
    let stage = Stage::new(inner, block, &request)?;
    let most = stage.affordable_gas(&request)?;
    let used = match stage.run(&request, most)? {
        Run::Done(ExecutionResult::Success { gas, .. }) => gas,
        Run::Done(ExecutionResult::Revert { output, .. }) => return Err(RpcError::reverted(output)),
        Run::Done(ExecutionResult::Halt { reason, .. }) => {
            return Err(RpcError::refused(format_args!("{reason:?} (with {most} gas)")));
        }
        Run::TooLittleGas(_) => {
            return Err(RpcError::refused(format_args!("gas required exceeds allowance ({most})")));
        }
    };
    let spent = used.tx_gas_used();
    if spent == TRANSFER_GAS {
        return to_json(U64::from(TRANSFER_GAS));
    }
    let (mut too_little, mut enough) = (spent.saturating_sub(1), most);
    // Nearly every call succeeds with what it used before refunds, and a sixty-fourth that a call keeps back.
    let likely = (used.total_gas_spent() + CALL_STIPEND).saturating_mul(64).div_ceil(63);
    if likely < enough {
        if stage.succeeds(&request, likely)? {
            enough = likely;
        } else {
            too_little = likely;
        }
    }
    while enough - too_little > enough.div_ceil(64) {
        let middle = too_little.midpoint(enough);
        if stage.succeeds(&request, middle)? {
            enough = middle;
        } else {
            too_little = middle;
        }
    }
    to_json(U64::from(enough))
}

/// What the callee of a transfer of value gets on top.
const CALL_STIPEND: u64 = 2_300;

/// The block and state that a call runs in.
struct Stage<'a> {
    inner: &'a Inner,
    state: StateAt<'a>,
    header: Header,
}

enum Run {
    Done(ExecutionResult),
    TooLittleGas(String),
}

impl<'a> Stage<'a> {
    fn new(inner: &'a Inner, block: BlockId, request: &TransactionRequest) -> Result<Self, RpcError> {
        let block = found(inner, block)?;
        let head = &inner.head;
        let mut header = match block {
            Block::Pending => block::next_header(&head.header, head.hash, inner.next_inputs()?),
            Block::Stored(number) if number == head.header.number => head.header.clone(),
            Block::Stored(number) => {
                read::block(&inner.connection, number)?.map(|block| block.header).unwrap_or_default()
            }
        };
        // As in geth: a call that names no price is not held to the base fee.
        if price(request) == 0 {
            header.base_fee_per_gas = Some(0);
        }
        let state = match block.state(inner) {
            None => StateAt::head(&inner.connection),
            Some(number) => StateAt::past(&inner.connection, number),
        };
        Ok(Self { inner, state, header })
    }

    fn run(&self, request: &TransactionRequest, gas: u64) -> Result<Run, RpcError> {
        let block = execute::block_env(&self.header);
        let env = self.env(request, gas)?;
        match execute::transact(Overlay::new(&self.state), self.inner.chain_id, block, env)? {
            Transacted::Executed(result, _) => Ok(Run::Done(result)),
            Transacted::Invalid(
                why @ (InvalidTransaction::CallGasCostMoreThanGasLimit { .. }
                | InvalidTransaction::GasFloorMoreThanGasLimit { .. }),
            ) => Ok(Run::TooLittleGas(why.to_string())),
            Transacted::Invalid(InvalidTransaction::LackOfFundForMaxFee { fee, balance }) => {
                Err(RpcError::refused(format_args!(
                    "insufficient funds for gas * price + value: balance {balance}, tx cost {fee}"
                )))
            }
            Transacted::Invalid(why) => Err(RpcError::refused(why)),
        }
    }

    fn succeeds(&self, request: &TransactionRequest, gas: u64) -> Result<bool, RpcError> {
        Ok(matches!(self.run(request, gas)?, Run::Done(ExecutionResult::Success { .. })))
    }

    fn env(&self, request: &TransactionRequest, gas: u64) -> Result<TxEnv, RpcError> {
        use revm::database_interface::DatabaseRef;
        let caller = request.from.unwrap_or_default();
        let account = self.state.basic_ref(caller)?.unwrap_or_default();
        if account.code_hash != KECCAK_EMPTY && !self.delegated(account.code_hash)? {
            return Err(RpcError::refused("sender not an eoa"));
        }
        let tip = request.max_priority_fee_per_gas;
        Ok(TxEnv {
            tx_type: if tip.is_some() || request.max_fee_per_gas.is_some() { 2 } else { 0 },
            caller,
            gas_limit: gas,
            gas_price: price(request),
            kind: request.to.unwrap_or(TxKind::Create),
            value: request.value.unwrap_or_default(),
            data: request.input.input().cloned().unwrap_or_else(Bytes::new),
            // The account's own nonce: a call is asked about at any time, in any order.
            nonce: account.nonce,
            chain_id: Some(self.inner.chain_id),
            access_list: request.access_list.clone().unwrap_or_default(),
            gas_priority_fee: tip.or(request.max_fee_per_gas.map(|_| 0)),
            authorization_list: request
                .authorization_list
                .iter()
                .flatten()
                .cloned()
                .map(Either::Left)
                .collect(),
            blob_hashes: Vec::new(),
            max_fee_per_blob_gas: 0,
        })
    }

    /// Whether the code is only the note of EIP-7702 that another account's code is used.
    fn delegated(&self, code_hash: alloy::primitives::B256) -> Result<bool, RpcError> {
        use revm::database_interface::DatabaseRef;
        Ok(self.state.code_by_hash_ref(code_hash)?.is_eip7702())
    }

    /// The gas that the block and the sender's funds allow.
    fn affordable_gas(&self, request: &TransactionRequest) -> Result<u64, RpcError> {
        use revm::database_interface::DatabaseRef;
        let most = request.gas.unwrap_or(BLOCK_GAS_LIMIT).min(BLOCK_GAS_LIMIT);
        let price = price(request);
        if price == 0 {
            return Ok(most);
        }
        let account = self.state.basic_ref(request.from.unwrap_or_default())?.unwrap_or_default();
        let value = request.value.unwrap_or_default();
        let left = account
            .balance
            .checked_sub(value)
            .ok_or_else(|| RpcError::refused("insufficient funds for transfer"))?;
        Ok(most.min((left / U256::from(price)).saturating_to()))
    }
}

fn price(request: &TransactionRequest) -> u128 {
    request.max_fee_per_gas.or(request.gas_price).unwrap_or_default()
}
