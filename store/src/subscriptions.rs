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
    /// Its place among the calls that mint the allocation, from 1; none without units.
    pub batch: Option<i64>,
    /// Why not, as a JSON list; empty when there is nothing against it.
    pub refusals: String,
    /// The transaction that put the units on the register.
    pub transaction_hash: Option<String>,
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

/// Orders of a partition in a status, oldest first, at most `most`.
///
/// # Errors
/// When the database fails.
pub fn in_status(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    status: SubscriptionStatus,
    most: i64,
) -> Result<Vec<Subscription>, StoreError> {
    Ok(subscriptions::table
        .filter(subscriptions::partition_id.eq(partition.to_string()))
        .filter(subscriptions::status.eq(status.as_str()))
        .order(subscriptions::id)
        .limit(most)
        .select(Subscription::as_select())
        .load(tx.conn)?)
}

/// How many orders of a partition stand in a status.
///
/// # Errors
/// When the database fails.
pub fn count(tx: &mut Tx<'_>, partition: PartitionId, status: SubscriptionStatus) -> Result<i64, StoreError> {
    Ok(subscriptions::table
        .filter(subscriptions::partition_id.eq(partition.to_string()))
        .filter(subscriptions::status.eq(status.as_str()))
        .count()
        .get_result(tx.conn)?)
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

/// Units of a partition that an investor is about to get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pending {
    /// Asked for and not yet decided.
    pub open: i64,
    /// Given and on their way to the register.
    pub allocated: i64,
}

/// Units of a partition that an investor has asked for or been given and not yet got.
///
/// # Errors
/// When the database fails.
pub fn pending(tx: &mut Tx<'_>, partition: PartitionId, investor: InvestorId) -> Result<Pending, StoreError> {
    let waiting = [SubscriptionStatus::Open.as_str(), SubscriptionStatus::Allocated.as_str()];
    let orders: Vec<(String, i64, i64)> = subscriptions::table
        .filter(subscriptions::partition_id.eq(partition.to_string()))
        .filter(subscriptions::investor_id.eq(investor.to_string()))
        .filter(subscriptions::status.eq_any(waiting))
        .select((subscriptions::status, subscriptions::units, subscriptions::allocated_units))
        .load(tx.conn)?;
    let mut pending = Pending::default();
    for (status, units, allocated) in orders {
        if status == SubscriptionStatus::Open.as_str() {
            pending.open += units;
        } else {
            pending.allocated += allocated;
        }
    }
    Ok(pending)
}

/// Units of a partition that are given out and not yet on the register.
///
/// # Errors
/// When the database fails.
pub fn on_their_way(tx: &mut Tx<'_>, partition: PartitionId) -> Result<i64, StoreError> {
    let units: Vec<i64> = subscriptions::table
        .filter(subscriptions::partition_id.eq(partition.to_string()))
        .filter(subscriptions::status.eq(SubscriptionStatus::Allocated.as_str()))
        .select(subscriptions::allocated_units)
        .load(tx.conn)?;
    Ok(units.iter().sum())
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
    /// Which of its calls mints the units.
    pub batch: Option<i64>,
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
            subscriptions::batch.eq(given.batch),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives an order nothing, for these reasons.
///
/// # Errors
/// When the database fails.
pub fn decline(tx: &mut Tx<'_>, id: SubscriptionId, refusals: &str) -> Result<(), StoreError> {
    diesel::update(subscriptions::table.find(id.to_string()))
        .set((
            subscriptions::status.eq(SubscriptionStatus::Declined.as_str()),
            subscriptions::allocated_units.eq(0),
            subscriptions::refusals.eq(refusals),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes the transaction that put an order's units on the register.
///
/// # Errors
/// When the database fails.
pub fn settle(tx: &mut Tx<'_>, id: SubscriptionId, transaction_hash: &str) -> Result<(), StoreError> {
    diesel::update(subscriptions::table.find(id.to_string()))
        .set((
            subscriptions::status.eq(SubscriptionStatus::Settled.as_str()),
            subscriptions::transaction_hash.eq(transaction_hash),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The orders that a transaction settled.
///
/// # Errors
/// When the database fails.
pub fn settled_by(tx: &mut Tx<'_>, transaction_hash: &str) -> Result<Vec<Subscription>, StoreError> {
    Ok(subscriptions::table
        .filter(subscriptions::transaction_hash.eq(transaction_hash))
        .order(subscriptions::id)
        .select(Subscription::as_select())
        .load(tx.conn)?)
}

/// Takes back [`settle`], when the block of the transaction was reorganised away.
///
/// # Errors
/// When the database fails.
pub fn unsettle(tx: &mut Tx<'_>, id: SubscriptionId) -> Result<(), StoreError> {
    diesel::update(subscriptions::table.find(id.to_string()))
        .set((
            subscriptions::status.eq(SubscriptionStatus::Allocated.as_str()),
            subscriptions::transaction_hash.eq(None::<String>),
        ))
        .execute(tx.conn)?;
    Ok(())
}
