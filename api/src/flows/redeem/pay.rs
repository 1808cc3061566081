//! Units and money change hands: the money is there first, then batches that leave out whoever cannot be paid.
//!
//! The job writes calls under keys of their own (`redemption/{id}/mint`, `…/approve`, `…/batch/{n}`), so that writing them
//! again writes nothing; it ends when the chain has said of every holder that they are paid or refused.

use super::books;
use super::{chain_key, enqueue, fix, opens_at};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::install::{self, Contracts};
use crate::flows::pay_coupon::{cash_units, send_again};
use crate::jobs::Running;
use crate::outbox::Intent;
use chrono::TimeDelta;
use domain::Units;
use domain::ids::{RedemptionId, RedemptionLineId};
use domain::party::{Role, WalletAddress};
use domain::redemption::{RedemptionDivision, RedemptionLineStatus, RedemptionStatus};
use domain::status::JobStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::jobs::Ended;
use store::redemptions::{self, Redemption, RedemptionLine};
use store::{breaks, outbox};
use tokenizer::chain::calls::{self, RedemptionTerms, Refused};
use tokenizer::chain::{CallRefusal, ChainCall};

/// The job that fixes and pays one redemption.
pub const REDEEM: &str = "redemption.pay";
/// The kind of the calls that bring the money.
const FUND: &str = "redemption.fund";
/// The kind of the calls that redeem many holders.
pub(super) const BATCH: &str = "redemption.batch";
/// Holders of one batch: forty used 3.3 million gas with the payment token that ships (a transaction may use 2^24, EIP-7825),
/// and each may need 180,000 with others.
const MAX_HOLDERS: i64 = 40;
/// Batches that one turn of the job writes.
const BATCHES_AT_ONCE: u32 = 16;
/// How soon the job looks again whether the chain has answered.
const LOOK_AGAIN: TimeDelta = TimeDelta::milliseconds(250);
/// How soon to look again when the register of the record date is not yet certain.
const REGISTER_AGAIN: TimeDelta = TimeDelta::seconds(30);
/// What the chain says of an operation that it has done already.
const DONE_BEFORE: &str = "OperationConsumed";

/// The job, as far as it goes in one turn.
///
/// # Errors
/// When a call was refused, the redemption does not add up, or the database or the chain fails.
pub fn run(running: &Running<'_>) -> Result<Ended, AppError> {
    let (app, id): (_, RedemptionId) = (running.app, running.job.subject.parse()?);
    let redemption = app.ask(|tx| Ok(redemptions::find(tx, id)?))?;
    let redemption = redemption.ok_or_else(|| AppError::not_found("redemption", id))?;
    match redemption.status {
        RedemptionStatus::Ordered if fix::fix(app, &redemption)? => Ok(Ended::Again(app.clock.now())),
        RedemptionStatus::Ordered => Ok(Ended::Again(app.clock.now() + REGISTER_AGAIN)),
        RedemptionStatus::Paying => send(running, &redemption),
        RedemptionStatus::PartlyPaid | RedemptionStatus::Paid | RedemptionStatus::Cancelled => {
            Ok(Ended::Done)
        }
    }
}

fn send(running: &Running<'_>, redemption: &Redemption) -> Result<Ended, AppError> {
    let (app, id) = (running.app, redemption.id);
    let sums = app.ask(|tx| Ok(redemptions::sums(tx, id)?))?;
    let open = sums.get(&RedemptionLineStatus::Open).map_or(0, |sum| sum.lines);
    let total: i64 = sums.values().map(|sum| sum.lines).sum();
    running.progress(total - open, total)?;
    if open == 0 {
        return finish(app, id).map(|()| Ended::Done);
    }
    app.execute(&Command::from_system(), &(), |act| write_calls(app, act, redemption))?;
    send_refused_again(app, (id, running.job.last_error.is_some()))?;
    Ok(Ended::Again(app.clock.now() + LOOK_AGAIN))
}

/// Writes the calls that are not written yet, some at a time.
fn write_calls(app: &App, act: &mut Act<'_, '_>, redemption: &Redemption) -> Result<(), AppError> {
    let (platform, contracts) = (app.platform()?, install::installed(act.tx)?);
    let tranche = Tranche::find(act.tx, redemption.partition_id)?;
    let subject = redemption.id.to_string();
    if outbox::count_about(act.tx, &subject, FUND)? == 0 {
        fund(act, (platform, contracts), &tranche, redemption)?;
    }
    let terms = terms(contracts, &tranche, redemption)?;
    for _ in 0..BATCHES_AT_ONCE {
        let lines = redemptions::unsent(act.tx, redemption.id, MAX_HOLDERS)?;
        if lines.is_empty() {
            break;
        }
        write_batch(act, (platform, tranche.token()?), (redemption.id, &terms), &lines)?;
    }
    Ok(())
}

/// The money comes first, and the token may take it: what all redemptions of this token still have to pay, for an
/// allowance takes the place of the one before it.
fn fund(
    act: &mut Act<'_, '_>,
    (platform, contracts): (WalletAddress, Contracts),
    tranche: &Tranche,
    redemption: &Redemption,
) -> Result<(), AppError> {
    let (cash, currency) = (contracts.payment_token, redemption.currency);
    let units = |minor| i64::try_from(cash_units(minor, currency)?).map_err(AppError::internal);
    let allowance = redemptions::to_be_paid(act.tx, tranche.pool.id, currency)?;
    let mint = calls::mint_cash(cash, chain_key(redemption.id), platform, units(redemption.amount_minor)?);
    let approve = calls::approve(cash, tranche.token()?, units(allowance)?);
    for (key, call) in [("mint", mint), ("approve", approve)] {
        write_call(act, (platform, FUND), (redemption.id, key), call)?;
    }
    Ok(())
}

/// The terms as the chain takes them: the first call fixes them.
fn terms(
    contracts: Contracts,
    tranche: &Tranche,
    redemption: &Redemption,
) -> Result<RedemptionTerms, AppError> {
    let mut document_hash = [0; 32];
    if let Some(hash) = &redemption.document_hash {
        hex::decode_to_slice(hash, &mut document_hash).map_err(AppError::internal)?;
    }
    let proved = redemption.division == RedemptionDivision::ProRata;
    let record = redemption.record_number.filter(|_| proved);
    Ok(RedemptionTerms {
        partition: tranche.partition.name.clone(),
        payment_token: contracts.payment_token,
        price: u128::from(cash_units(redemption.price_minor, redemption.currency)?),
        units: Units::try_from(redemption.units)?,
        record: record.map(u16::try_from).transpose().map_err(AppError::internal)?,
        not_before: opens_at(redemption.payment_date),
        document_hash,
    })
}

fn write_batch(
    act: &mut Act<'_, '_>,
    (signer, token): (WalletAddress, WalletAddress),
    (id, terms): (RedemptionId, &RedemptionTerms),
    lines: &[RedemptionLine],
) -> Result<(), AppError> {
    let number = outbox::count_about(act.tx, &id.to_string(), BATCH)?;
    let key = format!("batch/{number}");
    let mut redeem = Vec::new();
    for (place, line) in (0..).zip(lines) {
        let (holder, units) = (line.wallet.parse()?, Units::try_from(line.units)?);
        redeem.push(calls::redeem_against_payment(token, chain_key(id), terms, holder, units));
        redemptions::set_place(act.tx, line.id, (number, place))?;
    }
    let operation_id = Sha256::digest(operation_key(id, &key)).into();
    let batch = calls::batch(token, operation_id, &redeem, Refused::IsSkipped);
    write_call(act, (signer, BATCH), (id, &key), batch.map_err(AppError::internal)?)
}

fn write_call(
    act: &mut Act<'_, '_>,
    (signer, kind): (WalletAddress, &str),
    (id, key): (RedemptionId, &str),
    call: ChainCall,
) -> Result<(), AppError> {
    let operation_key = operation_key(id, key);
    act.call_chain(&Intent { operation_key, kind, subject: id.to_string(), signer, call })?;
    Ok(())
}

fn operation_key(id: RedemptionId, key: &str) -> String {
    format!("redemption/{id}/{key}")
}

/// The number of a batch, by the cause of its call.
pub(super) fn batch_number(cause: &str) -> Option<i64> {
    cause.rsplit_once("/batch/").and_then(|(_, number)| number.parse().ok())
}

/// What the chain has done already, as it has when a database was restored, is no refusal: its events tell.
fn send_refused_again(app: &App, (id, tried): (RedemptionId, bool)) -> Result<(), AppError> {
    let refused = app.ask(|tx| Ok(outbox::refused_about(tx, &id.to_string())?))?;
    let is_done = |call: &outbox::Call| {
        let refusal = call.refusal.as_deref().and_then(|json| serde_json::from_str::<CallRefusal>(json).ok());
        refusal.is_some_and(|refusal| refusal.code() == DONE_BEFORE)
    };
    let (done, refused): (Vec<_>, Vec<_>) = refused.into_iter().partition(is_done);
    app.execute(&Command::from_system(), &(), |act| {
        done.iter().try_for_each(|call| open_left_out(act, id, call))
    })?;
    send_again(app, &refused, tried)
}

/// The chain did a batch before the database was restored, and whom it left out then nobody knows: they are tried again.
/// Whoever was paid stays paid, for the chain redeems a holder once.
fn open_left_out(act: &mut Act<'_, '_>, id: RedemptionId, call: &outbox::Call) -> Result<(), AppError> {
    let Some(batch) = batch_number(call.cause()) else { return Ok(()) };
    for line in redemptions::open_in_batch(act.tx, id, batch)? {
        redemptions::open_again(act.tx, line)?;
    }
    Ok(())
}

/// Everybody was tried: the redemption is paid, or partly, when the ledger says of every cent where it is.
fn finish(app: &App, id: RedemptionId) -> Result<(), AppError> {
    let off = app.execute(&Command::from_system(), &(), |act| {
        let redemption =
            redemptions::find(act.tx, id)?.ok_or_else(|| AppError::not_found("redemption", id))?;
        let subject = id.to_string();
        if let Some(off) = books::disagreement(act, &redemption)? {
            breaks::record(
                act.tx,
                act.chance.id(act.now),
                (books::REDEMPTION_TOTAL, &subject, &off),
                act.now,
            )?;
            act.audit("break.found", id, &json!({ "kind": books::REDEMPTION_TOTAL, "detail": off }))?;
            return Ok(Some(off));
        }
        breaks::resolve(act.tx, (books::REDEMPTION_TOTAL, &subject), act.now)?;
        let sums = redemptions::sums(act.tx, id)?;
        let refused = sums.get(&RedemptionLineStatus::Refused).copied().unwrap_or_default();
        let to = if refused.lines == 0 { RedemptionStatus::Paid } else { RedemptionStatus::PartlyPaid };
        if redemptions::move_on(act.tx, id, (RedemptionStatus::Paying, to))? {
            let detail = json!({ "refused": refused.lines, "refused_minor": refused.amount_minor });
            act.audit(&format!("redemption.{to}"), id, &detail)?;
        }
        Ok(None)
    })?;
    off.map_or(Ok(()), |off| Err(AppError::internal(off)))
}

/// What a retry did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retried {
    /// The redemption.
    pub redemption_id: RedemptionId,
    /// How many holders are tried again.
    pub lines: i64,
}

/// Tries those again who could not be paid, or one of them; a job that was given up goes on.
///
/// # Errors
/// [`AppError::WrongState`] when nobody waits for it, [`AppError::NotFound`].
pub fn retry(
    app: &App,
    command: &Command,
    (id, one): (RedemptionId, Option<RedemptionLineId>),
) -> Result<Retried, AppError> {
    command.by.must_be(&[Role::Operator])?;
    app.execute(command, &(id, one), |act| {
        let redemption =
            redemptions::find(act.tx, id)?.ok_or_else(|| AppError::not_found("redemption", id))?;
        let job = store::jobs::latest_for(act.tx, &id.to_string())?;
        if let Some(job) = job.filter(|job| job.status == JobStatus::Failed) {
            store::jobs::restart(act.tx, job.id, act.now)?;
            act.audit("redemption.resumed", id, &json!({}))?;
            return Ok(Retried { redemption_id: id, lines: 0 });
        }
        let lines = refused_lines(act, (id, one))?;
        let there = (RedemptionStatus::PartlyPaid, RedemptionStatus::Paying);
        if lines.is_empty() || !redemptions::move_on(act.tx, id, there)? {
            let (state, limit) =
                (redemption.status.to_string(), "somebody must wait for another attempt".to_owned());
            return Err(AppError::WrongState { what: "the redemption", state, limit });
        }
        for line in &lines {
            redemptions::open_again(act.tx, *line)?;
        }
        let count = i64::try_from(lines.len()).map_err(AppError::internal)?;
        enqueue(act, id, (&format!("{REDEEM}/{id}/again/{}", act.now.timestamp_micros()), act.now))?;
        act.audit("redemption.retried", id, &json!({ "lines": lines }))?;
        Ok(Retried { redemption_id: id, lines: count })
    })
}

/// The lines that were refused, or the one that is asked for.
fn refused_lines(
    act: &mut Act<'_, '_>,
    (id, one): (RedemptionId, Option<RedemptionLineId>),
) -> Result<Vec<RedemptionLineId>, AppError> {
    if let Some(one) = one {
        let line = redemptions::line(act.tx, one)?.filter(|line| line.redemption_id == id);
        let line = line.ok_or_else(|| AppError::not_found("redemption line", one))?;
        return Ok(if line.status == RedemptionLineStatus::Refused { vec![one] } else { Vec::new() });
    }
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let status = Some(RedemptionLineStatus::Refused);
        let page = redemptions::lines(act.tx, (id, status), after, store::MAX_PAGE)?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some(last.id);
        all.extend(page.into_iter().map(|line| line.id));
    }
}
