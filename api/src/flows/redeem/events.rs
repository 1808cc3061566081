//! What a token says of redemptions becomes the state of their lines and the postings, and is taken back with it.

use super::books::{self, Turn};
use super::enqueue;
use super::pay::{BATCH, REDEEM, batch_number};
use crate::app::Act;
use crate::error::AppError;
use crate::flows::pay_coupon::cash_units;
use domain::ids::RedemptionId;
use domain::redemption::{RedemptionLineStatus, RedemptionStatus};
use serde_json::json;
use store::breaks;
use store::projection::{self, ChainEventRow};
use store::redemptions::{self, Redemption, RedemptionLine};
use tokenizer::chain::{CallRefusal, ChainEvent};

/// The kind of break when the chain speaks of a payment that no line stands for.
const UNKNOWN_PAYMENT: &str = "redemption.payment";
/// The events that this follows.
const KINDS: [&str; 2] = ["redemption_paid", "call_skipped"];

/// The redemption behind a key on chain, when it could be one of ours.
fn redemption_of(key: [u8; 32]) -> Option<RedemptionId> {
    let (id, rest) = key.split_at(16);
    let id = uuid::Uuid::from_slice(id).ok()?;
    rest.iter().all(|byte| *byte == 0).then_some(RedemptionId(id))
}

/// Follows a payment, or a holder who was left out.
///
/// # Errors
/// When the database fails.
pub(in crate::flows) fn heard(
    act: &mut Act<'_, '_>,
    event: &ChainEvent,
    row: &ChainEventRow,
) -> Result<(), AppError> {
    match event {
        ChainEvent::RedemptionPaid { .. } => paid(act, event, row),
        ChainEvent::CallSkipped { place, refusal, .. } => skipped(act, row, (*place, refusal.as_ref())),
        _ => Ok(()),
    }
}

/// Takes back what [`heard`] did.
///
/// # Errors
/// When the database fails.
pub(in crate::flows) fn unheard(act: &mut Act<'_, '_>, row: &ChainEventRow) -> Result<(), AppError> {
    if !KINDS.contains(&row.kind.as_str()) {
        return Ok(());
    }
    let event: ChainEvent = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
    match event {
        ChainEvent::RedemptionPaid { .. } => {
            let Some((redemption, line)) = line_of(act, &event)? else { return Ok(()) };
            if line.status != RedemptionLineStatus::Paid {
                return Ok(());
            }
            books::post_line(act, &redemption, &line, Turn::TakenBack)?;
            open(act, &redemption, (&line, row))
        }
        ChainEvent::CallSkipped { place, .. } => match skipped_line(act, row, place)? {
            Some((redemption, line)) if line.status == RedemptionLineStatus::Refused => {
                open(act, &redemption, (&line, row))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Hears again what the chain told before the lines were there, as it does after a backup was restored.
///
/// # Errors
/// When the database fails.
pub(super) fn replay(act: &mut Act<'_, '_>, token: &str, id: RedemptionId) -> Result<(), AppError> {
    for row in projection::events_of(act.tx, (token, "redemption_paid"), None)? {
        let event: ChainEvent = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
        if matches!(event, ChainEvent::RedemptionPaid { redemption_id, .. } if redemption_of(redemption_id) == Some(id))
        {
            paid(act, &event, &row)?;
        }
    }
    Ok(())
}

fn paid(act: &mut Act<'_, '_>, event: &ChainEvent, row: &ChainEventRow) -> Result<(), AppError> {
    let Some((redemption, line)) = line_of(act, event)? else { return unknown(act, event, row) };
    if !matches!(line.status, RedemptionLineStatus::Open | RedemptionLineStatus::Refused) {
        return unknown(act, event, row);
    }
    books::post_line(act, &redemption, &line, Turn::Paid)?;
    let told = (Some(row.transaction_hash.as_str()), None);
    Ok(redemptions::set_status(act.tx, line.id, RedemptionLineStatus::Paid, told)?)
}

/// The line that a payment is about, when wallet, units and amount are its own.
fn line_of(
    act: &mut Act<'_, '_>,
    event: &ChainEvent,
) -> Result<Option<(Redemption, RedemptionLine)>, AppError> {
    let ChainEvent::RedemptionPaid { redemption_id, holder, units, amount } = event else { return Ok(None) };
    let Some(id) = redemption_of(*redemption_id) else { return Ok(None) };
    let Some(redemption) = redemptions::find(act.tx, id)? else { return Ok(None) };
    let Some(line) = redemptions::of_wallet(act.tx, id, &holder.to_string())? else { return Ok(None) };
    let expected = i64::try_from(cash_units(line.amount_minor, redemption.currency)?).ok();
    let is_its_own = line.units == *units && expected == Some(*amount);
    Ok(is_its_own.then_some((redemption, line)))
}

fn skipped(
    act: &mut Act<'_, '_>,
    row: &ChainEventRow,
    (place, refusal): (u32, Option<&CallRefusal>),
) -> Result<(), AppError> {
    let Some((redemption, line)) = skipped_line(act, row, place)? else { return Ok(()) };
    if line.status != RedemptionLineStatus::Open {
        return Ok(());
    }
    let why = refusal.map(serde_json::to_string).transpose().map_err(AppError::internal)?;
    redemptions::set_status(act.tx, line.id, RedemptionLineStatus::Refused, (None, why.as_deref()))?;
    let code = refusal.map(|refusal| refusal.code().to_owned());
    act.audit("redemption.refused", redemption.id, &json!({ "line": line.id, "code": code }))
}

/// The line at a place of the batch that a transaction of ours carried.
fn skipped_line(
    act: &mut Act<'_, '_>,
    row: &ChainEventRow,
    place: u32,
) -> Result<Option<(Redemption, RedemptionLine)>, AppError> {
    let call = store::outbox::of_transaction(act.tx, &row.transaction_hash)?;
    let Some(call) = call.filter(|call| call.kind == BATCH) else { return Ok(None) };
    let Some(batch) = batch_number(call.cause()) else { return Ok(None) };
    let Some(redemption) = redemptions::find(act.tx, call.subject.parse()?)? else { return Ok(None) };
    let line = redemptions::at_place(act.tx, redemption.id, (batch, i64::from(place)))?;
    Ok(line.map(|line| (redemption, line)))
}

/// A line waits again for its batch, which flies again by itself; the job has to look after it again.
fn open(
    act: &mut Act<'_, '_>,
    redemption: &Redemption,
    (line, row): (&RedemptionLine, &ChainEventRow),
) -> Result<(), AppError> {
    redemptions::set_status(act.tx, line.id, RedemptionLineStatus::Open, (None, None))?;
    let mut again = false;
    for ended in [RedemptionStatus::Paid, RedemptionStatus::PartlyPaid] {
        again |= redemptions::move_on(act.tx, redemption.id, (ended, RedemptionStatus::Paying))?;
    }
    if again {
        let (id, hash) = (redemption.id, &row.transaction_hash);
        let run_key = format!("{REDEEM}/{id}/{hash}/{}", act.now.timestamp_micros());
        enqueue(act, id, (&run_key, act.now))?;
    }
    Ok(())
}

/// A payment that no line stands for is never passed over.
fn unknown(act: &mut Act<'_, '_>, event: &ChainEvent, row: &ChainEventRow) -> Result<(), AppError> {
    let ChainEvent::RedemptionPaid { redemption_id, holder, units, amount } = event else { return Ok(()) };
    let subject = hex::encode(redemption_id);
    let detail = format!(
        "the chain redeemed {units} units of {holder} for {amount} in the transaction {}, and no line that is open stands \
         for it",
        row.transaction_hash
    );
    let id = act.id();
    breaks::record(act.tx, id, (UNKNOWN_PAYMENT, &subject, &detail), act.now)?;
    act.audit("break.found", subject, &json!({ "kind": UNKNOWN_PAYMENT, "detail": detail }))
}
