//! The issuer gives units to the open orders of a partition: to each what was asked, or pro rata when it is too much.

use super::facts::Tranche;
use super::{mint, subscribe};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use domain::ids::{AllocationId, PartitionId, SubscriptionId};
use domain::party::{Role, WalletAddress};
use domain::split;
use domain::status::SubscriptionStatus;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::allocations::Allocation;
use store::pools::Pool;
use store::subscriptions::{Given, Subscription};

/// Orders that one allocation serves, the oldest first; the rest waits for the next one. It bounds the transaction.
pub const MAX_ORDERS: i64 = 20_000;

/// One line of the table: an order and what it is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// The order.
    pub subscription_id: SubscriptionId,
    /// The wallet that gets the units.
    pub wallet: WalletAddress,
    /// What was asked.
    pub asked_units: i64,
    /// What is given; none is a decline.
    pub allocated_units: i64,
}

/// How a partition's open orders are served.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Allocated {
    /// The allocation.
    pub allocation_id: AllocationId,
    /// Units that were left to give.
    pub available_units: i64,
    /// Units that were asked for.
    pub asked_units: i64,
    /// Units that are given.
    pub allocated_units: i64,
    /// The orders, oldest first.
    pub lines: Vec<Line>,
}

/// An allocation with how far its mint has come.
#[derive(Debug, Clone)]
pub struct Mint {
    /// The allocation.
    pub allocation: Allocation,
    /// Its orders, oldest first.
    pub orders: Vec<Subscription>,
}

impl Mint {
    /// Orders whose units are to be minted.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.count(|order| order.batch.is_some())
    }

    /// Those that are on the register.
    #[must_use]
    pub fn settled(&self) -> i64 {
        self.count(|order| order.status == SubscriptionStatus::Settled)
    }

    /// Those that the chain refused after the allocation.
    #[must_use]
    pub fn declined(&self) -> i64 {
        self.count(|order| order.batch.is_some() && order.status == SubscriptionStatus::Declined)
    }

    fn count(&self, which: impl Fn(&&Subscription) -> bool) -> i64 {
        i64::try_from(self.orders.iter().filter(which).count()).unwrap_or(i64::MAX)
    }
}

/// Gives each order what it asked for; when that is more than there is, pro rata, to the last unit. Nobody gets more
/// than asked: with less than everything to give, a share is below its order by a fraction at least, and the unit of
/// the largest remainder only fills that up.
///
/// # Errors
/// When there is nobody to give to.
pub fn share_out(available: i64, asked: &[i64]) -> Result<Vec<i64>, domain::split::SplitError> {
    // The sum of any real orders fits; it is only compared, so the largest number stands for more.
    let total = asked.iter().fold(0_i64, |sum, units| sum.saturating_add(*units));
    if total <= available { Ok(asked.to_vec()) } else { split(available, asked) }
}

/// Allocates the open orders of a partition and starts the mint.
///
/// # Errors
/// [`AppError::NotFound`] unless the pool is the issuer's own; [`AppError::WrongState`] when nothing is on sale or
/// ordered.
pub fn allocate(app: &App, command: &Command, id: PartitionId) -> Result<Allocated, AppError> {
    command.by.must_be(&[Role::Issuer])?;
    app.execute(command, &id, |act| {
        let tranche = Tranche::find(act.tx, id)?;
        own_pool(&command.by, &tranche.pool)?;
        subscribe::must_be_on_sale(act.tx, &tranche)?;
        let orders = store::subscriptions::in_status(act.tx, id, SubscriptionStatus::Open, MAX_ORDERS)?;
        if orders.is_empty() {
            return Err(AppError::WrongState {
                what: "the partition",
                state: "without open orders".to_owned(),
                limit: "there must be an open order".to_owned(),
            });
        }
        let available = available(act.tx, &tranche)?;
        let asked: Vec<i64> = orders.iter().map(|order| order.units).collect();
        let given = share_out(available, &asked).map_err(AppError::internal)?;
        let allocation = Allocation {
            id: act.id(),
            partition_id: id,
            available_units: available,
            asked_units: asked.iter().sum(),
            allocated_units: given.iter().sum(),
            created_at: act.now.naive_utc(),
        };
        record(act, &allocation, &orders, &given)?;
        Ok(Allocated {
            allocation_id: allocation.id,
            available_units: available,
            asked_units: allocation.asked_units,
            allocated_units: allocation.allocated_units,
            lines: orders.iter().zip(&given).map(|(order, units)| line(order, *units)).collect(),
        })
    })
}

fn line(order: &Subscription, allocated_units: i64) -> Line {
    let (wallet, asked_units) = (order.wallet, order.units);
    Line { subscription_id: order.id, wallet, asked_units, allocated_units }
}

/// Units of a partition that are neither on the register nor on their way to it.
fn available(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<i64, AppError> {
    let outstanding = store::projection::outstanding(tx, tranche.partition.id)?;
    let given = store::subscriptions::on_their_way(tx, tranche.partition.id)?;
    Ok((tranche.partition.authorised_units - outstanding - given).max(0))
}

fn record(
    act: &mut Act<'_, '_>,
    allocation: &Allocation,
    orders: &[Subscription],
    given: &[i64],
) -> Result<(), AppError> {
    store::allocations::add(act.tx, allocation.clone())?;
    let mut minted = 0;
    for (order, units) in orders.iter().zip(given) {
        let (units, allocation) = (*units, allocation.id);
        let given = if units > 0 {
            minted += 1;
            let batch = Some(mint::batch_of(minted));
            Given { units, status: SubscriptionStatus::Allocated, allocation, batch }
        } else {
            Given { units, status: SubscriptionStatus::Declined, allocation, batch: None }
        };
        store::subscriptions::give(act.tx, order.id, given)?;
    }
    let subject = allocation.id.to_string();
    mint::enqueue(act, &subject, &format!("allocation/{subject}"))?;
    let detail = serde_json::json!({
        "partition_id": allocation.partition_id,
        "available_units": allocation.available_units,
        "asked_units": allocation.asked_units,
        "allocated_units": allocation.allocated_units,
        "orders": orders.len(),
    });
    act.audit("allocation.made", &subject, &detail)
}

/// An allocation with its orders, for its issuer, the regulator and the house.
///
/// # Errors
/// [`AppError::NotFound`] when there is none or it is another issuer's.
pub fn find(tx: &mut Tx<'_>, by: &Actor, id: AllocationId) -> Result<Mint, AppError> {
    by.must_be(&[Role::Issuer, Role::Regulator, Role::Compliance, Role::Operator])?;
    let found = store::allocations::find(tx, id)?;
    let allocation = found.ok_or_else(|| AppError::not_found("allocation", id))?;
    own_pool(by, &Tranche::find(tx, allocation.partition_id)?.pool)?;
    Ok(Mint { orders: store::subscriptions::of_allocation(tx, id)?, allocation })
}

/// Lets an issuer reach their own pools only; everybody else was asked for a role before.
///
/// # Errors
/// [`AppError::NotFound`] for another issuer's pool.
pub fn own_pool(by: &Actor, pool: &Pool) -> Result<(), AppError> {
    match by {
        Actor::Person { role: Role::Issuer, .. } if by.issuer()? != pool.issuer_id => {
            Err(AppError::not_found("pool", pool.id))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_too_much_is_given_pro_rata_to_the_last_unit() {
        assert_eq!(share_out(100, &[30, 70]).unwrap(), [30, 70]);
        assert_eq!(share_out(100, &[60, 60, 60]).unwrap(), [34, 33, 33]);
        assert_eq!(share_out(2, &[1, 1, 1]).unwrap(), [1, 1, 0]);
        assert_eq!(share_out(0, &[5, 6]).unwrap(), [0, 0]);
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_asked_and_no_unit_is_left_while_somebody_wants_it(
            available in 0..10_000_i64,
            asked in prop::collection::vec(1..5_000_i64, 1..40),
        ) {
            let given = share_out(available, &asked).unwrap();
            prop_assert!(given.iter().zip(&asked).all(|(given, asked)| given <= asked));
            prop_assert_eq!(given.iter().sum::<i64>(), available.min(asked.iter().sum()));
        }
    }
}
