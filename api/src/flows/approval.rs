//! An order that another officer has to confirm: a recovery, or a hold that the officer makes or delivers.
//!
//! It is tried when it is ordered and taken back again, so that what cannot be is refused at once; it waits as a row; and
//! it is judged anew when somebody else than the one who ordered it confirms it.

use super::facts::Tranche;
use super::hold::{self, Execution, NewHold, Ordered};
use super::recover::{self, NewRecovery, Recovered};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{HoldId, OrderId, UserId};
use domain::party::Role;
use domain::status::{OrderKind, OrderStatus};
use domain::text;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::holds::Hold;
use store::orders::{Decision, Order};

/// How long an order waits: a weekend and an absence fit, and what it was judged on is not a month old.
pub const WAITS: TimeDelta = TimeDelta::days(7);
/// Who reads orders.
pub const READERS: &[Role] = &[Role::Compliance, Role::Regulator, Role::Operator];

/// What is ordered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// A lost wallet is replaced.
    Recovery(NewRecovery),
    /// Units of somebody are kept.
    Hold(NewHold),
    /// Units that a hold keeps are delivered.
    Execution(Execution),
}

impl Asked {
    const fn kind(&self) -> OrderKind {
        match self {
            Self::Recovery(_) => OrderKind::Recovery,
            Self::Hold(_) => OrderKind::Hold,
            Self::Execution(_) => OrderKind::Execution,
        }
    }

    /// What it is about; a hold that is new is about nothing that is there.
    fn subject(&self, id: OrderId) -> String {
        match self {
            Self::Recovery(new) => new.lost_wallet.to_string(),
            Self::Hold(_) => id.to_string(),
            Self::Execution(order) => order.hold_id.to_string(),
        }
    }

    /// What an order asks for.
    ///
    /// # Errors
    /// When the stored text is none.
    pub fn of(order: &Order) -> Result<Self, AppError> {
        serde_json::from_str(&order.asked).map_err(AppError::internal)
    }
}

/// An order that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaiting {
    /// The order; what it makes will carry the same id.
    pub order_id: OrderId,
    /// From when on nobody can confirm it.
    pub expires_at: DateTime<Utc>,
    /// How many other officers there are who can confirm it.
    pub other_officers: i64,
}

/// What an order did, or would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A lost wallet is replaced.
    Recovery(Recovered),
    /// Units are kept or delivered, unless there are refusals.
    Hold(Ordered),
}

impl Outcome {
    fn is_refused(&self) -> bool {
        matches!(self, Self::Hold(ordered) if !ordered.refusals.is_empty())
    }
}

/// Lets an order wait that was tried and would be carried out now.
///
/// # Errors
/// [`AppError::WrongState`] while another order about the same thing waits.
pub(super) fn wait(act: &mut Act<'_, '_>, id: OrderId, asked: &Asked) -> Result<Awaiting, AppError> {
    store::orders::expire(act.tx, act.now)?;
    let subject = asked.subject(id);
    if store::orders::awaiting(act.tx, &subject, act.now)?.is_some() {
        let (state, limit) = ("awaiting".to_owned(), "another officer decides about it first".to_owned());
        return Err(AppError::WrongState { what: "order", state, limit });
    }
    let by = act.by.user_id();
    let expires_at = act.now + WAITS;
    let order = Order {
        id,
        kind: asked.kind(),
        subject,
        asked: serde_json::to_string(asked).map_err(AppError::internal)?,
        status: OrderStatus::Awaiting,
        requested_by: by.map(|by| by.to_string()),
        decided_by: None,
        decided_at: None,
        reason: None,
        created_at: store::screening::at(act.now),
        expires_at: store::screening::at(expires_at),
    };
    store::orders::add(act.tx, order)?;
    act.audit("order.awaiting", id, asked)?;
    let other_officers = store::access::count_others(act.tx, Role::Compliance, by)?;
    Ok(Awaiting { order_id: id, expires_at, other_officers })
}

/// Carries an order out.
fn carry_out(app: &App, act: &mut Act<'_, '_>, order: &Order) -> Result<Outcome, AppError> {
    let by = order.requested_by.clone();
    Ok(match Asked::of(order)? {
        Asked::Recovery(new) => {
            Outcome::Recovery(recover::carry_out(app, act, (order.id.0.into(), by), &new)?)
        }
        Asked::Hold(new) => Outcome::Hold(hold::keep(app, act, (order.id.0.into(), by), &new)?),
        Asked::Execution(execution) => Outcome::Hold(hold::deliver(app, act, &execution)?),
    })
}

/// What became of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decided {
    /// The order.
    pub order_id: OrderId,
    /// Where it stands: still waiting when its confirmation was refused.
    pub status: OrderStatus,
    /// What was done; nothing when there are refusals.
    pub outcome: Option<Outcome>,
}

/// Confirms an order of another officer, which is judged again and carried out. A refusal shows every reason, sends
/// nothing and leaves the order waiting.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but officers; [`AppError::SamePerson`] for the one who ordered it;
/// [`AppError::WrongState`] when it does not wait; and whatever speaks against the order itself by now.
pub fn confirm(app: &App, command: &Command, id: OrderId) -> Result<Decided, AppError> {
    let by = officer(&command.by)?;
    app.execute(command, &("confirm", id), |act| {
        let order = waiting(act, id)?;
        if is_own(&order, by) {
            return Err(AppError::SamePerson);
        }
        let outcome = carry_out(app, act, &order)?;
        if outcome.is_refused() {
            return Ok(Decided { order_id: id, status: OrderStatus::Awaiting, outcome: Some(outcome) });
        }
        let status = OrderStatus::Confirmed;
        decide(act, id, Decision { status, by, reason: None })?;
        act.audit("order.confirmed", id, &serde_json::json!({ "requested_by": order.requested_by }))?;
        Ok(Decided { order_id: id, status, outcome: Some(outcome) })
    })
}

/// Rejects an order of another officer, or takes an own one back: nothing was done and nothing will be.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but officers; [`AppError::Invalid`] without a reason;
/// [`AppError::WrongState`] when it does not wait.
pub fn reject(app: &App, command: &Command, id: OrderId, reason: &str) -> Result<Decided, AppError> {
    let by = officer(&command.by)?;
    let reason = text::bounded("reason", reason, text::MAX_NOTE)?;
    app.execute(command, &("reject", id, &reason), |act| {
        let order = waiting(act, id)?;
        let (status, action) = match is_own(&order, by) {
            true => (OrderStatus::Withdrawn, "order.withdrawn"),
            false => (OrderStatus::Rejected, "order.rejected"),
        };
        decide(act, id, Decision { status, by, reason: Some(&reason) })?;
        let detail = serde_json::json!({ "requested_by": order.requested_by, "reason": reason });
        act.audit(action, id, &detail)?;
        Ok(Decided { order_id: id, status, outcome: None })
    })
}

/// Only a person decides: the command line has no account that could be another one.
fn officer(by: &Actor) -> Result<UserId, AppError> {
    let person = by.must_be(&[Role::Compliance])?;
    person.ok_or_else(|| AppError::Forbidden { needs: Role::Compliance.to_string() })
}

fn is_own(order: &Order, by: UserId) -> bool {
    order.requested_by.as_deref() == Some(&by.to_string())
}

fn waiting(act: &mut Act<'_, '_>, id: OrderId) -> Result<Order, AppError> {
    let order = store::orders::find(act.tx, id)?.ok_or_else(|| AppError::not_found("order", id))?;
    let status = status(&order, act.now);
    if status == OrderStatus::Awaiting {
        return Ok(order);
    }
    let limit = "it is decided once, and in time".to_owned();
    Err(AppError::WrongState { what: "order", state: status.to_string(), limit })
}

fn decide(act: &mut Act<'_, '_>, id: OrderId, decision: Decision<'_>) -> Result<(), AppError> {
    let decided = store::orders::decide(act.tx, id, decision, act.now)?;
    decided.then_some(()).ok_or_else(|| AppError::internal("an order was decided twice"))
}

/// Where an order stands.
#[must_use]
pub fn status(order: &Order, now: DateTime<Utc>) -> OrderStatus {
    match order.status {
        OrderStatus::Awaiting if now >= order.expires_at.and_utc() => OrderStatus::Expired,
        status => status,
    }
}

/// An order as an officer looks at it.
#[derive(Debug)]
pub struct Seen {
    /// The order.
    pub order: Order,
    /// Where it stands.
    pub status: OrderStatus,
    /// What it asks for.
    pub asked: Asked,
    /// The partition that it is about, and the hold, where it is about one.
    pub about: Option<(Tranche, Option<Hold>)>,
    /// What it would do now, or what stands against it; none when it does not wait.
    pub would: Option<Result<Outcome, AppError>>,
    /// Whether the reader ordered it.
    pub own: bool,
    /// How many other officers than the one who ordered it there are.
    pub other_officers: i64,
}

/// An order, with what it would do now when it waits: tried, and taken back.
///
/// # Errors
/// [`AppError::Forbidden`] for whoever does not read orders; [`AppError::NotFound`].
pub fn look(app: &App, by: &Actor, id: OrderId) -> Result<Seen, AppError> {
    by.must_be(READERS)?;
    let (now, system) = (app.clock.now(), Actor::System);
    app.store.rehearse(|tx| {
        let order = store::orders::find(tx, id)?.ok_or_else(|| AppError::not_found("order", id))?;
        let (status, asked) = (status(&order, now), Asked::of(&order)?);
        let about = about(tx, &asked)?;
        let requested_by = order.requested_by.as_deref().map(str::parse).transpose()?;
        let other_officers = store::access::count_others(tx, Role::Compliance, requested_by)?;
        let own = by.user_id().is_some_and(|by| is_own(&order, by));
        let mut act = Act { tx, now, by: &system, chance: &app.chance };
        let would =
            (status == OrderStatus::Awaiting).then(|| act.rehearse(|act| carry_out(app, act, &order)));
        Ok(Seen { status, asked, about, would, own, other_officers, order })
    })
}

fn about(tx: &mut Tx<'_>, asked: &Asked) -> Result<Option<(Tranche, Option<Hold>)>, AppError> {
    let hold = |tx: &mut Tx<'_>, id: HoldId| -> Result<Hold, AppError> {
        store::holds::find(tx, id)?.ok_or_else(|| AppError::not_found("hold", id))
    };
    Ok(match asked {
        Asked::Recovery(_) => None,
        Asked::Hold(new) => Some((Tranche::find(tx, new.partition_id)?, None)),
        Asked::Execution(order) => {
            let hold = hold(tx, order.hold_id)?;
            Some((Tranche::find(tx, hold.partition_id)?, Some(hold)))
        }
    })
}

/// A page of orders, newest first: all, or those that wait.
///
/// # Errors
/// [`AppError::Forbidden`] for whoever does not read orders.
pub fn page(
    app: &App,
    by: &Actor,
    only_awaiting: bool,
    (before, rows): (Option<OrderId>, i64),
) -> Result<Vec<(Order, OrderStatus)>, AppError> {
    by.must_be(READERS)?;
    let now = app.clock.now();
    let orders = app.ask(|tx| Ok(store::orders::page(tx, only_awaiting.then_some(now), before, rows)?))?;
    let with_status = |order: Order| {
        let status = status(&order, now);
        (order, status)
    };
    Ok(orders.into_iter().map(with_status).collect())
}
