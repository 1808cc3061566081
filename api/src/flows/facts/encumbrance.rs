//! What of a wallet is not free, as the events of its token tell: units that holds keep, and its lock.

use super::{moment, read_event, state};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::party::WalletAddress;
use domain::pool::PartitionName;
use std::collections::BTreeMap;
use store::Tx;
use tokenizer::chain::ChainEvent;

/// A wallet that was recovered in a token, and the one in its place.
pub(super) struct Recovery {
    pub(super) lost: WalletAddress,
    pub(super) replacement: WalletAddress,
    /// Its place on the chain.
    pub(super) at: (i64, i64),
    pub(super) transaction_hash: String,
}

/// The recoveries of a token, the oldest first.
pub(super) fn recoveries(tx: &mut Tx<'_>, token: &str) -> Result<Vec<Recovery>, AppError> {
    let mut recoveries = Vec::new();
    for row in store::projection::events_of(tx, (token, "wallet_recovered"), None)? {
        let (at, transaction_hash) = ((row.block, row.log_index), row.transaction_hash.clone());
        if let ChainEvent::WalletRecovered { lost, replacement } = read_event(row)? {
            recoveries.push(Recovery { lost, replacement, at, transaction_hash });
        }
    }
    Ok(recoveries)
}

/// Units of a wallet that holds keep, hold by hold with its partition; those of wallets in whose place it came are its
/// own.
pub(super) fn held(
    tx: &mut Tx<'_>,
    (token, wallet): (&str, WalletAddress),
) -> Result<Vec<(PartitionName, i64)>, AppError> {
    let recoveries = recoveries(tx, token)?;
    if recoveries.iter().any(|recovery| recovery.lost == wallet) {
        return Ok(Vec::new());
    }
    let mut wallets = vec![wallet];
    // The newest first: what a wallet took over, it took over before it was replaced itself.
    for recovery in recoveries.iter().rev() {
        if wallets.contains(&recovery.replacement) {
            wallets.push(recovery.lost);
        }
    }
    let mut kept = BTreeMap::new();
    for kind in ["hold_created", "hold_executed", "hold_released"] {
        for wallet in &wallets {
            for row in store::projection::events_of(tx, (token, kind), Some(&wallet.to_string()))? {
                follow(&mut kept, read_event(row)?);
            }
        }
    }
    Ok(kept.into_values().filter(|(_, units)| *units > 0).collect())
}

fn follow(kept: &mut BTreeMap<[u8; 32], (PartitionName, i64)>, event: ChainEvent) {
    match event {
        ChainEvent::HoldCreated { hold_id, partition, units, .. } => {
            kept.insert(hold_id, (partition, units));
        }
        ChainEvent::HoldExecuted { hold_id, units, .. } | ChainEvent::HoldReleased { hold_id, units, .. } => {
            if let Some((_, kept)) = kept.get_mut(&hold_id) {
                *kept -= units;
            }
        }
        _ => {}
    }
}

/// Until when a wallet is locked in a token; a recovery tells the lock that it carries along by an event of its own.
pub(super) fn locked_until(
    tx: &mut Tx<'_>,
    (token, wallet): (&str, WalletAddress),
) -> Result<Option<DateTime<Utc>>, AppError> {
    let lock = state(tx, (token, "wallet_lock_set"), Some(&wallet.to_string()))?;
    Ok(match lock {
        Some(ChainEvent::WalletLockSet { locked_until, .. }) => moment(locked_until),
        _ => None,
    })
}
