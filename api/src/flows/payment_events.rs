//! What the paying contract says becomes the state of the entitlements and their postings, and is taken back with it.

use super::pay_coupon::{cash_units, coupon_of, enqueue, find};
use crate::app::Act;
use crate::error::AppError;
use crate::jobs::kinds;
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::ids::CouponId;
use domain::party::WalletAddress;
use serde_json::json;
use store::entitlements::{self, Entitlement};
use store::ledger::{self, Account, NewTransaction, Posting};
use store::projection::ChainEventRow;
use store::{breaks, coupons};
use tokenizer::chain::ChainEvent;

/// The kind of break when the chain speaks of a payment that no entitlement stands for.
const UNKNOWN_PAYMENT: &str = "coupon.payment";

/// A payment as the chain tells it.
#[derive(Debug, Clone, Copy)]
struct Told {
    coupon: [u8; 32],
    leaf: Option<u32>,
    account: WalletAddress,
    amount: i64,
    /// What the entitlement was before and is afterwards.
    turn: (EntitlementStatus, EntitlementStatus),
}

impl Told {
    const fn of(event: &ChainEvent) -> Option<Self> {
        use EntitlementStatus::{Open, Owed, Paid};
        Some(match event {
            ChainEvent::CouponPaid { coupon_id, index, account, amount } => Self {
                coupon: *coupon_id,
                leaf: Some(*index),
                account: *account,
                amount: *amount,
                turn: (Open, Paid),
            },
            ChainEvent::CouponOwed { coupon_id, index, account, amount } => Self {
                coupon: *coupon_id,
                leaf: Some(*index),
                account: *account,
                amount: *amount,
                turn: (Open, Owed),
            },
            ChainEvent::OwedPaid { coupon_id, account, amount } => Self {
                coupon: *coupon_id,
                leaf: None,
                account: *account,
                amount: *amount,
                turn: (Owed, Paid),
            },
            _ => return None,
        })
    }
}

/// Follows a payment that the chain told.
///
/// # Errors
/// When the database fails.
pub fn heard(act: &mut Act<'_, '_>, event: &ChainEvent, row: &ChainEventRow) -> Result<(), AppError> {
    let Some(told) = Told::of(event) else { return Ok(()) };
    match entitlement(act, &told)? {
        Some((_, found)) if found.status == told.turn.0 => {
            turn(act, &found, told.turn, Some(&row.transaction_hash))
        }
        _ => unknown(act, &told, row),
    }
}

/// Takes back a payment that a reorganisation took back.
///
/// # Errors
/// When the database fails.
pub fn unheard(act: &mut Act<'_, '_>, row: &ChainEventRow) -> Result<(), AppError> {
    if !["coupon_paid", "coupon_owed", "owed_paid"].contains(&row.kind.as_str()) {
        return Ok(());
    }
    let event: ChainEvent = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
    let Some(told) = Told::of(&event) else { return Ok(()) };
    let Some((id, found)) = entitlement(act, &told)? else { return Ok(()) };
    if found.status != told.turn.1 {
        return Ok(());
    }
    turn(act, &found, (told.turn.1, told.turn.0), None)?;
    // The calls fly again by themselves; the job has to look after them again.
    let opened = told.turn.0 == EntitlementStatus::Open;
    if opened && coupons::move_on(act.tx, id, (CouponStatus::Paid, CouponStatus::Paying))? {
        let run_key =
            format!("{}/{id}/{}/{}", kinds::PAY_COUPON, row.transaction_hash, act.now.timestamp_micros());
        enqueue(act, id, &run_key)?;
    }
    Ok(())
}

/// The entitlement that a payment is about, when wallet and amount are its own.
fn entitlement(act: &mut Act<'_, '_>, told: &Told) -> Result<Option<(CouponId, Entitlement)>, AppError> {
    let Some(id) = coupon_of(told.coupon) else { return Ok(None) };
    let Some(coupon) = coupons::find(act.tx, id)? else { return Ok(None) };
    let wallet = told.account.to_string();
    let found = match told.leaf {
        Some(leaf) => entitlements::at_leaf(act.tx, id, i64::from(leaf))?,
        None => entitlements::of_wallet(act.tx, id, &wallet)?,
    };
    let Some(found) = found.filter(|found| found.wallet == wallet) else { return Ok(None) };
    let amount = cash_units(found.amount_minor, coupon.currency)?;
    Ok((i64::try_from(amount).ok() == Some(told.amount)).then_some((id, found)))
}

/// Moves an entitlement from one state to another, with its posting from one account to the other.
fn turn(
    act: &mut Act<'_, '_>,
    found: &Entitlement,
    (from, to): (EntitlementStatus, EntitlementStatus),
    transaction_hash: Option<&str>,
) -> Result<(), AppError> {
    let coupon = find(act, found.coupon_id)?;
    let subject = found.id.to_string();
    // An event can be told, taken back and told again: each time is a transaction of its own.
    let times = ledger::count_about(act.tx, &subject)?;
    let account = |status| match status {
        EntitlementStatus::Paid => Account::Paid(coupon.id),
        EntitlementStatus::Owed => Account::Owed(coupon.id),
        EntitlementStatus::Open | EntitlementStatus::Nil => Account::CouponPayable(coupon.id),
    };
    let transaction = NewTransaction {
        id: act.id(),
        operation_key: format!("entitlement/{subject}/{times}"),
        kind: kind((from, to)),
        subject,
        postings: vec![
            Posting::debit(account(from), found.amount_minor, coupon.currency),
            Posting::credit(account(to), found.amount_minor, coupon.currency),
        ],
    };
    ledger::post(act.tx, &transaction, act.now)?;
    Ok(entitlements::set_status(act.tx, found.id, to, transaction_hash)?)
}

const fn kind(turn: (EntitlementStatus, EntitlementStatus)) -> &'static str {
    use EntitlementStatus::{Owed, Paid};
    match turn {
        (Owed, Paid) => "owed.paid",
        (_, Paid) => "coupon.paid",
        (Paid, Owed) => "owed.reversed",
        (_, Owed) => "coupon.owed",
        _ => "coupon.reversed",
    }
}

/// A payment that no entitlement stands for is never passed over.
fn unknown(act: &mut Act<'_, '_>, told: &Told, row: &ChainEventRow) -> Result<(), AppError> {
    let subject = hex::encode(told.coupon);
    let detail = format!(
        "the chain paid {} to {} in the transaction {}, and no entitlement that is {} stands for it",
        told.amount, told.account, row.transaction_hash, told.turn.0
    );
    let id = act.id();
    breaks::record(act.tx, id, (UNKNOWN_PAYMENT, &subject, &detail), act.now)?;
    act.audit("break.found", subject, &json!({ "kind": UNKNOWN_PAYMENT, "detail": detail }))
}
