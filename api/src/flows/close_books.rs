//! The books close: the register at the end of the record date becomes entitlements, to the last cent.

use super::pay_coupon::coupon_tree;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::jobs::Running;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::ids::{EntitlementId, InvestorId};
use serde_json::json;
use store::coupons::{self, Coupon};
use store::entitlements::{self, Entitlement};
use store::jobs::Ended;
use store::ledger::{self, Account, NewTransaction, Posting};
use store::projection::{self, Holding};
use tokenizer::entitlement::{Holder, Share, entitle};

/// How long after midnight no block of the day before can appear any more: twice the time that the proposer of a
/// block may be behind on the networks we know.
const SETTLED_AFTER: TimeDelta = TimeDelta::minutes(4);
/// How soon to look again when the register of the record date is not yet certain.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(30);

/// The job that closes the books of every coupon whose record date is over.
///
/// # Errors
/// When the database or the chain fails, or a holder is not known.
pub fn close_due(running: &Running<'_>) -> Result<Ended, AppError> {
    let app = running.app;
    let due = app.ask(|tx| Ok(coupons::to_close(tx, app.clock.now().date_naive())?))?;
    let mut waits = false;
    for coupon in due {
        waits |= !close(app, &coupon)?;
    }
    Ok(if waits { Ended::Again(app.clock.now() + LOOK_AGAIN) } else { Ended::Done })
}

/// Closes the books of a coupon; `false` when the register of its record date is not yet certain.
///
/// # Errors
/// As [`close_due`].
pub fn close(app: &App, coupon: &Coupon) -> Result<bool, AppError> {
    let cutoff = end_of(coupon)?;
    let chain_head = super::pay_coupon::wait(app.chain.head())?.number;
    app.execute(&Command::from_system(), &(), |act| {
        if !is_certain(app, act, (cutoff, chain_head))? {
            return Ok(false);
        }
        let there = (CouponStatus::Declared, CouponStatus::BooksClosed);
        if coupons::move_on(act.tx, coupon.id, there)? {
            fix(act, coupon, cutoff)?;
        }
        Ok(true)
    })
}

/// The first moment after the record date.
fn end_of(coupon: &Coupon) -> Result<DateTime<Utc>, AppError> {
    let next = coupon.record_date.succ_opt();
    let next = next.ok_or_else(|| AppError::internal("a record date at the end of the calendar"))?;
    Ok(next.and_time(NaiveTime::MIN).and_utc())
}

/// Whether every block before a moment has been read and is final.
///
/// # Errors
/// When the database fails.
pub(super) fn is_certain(
    app: &App,
    act: &mut Act<'_, '_>,
    (cutoff, chain_head): (DateTime<Utc>, u64),
) -> Result<bool, AppError> {
    let Some(head) = projection::head(act.tx)? else { return Ok(false) };
    let last_that_counts = projection::block_before(act.tx, cutoff)?.map_or(0, |(number, _)| number);
    if head.number - last_that_counts < app.confirmations {
        return Ok(false);
    }
    let read_beyond = head.at.and_utc() >= cutoff;
    let read_everything = i64::try_from(chain_head).is_ok_and(|chain_head| chain_head <= head.number);
    Ok(read_beyond || (read_everything && act.now >= cutoff + SETTLED_AFTER))
}

fn fix(act: &mut Act<'_, '_>, coupon: &Coupon, cutoff: DateTime<Utc>) -> Result<(), AppError> {
    let register = projection::register_before(act.tx, coupon.partition_id, cutoff)?;
    let record_block = projection::block_before(act.tx, cutoff)?.map(|(number, _)| number);
    if register.is_empty() {
        return carry(act, coupon);
    }
    let shares = entitle(coupon.amount_minor, holders(act, &register)?).map_err(AppError::internal)?;
    let entitled: i64 = shares.iter().map(|share| share.amount_minor).sum();
    if entitled != coupon.amount_minor {
        let declared = coupon.amount_minor;
        return Err(AppError::internal(format!("{declared} declared and {entitled} entitled")));
    }
    let holders = shares.len();
    write(act, coupon, shares)?;
    let leaves = entitlements::leaves(act.tx, coupon.id)?;
    let root = hex::encode(coupon_tree(coupon, &leaves)?.root());
    coupons::set_books(act.tx, coupon.id, record_block, Some(&root))?;
    let detail = json!({ "holders": holders, "record_block": record_block, "merkle_root": root });
    act.audit("coupon.books-closed", coupon.id, &detail)
}

/// Nobody held anything: what was declared is carried to the next coupon.
fn carry(act: &mut Act<'_, '_>, coupon: &Coupon) -> Result<(), AppError> {
    let transaction = NewTransaction {
        id: act.id(),
        operation_key: format!("coupon/{}/carried", coupon.id),
        kind: "coupon.carried",
        subject: coupon.id.to_string(),
        postings: vec![
            Posting::debit(Account::CouponPayable(coupon.id), coupon.amount_minor, coupon.currency),
            Posting::credit(Account::Residual(coupon.partition_id), coupon.amount_minor, coupon.currency),
        ],
    };
    ledger::post(act.tx, &transaction, act.now)?;
    coupons::move_on(act.tx, coupon.id, (CouponStatus::BooksClosed, CouponStatus::Paid))?;
    act.audit("coupon.carried", coupon.id, &json!({ "amount_minor": coupon.amount_minor }))
}

/// The lines of a register with their beneficial owners.
///
/// # Errors
/// When a wallet is nobody's that we know.
pub(super) fn holders(act: &mut Act<'_, '_>, register: &[Holding]) -> Result<Vec<Holder>, AppError> {
    let wallets: Vec<String> = register.iter().map(|line| line.wallet.clone()).collect();
    let owners = entitlements::owners(act.tx, &wallets)?;
    let holder = |line: &Holding| -> Result<Holder, AppError> {
        let stranger = || AppError::internal(format!("nobody of ours holds the wallet {}", line.wallet));
        let (identity, investor_id): (i64, InvestorId) =
            owners.get(&line.wallet).copied().ok_or_else(stranger)?;
        Ok(Holder { identity, investor_id, wallet: line.wallet.clone(), units: line.units })
    };
    register.iter().map(holder).collect()
}

/// Writes the parts in their order, so that their ids sort as they do.
fn write(act: &mut Act<'_, '_>, coupon: &Coupon, shares: Vec<Share>) -> Result<(), AppError> {
    let mut ids: Vec<EntitlementId> = shares.iter().map(|_| act.id()).collect();
    ids.sort_unstable();
    for (id, share) in ids.into_iter().zip(shares) {
        let status = match share.leaf_index {
            Some(_) => EntitlementStatus::Open,
            None => EntitlementStatus::Nil,
        };
        let entitlement = Entitlement {
            id,
            coupon_id: coupon.id,
            leaf_index: share.leaf_index.map(i64::from),
            investor_id: share.holder.investor_id,
            wallet: share.holder.wallet,
            units: share.holder.units,
            amount_minor: share.amount_minor,
            status,
            transaction_hash: None,
        };
        entitlements::add(act.tx, entitlement)?;
    }
    Ok(())
}
