//! Orders of the primary sale and what they are given.

use crate::schema::subscriptions;
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::ids::{AllocationId, InvestorId, PartitionId, SubscriptionId};
use domain::party::WalletAddress;
use domain::status::SubscriptionStatus;

/// An order.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = subscriptions)]
pub struct Subscription {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: SubscriptionId,
    /// Units of which partition.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub partition_id: PartitionId,
    /// Who wants them.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// In which wallet.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub wallet: WalletAddress,
    /// How many.
    pub units: i64,
    /// How many were given.
    pub allocated_units: i64,
    /// Where it stands.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: SubscriptionStatus,
    /// The allocation that decided it.
    pub allocation_id: Option<String>,
    /// When it was placed.
    pub created_at: NaiveDateTime,
}

/// Adds an order.
///
/// # Errors
/// When the database fails.
pub fn add(tx: &mut Tx<'_>, subscription: Subscription) -> Result<(), StoreError> {
    diesel::insert_into(subscriptions::table).values(subscription).execute(tx.conn)?;
    Ok(())
}

/// The order with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: SubscriptionId) -> Result<Option<Subscription>, StoreError> {
    Ok(subscriptions::table
        .find(id.to_string())
        .select(Subscription::as_select())
        .first(tx.conn)
        .optional()?)
}

/// All orders of a partition in a status, oldest first.
///
/// # Errors
/// When the database fails.
pub fn in_status(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    status: SubscriptionStatus,
) -> Result<Vec<Subscription>, StoreError> {
    Ok(subscriptions::table
        .filter(subscriptions::partition_id.eq(partition.to_string()))
        .filter(subscriptions::status.eq(status.as_str()))
        .order(subscriptions::id)
        .select(Subscription::as_select())
        .load(tx.conn)?)
}

/// The orders that an allocation decided, oldest first.
///
/// # Errors
/// When the database fails.
pub fn of_allocation(tx: &mut Tx<'_>, allocation: AllocationId) -> Result<Vec<Subscription>, StoreError> {
    Ok(subscriptions::table
        .filter(subscriptions::allocation_id.eq(allocation.to_string()))
        .order(subscriptions::id)
        .select(Subscription::as_select())
        .load(tx.conn)?)
}

/// A page of an investor's orders, newest first.
///
/// # Errors
/// When the database fails.
pub fn of_investor(
    tx: &mut Tx<'_>,
    investor: InvestorId,
    before: Option<SubscriptionId>,
    most: i64,
) -> Result<Vec<Subscription>, StoreError> {
    let mut query = subscriptions::table
        .filter(subscriptions::investor_id.eq(investor.to_string()))
        .order(subscriptions::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Subscription::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(subscriptions::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// Units of a partition that an investor has asked for and not yet got.
///
/// # Errors
/// When the database fails.
pub fn pending_units(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    investor: InvestorId,
) -> Result<i64, StoreError> {
    let orders: Vec<(String, i64, i64)> = subscriptions::table
        .filter(subscriptions::partition_id.eq(partition.to_string()))
        .filter(subscriptions::investor_id.eq(investor.to_string()))
        .select((subscriptions::status, subscriptions::units, subscriptions::allocated_units))
        .load(tx.conn)?;
    let pending = orders.into_iter().map(|(status, units, allocated)| match status.as_str() {
        "open" => units,
        "allocated" => allocated,
        _ => 0,
    });
    Ok(pending.sum())
}

/// What an order is given.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    /// How many units; none is a decline.
    pub units: i64,
    /// Where the order stands now.
    pub status: SubscriptionStatus,
    /// The allocation that decided it.
    pub allocation: AllocationId,
}

/// Notes what an order is given.
///
/// # Errors
/// When the database fails.
pub fn give(tx: &mut Tx<'_>, id: SubscriptionId, given: Given) -> Result<(), StoreError> {
    diesel::update(subscriptions::table.find(id.to_string()))
        .set((
            subscriptions::status.eq(given.status.as_str()),
            subscriptions::allocated_units.eq(given.units),
            subscriptions::allocation_id.eq(given.allocation.to_string()),
        ))
        .execute(tx.conn)?;
    Ok(())
}
