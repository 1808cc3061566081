//! The register of the record date becomes the lines of a redemption: whose units end, and what is paid for them.

use super::{books, events, opens_at, record_key, records};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::flows::close_books::{holders, is_certain};
use crate::flows::facts::Tranche;
use crate::flows::pay_coupon::wait;
use domain::ids::RedemptionLineId;
use domain::redemption::{RedemptionDivision, RedemptionLineStatus, RedemptionStatus};
use domain::status::CallStatus;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::redemptions::{self, Redemption, RedemptionLine};
use store::{outbox, projection};
use tokenizer::chain::BlockRef;
use tokenizer::entitlement::Holder;
use tokenizer::entitlement::redemption::{Part, by_lot, pro_rata, whole};

/// Blocks between the last that was read and the end of the record date that are looked through: a day at eleven a second.
const MAX_BLOCKS: u64 = 1_000_000;

/// Fixes the register of a redemption; `false` when it is not yet certain.
///
/// # Errors
/// When the database or the chain fails, the chain refused the record date, or there are more units than were ordered.
pub(super) fn fix(app: &App, order: &Redemption) -> Result<bool, AppError> {
    let opens = opens_at(order.payment_date);
    let chain_head = wait(app.chain.head())?.number;
    let Some(last) = last_block_before(app, opens.timestamp().unsigned_abs())? else { return Ok(false) };
    // The block that a draw names stands for good.
    if chain_head.saturating_sub(last.number) < app.confirmations.unsigned_abs() {
        return Ok(false);
    }
    app.execute(&Command::from_system(), &(), |act| {
        if !is_certain(app, act, (opens, chain_head))? {
            return Ok(false);
        }
        let tranche = Tranche::find(act.tx, order.partition_id)?;
        let record = match order.division {
            RedemptionDivision::Whole => None,
            RedemptionDivision::ProRata | RedemptionDivision::ByLot => match record(act, &tranche, order)? {
                None => return Ok(false),
                found => found,
            },
        };
        let there = (RedemptionStatus::Ordered, RedemptionStatus::Paying);
        if redemptions::move_on(act.tx, order.id, there)? {
            let fixed = Redemption {
                record_number: record.map(i64::from),
                record_block: Some(i64::try_from(last.number).map_err(AppError::internal)?),
                record_block_hash: Some(hex::encode(last.hash)),
                ..order.clone()
            };
            write(act, &tranche, (fixed, last))?;
        }
        Ok(true)
    })
}

/// The last block before a moment, exactly: what was read may have gaps.
fn last_block_before(app: &App, seconds: u64) -> Result<Option<BlockRef>, AppError> {
    let moment = chrono::DateTime::from_timestamp(seconds.cast_signed(), 0).unwrap_or_default();
    let known = app.ask(|tx| Ok(projection::block_before(tx, moment)?))?;
    let known = u64::try_from(known.map_or(0, |(number, _)| number)).map_err(AppError::internal)?;
    let mut last = wait(app.chain.block_at(known))?;
    for number in known + 1..known + MAX_BLOCKS {
        match wait(app.chain.block_at(number))? {
            Some(block) if block.timestamp < seconds => last = Some(block),
            _ => return Ok(last),
        }
    }
    Err(AppError::internal(format!("the chain is more than {MAX_BLOCKS} blocks ahead of what was read")))
}

/// The number of the record on chain; none while its call is on its way.
fn record(act: &mut Act<'_, '_>, tranche: &Tranche, order: &Redemption) -> Result<Option<u16>, AppError> {
    let opens = opens_at(order.payment_date);
    let known = records(act.tx, &tranche.token()?.to_string())?;
    if let Some((record, _)) = known.into_iter().find(|(_, date)| *date == opens) {
        return Ok(Some(record));
    }
    let call = outbox::by_operation_key(act.tx, &record_key(tranche.pool.id, order.payment_date))?;
    match call {
        Some(call) if call.status == CallStatus::Refused => {
            let why = call.refusal.unwrap_or_default();
            Err(AppError::internal(format!("the chain did not take the record date: {why}")))
        }
        _ => Ok(None),
    }
}

fn write(
    act: &mut Act<'_, '_>,
    tranche: &Tranche,
    (mut fixed, last): (Redemption, BlockRef),
) -> Result<(), AppError> {
    let ordered = fixed.amount_minor;
    let register = projection::register_before(act.tx, fixed.partition_id, opens_at(fixed.payment_date))?;
    let parts = divide(&fixed, holders(act, &register)?, last.hash)?;
    fixed.units = parts.iter().map(|part| part.units).sum();
    if fixed.units == 0 {
        redemptions::move_on(act.tx, fixed.id, (RedemptionStatus::Paying, RedemptionStatus::Cancelled))?;
        books::post_release(act, tranche.pool.id, &fixed, (ordered, "cancelled"))?;
        books::post_return(act, tranche.pool.id, &fixed)?;
        return act.audit("redemption.cancelled", fixed.id, &json!({ "released_minor": ordered }));
    }
    let amount = fixed.units.checked_mul(fixed.price_minor);
    fixed.amount_minor = amount.ok_or_else(|| AppError::internal("an amount beyond numbers"))?;
    fixed.document_hash = document_hash(&fixed, &parts);
    redemptions::set_register(act.tx, &fixed)?;
    books::post_release(act, tranche.pool.id, &fixed, (ordered - fixed.amount_minor, "reduced"))?;
    let lines = parts.len();
    write_lines(act, &fixed, parts)?;
    events::replay(act, &tranche.token()?.to_string(), fixed.id)?;
    let detail = json!({
        "lines": lines, "units": fixed.units, "amount_minor": fixed.amount_minor,
        "record_block": fixed.record_block, "record_block_hash": fixed.record_block_hash,
    });
    act.audit("redemption.register-fixed", fixed.id, &detail)
}

/// Whose units end. Units that ended since the order are no longer there to end; more than ordered is not paid for.
fn divide(fixed: &Redemption, holders: Vec<Holder>, block_hash: [u8; 32]) -> Result<Vec<Part>, AppError> {
    let outstanding: i64 = holders.iter().map(|holder| holder.units).sum();
    let units = fixed.units.min(outstanding);
    if outstanding == 0 {
        return Ok(Vec::new());
    }
    match fixed.division {
        RedemptionDivision::Whole if outstanding > fixed.units => Err(AppError::internal(format!(
            "{outstanding} units are outstanding and {} were ordered: call the redemption off and order it again",
            fixed.units
        ))),
        RedemptionDivision::Whole => Ok(whole(holders)),
        RedemptionDivision::ProRata => pro_rata(units, holders).map_err(AppError::internal),
        RedemptionDivision::ByLot => {
            let seed = fixed.seed.as_deref().unwrap_or_default();
            by_lot(units, holders, seed, block_hash).map_err(AppError::internal)
        }
    }
}

/// What the terms on chain name: the list of what was drawn, a line `wallet,units` for each drawn wallet in the order of
/// the draw; otherwise the published notice.
fn document_hash(fixed: &Redemption, parts: &[Part]) -> Option<String> {
    if fixed.division != RedemptionDivision::ByLot {
        return fixed.notice_sha256.clone();
    }
    let drawn = parts.iter().filter(|part| part.units > 0);
    let list: String = drawn.map(|part| format!("{},{}\n", part.holder.wallet, part.units)).collect();
    Some(hex::encode(Sha256::digest(list)))
}

/// Writes the lines in their order, so that their ids sort as they do.
fn write_lines(act: &mut Act<'_, '_>, fixed: &Redemption, parts: Vec<Part>) -> Result<(), AppError> {
    let mut ids: Vec<RedemptionLineId> = parts.iter().map(|_| act.id()).collect();
    ids.sort_unstable();
    for (id, part) in ids.into_iter().zip(parts) {
        let status = match part.units {
            0 => RedemptionLineStatus::Nil,
            _ => RedemptionLineStatus::Open,
        };
        let line = RedemptionLine {
            id,
            redemption_id: fixed.id,
            investor_id: part.holder.investor_id,
            wallet: part.holder.wallet,
            held_units: part.holder.units,
            units: part.units,
            amount_minor: part.units.saturating_mul(fixed.price_minor),
            status,
            batch: None,
            place: None,
            refusal: None,
            transaction_hash: None,
        };
        redemptions::add_line(act.tx, line)?;
    }
    Ok(())
}
