//! What follows from an event of the chain: the register and the states that hang on it.

use super::{identity, install, mint, payment_events, transfer};
use crate::app::{Act, App};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::ids::PartitionId;
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
            let movement = Movement {
                block: heard.row.block,
                log_index: heard.row.log_index,
                transaction_hash: heard.row.transaction_hash.clone(),
                partition_id: partition_id(act, contract, partition)?,
                from_wallet: from.map(|wallet| wallet.to_string()),
                to_wallet: to.map(|wallet| wallet.to_string()),
                units: *units,
                at: heard.at.naive_utc(),
            };
            store::projection::record_movement(act.tx, movement.clone())?;
            match movement.from_wallet {
                None => mint::heard(act, &movement),
                Some(_) => transfer::heard(act, &movement),
            }
        }
        ChainEvent::CouponChunkPaid { .. }
        | ChainEvent::CouponPaid { .. }
        | ChainEvent::CouponOwed { .. }
        | ChainEvent::OwedPaid { .. } => payment_events::heard(act, heard.event, heard.row),
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
    mint::unheard(act, row)?;
    store::transfers::unsettle(act.tx, &row.transaction_hash)?;
    identity::unheard(act, row)
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
