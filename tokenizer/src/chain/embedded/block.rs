//! One block made from its parent and what is pending: executed, counted and sealed with honest roots.

use super::{
    EmbeddedError, execute,
    execute::Transacted,
    genesis,
    state::{Changes, Overlay},
};
use alloy::{
    consensus::{
        Eip658Value, Header, Receipt, ReceiptEnvelope, Transaction, TxEnvelope, TxReceipt,
        proofs::{calculate_receipt_root, calculate_transaction_root},
        transaction::Recovered,
    },
    eips::eip1559::BaseFeeParams,
    primitives::{Address, B256, Bloom, Bytes, Keccak256, U256},
};
use revm::{context::result::InvalidTransaction, database_interface::DatabaseRef};

/// A stored block's header with its hash.
#[derive(Debug, Clone)]
pub(super) struct SealedBlock {
    pub(super) header: Header,
    pub(super) hash: B256,
}

/// What a block is built upon.
pub(super) struct Parent<'a> {
    pub(super) header: &'a Header,
    pub(super) hash: B256,
    pub(super) chain_id: u64,
}

/// What the operator chooses for a block; everything else follows.
pub(super) struct Inputs {
    pub(super) timestamp: u64,
    pub(super) extra_data: Bytes,
}

/// A transaction in a block, with what it did.
pub(super) struct Executed {
    pub(super) hash: B256,
    pub(super) transaction: Recovered<TxEnvelope>,
    pub(super) receipt: ReceiptEnvelope,
    pub(super) gas_used: u64,
    pub(super) contract: Option<Address>,
}

/// A block that was made, not yet stored.
pub(super) struct Built {
    pub(super) header: Header,
    pub(super) hash: B256,
    pub(super) transactions: Vec<Executed>,
    /// Candidates that can never be in a block.
    pub(super) impossible: Vec<B256>,
    pub(super) changes: Changes,
}

/// The base fee of the block after `parent`, by EIP-1559.
pub(super) fn next_base_fee(parent: &Header) -> u64 {
    parent.next_block_base_fee(BaseFeeParams::ethereum()).unwrap_or_default()
}

/// The header that the next block would have before anything is in it.
pub(super) fn next_header(parent: &Header, parent_hash: B256, inputs: Inputs) -> Header {
    let number = parent.number.saturating_add(1);
    Header {
        parent_hash,
        number,
        timestamp: inputs.timestamp,
        extra_data: inputs.extra_data,
        base_fee_per_gas: Some(next_base_fee(parent)),
        // No beacon chain gives randomness here; a value per block keeps PREVRANDAO from being constant.
        mix_hash: alloy::primitives::keccak256(number.to_be_bytes()),
        ..genesis::header()
    }
}

/// Executes the candidates in their order. What cannot be in this block stays pending or is named impossible.
pub(super) fn build<B: DatabaseRef<Error = EmbeddedError>>(
    base: &B,
    parent: &Parent<'_>,
    inputs: Inputs,
    candidates: Vec<Recovered<TxEnvelope>>,
) -> Result<Built, EmbeddedError> {
    let mut header = next_header(parent.header, parent.hash, inputs);
    let mut state = Overlay::new(base);
    let mut transactions: Vec<Executed> = Vec::new();
    let mut impossible = Vec::new();
    for transaction in candidates {
        if transaction.gas_limit() > header.gas_limit - header.gas_used {
            continue;
        }
        let env = execute::transaction_env(&transaction);
        match execute::transact(&mut state, parent.chain_id, execute::block_env(&header), env)? {
            Transacted::Executed(result, written) => {
                state.commit(written);
                header.gas_used += result.tx_gas_used();
                let receipt = Receipt {
                    status: Eip658Value::Eip658(result.is_success()),
                    cumulative_gas_used: header.gas_used,
                    logs: result.logs().to_vec(),
                };
                transactions.push(Executed {
                    hash: *transaction.tx_hash(),
                    receipt: ReceiptEnvelope::from_typed(transaction.tx_type(), receipt),
                    gas_used: result.tx_gas_used(),
                    contract: result.created_address(),
                    transaction,
                });
            }
            // An earlier nonce of the same sender was left out, or funds went away meanwhile: it may fit later.
            Transacted::Invalid(
                InvalidTransaction::NonceTooHigh { .. }
                | InvalidTransaction::LackOfFundForMaxFee { .. }
                | InvalidTransaction::GasPriceLessThanBasefee,
            ) => {}
            Transacted::Invalid(_) => impossible.push(*transaction.tx_hash()),
        }
    }
    let changes = state.into_changes()?;
    seal(header, parent, transactions, changes, impossible)
}

fn seal(
    mut header: Header,
    parent: &Parent<'_>,
    transactions: Vec<Executed>,
    changes: Changes,
    impossible: Vec<B256>,
) -> Result<Built, EmbeddedError> {
    let envelopes: Vec<&TxEnvelope> = transactions.iter().map(|one| one.transaction.inner()).collect();
    let receipts: Vec<&ReceiptEnvelope> = transactions.iter().map(|one| &one.receipt).collect();
    header.transactions_root = calculate_transaction_root(&envelopes);
    header.receipts_root = calculate_receipt_root(&receipts);
    header.logs_bloom = receipts.iter().fold(Bloom::ZERO, |bloom, receipt| bloom | receipt.bloom());
    header.state_root = state_commitment(parent.header.state_root, &changes);
    let hash = header.hash_slow();
    Ok(Built { header, hash, transactions, impossible, changes })
}

/// What stands in `stateRoot`: keccak256 over the parent's commitment and every changed account and slot, in the
/// order of their keys. It binds the whole state like a Merkle Patricia root and costs only what changed, but no
/// single account can be proved from it (`eth_getProof` is not offered); a replay checks it block by block.
pub(super) fn state_commitment(parent: B256, changes: &Changes) -> B256 {
    let mut hasher = Keccak256::new();
    hasher.update(parent);
    hasher.update((changes.accounts.len() as u64).to_be_bytes());
    for (address, (_, after)) in &changes.accounts {
        hasher.update(address);
        match after {
            None => hasher.update([0]),
            Some(info) => {
                hasher.update([1]);
                hasher.update(info.nonce.to_be_bytes());
                hasher.update(info.balance.to_be_bytes::<32>());
                hasher.update(info.code_hash);
            }
        }
    }
    for ((address, slot), (_, after)) in &changes.slots {
        hasher.update(address);
        hasher.update(slot.to_be_bytes::<32>());
        hasher.update(after.to_be_bytes::<32>());
    }
    hasher.finalize()
}

/// What a sender must have: the fee limit of all gas, and the value.
pub(super) fn most_it_can_cost(transaction: &TxEnvelope) -> U256 {
    U256::from(transaction.max_fee_per_gas())
        .saturating_mul(U256::from(transaction.gas_limit()))
        .saturating_add(transaction.value())
}
