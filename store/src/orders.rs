//! Orders of one officer that another officer has to confirm.

use crate::row::stamp;
use crate::schema::orders;
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::{OrderId, UserId};
use domain::status::{OrderKind, OrderStatus};

/// An order.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = orders)]
pub struct Order {
    /// Its id: what it makes carries it too.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: OrderId,
    /// What is ordered.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub kind: OrderKind,
    /// What it is about; one order about a thing waits at a time.
    pub subject: String,
    /// What it asks for, as JSON.
    pub asked: String,
    /// Where it stands; one whose time is over may still be noted as waiting.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: OrderStatus,
    /// The account that ordered it; none for the command line of the operator.
    pub requested_by: Option<String>,
    /// The account that decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<NaiveDateTime>,
    /// Why it was rejected or withdrawn.
    pub reason: Option<String>,
    /// When it was ordered.
    pub created_at: NaiveDateTime,
    /// From when on nobody can confirm it.
    pub expires_at: NaiveDateTime,
}

/// Adds an order.
///
/// # Errors
/// [`StoreError::Duplicate`] while another order about the same thing waits.
pub fn add(tx: &mut Tx<'_>, order: Order) -> Result<(), StoreError> {
    diesel::insert_into(orders::table).values(order).execute(tx.conn)?;
    Ok(())
}

/// The order with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: OrderId) -> Result<Option<Order>, StoreError> {
    Ok(orders::table.find(id.to_string()).select(Order::as_select()).first(tx.conn).optional()?)
}

/// The order about a thing that waits.
///
/// # Errors
/// When the database fails.
pub fn awaiting(tx: &mut Tx<'_>, subject: &str, now: DateTime<Utc>) -> Result<Option<Order>, StoreError> {
    Ok(orders::table
        .filter(orders::subject.eq(subject))
        .filter(orders::status.eq(OrderStatus::Awaiting.as_str()))
        .filter(orders::expires_at.gt(stamp(now)))
        .select(Order::as_select())
        .first(tx.conn)
        .optional()?)
}

/// A page of orders, newest first: all, or those that wait.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    awaiting_at: Option<DateTime<Utc>>,
    before: Option<OrderId>,
    most: i64,
) -> Result<Vec<Order>, StoreError> {
    let mut query = orders::table
        .order(orders::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Order::as_select())
        .into_boxed();
    if let Some(now) = awaiting_at {
        query = query
            .filter(orders::status.eq(OrderStatus::Awaiting.as_str()))
            .filter(orders::expires_at.gt(stamp(now)));
    }
    if let Some(before) = before {
        query = query.filter(orders::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// How many orders of others wait for somebody.
///
/// # Errors
/// When the database fails.
pub fn count_for(tx: &mut Tx<'_>, user: UserId, now: DateTime<Utc>) -> Result<i64, StoreError> {
    let theirs = orders::requested_by.is_null().or(orders::requested_by.ne(user.to_string()));
    Ok(orders::table
        .filter(orders::status.eq(OrderStatus::Awaiting.as_str()))
        .filter(orders::expires_at.gt(stamp(now)))
        .filter(theirs.assume_not_null())
        .count()
        .get_result(tx.conn)?)
}

/// Notes that nobody decided in time about orders whose time is over.
///
/// # Errors
/// When the database fails.
pub fn expire(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let over = orders::table
        .filter(orders::status.eq(OrderStatus::Awaiting.as_str()))
        .filter(orders::expires_at.le(stamp(now)));
    diesel::update(over).set(orders::status.eq(OrderStatus::Expired.as_str())).execute(tx.conn)?;
    Ok(())
}

/// What somebody decided about an order.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// Confirmed, rejected or withdrawn.
    pub status: OrderStatus,
    /// Who decided.
    pub by: UserId,
    /// Why, when it is not carried out.
    pub reason: Option<&'a str>,
}

/// Notes a decision; `false` when the order does not wait.
///
/// # Errors
/// When the database fails, or it would confirm an order of its own.
pub fn decide(
    tx: &mut Tx<'_>,
    id: OrderId,
    decision: Decision<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let waiting = orders::table
        .find(id.to_string())
        .filter(orders::status.eq(OrderStatus::Awaiting.as_str()))
        .filter(orders::expires_at.gt(stamp(now)));
    let changed = diesel::update(waiting)
        .set((
            orders::status.eq(decision.status.as_str()),
            orders::decided_by.eq(decision.by.to_string()),
            orders::decided_at.eq(stamp(now)),
            orders::reason.eq(decision.reason),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}
