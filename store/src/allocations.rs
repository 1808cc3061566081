//! Allocations: how the orders of a primary sale were served, and how far the mint has come.

use crate::schema::allocations;
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::ids::{AllocationId, PartitionId};

/// An allocation.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = allocations)]
pub struct Allocation {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: AllocationId,
    /// Units of which partition.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub partition_id: PartitionId,
    /// Units that were left to give.
    pub available_units: i64,
    /// Units that were asked for.
    pub asked_units: i64,
    /// Units that were given.
    pub allocated_units: i64,
    /// When.
    pub created_at: NaiveDateTime,
}

/// Adds an allocation.
///
/// # Errors
/// When the database fails.
pub fn add(tx: &mut Tx<'_>, allocation: Allocation) -> Result<(), StoreError> {
    diesel::insert_into(allocations::table).values(allocation).execute(tx.conn)?;
    Ok(())
}

/// The allocation with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: AllocationId) -> Result<Option<Allocation>, StoreError> {
    Ok(allocations::table.find(id.to_string()).select(Allocation::as_select()).first(tx.conn).optional()?)
}

/// The allocations of a partition, newest first, at most [`MAX_PAGE`].
///
/// # Errors
/// When the database fails.
pub fn of_partition(tx: &mut Tx<'_>, partition: PartitionId) -> Result<Vec<Allocation>, StoreError> {
    Ok(allocations::table
        .filter(allocations::partition_id.eq(partition.to_string()))
        .order(allocations::id.desc())
        .limit(MAX_PAGE)
        .select(Allocation::as_select())
        .load(tx.conn)?)
}
