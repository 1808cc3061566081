//! A coupon is paid: funded once, pushed in chunks, each payee once. All state is in rows and in what the chain said.
//!
//! The job writes calls under keys of their own (`coupon/{id}/fund`, `…/approve`, `…/declare`, `…/chunk/{n}`), so that
//! writing them again writes nothing; it is finished when the chain has said of every payee that it is paid or owed.

use super::facts::Tranche;
use super::install::{self, Contracts};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::jobs::{Running, kinds};
use crate::outbox::Intent;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Currency;
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::ids::CouponId;
use domain::party::{Role, WalletAddress};
use domain::status::JobStatus;
use serde_json::json;
use std::future::Future;
use store::coupons::{self, Coupon};
use store::jobs::{Ended, NewJob};
use store::ledger::{self, Account};
use store::{breaks, entitlements, outbox};
use tokenizer::chain::calls::{self, CouponPlan};
use tokenizer::coupon::{CHUNK as PAYEES_OF_A_CHUNK, CouponTree, Payee};

/// The kind of the calls that fund and declare.
const FUND: &str = "coupon.fund";
/// The kind of the calls that pay a chunk.
const CHUNK: &str = "coupon.chunk";
/// The kind of the calls that pay those whose wallets are lost.
const LOST: &str = "coupon.lost";
/// The kind of break when a coupon does not add up.
pub(super) const COUPON_TOTAL: &str = "coupon.total";
/// Decimals of the payment token.
const PAYMENT_DECIMALS: u32 = 6;
/// Chunk calls that one turn of the job writes: half a megabyte of call data.
const CHUNKS_AT_ONCE: u32 = 32;
/// How soon the job looks again whether the chain has answered.
const LOOK_AGAIN: TimeDelta = TimeDelta::milliseconds(250);
/// How long a holder may claim what nobody pushed: two years.
const CLAIM_PERIOD: TimeDelta = TimeDelta::days(730);

/// Waits for the chain inside blocking work.
pub(super) fn wait<T>(answer: impl Future<Output = T>) -> T {
    tokio::runtime::Handle::current().block_on(answer)
}

/// The key of a coupon on chain: the bytes of its id, then zeros.
#[must_use]
pub fn chain_key(id: CouponId) -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(id.0.as_bytes());
    key
}

/// The coupon behind a key on chain, when it is one of ours.
#[must_use]
pub fn coupon_of(key: [u8; 32]) -> Option<CouponId> {
    let (id, rest) = key.split_at(16);
    let id = uuid::Uuid::from_slice(id).ok()?;
    rest.iter().all(|byte| *byte == 0).then_some(CouponId(id))
}

/// An amount in the smallest unit of the payment token.
///
/// # Errors
/// When it does not fit, or the currency has more decimals than the token.
pub fn cash_units(minor: i64, currency: Currency) -> Result<u64, AppError> {
    let scale = PAYMENT_DECIMALS.checked_sub(currency.decimals()).map(|decimals| 10_u64.pow(decimals));
    let units = scale.zip(u64::try_from(minor).ok()).and_then(|(scale, minor)| minor.checked_mul(scale));
    let units = units.filter(|units| i64::try_from(*units).is_ok());
    units.ok_or_else(|| AppError::internal(format!("{minor} {currency} cannot be paid in the payment token")))
}

/// The published tree over the leaves of a coupon.
///
/// # Errors
/// When there are none or too many.
pub(super) fn coupon_tree(coupon: &Coupon, leaves: &[(String, i64)]) -> Result<CouponTree, AppError> {
    let payee = |(wallet, minor): &(String, i64)| -> Result<Payee, AppError> {
        Ok(Payee { account: wallet.parse()?, amount: cash_units(*minor, coupon.currency)?, withheld: 0 })
    };
    let payees = leaves.iter().map(payee).collect::<Result<Vec<_>, _>>()?;
    CouponTree::build(chain_key(coupon.id), &payees).map_err(AppError::internal)
}

/// The scheduled job: every coupon whose payment date has come gets a job of its own.
///
/// # Errors
/// When the database fails.
pub fn pay_due(running: &Running<'_>) -> Result<Ended, AppError> {
    let app = running.app;
    let today = app.clock.now().date_naive();
    for coupon in app.ask(|tx| Ok(coupons::to_pay(tx, today)?))? {
        start(app, &Command::from_system(), coupon.id)?;
    }
    Ok(Ended::Done)
}

/// Starts the payment of a coupon whose books are closed; one that was given up starts again, any other goes on.
///
/// # Errors
/// [`AppError::WrongState`] before its payment date or before its books are closed.
pub fn start(app: &App, command: &Command, id: CouponId) -> Result<CouponStatus, AppError> {
    command.by.must_be(&[Role::Operator])?;
    app.execute(command, &id, |act| {
        let coupon = find(act, id)?;
        let wrong = |limit: String| AppError::WrongState {
            what: "the coupon",
            state: coupon.status.to_string(),
            limit,
        };
        if coupon.status == CouponStatus::Declared {
            return Err(wrong(format!("its books close after the record date {}", coupon.record_date)));
        }
        if act.now.date_naive() < coupon.payment_date {
            return Err(wrong(format!("it is paid on {}", coupon.payment_date)));
        }
        if coupons::move_on(act.tx, id, (CouponStatus::BooksClosed, CouponStatus::Paying))? {
            enqueue(act, id, &format!("{}/{id}", kinds::PAY_COUPON))?;
            act.audit("coupon.payment-started", id, &json!({}))?;
            return Ok(CouponStatus::Paying);
        }
        if let Some(job) = store::jobs::latest_for(act.tx, &id.to_string())? {
            store::jobs::restart(act.tx, job.id, act.now)?;
        }
        Ok(coupon.status)
    })
}

/// Enqueues the job that pays a coupon.
///
/// # Errors
/// When the database fails.
pub(super) fn enqueue(act: &mut Act<'_, '_>, id: CouponId, run_key: &str) -> Result<(), AppError> {
    let subject = id.to_string();
    let job = NewJob { id: act.id(), kind: kinds::PAY_COUPON, subject: &subject, run_key, run_at: act.now };
    store::jobs::enqueue(act.tx, job, act.now)?;
    Ok(())
}

/// The coupon with an id.
///
/// # Errors
/// [`AppError::NotFound`].
pub(super) fn find(act: &mut Act<'_, '_>, id: CouponId) -> Result<Coupon, AppError> {
    coupons::find(act.tx, id)?.ok_or_else(|| AppError::not_found("coupon", id))
}

/// The job that pays one coupon, as far as it goes in one turn.
///
/// # Errors
/// When a call was refused, the coupon does not add up, or the database or the chain fails.
pub fn pay(running: &Running<'_>) -> Result<Ended, AppError> {
    let (app, id): (_, CouponId) = (running.app, running.job.subject.parse()?);
    let coupon = app.ask(|tx| Ok(coupons::find(tx, id)?))?;
    let coupon = coupon.ok_or_else(|| AppError::not_found("coupon", id))?;
    if coupon.status == CouponStatus::Paid {
        return Ok(Ended::Done);
    }
    let leaves = app.ask(|tx| Ok(entitlements::leaves(tx, id)?))?;
    let total = i64::try_from(leaves.len()).map_err(AppError::internal)?;
    let open = app.ask(|tx| Ok(entitlements::count(tx, id, EntitlementStatus::Open)?))?;
    running.progress(total - open, total)?;
    if open == 0 {
        return finish(app, id).map(|()| Ended::Done);
    }
    write_calls(app, &coupon, &leaves)?;
    send_refused_again(app, (id, running.job.last_error.is_some()))?;
    Ok(Ended::Again(app.clock.now() + LOOK_AGAIN))
}

/// Writes the calls that are not written yet, some at a time.
fn write_calls(app: &App, coupon: &Coupon, leaves: &[(String, i64)]) -> Result<(), AppError> {
    let subject = coupon.id.to_string();
    let (contracts, funded, chunks) = app.ask(|tx| {
        let chunks = outbox::count_about(tx, &subject, CHUNK)?;
        Ok((install::installed(tx)?, outbox::count_about(tx, &subject, FUND)? > 0, chunks))
    })?;
    let chunks = u32::try_from(chunks).map_err(AppError::internal)?;
    let tree = coupon_tree(coupon, leaves)?;
    if funded && chunks == tree.chunk_count() {
        return Ok(());
    }
    // A database that was restored from before the funding must not fund again.
    let declared = !funded && is_declared(app, contracts, coupon.id)?;
    let platform = app.platform()?;
    app.execute(&Command::from_system(), &(), |act| {
        if !funded && !declared {
            fund(act, (platform, contracts), coupon, &tree)?;
        }
        let written = outbox::operation_keys_about(act.tx, &subject, CHUNK)?;
        let mut room = CHUNKS_AT_ONCE;
        for number in 0..tree.chunk_count() {
            let Some(chunk) = tree.chunk(number).filter(|_| room > 0) else { break };
            let key = format!("chunk/{number}");
            let is_written = written.contains(&operation_key(coupon.id, &key));
            // A chunk that waits for somebody makes no other wait.
            if is_written || claim_for_lost(act, (platform, contracts), coupon.id, (&tree, number))? {
                continue;
            }
            let call = calls::pay_chunk(contracts.coupon_payer, tree.coupon_id(), &chunk);
            write_call(act, (platform, CHUNK), (coupon.id, key), call)?;
            room -= 1;
        }
        Ok(())
    })
}

/// Writes the claims of those in a chunk whose wallets are lost, each for the wallet in its place; whether one of them is
/// still open. The chunk waits for them, for it would pay the lost wallet.
fn claim_for_lost(
    act: &mut Act<'_, '_>,
    (platform, contracts): (WalletAddress, Contracts),
    id: CouponId,
    (tree, chunk): (&CouponTree, u32),
) -> Result<bool, AppError> {
    let mut waits = false;
    for payee in store::recoveries::open_payees(act.tx, id)? {
        let Some(index) = payee.leaf_index.and_then(|index| u32::try_from(index).ok()) else { continue };
        if index as usize / PAYEES_OF_A_CHUNK != chunk as usize {
            continue;
        }
        let replacement = store::recoveries::replacement_of(act.tx, &payee.wallet)?;
        let replacement = replacement.ok_or_else(|| AppError::internal("a lost wallet without another"))?;
        let claim = calls::claim_for_lost(contracts.coupon_payer, tree, index, replacement);
        let claim = claim.ok_or_else(|| AppError::internal(format!("there is no payee {index}")))?;
        write_call(act, (platform, LOST), (id, format!("lost/{index}")), claim)?;
        waits = true;
    }
    Ok(waits)
}

fn is_declared(app: &App, contracts: Contracts, id: CouponId) -> Result<bool, AppError> {
    Ok(wait(app.chain.coupon_balance(contracts.coupon_payer, chain_key(id)))?.is_some())
}

fn fund(
    act: &mut Act<'_, '_>,
    (platform, contracts): (WalletAddress, Contracts),
    coupon: &Coupon,
    tree: &CouponTree,
) -> Result<(), AppError> {
    let (payer, cash) = (contracts.coupon_payer, contracts.payment_token);
    let amount = i64::try_from(tree.total()).map_err(AppError::internal)?;
    let token = Tranche::find(act.tx, coupon.partition_id)?.token()?;
    let claim_deadline = deadline(coupon);
    let plan = CouponPlan { token, payment_token: cash, tree, claim_deadline, withholding_account: None };
    for (key, call) in [
        ("fund", calls::mint_cash(cash, chain_key(coupon.id), platform, amount)),
        ("approve", calls::approve(cash, payer, amount)),
        ("declare", calls::declare_coupon(payer, plan)),
    ] {
        write_call(act, (platform, FUND), (coupon.id, key.to_owned()), call)?;
    }
    Ok(())
}

fn deadline(coupon: &Coupon) -> DateTime<Utc> {
    coupon.payment_date.and_time(chrono::NaiveTime::MIN).and_utc() + CLAIM_PERIOD
}

fn write_call(
    act: &mut Act<'_, '_>,
    (signer, kind): (WalletAddress, &str),
    (id, key): (CouponId, String),
    call: tokenizer::chain::ChainCall,
) -> Result<(), AppError> {
    let intent =
        Intent { operation_key: operation_key(id, &key), kind, subject: id.to_string(), signer, call };
    act.call_chain(&intent)?;
    Ok(())
}

fn operation_key(id: CouponId, key: &str) -> String {
    format!("coupon/{id}/{key}")
}

fn send_refused_again(app: &App, (id, tried): (CouponId, bool)) -> Result<(), AppError> {
    let refused = app.ask(|tx| Ok(outbox::refused_about(tx, &id.to_string())?))?;
    send_again(app, &refused, tried)
}

/// A refused call fails the attempt, so that an operator sees why; the attempt after it sends the call again.
///
/// # Errors
/// What the chain said, in the first attempt and when nothing can be sent again.
pub(super) fn send_again(app: &App, refused: &[outbox::Call], tried: bool) -> Result<(), AppError> {
    let Some(first) = refused.first() else { return Ok(()) };
    let why = first.refusal.clone().unwrap_or_default();
    let error = AppError::internal(format!("the chain refused {}: {why}", first.operation_key));
    if !tried {
        return Err(error);
    }
    let again = app.execute(&Command::from_system(), &(), |act| {
        let mut again = 0;
        for call in refused {
            again += i64::from(act.call_chain_again(call)?);
        }
        Ok(again)
    })?;
    if again == 0 { Err(error) } else { Ok(()) }
}

/// The coupon is paid when the ledger says of every cent where it is.
fn finish(app: &App, id: CouponId) -> Result<(), AppError> {
    let off = app.execute(&Command::from_system(), &(), |act| {
        let coupon = find(act, id)?;
        if let Some(off) = disagreement(act, &coupon)? {
            breaks::record(act.tx, act.chance.id(act.now), (COUPON_TOTAL, &id.to_string(), &off), act.now)?;
            act.audit("break.found", id, &json!({ "kind": COUPON_TOTAL, "detail": off }))?;
            return Ok(Some(off));
        }
        breaks::resolve(act.tx, (COUPON_TOTAL, &id.to_string()), act.now)?;
        if coupons::move_on(act.tx, id, (CouponStatus::Paying, CouponStatus::Paid))? {
            act.audit("coupon.paid", id, &json!({ "amount_minor": coupon.amount_minor }))?;
        }
        Ok(None)
    })?;
    off.map_or(Ok(()), |off| Err(AppError::internal(off)))
}

/// The figures of a coupon in a sentence when they do not agree: declared is paid, owed, open and carried, in the
/// entitlements and in the ledger alike.
///
/// # Errors
/// When the database fails.
pub(super) fn disagreement(act: &mut Act<'_, '_>, coupon: &Coupon) -> Result<Option<String>, AppError> {
    let (id, currency) = (coupon.id, coupon.currency);
    let mut entitled = |status| entitlements::total(act.tx, id, status);
    let (open, paid, owed) = (
        entitled(EntitlementStatus::Open)?,
        entitled(EntitlementStatus::Paid)?,
        entitled(EntitlementStatus::Owed)?,
    );
    let mut credit = |account| ledger::balance(act.tx, account, currency).map(|balance| -balance);
    let (payable, booked_paid, booked_owed) =
        (credit(Account::CouponPayable(id))?, credit(Account::Paid(id))?, credit(Account::Owed(id))?);
    let (declared, whole) = (coupon.amount_minor, payable + booked_paid + booked_owed);
    let carried = coupon.status == CouponStatus::Paid && coupon.merkle_root.is_none();
    let unfixed = coupon.status == CouponStatus::Declared;
    let agrees = if carried {
        whole == 0
    } else {
        declared == whole && paid == booked_paid && owed == booked_owed && (unfixed || open == payable)
    };
    Ok((!agrees).then(|| {
        format!(
            "{declared} declared; entitled: {paid} paid, {owed} owed, {open} open; \
             ledger: {booked_paid} paid, {booked_owed} owed, {payable} payable"
        )
    }))
}

/// How far a payment has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where the coupon stands.
    pub status: CouponStatus,
    /// What the holders have, in minor units.
    pub paid_minor: i64,
    /// What is kept for those who could not take it, in minor units.
    pub owed_minor: i64,
    /// Why the job was given up, if it was.
    pub failed: Option<String>,
}

/// How far the payment of a coupon has come.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn standing(app: &App, id: CouponId) -> Result<Standing, AppError> {
    app.ask(|tx| {
        let coupon = coupons::find(tx, id)?.ok_or_else(|| AppError::not_found("coupon", id))?;
        let job = store::jobs::latest_for(tx, &id.to_string())?;
        let failed = job.filter(|job| job.status == JobStatus::Failed);
        Ok(Standing {
            status: coupon.status,
            paid_minor: entitlements::total(tx, id, EntitlementStatus::Paid)?,
            owed_minor: entitlements::total(tx, id, EntitlementStatus::Owed)?,
            failed: failed.map(|job| job.last_error.unwrap_or_default()),
        })
    })
}
