//! Transactions that wait for a block: one per sender and nonce, judged as geth judges them.

use super::{BLOCK_GAS_LIMIT, EmbeddedError, block::most_it_can_cost};
use alloy::{
    consensus::{Transaction, TxEnvelope, Typed2718, transaction::Recovered},
    eips::eip2718::Encodable2718,
    primitives::{Address, B256, U256},
};
use std::collections::{BTreeMap, HashMap};

/// Pending transactions of one sender: enough for a batch run; a gap cannot be hidden behind more.
pub(super) const MAX_PENDING_OF_SENDER: usize = 1_024;

/// Pending transactions in all, which bounds memory at 128 KiB each.
pub(super) const MAX_PENDING: usize = 4_096;

/// The largest encoded transaction, as in geth: four slots of 32 KiB.
pub(super) const MAX_TRANSACTION_BYTES: usize = 128 * 1024;

/// How much more a replacement must offer, in percent of both fees, as in geth.
const REPLACEMENT_BUMP_PERCENT: u128 = 10;

/// Why a transaction is not taken into the pool, in the words of geth.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Rejected {
    #[error("already known")]
    AlreadyKnown,
    #[error("nonce too low: next nonce {next}, tx nonce {nonce}")]
    NonceTooLow { next: u64, nonce: u64 },
    #[error("replacement transaction underpriced")]
    ReplacementUnderpriced,
    #[error("insufficient funds for gas * price + value: balance {balance}, tx cost {cost}, overshot {}", cost - balance)]
    InsufficientFunds { balance: U256, cost: U256 },
    #[error("exceeds block gas limit")]
    GasLimit,
    #[error("intrinsic gas too low: gas {gas}, minimum needed {needed}")]
    IntrinsicGas { gas: u64, needed: u64 },
    #[error("max priority fee per gas higher than max fee per gas")]
    TipAboveFeeCap,
    #[error("invalid chain id for signer: have {have}, want {want}")]
    ChainId { have: u64, want: u64 },
    #[error("only replay-protected (EIP-155) transactions allowed over RPC")]
    Unprotected,
    #[error("oversized data: transaction size {size}, limit {MAX_TRANSACTION_BYTES}")]
    Oversized { size: usize },
    #[error("max initcode size exceeded: code size {size}, limit {MAX_INITCODE_BYTES}")]
    Initcode { size: usize },
    #[error("transaction type not supported")]
    Type,
    #[error("txpool is full")]
    Full,
}

/// The largest code that a deployment may run (EIP-3860).
const MAX_INITCODE_BYTES: usize = 49_152;

/// What the newest block knows of a sender.
pub(super) struct Sender {
    pub(super) nonce: u64,
    pub(super) balance: U256,
}

struct Pending {
    transaction: Recovered<TxEnvelope>,
    arrival: u64,
}

/// The pool. It lives in memory alone: as on a real network, who sent a transaction keeps its bytes until it is mined.
#[derive(Default)]
pub(super) struct Pool {
    waiting: HashMap<Address, BTreeMap<u64, Pending>>,
    by_hash: HashMap<B256, (Address, u64)>,
    arrivals: u64,
}

impl Pool {
    /// Takes a transaction in, or says why not.
    pub(super) fn add(
        &mut self,
        transaction: Recovered<TxEnvelope>,
        sender: &Sender,
        chain_id: u64,
    ) -> Result<(), Rejected> {
        let hash = *transaction.tx_hash();
        if self.by_hash.contains_key(&hash) {
            return Err(Rejected::AlreadyKnown);
        }
        acceptable(&transaction, chain_id)?;
        if transaction.nonce() < sender.nonce {
            return Err(Rejected::NonceTooLow { next: sender.nonce, nonce: transaction.nonce() });
        }
        let of_sender = self.waiting.entry(transaction.signer()).or_default();
        let replaced = of_sender.get(&transaction.nonce());
        if replaced.is_some_and(|old| !outbids(&transaction, &old.transaction)) {
            return Err(Rejected::ReplacementUnderpriced);
        }
        if replaced.is_none()
            && (of_sender.len() >= MAX_PENDING_OF_SENDER || self.by_hash.len() >= MAX_PENDING)
        {
            return Err(Rejected::Full);
        }
        let others = of_sender.iter().filter(|(nonce, _)| **nonce != transaction.nonce());
        let cost = others.fold(most_it_can_cost(&transaction), |sum, (_, other)| {
            sum.saturating_add(most_it_can_cost(&other.transaction))
        });
        if cost > sender.balance {
            return Err(Rejected::InsufficientFunds { balance: sender.balance, cost });
        }
        self.arrivals += 1;
        let key = (transaction.signer(), transaction.nonce());
        let pending = Pending { transaction, arrival: self.arrivals };
        if let Some(old) = of_sender.insert(key.1, pending) {
            self.by_hash.remove(old.transaction.tx_hash());
        }
        self.by_hash.insert(hash, key);
        Ok(())
    }

    /// What can be in the next block: per sender without a gap from its next nonce, across senders as they came.
    pub(super) fn ready(
        &mut self,
        base_fee: u64,
        next_nonce: impl Fn(Address) -> Result<u64, EmbeddedError>,
    ) -> Result<Vec<Recovered<TxEnvelope>>, EmbeddedError> {
        let mut runs: Vec<std::vec::IntoIter<(u64, Recovered<TxEnvelope>)>> = Vec::new();
        for (sender, of_sender) in &self.waiting {
            let first = next_nonce(*sender)?;
            let run: Vec<_> = (first..)
                .map_while(|nonce| of_sender.get(&nonce))
                .take_while(|pending| pending.transaction.max_fee_per_gas() >= u128::from(base_fee))
                .map(|pending| (pending.arrival, pending.transaction.clone()))
                .collect();
            runs.push(run.into_iter());
        }
        // Arrival orders the senders, nonces order within one: each turn takes the oldest of what is next.
        let mut ordered = Vec::new();
        while let Some(run) = runs
            .iter_mut()
            .filter(|run| !run.as_slice().is_empty())
            .min_by_key(|run| run.as_slice().first().map(|(arrival, _)| *arrival))
        {
            ordered.extend(run.next().map(|(_, transaction)| transaction));
        }
        Ok(ordered)
    }

    /// The next nonce of a sender when all it has pending without a gap is counted.
    pub(super) fn next_nonce(&self, sender: Address, mined: u64) -> u64 {
        let Some(of_sender) = self.waiting.get(&sender) else { return mined };
        (mined..).find(|nonce| !of_sender.contains_key(nonce)).unwrap_or(mined)
    }

    pub(super) fn get(&self, hash: &B256) -> Option<&Recovered<TxEnvelope>> {
        let (sender, nonce) = self.by_hash.get(hash)?;
        self.waiting.get(sender)?.get(nonce).map(|pending| &pending.transaction)
    }

    /// Forgets a transaction; says whether it was known.
    pub(super) fn remove(&mut self, hash: &B256) -> bool {
        let Some((sender, nonce)) = self.by_hash.remove(hash) else { return false };
        if let Some(of_sender) = self.waiting.get_mut(&sender) {
            of_sender.remove(&nonce);
            if of_sender.is_empty() {
                self.waiting.remove(&sender);
            }
        }
        true
    }
}

/// What can be said about a transaction without the state.
fn acceptable(transaction: &Recovered<TxEnvelope>, chain_id: u64) -> Result<(), Rejected> {
    let size = transaction.inner().encode_2718_len();
    if size > MAX_TRANSACTION_BYTES {
        return Err(Rejected::Oversized { size });
    }
    if transaction.is_eip4844() {
        return Err(Rejected::Type);
    }
    match transaction.chain_id() {
        None => return Err(Rejected::Unprotected),
        Some(have) if have != chain_id => return Err(Rejected::ChainId { have, want: chain_id }),
        Some(_) => {}
    }
    if transaction.is_create() && transaction.input().len() > MAX_INITCODE_BYTES {
        return Err(Rejected::Initcode { size: transaction.input().len() });
    }
    if transaction.gas_limit() > BLOCK_GAS_LIMIT {
        return Err(Rejected::GasLimit);
    }
    if transaction.max_priority_fee_per_gas().is_some_and(|tip| tip > transaction.max_fee_per_gas()) {
        return Err(Rejected::TipAboveFeeCap);
    }
    let needed = super::execute::intrinsic_gas(transaction.inner());
    if transaction.gas_limit() < needed {
        return Err(Rejected::IntrinsicGas { gas: transaction.gas_limit(), needed });
    }
    Ok(())
}

/// Whether both fees are at least the bump above those of the transaction to replace.
fn outbids(new: &TxEnvelope, old: &TxEnvelope) -> bool {
    let enough = |new: u128, old: u128| {
        new.saturating_mul(100) >= old.saturating_mul(100 + REPLACEMENT_BUMP_PERCENT) && new > old
    };
    let tip = |tx: &TxEnvelope| tx.max_priority_fee_per_gas().unwrap_or_else(|| tx.max_fee_per_gas());
    enough(new.max_fee_per_gas(), old.max_fee_per_gas()) && enough(tip(new), tip(old))
}
