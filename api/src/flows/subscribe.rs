//! An investor orders units of the primary sale: judged beforehand, placed or refused with every reason.

use super::close_primary;
use super::facts::{self, Tranche};
use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use crate::reasons::reasons;
use chrono::{DateTime, Utc};
use compliance::rules::Movement;
use compliance::{TransferFacts, TransferRequest, judge};
use domain::ids::{PartitionId, SubscriptionId};
use domain::party::{Role, WalletAddress};
use domain::pool::PoolStatus;
use domain::status::SubscriptionStatus;
use domain::{Currency, Invalid, Refusal, Units};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::investors::Investor;
use store::subscriptions::Subscription;

/// What an investor orders.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Order {
    /// Units of which partition.
    pub partition_id: PartitionId,
    /// For which of the investor's own wallets.
    pub wallet: WalletAddress,
    /// How many.
    pub units: Units,
}

/// What became of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Placed {
    /// The order.
    pub subscription_id: SubscriptionId,
    /// Open, or refused.
    pub status: SubscriptionStatus,
    /// Every reason against it, with its numbers.
    pub refusals: Vec<Refusal>,
    /// What the units cost, in minor units of the currency.
    pub cost_minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// How much of a partition an investor may order, and what stands against more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Room {
    /// The most units of one more order.
    pub most_units: i64,
    /// Units the investor holds over all wallets.
    pub held_units: i64,
    /// Units ordered or given and not yet on the register.
    pub ordered_units: i64,
    /// Why one unit more than that would be refused.
    pub refusals: Vec<Refusal>,
}

/// Places an order.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but investors; [`AppError::WrongState`] when nothing is on sale;
/// [`AppError::Invalid`] when the wallet is somebody else's or the price is beyond numbers.
pub fn place(app: &App, command: &Command, order: &Order) -> Result<Placed, AppError> {
    command.by.must_be(&[Role::Investor])?;
    app.execute(command, order, |act| {
        let investor = own_investor(act.tx, &command.by)?;
        let tranche = Tranche::find(act.tx, order.partition_id)?;
        must_be_on_sale(act.tx, &tranche)?;
        must_be_own_wallet(act.tx, &investor, ("wallet", order.wallet))?;
        let cost_minor = cost(&tranche, order.units)?;
        let refusals = verdict(act.tx, &tranche, (&investor, order.wallet, order.units), act.now)?;
        let status = if refusals.is_empty() { SubscriptionStatus::Open } else { SubscriptionStatus::Refused };
        let id: SubscriptionId = act.id();
        if order.units > Units::ZERO {
            let subscription = Subscription {
                id,
                partition_id: order.partition_id,
                investor_id: investor.id,
                wallet: order.wallet,
                units: order.units.get(),
                allocated_units: 0,
                status,
                allocation_id: None,
                batch: None,
                refusals: serde_json::to_string(&refusals).map_err(AppError::internal)?,
                transaction_hash: None,
                created_at: act.now.naive_utc(),
            };
            store::subscriptions::add(act.tx, subscription)?;
        }
        let action = if refusals.is_empty() { "subscription.placed" } else { "subscription.refused" };
        let detail = serde_json::json!({ "order": order, "refusals": reasons(&refusals) });
        act.audit(action, id, &detail)?;
        let currency = tranche.pool.currency;
        Ok(Placed { subscription_id: id, status, refusals, cost_minor, currency })
    })
}

/// How much of a partition somebody may order; for investors who have not come so far yet, the reasons alone.
///
/// # Errors
/// As [`place`], but for the state of the sale.
pub fn room(tx: &mut Tx<'_>, by: &Actor, tranche: &Tranche, now: DateTime<Utc>) -> Result<Room, AppError> {
    let investor = own_investor(tx, by)?;
    let wallets = store::recoveries::wallets_in_use(tx, investor.id)?;
    let wallet = wallets.iter().find(|wallet| wallet.registered).or(wallets.first());
    let address = wallet.map_or(WalletAddress([0; 20]), |wallet| wallet.address);
    let (request, facts, ordered_units) = facts_of(tx, tranche, (&investor, address, Units::ZERO), now)?;
    let held = facts.receiver.as_ref().map_or(0, |holder| holder.units.get());
    let free = facts.room_of_receiver();
    let left = (facts.partition.authorised.get() - facts.partition.outstanding.get()).max(0);
    let ask = |units: i64| -> Result<Vec<Refusal>, AppError> {
        Ok(judge(&TransferRequest { units: Units::try_from(units)?, ..request.clone() }, &facts))
    };
    let most_units = free.min(left);
    let most_units = if most_units > 0 && ask(most_units)?.is_empty() { most_units } else { 0 };
    Ok(Room { most_units, held_units: held - ordered_units, ordered_units, refusals: ask(most_units + 1)? })
}

/// Every reason against an order; what the investor has ordered before counts as held.
fn verdict(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    order: (&Investor, WalletAddress, Units),
    now: DateTime<Utc>,
) -> Result<Vec<Refusal>, AppError> {
    let (request, facts, _) = facts_of(tx, tranche, order, now)?;
    Ok(judge(&request, &facts))
}

fn facts_of(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    (investor, to, units): (&Investor, WalletAddress, Units),
    now: DateTime<Utc>,
) -> Result<(TransferRequest, TransferFacts, i64), AppError> {
    let movement = Movement::Issue { to };
    let request = TransferRequest { movement, partition: tranche.partition.name.clone(), units };
    let mut facts = facts::read(tx, tranche, &request, now)?;
    let pending = store::subscriptions::pending(tx, tranche.partition.id, investor.id)?;
    let ordered = pending.open + pending.allocated;
    if let Some(receiver) = &mut facts.receiver {
        receiver.units = Units::try_from(receiver.units.get() + ordered)?;
    }
    if let Some(cap) = &mut facts.pool_cap {
        for partition in store::pools::partitions_of(tx, tranche.pool.id)? {
            let pending = store::subscriptions::pending(tx, partition.id, investor.id)?;
            cap.held = Units::try_from(cap.held.get() + pending.open + pending.allocated)?;
        }
    }
    Ok((request, facts, ordered))
}

/// The investor behind the one who acts.
///
/// # Errors
/// [`AppError::WrongState`] when the account has not applied yet, [`AppError::Forbidden`] when it is no investor's.
pub fn own_investor(tx: &mut Tx<'_>, by: &Actor) -> Result<Investor, AppError> {
    by.must_be(&[Role::Investor])?;
    let user = by.user_id().ok_or_else(|| AppError::Forbidden { needs: Role::Investor.to_string() })?;
    store::investors::of_user(tx, user)?.ok_or_else(|| AppError::WrongState {
        what: "the investor",
        state: "unknown".to_owned(),
        limit: "apply as an investor first".to_owned(),
    })
}

/// Refuses a wallet that is not the investor's own.
///
/// # Errors
/// [`AppError::Invalid`] under the name of the field.
pub fn must_be_own_wallet(
    tx: &mut Tx<'_>,
    investor: &Investor,
    (field, wallet): (&str, WalletAddress),
) -> Result<store::investors::Wallet, AppError> {
    let known = store::investors::wallet(tx, wallet)?.filter(|known| known.investor_id == investor.id);
    known.ok_or_else(|| Invalid::new(field, wallet, "one of your own wallets").into())
}

/// Refuses a partition that takes no orders.
///
/// # Errors
/// [`AppError::WrongState`].
pub fn must_be_on_sale(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<(), AppError> {
    let pool = &tranche.pool;
    if pool.status != PoolStatus::Offered || close_primary::is_under_way(tx, pool.id)? {
        return Err(AppError::WrongState {
            what: "the pool",
            state: pool.status.to_string(),
            limit: "its primary sale must be open".to_owned(),
        });
    }
    Ok(())
}

/// What units cost.
fn cost(tranche: &Tranche, units: Units) -> Result<i64, AppError> {
    let price = tranche.partition.unit_price_minor;
    units.get().checked_mul(price).ok_or_else(|| {
        Invalid::new("units", units.get(), format!("at most {} at this price", i64::MAX.div_euclid(price)))
            .into()
    })
}

/// An order of the investor's own.
///
/// # Errors
/// [`AppError::NotFound`] when there is none or it is somebody else's.
pub fn find(tx: &mut Tx<'_>, by: &Actor, id: SubscriptionId) -> Result<Subscription, AppError> {
    let investor = own_investor(tx, by)?;
    let found = store::subscriptions::find(tx, id)?.filter(|order| order.investor_id == investor.id);
    found.ok_or_else(|| AppError::not_found("subscription", id))
}

/// A partition on sale with the room that an investor has in it; none before the investor has applied.
#[derive(Debug, Clone)]
pub struct OnSale {
    /// The partition and its pool.
    pub tranche: Tranche,
    /// Units that there are already.
    pub outstanding_units: i64,
    /// What the investor may order.
    pub room: Option<Room>,
}

/// What is on sale, pool by pool, the oldest first; as many pools as a page has rows.
///
/// # Errors
/// When the database fails.
pub fn market(tx: &mut Tx<'_>, by: &Actor, now: DateTime<Utc>) -> Result<Vec<OnSale>, AppError> {
    let offered = store::pools::Filter { status: Some(PoolStatus::Offered), ..Default::default() };
    let mut market = Vec::new();
    for pool in store::pools::page(tx, offered, None, store::MAX_PAGE)? {
        for partition in store::pools::partitions_of(tx, pool.id)? {
            let outstanding_units = store::projection::outstanding(tx, partition.id)?;
            let tranche = Tranche { pool: pool.clone(), partition };
            let room = match room(tx, by, &tranche, now) {
                Ok(room) => Some(room),
                Err(AppError::WrongState { .. }) => None,
                Err(error) => return Err(error),
            };
            market.push(OnSale { tranche, outstanding_units, room });
        }
    }
    Ok(market)
}
