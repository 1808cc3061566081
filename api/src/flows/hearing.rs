//! What follows from an event of the chain: the register and the states that hang on it.

use super::{hold, identity, install, mint, payment_events, redeem, tokenise, transfer};
use crate::app::{Act, App};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::ids::PartitionId;
use domain::party::WalletAddress;
use domain::pool::PartitionName;
use store::projection::{ChainEventRow, Movement, WatchedContract};
use tokenizer::chain::ChainEvent;

/// An event with its place on the chain.
pub struct Heard<'a> {
    /// The row that was stored.
    pub row: &'a ChainEventRow,
    /// What happened.
    pub event: &'a ChainEvent,
    /// The time of its block.
    pub at: DateTime<Utc>,
}

/// Lets the projections follow an event.
///
/// # Errors
/// When the database fails or the event cannot be: nothing is skipped.
pub fn heard(
    _app: &App,
    act: &mut Act<'_, '_>,
    contract: &WatchedContract,
    heard: &Heard<'_>,
) -> Result<(), AppError> {
    match heard.event {
        ChainEvent::Moved { partition, from, to, units } => {
            let partition = partition_id(act, contract, partition)?;
            moved(act, heard, partition, (*from, *to, *units))
        }
        ChainEvent::Transferred { from, to, amount, by_partition: false }
            if contract.kind == tokenise::SECURITY_TOKEN =>
        {
            let partition = default_partition(act, contract)?;
            moved(act, heard, partition, (*from, *to, *amount))
        }
        ChainEvent::HoldCreated { partition, .. } => {
            let partition = partition_id(act, contract, partition)?;
            hold::heard(act, Some(partition), heard.event)
        }
        ChainEvent::HoldExecuted { .. } | ChainEvent::HoldReleased { .. } => {
            hold::heard(act, None, heard.event)
        }
        ChainEvent::CouponChunkPaid { .. }
        | ChainEvent::CouponPaid { .. }
        | ChainEvent::CouponOwed { .. }
        | ChainEvent::OwedPaid { .. } => payment_events::heard(act, heard.event, heard.row),
        ChainEvent::RedemptionPaid { .. } | ChainEvent::CallSkipped { .. }
            if contract.kind == tokenise::SECURITY_TOKEN =>
        {
            redeem::heard(act, heard.event, heard.row)
        }
        event if contract.kind == install::Shared::IdentityRegistry.as_str() => {
            identity::heard(act, heard.row, event)
        }
        _ => Ok(()),
    }
}

/// Takes back what [`heard`] changed besides the register, when a reorganisation took the event back.
///
/// # Errors
/// When the database fails.
pub fn unheard(act: &mut Act<'_, '_>, row: &ChainEventRow) -> Result<(), AppError> {
    payment_events::unheard(act, row)?;
    redeem::unheard(act, row)?;
    mint::unheard(act, row)?;
    hold::unheard(act, row)?;
    store::transfers::unsettle(act.tx, &row.transaction_hash)?;
    identity::unheard(act, row)
}

/// Units of a partition moved: issued when from nobody, redeemed when to nobody.
fn moved(
    act: &mut Act<'_, '_>,
    heard: &Heard<'_>,
    partition_id: PartitionId,
    (from, to, units): (Option<WalletAddress>, Option<WalletAddress>, i64),
) -> Result<(), AppError> {
    let movement = Movement {
        block: heard.row.block,
        log_index: heard.row.log_index,
        transaction_hash: heard.row.transaction_hash.clone(),
        partition_id,
        from_wallet: from.map(|wallet| wallet.to_string()),
        to_wallet: to.map(|wallet| wallet.to_string()),
        units,
        at: heard.at.naive_utc(),
    };
    store::projection::record_movement(act.tx, movement.clone())?;
    match movement.from_wallet {
        None => mint::heard(act, &movement),
        Some(_) => transfer::heard(act, &movement),
    }
}

/// The partition that ERC-20 calls move: the first of the pool, as it was tokenised.
fn default_partition(act: &mut Act<'_, '_>, contract: &WatchedContract) -> Result<PartitionId, AppError> {
    let pool = contract.subject.parse()?;
    let first = store::pools::partitions_of(act.tx, pool)?.into_iter().next();
    let none = || AppError::internal(format!("the pool {pool} has no partition"));
    first.map(|partition| partition.id).ok_or_else(none)
}

/// The partition of the pool whose token spoke.
fn partition_id(
    act: &mut Act<'_, '_>,
    contract: &WatchedContract,
    partition: &PartitionName,
) -> Result<PartitionId, AppError> {
    let pool = contract.subject.parse()?;
    let found = store::pools::partition_by_name(act.tx, pool, partition)?;
    let found =
        found.ok_or_else(|| AppError::internal(format!("the pool {pool} has no partition {partition}")))?;
    Ok(found.id)
}
