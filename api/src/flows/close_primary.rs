//! The primary sale of a pool ends: nothing more is issued, caps count from what is outstanding, units trade.

use super::allocate::own_pool;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::{Intent, Landed};
use domain::ids::{PartitionId, PoolId};
use domain::party::Role;
use domain::pool::PoolStatus;
use domain::status::{CallStatus, SubscriptionStatus};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::outbox::Call;
use store::pools::Pool;
use tokenizer::chain::calls;

/// The kind of the call that ends issuance.
pub const CLOSE: &str = "pool.close-primary";
/// Open orders that are read at once while all of them are declined.
const ORDERS_AT_ONCE: i64 = 1_000;

/// What closing does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Closing {
    /// The pool.
    pub pool_id: PoolId,
    /// Units that are outstanding for good, over all partitions.
    pub outstanding_units: i64,
    /// Orders that are still open and will be declined.
    pub open_orders: i64,
}

fn operation_key(pool: PoolId) -> String {
    format!("pool/{pool}/primary-close")
}

/// Whether the call is on its way.
///
/// # Errors
/// When the database fails.
pub fn is_under_way(tx: &mut Tx<'_>, pool: PoolId) -> Result<bool, AppError> {
    let call = store::outbox::by_operation_key(tx, &operation_key(pool))?;
    Ok(call.is_some_and(|call| call.status != CallStatus::Refused))
}

/// Ends the primary sale of a pool.
///
/// # Errors
/// [`AppError::WrongState`] unless the pool is offered, something is outstanding and no mint is on its way.
pub fn close(app: &App, command: &Command, id: PoolId) -> Result<Closing, AppError> {
    command.by.must_be(&[Role::Issuer])?;
    let platform = app.platform()?;
    app.execute(command, &id, |act| {
        let pool = store::pools::find(act.tx, id)?.ok_or_else(|| AppError::not_found("pool", id))?;
        own_pool(&command.by, &pool)?;
        let closing = what_would_close(act.tx, &pool)?;
        let token = pool.token_address.as_deref().ok_or_else(|| wrong(&pool, "it needs a token"))?.parse()?;
        let operation_key = operation_key(id);
        if let Some(call) = store::outbox::by_operation_key(act.tx, &operation_key)? {
            act.call_chain_again(&call)?;
        }
        let subject = id.to_string();
        let call = calls::close_primary(token);
        act.call_chain(&Intent { operation_key, kind: CLOSE, subject, signer: platform, call })?;
        act.audit("pool.closing-primary", id, &closing)?;
        Ok(closing)
    })
}

fn what_would_close(tx: &mut Tx<'_>, pool: &Pool) -> Result<Closing, AppError> {
    if pool.status != PoolStatus::Offered || is_under_way(tx, pool.id)? {
        return Err(wrong(pool, "its primary sale must be open"));
    }
    let mut closing = Closing { pool_id: pool.id, outstanding_units: 0, open_orders: 0 };
    for partition in store::pools::partitions_of(tx, pool.id)? {
        if store::subscriptions::on_their_way(tx, partition.id)? > 0 {
            return Err(wrong(pool, "wait until every allocated unit is on the register"));
        }
        closing.outstanding_units += store::projection::outstanding(tx, partition.id)?;
        closing.open_orders += store::subscriptions::count(tx, partition.id, SubscriptionStatus::Open)?;
    }
    if closing.outstanding_units == 0 {
        return Err(wrong(pool, "at least one unit must be on the register"));
    }
    Ok(closing)
}

fn wrong(pool: &Pool, limit: &str) -> AppError {
    AppError::WrongState { what: "the pool", state: pool.status.to_string(), limit: limit.to_owned() }
}

/// The pool is live; what was still open is declined.
///
/// # Errors
/// When the database fails.
pub fn landed(act: &mut Act<'_, '_>, call: &Call, landed: &Landed) -> Result<(), AppError> {
    let id: PoolId = call.subject.parse()?;
    if let Landed::Refused(_) = landed {
        return Ok(());
    }
    store::pools::close_primary(act.tx, id)?;
    store::pools::set_status(act.tx, id, PoolStatus::Live)?;
    for partition in store::pools::partitions_of(act.tx, id)? {
        decline_open(act, partition.id)?;
    }
    act.audit("pool.live", id, &serde_json::json!({}))
}

fn decline_open(act: &mut Act<'_, '_>, partition: PartitionId) -> Result<(), AppError> {
    loop {
        let status = SubscriptionStatus::Open;
        let open = store::subscriptions::in_status(act.tx, partition, status, ORDERS_AT_ONCE)?;
        if open.is_empty() {
            return Ok(());
        }
        for order in open {
            store::subscriptions::decline(act.tx, order.id, "[]")?;
            act.audit("subscription.declined", order.id, &serde_json::json!({ "because": "sale closed" }))?;
        }
    }
}
