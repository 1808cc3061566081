//! What the chain said: the blocks that were read, their events, and the register that follows from them.

use crate::row::{moment, stamp};
use crate::schema::{chain_blocks, chain_contracts, chain_events, holdings, movements, partition_totals};
use crate::{StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::PartitionId;
use domain::pool::PartitionName;
use std::collections::BTreeMap;

/// A block whose events are in the projections.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = chain_blocks)]
pub struct Block {
    /// Its number.
    pub number: i64,
    /// Its hash.
    pub hash: String,
    /// Its time.
    pub at: NaiveDateTime,
}

/// An event as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = chain_events)]
pub struct ChainEventRow {
    /// The block.
    pub block: i64,
    /// Its place in the block.
    pub log_index: i64,
    /// The transaction.
    pub transaction_hash: String,
    /// The contract.
    pub emitter: String,
    /// What happened, as `moved`.
    pub kind: String,
    /// The wallet it happened to, where it is a state of one wallet.
    pub wallet: Option<String>,
    /// Its numbers, as JSON.
    pub payload: String,
}

/// A contract whose events are read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = chain_contracts)]
pub struct WatchedContract {
    /// Its address.
    pub address: String,
    /// What it is, as `security-token`.
    pub kind: String,
    /// The id of the thing that it stands for.
    pub subject: String,
    /// The block it appeared in.
    pub from_block: i64,
}

/// A movement of units. An issue has no sender, a redemption no receiver.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = movements)]
pub struct Movement {
    /// The block.
    pub block: i64,
    /// Its place in the block.
    pub log_index: i64,
    /// The transaction.
    pub transaction_hash: String,
    /// The partition.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub partition_id: PartitionId,
    /// Who gave.
    pub from_wallet: Option<String>,
    /// Who got.
    pub to_wallet: Option<String>,
    /// How many.
    pub units: i64,
    /// The time of the block.
    pub at: NaiveDateTime,
}

/// One line of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The wallet.
    pub wallet: String,
    /// What it holds, above zero.
    pub units: i64,
}

/// The newest block that was read.
///
/// # Errors
/// When the database fails.
pub fn head(tx: &mut Tx<'_>) -> Result<Option<Block>, StoreError> {
    Ok(chain_blocks::table.order(chain_blocks::number.desc()).first(tx.conn).optional()?)
}

/// The newest blocks below a number, newest first: where a reorganisation is looked for.
///
/// # Errors
/// When the database fails.
pub fn blocks_below(tx: &mut Tx<'_>, number: i64, most: i64) -> Result<Vec<Block>, StoreError> {
    Ok(chain_blocks::table
        .filter(chain_blocks::number.lt(number))
        .order(chain_blocks::number.desc())
        .limit(most)
        .load(tx.conn)?)
}

/// Adds a block that was read; one that stands there already stays.
///
/// # Errors
/// When the database fails.
pub fn add_block(tx: &mut Tx<'_>, number: i64, hash: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let known: i64 =
        chain_blocks::table.filter(chain_blocks::number.eq(number)).count().get_result(tx.conn)?;
    if known == 0 {
        let block = Block { number, hash: hash.to_owned(), at: stamp(at) };
        diesel::insert_into(chain_blocks::table).values(block).execute(tx.conn)?;
    }
    Ok(())
}

/// Adds an event of a block that was added.
///
/// # Errors
/// When the database fails.
pub fn add_event(tx: &mut Tx<'_>, event: ChainEventRow) -> Result<(), StoreError> {
    diesel::insert_into(chain_events::table).values(event).execute(tx.conn)?;
    Ok(())
}

/// Events above a block, newest first: what a reorganisation takes back.
///
/// # Errors
/// When the database fails.
pub fn events_above(tx: &mut Tx<'_>, block: i64) -> Result<Vec<ChainEventRow>, StoreError> {
    Ok(chain_events::table
        .filter(chain_events::block.gt(block))
        .order((chain_events::block.desc(), chain_events::log_index.desc()))
        .select(ChainEventRow::as_select())
        .load(tx.conn)?)
}

/// Adds a movement to the history and to the register of now.
///
/// # Errors
/// [`StoreError::Constraint`] when somebody would hold less than nothing.
pub fn record_movement(tx: &mut Tx<'_>, movement: Movement) -> Result<(), StoreError> {
    move_units(tx, &movement, 1)?;
    diesel::insert_into(movements::table).values(movement).execute(tx.conn)?;
    Ok(())
}

/// Takes back every block above a number: movements, register, events.
///
/// # Errors
/// When the database fails.
pub fn roll_back_above(tx: &mut Tx<'_>, block: i64) -> Result<(), StoreError> {
    let lost: Vec<Movement> = movements::table
        .filter(movements::block.gt(block))
        .order((movements::block.desc(), movements::log_index.desc()))
        .select(Movement::as_select())
        .load(tx.conn)?;
    for movement in &lost {
        move_units(tx, movement, -1)?;
    }
    diesel::delete(movements::table.filter(movements::block.gt(block))).execute(tx.conn)?;
    diesel::delete(chain_events::table.filter(chain_events::block.gt(block))).execute(tx.conn)?;
    diesel::delete(chain_blocks::table.filter(chain_blocks::number.gt(block))).execute(tx.conn)?;
    Ok(())
}

fn move_units(tx: &mut Tx<'_>, movement: &Movement, sign: i64) -> Result<(), StoreError> {
    // Giving comes last in both directions, so that a movement to oneself never passes below zero.
    let (from, to) = (&movement.from_wallet, &movement.to_wallet);
    let (adds, takes) = if sign > 0 { (to, from) } else { (from, to) };
    if let Some(wallet) = adds {
        change_holding(tx, movement.partition_id, wallet, movement.units)?;
    }
    if let Some(wallet) = takes {
        change_holding(tx, movement.partition_id, wallet, -movement.units)?;
    }
    match (adds, takes) {
        (Some(_), None) => change_outstanding(tx, movement.partition_id, movement.units),
        (None, Some(_)) => change_outstanding(tx, movement.partition_id, -movement.units),
        _ => Ok(()),
    }
}

fn change_outstanding(tx: &mut Tx<'_>, partition: PartitionId, change: i64) -> Result<(), StoreError> {
    let row = partition_totals::table.find(partition.to_string());
    let units = partition_totals::outstanding_units;
    let changed = diesel::update(row).set(units.eq(units + change)).execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(partition_totals::table)
            .values((partition_totals::partition_id.eq(partition.to_string()), units.eq(change)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The units of a partition that there are.
///
/// # Errors
/// When the database fails.
pub fn outstanding(tx: &mut Tx<'_>, partition: PartitionId) -> Result<i64, StoreError> {
    let row = partition_totals::table.find(partition.to_string());
    let units: Option<i64> = row.select(partition_totals::outstanding_units).first(tx.conn).optional()?;
    Ok(units.unwrap_or(0))
}

/// The newest event of a kind from a contract, about a wallet where one is named: the state that it set.
///
/// # Errors
/// When the database fails.
pub fn latest_event(
    tx: &mut Tx<'_>,
    (emitter, kind): (&str, &str),
    wallet: Option<&str>,
) -> Result<Option<ChainEventRow>, StoreError> {
    let mut query = chain_events::table
        .filter(chain_events::emitter.eq(emitter))
        .filter(chain_events::kind.eq(kind))
        .order((chain_events::block.desc(), chain_events::log_index.desc()))
        .select(ChainEventRow::as_select())
        .into_boxed();
    if let Some(wallet) = wallet {
        query = query.filter(chain_events::wallet.eq(wallet));
    }
    Ok(query.first(tx.conn).optional()?)
}

/// The newest event of a kind from a contract that names a partition.
///
/// # Errors
/// When the database fails.
pub fn latest_event_of_partition(
    tx: &mut Tx<'_>,
    (emitter, kind): (&str, &str),
    partition: &PartitionName,
) -> Result<Option<ChainEventRow>, StoreError> {
    latest_event_with(tx, (emitter, kind), &format!("\"partition\":\"{partition}\""))
}

/// The newest event of a kind from a contract whose payload has such a part. The payload is JSON of ours: no part of it
/// has a per cent sign, and an underscore, which stands for any one sign here, stands for itself too.
///
/// # Errors
/// When the database fails.
pub fn latest_event_with(
    tx: &mut Tx<'_>,
    (emitter, kind): (&str, &str),
    part: &str,
) -> Result<Option<ChainEventRow>, StoreError> {
    Ok(chain_events::table
        .filter(chain_events::emitter.eq(emitter))
        .filter(chain_events::kind.eq(kind))
        .filter(chain_events::payload.like(format!("%{part}%")))
        .order((chain_events::block.desc(), chain_events::log_index.desc()))
        .select(ChainEventRow::as_select())
        .first(tx.conn)
        .optional()?)
}

/// All events of a kind from a contract, the oldest first; about a wallet where one is named.
///
/// # Errors
/// When the database fails.
pub fn events_of(
    tx: &mut Tx<'_>,
    (emitter, kind): (&str, &str),
    wallet: Option<&str>,
) -> Result<Vec<ChainEventRow>, StoreError> {
    let mut query = chain_events::table
        .filter(chain_events::emitter.eq(emitter))
        .filter(chain_events::kind.eq(kind))
        .order((chain_events::block, chain_events::log_index))
        .select(ChainEventRow::as_select())
        .into_boxed();
    if let Some(wallet) = wallet {
        query = query.filter(chain_events::wallet.eq(wallet));
    }
    Ok(query.load(tx.conn)?)
}

/// Whether a transaction made a contract tell an event of a kind.
///
/// # Errors
/// When the database fails.
pub fn was_told(
    tx: &mut Tx<'_>,
    (emitter, kind): (&str, &str),
    transaction_hash: &str,
) -> Result<bool, StoreError> {
    let told: i64 = chain_events::table
        .filter(chain_events::transaction_hash.eq(transaction_hash))
        .filter(chain_events::emitter.eq(emitter))
        .filter(chain_events::kind.eq(kind))
        .count()
        .get_result(tx.conn)?;
    Ok(told > 0)
}

/// Movements of a partition to a wallet from another, or from nobody when they were issued; the oldest first.
///
/// # Errors
/// When the database fails.
pub fn movements_to(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    (from, to): (Option<&str>, &str),
) -> Result<Vec<Movement>, StoreError> {
    let mut query = movements::table
        .filter(movements::partition_id.eq(partition.to_string()))
        .filter(movements::to_wallet.eq(to))
        .order((movements::block, movements::log_index))
        .select(Movement::as_select())
        .into_boxed();
    query = match from {
        Some(from) => query.filter(movements::from_wallet.eq(from)),
        None => query.filter(movements::from_wallet.is_null()),
    };
    Ok(query.load(tx.conn)?)
}

fn change_holding(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    wallet: &str,
    change: i64,
) -> Result<(), StoreError> {
    let row = holdings::table.find((partition.to_string(), wallet));
    let changed = diesel::update(row).set(holdings::units.eq(holdings::units + change)).execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(holdings::table)
            .values((
                holdings::partition_id.eq(partition.to_string()),
                holdings::wallet.eq(wallet),
                holdings::units.eq(change),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The register of a partition now, by wallet in the order of its bytes.
///
/// # Errors
/// When the database fails.
pub fn register(tx: &mut Tx<'_>, partition: PartitionId) -> Result<Vec<Holding>, StoreError> {
    let rows: Vec<(String, i64)> = holdings::table
        .filter(holdings::partition_id.eq(partition.to_string()))
        .filter(holdings::units.gt(0))
        .select((holdings::wallet, holdings::units))
        .load(tx.conn)?;
    // Sorted here: the collation of a database may put 0xB before 0xa or after it.
    let rows: BTreeMap<String, i64> = rows.into_iter().collect();
    Ok(rows.into_iter().map(|(wallet, units)| Holding { wallet, units }).collect())
}

/// The register of a partition as it stood before a moment: every movement of an earlier block counts.
///
/// # Errors
/// When the database fails.
pub fn register_before(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    moment: DateTime<Utc>,
) -> Result<Vec<Holding>, StoreError> {
    let rows: Vec<(Option<String>, Option<String>, i64)> = movements::table
        .filter(movements::partition_id.eq(partition.to_string()))
        .filter(movements::at.lt(stamp(moment)))
        .select((movements::from_wallet, movements::to_wallet, movements::units))
        .load(tx.conn)?;
    let mut units_of = BTreeMap::<String, i64>::new();
    for (from, to, units) in rows {
        for (wallet, change) in [(from, -units), (to, units)] {
            if let Some(wallet) = wallet {
                *units_of.entry(wallet).or_default() += change;
            }
        }
    }
    let held = units_of.into_iter().filter(|(_, units)| *units > 0);
    Ok(held.map(|(wallet, units)| Holding { wallet, units }).collect())
}

/// The newest block before a moment, if any was read.
///
/// # Errors
/// When the database fails.
pub fn block_before(
    tx: &mut Tx<'_>,
    before: DateTime<Utc>,
) -> Result<Option<(i64, DateTime<Utc>)>, StoreError> {
    let block: Option<Block> = chain_blocks::table
        .filter(chain_blocks::at.lt(stamp(before)))
        .order(chain_blocks::number.desc())
        .first(tx.conn)
        .optional()?;
    Ok(block.map(|block| (block.number, moment(block.at))))
}

/// What a wallet holds of a partition now.
///
/// # Errors
/// When the database fails.
pub fn units_of(tx: &mut Tx<'_>, partition: PartitionId, wallet: &str) -> Result<i64, StoreError> {
    let units: Option<i64> = holdings::table
        .find((partition.to_string(), wallet))
        .select(holdings::units)
        .first(tx.conn)
        .optional()?;
    Ok(units.unwrap_or(0))
}

/// Watches a contract from a block on; one that is watched stays as it is.
///
/// # Errors
/// When the database fails.
pub fn watch(tx: &mut Tx<'_>, contract: WatchedContract) -> Result<(), StoreError> {
    let known: i64 = chain_contracts::table
        .filter(chain_contracts::address.eq(&contract.address))
        .count()
        .get_result(tx.conn)?;
    if known == 0 {
        diesel::insert_into(chain_contracts::table).values(contract).execute(tx.conn)?;
    }
    Ok(())
}

/// All contracts whose events are read.
///
/// # Errors
/// When the database fails.
pub fn watched(tx: &mut Tx<'_>) -> Result<Vec<WatchedContract>, StoreError> {
    Ok(chain_contracts::table.order(chain_contracts::from_block).load(tx.conn)?)
}
