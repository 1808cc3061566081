//! An allocation is minted in batches; what a batch cannot take because of one holder is minted one by one.

use super::facts::Tranche;
use crate::app::Act;
use crate::error::AppError;
use crate::jobs::Running;
use crate::outbox::{Intent, Landed};
use crate::reasons::reasons;
use chrono::TimeDelta;
use domain::Units;
use domain::ids::{AllocationId, SubscriptionId};
use domain::party::WalletAddress;
use domain::pool::PartitionName;
use domain::status::{CallStatus, SubscriptionStatus};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::jobs::{Ended, NewJob};
use store::ledger::{self, Account, NewTransaction, Posting};
use store::outbox::Call;
use store::projection::{ChainEventRow, Movement};
use store::subscriptions::Subscription;
use tokenizer::chain::CallRefusal;
use tokenizer::chain::calls::{self, Issue};

/// The job that mints an allocation.
pub const MINT: &str = "allocation.mint";
/// The kind of a call that mints a batch.
pub const BATCH: &str = "allocation.mint-batch";
/// The kind of a call that mints one order of a batch that was refused.
pub const SINGLE: &str = "allocation.mint-single";
/// Holders of one call: twice as many would fill the gas of a transaction (2^24, EIP-7825).
pub const MAX_HOLDERS: i64 = 100;
/// How long the job waits before it looks again.
const LOOK_AGAIN: TimeDelta = TimeDelta::milliseconds(500);

/// The batch of the `position`th order that is given something, both counted from 1.
#[must_use]
pub fn batch_of(position: i64) -> i64 {
    (position - 1).div_euclid(MAX_HOLDERS) + 1
}

fn batch_key(allocation: AllocationId, batch: i64) -> String {
    format!("allocation/{allocation}/batch/{batch}")
}

fn single_key(subscription: SubscriptionId) -> String {
    format!("subscription/{subscription}/mint")
}

/// Where calls of a mint go.
struct Target {
    token: WalletAddress,
    partition: PartitionName,
    signer: WalletAddress,
}

/// The job: writes the calls that are missing and waits until every order has landed.
///
/// # Errors
/// When the database or the chain fails, or the chain refuses for a reason that no rule gives.
pub fn run(running: &Running<'_>) -> Result<Ended, AppError> {
    let (app, id) = (running.app, running.job.subject.parse::<AllocationId>()?);
    let platform = app.platform()?;
    let now = app.clock.now();
    let (done, total, stuck) = app.store.write(|tx| {
        let mut act = Act { tx, now, by: &crate::actor::Actor::System, chance: &app.chance };
        write_calls(&mut act, (id, platform))
    })?;
    app.outbox_bell.notify_one();
    running.progress(done, total)?;
    if let Some(why) = stuck {
        return Err(AppError::internal(why));
    }
    Ok(if done == total { Ended::Done } else { Ended::Again(now + LOOK_AGAIN) })
}

type Progress = (i64, i64, Option<String>);

fn write_calls(
    act: &mut Act<'_, '_>,
    (id, signer): (AllocationId, WalletAddress),
) -> Result<Progress, AppError> {
    let allocation = store::allocations::find(act.tx, id)?;
    let allocation = allocation.ok_or_else(|| AppError::not_found("allocation", id))?;
    let tranche = Tranche::find(act.tx, allocation.partition_id)?;
    let target = Target { token: tranche.token()?, partition: tranche.partition.name, signer };
    let orders = store::subscriptions::of_allocation(act.tx, id)?;
    let (mut done, mut total, mut stuck) = (0, 0, None);
    let mut batches = BTreeMap::<i64, Vec<Subscription>>::new();
    for order in orders {
        let Some(batch) = order.batch else { continue };
        total += 1;
        if order.status == SubscriptionStatus::Allocated {
            batches.entry(batch).or_default().push(order);
        } else {
            done += 1;
        }
    }
    for (batch, waiting) in batches {
        let key = batch_key(id, batch);
        match store::outbox::by_operation_key(act.tx, &key)? {
            None => mint(act, &target, (key, BATCH, id.to_string()), &waiting)?,
            Some(call) if call.status == CallStatus::Refused => {
                for order in &waiting {
                    stuck = stuck.or(mint_single(act, &target, order)?);
                }
            }
            Some(_) => {}
        }
    }
    Ok((done, total, stuck))
}

/// Mints one order by itself. A refusal that no rule gives, such as a missing role, is an operator's matter: the call
/// is queued again, and the job says so.
fn mint_single(
    act: &mut Act<'_, '_>,
    target: &Target,
    order: &Subscription,
) -> Result<Option<String>, AppError> {
    let key = single_key(order.id);
    let Some(call) = store::outbox::by_operation_key(act.tx, &key)? else {
        mint(act, target, (key, SINGLE, order.id.to_string()), std::slice::from_ref(order))?;
        return Ok(None);
    };
    if call.status != CallStatus::Refused {
        return Ok(None);
    }
    act.call_chain_again(&call)?;
    Ok(Some(format!("the chain does not mint the order {}: {}", order.id, call.refusal.unwrap_or_default())))
}

fn mint(
    act: &mut Act<'_, '_>,
    target: &Target,
    (operation_key, kind, subject): (String, &str, String),
    orders: &[Subscription],
) -> Result<(), AppError> {
    let issue = |order: &Subscription| -> Result<Issue, AppError> {
        Ok(Issue { to: order.wallet, units: Units::try_from(order.allocated_units)? })
    };
    let issues = orders.iter().map(issue).collect::<Result<Vec<_>, _>>()?;
    let operation_id = Sha256::digest(&operation_key).into();
    let call = calls::issue_batch(target.token, operation_id, &target.partition, &issues);
    let call = call.map_err(AppError::internal)?;
    act.call_chain(&Intent { operation_key, kind, subject, signer: target.signer, call })?;
    Ok(())
}

/// A single order was refused by a rule: it is declined for that reason. Everything else the job sees.
///
/// # Errors
/// When the database fails.
pub fn landed(act: &mut Act<'_, '_>, call: &Call, landed: &Landed) -> Result<(), AppError> {
    let (SINGLE, Landed::Refused(CallRefusal::Rule(rule))) = (call.kind.as_str(), landed) else {
        return Ok(());
    };
    let order = store::subscriptions::find(act.tx, call.subject.parse()?)?;
    let order = order.ok_or_else(|| AppError::not_found("subscription", &call.subject))?;
    let tranche = Tranche::find(act.tx, order.partition_id)?;
    let refusals: Vec<_> = rule.in_words_of_the_engine(&tranche.partition.name).into_iter().collect();
    let json = serde_json::to_string(&refusals).map_err(AppError::internal)?;
    store::subscriptions::decline(act.tx, order.id, &json)?;
    let detail = serde_json::json!({ "code": rule.reason, "refusals": reasons(&refusals) });
    act.audit("subscription.declined", order.id, &detail)
}

/// New units are on the register: the order that they were minted for is settled.
///
/// # Errors
/// When the database fails.
pub fn heard(act: &mut Act<'_, '_>, movement: &Movement) -> Result<(), AppError> {
    let hash = &movement.transaction_hash;
    let Some(call) = store::outbox::of_transaction(act.tx, hash)? else { return Ok(()) };
    let orders = match call.kind.as_str() {
        BATCH => {
            let (id, batch) = (call.subject.parse()?, call.cause().rsplit('/').next());
            let batch = batch.and_then(|batch| batch.parse::<i64>().ok());
            let orders = store::subscriptions::of_allocation(act.tx, id)?;
            orders.into_iter().filter(|order| order.batch == batch).collect()
        }
        SINGLE => store::subscriptions::find(act.tx, call.subject.parse()?)?.into_iter().collect::<Vec<_>>(),
        _ => return Ok(()),
    };
    let minted = orders.into_iter().find(|order| {
        order.status == SubscriptionStatus::Allocated
            && order.allocated_units == movement.units
            && Some(order.wallet.to_string()) == movement.to_wallet
    });
    let Some(order) = minted else {
        return Err(AppError::internal(format!("the transaction {hash} minted what no order asked for")));
    };
    store::subscriptions::settle(act.tx, order.id, hash)?;
    let detail = serde_json::json!({ "units": movement.units, "transaction_hash": hash });
    act.audit("subscription.settled", order.id, &detail)?;
    settled(act, &order)
}

/// Takes back what [`heard`] did: the call flies again by itself, and a job looks after the allocation again.
///
/// # Errors
/// When the database fails.
pub fn unheard(act: &mut Act<'_, '_>, row: &ChainEventRow) -> Result<(), AppError> {
    for order in store::subscriptions::settled_by(act.tx, &row.transaction_hash)? {
        store::subscriptions::unsettle(act.tx, order.id)?;
        post_price(act, &order, Due::NoLonger)?;
        if let Some(allocation) = &order.allocation_id {
            let run_key = format!("allocation/{allocation}/after/{}", row.transaction_hash);
            enqueue(act, allocation, &run_key)?;
        }
    }
    Ok(())
}

/// Starts the job that mints an allocation, once per run key.
///
/// # Errors
/// When the database fails.
pub fn enqueue(act: &mut Act<'_, '_>, allocation: &str, run_key: &str) -> Result<(), AppError> {
    let job = NewJob { id: act.id(), kind: MINT, subject: allocation, run_key, run_at: act.now };
    store::jobs::enqueue(act.tx, job, act.now)?;
    Ok(())
}

/// What follows when an order's units are on the register: its price is due to the issuer.
///
/// # Errors
/// When the database fails.
pub fn settled(act: &mut Act<'_, '_>, order: &Subscription) -> Result<(), AppError> {
    post_price(act, order, Due::Now)
}

/// Whether the price of an order is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Now,
    NoLonger,
}

fn post_price(act: &mut Act<'_, '_>, order: &Subscription, due: Due) -> Result<(), AppError> {
    let Tranche { pool, partition } = Tranche::find(act.tx, order.partition_id)?;
    let price = order.allocated_units.checked_mul(partition.unit_price_minor);
    let price = price.ok_or_else(|| AppError::internal("the price of an order is beyond numbers"))?;
    let subject = order.id.to_string();
    // An event can be told, taken back and told again: each time is a transaction of its own.
    let times = ledger::count_about(act.tx, &subject)?;
    let (owing, brought) = (Account::Subscribers(pool.id), Account::PrimaryProceeds(pool.id));
    let (kind, debit, credit) = match due {
        Due::Now => ("subscription.due", owing, brought),
        Due::NoLonger => ("subscription.reversed", brought, owing),
    };
    let transaction = NewTransaction {
        id: act.id(),
        operation_key: format!("subscription/{subject}/{times}"),
        kind,
        subject,
        postings: vec![
            Posting::debit(debit, price, pool.currency),
            Posting::credit(credit, price, pool.currency),
        ],
    };
    ledger::post(act.tx, &transaction, act.now)?;
    Ok(())
}
